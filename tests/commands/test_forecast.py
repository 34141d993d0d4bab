"""How long a selection will take."""

import json
from pathlib import Path
from typing import Any

import pytest

from benchmarks import catalogue, machine, records, sources
from benchmarks.commands import forecast, past, select
from benchmarks.engine.runs import Options, Run, record_path
from benchmarks.engine.runs import asked as what_is_asked
from tests.commands.examples import published

LENET = len(catalogue.recipes(catalogue.load("lenet5_1998"), "pocket"))


def configured(**config: object) -> dict[str, Any]:
    return select.checked({"backend": "jax", "entries": "lenet5_1998", "seeds": 2, **config})


def asked(**config: object) -> dict[str, list[select.Run]]:
    return select.jobs(configured(**config))


def recorded(results: Path, job: str, runs: list[select.Run], config: dict[str, Any], **said: str) -> None:
    """Leave what the engine leaves of a job on this machine, as far as a forecast reads it."""
    facts = machine.facts("jax")
    options = Options("jax", config["precision"], threads=config["threads"], out=results)
    items = []
    for run in runs:
        entry = catalogue.load(run["entry"])
        recipe = catalogue.recipe(entry, run["tier"], run["recipe"])
        made = Run(entry, recipe, run["seed"])
        row = {
            "spec_hash": records.spec_hash(what_is_asked(made, options)),
            "machine_id": facts["machine_id"],
            "software_id": facts["software_id"],
            "source_sha256": sources.source_sha256(entry, recipe, "jax"),
            "status": "ok",
            **said,
        }
        path = record_path(made, options)
        records.write_json_atomic({"run": row}, path)
        record = str(path.relative_to(results))
        items.append({**run, "record": record, "source_sha256": row["source_sha256"]})
    summary = {"job": job, "process_s": 1.0, "runs": items}
    records.write_json_atomic(summary, results / "jobs" / f"{job}.json")


def test_what_is_left_is_expected_and_what_is_unknown_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(monkeypatch, tmp_path, {"lenet5_1998": 30.0}, "pocket")
    jobs = asked()
    found = forecast.forecast(jobs, tmp_path, configured(), 2)
    assert (found.work_s, found.left, found.recorded) == (2 * LENET * 30.0, 2 * LENET, 0)
    assert found.unknown == ()
    ((job, runs),) = jobs.items()
    recorded(tmp_path, job, runs, configured())
    done = forecast.forecast(jobs, tmp_path, configured(), 2)
    assert (done.wall_s, done.left, done.recorded) == (0.0, 0, 2 * LENET)
    perceptron = configured(entries="perceptron_1958")
    other = forecast.forecast(select.jobs(perceptron), tmp_path, perceptron, 2)
    assert {entry for entry, _ in other.unknown} == {"perceptron_1958"}
    said = forecast.line(other, 2)
    assert said.startswith("expected: an unknown time for ") and " of unknown length" in said


