"""How long a selection will take."""

import json
from pathlib import Path

import pytest

from benchmarks import catalogue
from benchmarks.commands import forecast, past, select
from tests.commands.examples import published

LENET = len(catalogue.recipes(catalogue.load("lenet5_1998"), "pocket"))


def asked(**config: object) -> dict[str, list[select.Run]]:
    return select.jobs(select.checked({"backend": "jax", "entries": "lenet5_1998", "seeds": 2, **config}))


def test_what_is_left_is_expected_and_what_is_unknown_is_named(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published(monkeypatch, tmp_path, {"lenet5_1998": 30.0}, "pocket")
    jobs = asked()
    found = forecast.forecast(jobs, tmp_path, "pocket", "jax", 2)
    assert (found.work_s, found.left, found.recorded) == (2 * LENET * 30.0, 2 * LENET, 0)
    assert found.unknown == ()
    (job,) = jobs
    (tmp_path / "jobs").mkdir()
    (tmp_path / "jobs" / f"{job}.json").write_text("{}")
    done = forecast.forecast(jobs, tmp_path, "pocket", "jax", 2)
    assert (done.wall_s, done.left, done.recorded) == (0.0, 0, 2 * LENET)
    other = forecast.forecast(asked(entries="perceptron_1958"), tmp_path, "pocket", "jax", 2)
    assert {entry for entry, _ in other.unknown} == {"perceptron_1958"}
    said = forecast.line(other, 2)
    assert said.startswith("expected: an unknown time for ") and " of unknown length" in said


def measured(folder: Path, factor: float) -> None:
    """Results of a machine so many times as slow as the published one."""
    lines = (past.PUBLISHED / "one/runs.csv").read_text().splitlines()
    rows = [",".join([*line.split(",")[:-1], str(30.0 * factor)]) for line in lines[1:]]
    (folder / "bundle").mkdir()
    (folder / "bundle/runs.csv").write_text("\n".join([lines[0], *rows, ""]))


def test_this_machine_has_its_pace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published(monkeypatch, tmp_path, {"lenet5_1998": 30.0, "perceptron_1958": 30.0}, "pocket")
    measured(tmp_path, 3.0)
    text = forecast.text(asked(), tmp_path, "pocket", "jax", 1, 2.0, "EUR")
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
