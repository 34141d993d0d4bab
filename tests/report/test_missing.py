"""Runs that are missing: what is read of them, and what the pages say."""

import json
import re
from pathlib import Path
from typing import Any

import pytest

from benchmarks.records import RecordError
from report import missing
from report.loading import from_bundle
from report.site.build import build

ROW = {
    "entry": "rbm_1986",
    "recipe": "bars",
    "tier": "pocket",
    "execution": 1,
    "seeds": [4, 0, 1, 2],
    "reason": "its job did not finish; results/logs/train/a.log says why",
}
COMMAND = "snakemake --config seeds=5"


def written(folder: Path, *rows: Any, **more: Any) -> Path:
    path = folder / "missing.json"
    path.write_text(json.dumps({"asked": 40, "command": COMMAND, "missing": rows} | more))
    return path


def test_seeds_are_told_in_words(tmp_path: Path) -> None:
    found = missing.read(written(tmp_path, ROW, ROW | {"recipe": "a", "seeds": [7, 8]}))
    assert found is not None
    assert [(row["recipe"], row["seeds"], row["runs"]) for row in found.rows] == [
        ("a", "7, 8", 2),
        ("bars", "0 to 2, 4", 4),
    ]
    assert (found.runs, found.by_entry) == (6, {"rbm_1986": 6})


def test_a_complete_selection_has_none(tmp_path: Path) -> None:
    assert missing.read(written(tmp_path)) is None


@pytest.mark.parametrize(
    "change",
    [
        {"asked": "40"},
        {"command": None},
        {"missing": {}},
        {"missing": [ROW | {"tier": "huge"}]},
        {"missing": [ROW | {"seeds": []}]},
        {"missing": [ROW | {"seeds": ["0"]}]},
        {"missing": [ROW | {"more": 1}]},
        {"more": 1},
    ],
)
def test_a_file_of_another_form_is_refused(tmp_path: Path, change: dict[str, Any]) -> None:
    with pytest.raises(RecordError, match=r"missing\.json: is not what gather writes .* snakemake report"):
        missing.read(written(tmp_path, ROW, **change))


def test_the_first_page_says_what_is_missing_and_how_to_go_on(small: Any, tmp_path: Path) -> None:
    """An entry that has results is linked; of one that has none there is no page. All text is escaped."""
    attack = "<script>document.title='owned'</script>"
    rows = (ROW, ROW | {"entry": f"fatal_2099{attack}", "seeds": [3], "reason": attack, "recipe": attack})
    found = missing.read(written(tmp_path, *rows, command=f"snakemake {attack}"))
    page = build(from_bundle(small), tmp_path / "report", missing=found)
    html = page.read_text(encoding="utf-8")
    notice = html[html.index('<aside id="missing"') : html.index("</aside>")]
    assert html.index("<aside") < html.index("<h1>")
    assert "5 runs are missing</b> of the 40 that" in notice
    assert '<a href="entries/rbm_1986.html">rbm_1986</a> (4)' in notice
    assert "fatal_2099&lt;script&gt;" in notice and "(1)" in notice
    assert "<pre><code>snakemake &lt;script&gt;" in notice
    listed = (page.parent / "runs.html").read_text(encoding="utf-8")
    assert 'href="#missing-runs">missing runs</a> (5)' in listed
    for address in re.findall(r'href="runs\.html#([a-z-]+)"', notice):
        assert f'id="{address}"' in listed
    section = listed[listed.index('<section id="missing-runs"') : listed.index('<section id="failures"')]
    assert "results/logs/train/a.log says why" in section and "0 to 2, 4" in section
    assert 'href="#failures"' in section
    assert attack not in html and attack not in listed
    assert "every run that was requested" not in listed
    table = (page.parent / "tables/missing.csv").read_text(encoding="utf-8")
    assert len(table.splitlines()) == 3


def test_where_nothing_is_missing_the_pages_say_nothing(page_file: Path) -> None:
    assert 'id="missing"' not in page_file.read_text(encoding="utf-8")
    assert "missing-runs" not in (page_file.parent / "runs.html").read_text(encoding="utf-8")
    assert not (page_file.parent / "tables/missing.csv").exists()
