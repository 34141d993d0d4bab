"""What happens to records after the runs."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks import collect, records


def record(**changes: Any) -> dict[str, Any]:
    """As much of a record as the choice between records looks at."""
    run = {
        "entry": "perceptron_1958",
        "recipe": "or_2",
        "tier": "pocket",
        "seed": 0,
        "backend": "tensorflow",
        "precision": "float32",
        "threads": 1,
        "machine_id": "a" * 16,
        "software_id": "b" * 16,
        "started": "2026-01-01T00:00:00+00:00",
    }
    return {"run": run | changes}


def test_the_newer_of_two_answers_to_one_question_stands() -> None:
    found = {"new": record(started="2026-02-01T00:00:00+00:00"), "old": record(), "oldest": record(started="2025-01-01T00:00:00+00:00")}
    assert list(collect.newest(found, {})) == ["new"]


def test_an_older_answer_that_is_asked_for_again_stands() -> None:
    """A recipe that was edited and put back: its record of before is found, and the edited one's is history."""
    found = {"before": record(), "edited": record(started="2026-02-01T00:00:00+00:00")}
    assert list(collect.newest(found, {"before": "2026-02-02T00:00:00+00:00", "edited": "2026-02-01T00:10:00+00:00"})) == ["before"]


@pytest.mark.parametrize("column", ["entry", "recipe", "tier", "seed", "backend", "precision", "threads", "machine_id", "software_id"])
def test_another_question_is_another_run(column: str) -> None:
    assert len(collect.newest({"one": record(), "other": record(**{column: "another"})}, {})) == 2


def summary(*statuses: str) -> dict[str, Any]:
    return {
        "job": "pocket-1",
        "process_s": 10.0,
        "import_s": 5.0,
        "runs": [
            {
                "entry": "xor_1969",
                "recipe": "xor",
                "tier": "pocket",
                "seed": seed,
                "status": status,
                "reason": "" if status == "ok" else "no memory",
                "record": "",
            }
            for seed, status in enumerate(statuses)
        ],
    }


def test_verdict_on_runs_that_are_all_well() -> None:
    assert collect.verdict([summary("ok", "ok"), summary("ok")]) == (True, "3 runs: 3 ok")


def test_verdict_names_every_run_that_failed() -> None:
    good, text = collect.verdict([summary("ok", "oom"), summary("diverged", "ok", "ok")])
    assert not good
    lines = text.splitlines()
    assert lines[0] == "5 runs: 3 ok, 1 oom, 1 diverged"
    assert "oom: xor_1969 xor pocket seed 1: no memory" in lines
    assert "diverged: xor_1969 xor pocket seed 0: no memory" in lines
    assert lines[-1] == "To try again what did not end: snakemake --forcerun train"


def test_a_run_that_diverged_would_diverge_again() -> None:
    assert "--forcerun" not in collect.verdict([summary("ok", "diverged")])[1]


def test_what_could_not_be_downloaded_is_asked_for_again(tmp_path: Path) -> None:
    for name, reason in (("mnist", ""), ("usps", "usps: no network")):
        records.write_json_atomic({"dataset": name, "reason": reason}, tmp_path / f"data/{name}.json")
    collect.forget_missing_data(tmp_path)
    assert [path.name for path in (tmp_path / "data").iterdir()] == ["mnist.json"]


def test_seconds_of_rules_are_summed_over_their_jobs(tmp_path: Path) -> None:
    folder = tmp_path / "benchmarks"
    (folder / "train").mkdir(parents=True)
    (folder / "train/one.tsv").write_text("s\th:m:s\n1.5\t0:00:01\n")
    (folder / "train/two.tsv").write_text("s\th:m:s\n2.5\t0:00:02\n")
    (folder / "page.tsv").write_text("s\th:m:s\n4.0\t0:00:04\n")
    assert collect.rule_seconds(tmp_path) == {"train": 4.0, "page": 4.0}


def test_nothing_to_collect_is_said(tmp_path: Path) -> None:
    with pytest.raises(records.RecordError, match="has no records: train something first"):
        collect.bundle(tmp_path, tmp_path / "bundle")
    assert not (tmp_path / "bundle").exists()


def test_a_record_that_is_no_record_is_named(tmp_path: Path) -> None:
    broken = tmp_path / "runs/xor_1969/xor-pocket-seed0-0.json"
    broken.parent.mkdir(parents=True)
    broken.write_text('{"schema_version": 1')
    with pytest.raises(records.RecordError, match=r"xor-pocket-seed0-0\.json"):
        collect.bundle(tmp_path, tmp_path / "bundle")
