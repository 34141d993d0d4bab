"""A report replaces what a report wrote, and nothing else."""

import copy
import json
from pathlib import Path

import pytest

from benchmarks import records
from report import __main__
from report.loading import from_bundle
from report.site.build import build
from report.site.pages import index


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_report_replaces_what_a_report_made_and_nothing_else(small: records.Bundle, tmp_path: Path) -> None:
    results = from_bundle(small)
    own = {"figures/mine.svg": b"mine", "tables/mine.csv": b"1,2", "notes.txt": b"notes"}
    for name, content in own.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    build(results, tmp_path)
    made = files(tmp_path)
    assert {name: made[name] for name in own} == own
    listed = json.loads(made.pop(".report.json"))
    assert set(listed) == set(made) - set(own)
    # what an earlier report made, and this one does not
    (tmp_path / "figures" / "old.svg").write_text("old")
    (tmp_path / ".report.json").write_text(
        json.dumps([*listed, "figures/old.svg", "../outside", "notes.txt"])
    )
    build(results, tmp_path)
    assert files(tmp_path) == {**made, ".report.json": json.dumps(sorted(listed), indent=1).encode() + b"\n"}


@pytest.mark.parametrize("name", ["index.html", "figures/clocks.svg", "tables/runs.csv"])
def test_a_file_that_no_report_made_is_not_written_over(
    small: records.Bundle, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    records.write_bundle(small, tmp_path / "bundle")
    out = tmp_path / "out"
    (out / name).parent.mkdir(parents=True, exist_ok=True)
    (out / name).write_text("mine")
    assert __main__.main(["--bundle", str(tmp_path / "bundle"), "--out", str(out)]) == 1
    assert f"{out / name} exists and was not written by a report: move it away" in capsys.readouterr().err
    assert files(out) == {name: b"mine"}


def test_a_report_that_fails_leaves_the_one_of_before(
    small: records.Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = from_bundle(small)
    build(results, tmp_path)
    before = files(tmp_path)
    changed = copy.copy(small)
    changed.measures["value"] *= 2
    monkeypatch.setattr(index, "findings", lambda results: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        build(from_bundle(changed), tmp_path)
    assert files(tmp_path) == before


def test_a_report_of_before_the_list_is_written_over(small: records.Bundle, tmp_path: Path) -> None:
    results = from_bundle(small)
    build(results, tmp_path)
    (tmp_path / ".report.json").unlink()
    (tmp_path / "figures" / "mine.svg").write_text("mine")
    (tmp_path / "tables" / "runs.csv").write_text("older")
    build(results, tmp_path)
    assert (tmp_path / "figures" / "mine.svg").read_text() == "mine"
    assert (tmp_path / "tables" / "runs.csv").read_text() != "older"
