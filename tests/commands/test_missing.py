"""What is missing of the last call, as the folder of its results tells."""

import json
from pathlib import Path
from typing import Any

from benchmarks.commands import missing, select

ASKED: dict[str, Any] = {
    "tier": "pocket",
    "entries": ["perceptron_1958"],
    "family": [],
    "seeds": [0, 1, 2, 5],
    "backend": "jax",
    "precision": "float32",
    "determinism": "bitwise",
    "threads": 1,
    "executions": 1,
}


def found(results: Path) -> Any:
    return json.loads((results / missing.MISSING).read_text())


def test_without_a_call_nothing_is_missing(tmp_path: Path) -> None:
    assert missing.write_missing(tmp_path) == []
    assert found(tmp_path) == {"asked": 0, "command": "", "missing": []}


def test_runs_without_a_record_are_missing_and_share_a_row_with_other_seeds(tmp_path: Path) -> None:
    missing.write_asked(ASKED, "here", "snakemake --config seeds=0,1,2,5", tmp_path)
    runs = [run for job in select.jobs(ASKED, "here").values() for run in job]
    said = missing.write_missing(tmp_path)
    assert said == [f"{len(runs)} of the {len(runs)} runs that the last call asked for are missing"]
    noted = found(tmp_path)
    assert (noted["asked"], noted["command"]) == (len(runs), "snakemake --config seeds=0,1,2,5")
    assert {row["recipe"] for row in noted["missing"]} == {run["recipe"] for run in runs}
    assert all(row["seeds"] == [0, 1, 2, 5] for row in noted["missing"])
    assert {row["reason"] for row in noted["missing"]} == {"its job was not started"}


def test_a_note_of_an_unknown_entry_is_said_and_stops_no_report(tmp_path: Path) -> None:
    missing.write_asked(ASKED | {"entries": ["nobody_2099"]}, "here", "snakemake", tmp_path)
    (said,) = missing.write_missing(tmp_path)
    assert "asked.json is of another version of the suite (unknown entry 'nobody_2099'" in said
    assert found(tmp_path)["missing"] == []
    (tmp_path / missing.ASKED).write_text('{"selection"')
    assert "asked.json is left out because it cannot be read" in missing.write_missing(tmp_path)[0]


def test_a_note_that_says_the_same_keeps_its_time(tmp_path: Path) -> None:
    """A newer one is a reason to render the report again."""
    missing.write_asked(ASKED, "here", "snakemake", tmp_path)
    before = (tmp_path / missing.ASKED).stat().st_ino
    missing.write_asked(ASKED, "here", "snakemake", tmp_path)
    assert (tmp_path / missing.ASKED).stat().st_ino == before
    missing.write_asked(ASKED | {"seeds": [0]}, "here", "snakemake", tmp_path)
    assert (tmp_path / missing.ASKED).stat().st_ino != before