def test_runs_on_record_count_whatever_job_asks_for_them(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """With another seed the job has another name; the records of the first seed are there."""
    published(monkeypatch, tmp_path, {"lenet5_1998": 30.0}, "pocket")
    ((job, runs),) = asked(seeds=1).items()
    recorded(tmp_path, job, runs, configured())
    found = forecast.forecast(asked(), tmp_path, configured(), 2)
    assert (found.work_s, found.left, found.recorded) == (LENET * 30.0, LENET, LENET)
    assert forecast.line(found, 2).endswith(f"; {LENET} runs recorded already")


@pytest.mark.parametrize(
    "said", [{"source_sha256": "0" * 16}, {"machine_id": "another"}, {"status": "timeout"}]
)
def test_of_a_job_that_runs_again_only_records_that_hold_count(tmp_path: Path, said: dict[str, str]) -> None:
    ((job, runs),) = asked().items()
    recorded(tmp_path, job, runs, configured(), **said)
    found = forecast.forecast({job: runs}, tmp_path, configured(), 2, [job])
    assert (found.left, found.recorded) == (2 * LENET, 0)
    # Unless the workflow says what it will run, a job is open if its source has changed.
    left = 2 * LENET if "source_sha256" in said else 0
    assert forecast.forecast({job: runs}, tmp_path, configured(), 2).left == left


def test_a_job_that_runs_again_trains_nothing_that_is_on_record(tmp_path: Path) -> None:
    """As with --forcerun=train; a record that is cut short is trained again."""
    ((job, runs),) = asked().items()
    recorded(tmp_path, job, runs, configured())
    assert forecast.forecast({job: runs}, tmp_path, configured(), 2, [job]).left == 0
    path = next((tmp_path / "runs").glob("*/*.json"))
    path.write_bytes(path.read_bytes()[:-5])
    for again in (None, [job]):
        found = forecast.forecast({job: runs}, tmp_path, configured(), 2, again)
        assert (found.left, found.recorded) == (1, 2 * LENET - 1)


def measured(folder: Path, factor: float) -> None:
    """Results of a machine so many times as slow as the published one."""
    lines = (past.PUBLISHED / "one/runs.csv").read_text().splitlines()
    rows = [",".join([*line.split(",")[:-1], str(30.0 * factor)]) for line in lines[1:]]
    (folder / "bundle").mkdir()
    (folder / "bundle/runs.csv").write_text("\n".join([lines[0], *rows, ""]))


def test_this_machine_has_its_pace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published(monkeypatch, tmp_path, {"lenet5_1998": 30.0, "perceptron_1958": 30.0}, "pocket")
    measured(tmp_path, 3.0)
    text = forecast.text(asked(), tmp_path, configured(), 1, 2.0, "EUR")
    expected_s = 2 * LENET * 90.0
    assert f"for {2 * LENET} runs, 1 at a time" in text
    assert f"cost: {expected_s / 3600 * 2:.2f} EUR, at 2 EUR an hour" in text
    assert "pace: 3 times as long as the published runs" in text


def test_the_error_is_that_of_past_runs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published(monkeypatch, tmp_path, {"lenet5_1998": 30.0}, "pocket")
    assert "too few past runs" in forecast.error(forecast.ratios(tmp_path, "pocket", "jax"))
    # Hand-computed: of 0.1, 0.2, ... 1.9 the quartiles are 0.5 and 1.5, the outer twentieths 0.1 and 1.9.
    said = forecast.error([number / 10 for number in range(1, 20)])
    assert said == (
        "error: of 19 past runs, half took 0.5 to 1.5 times their estimate, and nine of ten 0.1 to 1.9 times"
    )


def test_runs_of_one_machine_are_estimated_from_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two machines, one exactly twice as slow: once the pace is known, nothing is left to be wrong."""
    names = ["lenet5_1998", "perceptron_1958", "adaline_1960", "backprop_1986"]
    published(monkeypatch, tmp_path, dict.fromkeys(names, 30.0), "pocket")
    slow = past.PUBLISHED / "two"
    slow.mkdir()
    (slow / "runs.csv").write_text((past.PUBLISHED / "one/runs.csv").read_text().replace("30.0", "60.0"))
    found = forecast.ratios(tmp_path, "pocket", "jax")
    assert len(found) >= forecast.FEW
    assert all(ratio == pytest.approx(1.0, abs=0.05) for ratio in found)


def test_the_command(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    config = select.checked({"entries": "lenet5_1998", "price": 2, "currency": "EUR"})
    words = ["--results", str(tmp_path), "--at-once", "2", "--selection", json.dumps(config)]
    monkeypatch.setattr("sys.argv", ["forecast", *words])
    assert forecast.main() == 0
    said = capsys.readouterr().out.splitlines()
    assert [line.split(":")[0] for line in said] == ["expected", "cost", "pace", "error"]
    assert "past runs, half took" in said[-1]
