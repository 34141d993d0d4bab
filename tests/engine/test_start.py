"""A run that starts from the weights of another.

What trains is tested in a process of its own: jobs fork, and a process that has computed must not.
"""

import contextlib
import dataclasses
import io
import json
import os
from pathlib import Path
from typing import Any

import pytest

from benchmarks import catalogue, records
from benchmarks.commands import select
from benchmarks.engine import __main__ as command_line
from benchmarks.engine import child, jobs, repeat, runs, start
from benchmarks.engine.runs import Options, Run, asked
from benchmarks.spec import Entry
from tests.contract.forked import in_child
from tests.engine.conftest import NAME


def entry_with_a_start(monkeypatch: pytest.MonkeyPatch, parent_epochs: int = 3, **changed: Any) -> Entry:
    """Backpropagation on XOR, and a second recipe that starts where the first has ended."""
    entry = catalogue.load("backprop_1986")
    recipe = next(recipe for recipe in catalogue.recipes(entry, "pocket") if recipe.name == "xor")
    first = dataclasses.replace(recipe, epochs=parent_epochs, criterion=None)
    # It trains in no pass: what it ends with is what it started from.
    second = dataclasses.replace(
        first, **{"variant": "again", "epochs": 0, "starts_from": "backprop_1986/xor", **changed}
    )
    made = dataclasses.replace(entry, recipes=(first, second), variants={**entry.variants, "again": "Again."})
    monkeypatch.setattr(catalogue, "load", lambda id: made)
    # The process has brought the backend up already.
    monkeypatch.setattr(jobs, "bring_up", lambda *_: 0.0)
    return made


def execute(runs: list[Run], options: Options) -> list[dict[str, Any]]:
    """The rows of these runs, as the records have them."""
    said: list[str] = []
    summary = jobs.execute(runs, options, said.append)
    return [records.read_record(options.out / item["record"])["run"] for item in summary["runs"]]


@pytest.fixture
def options(tmp_path: Path) -> Options:
    """For runs on the backend under test."""
    return Options(backend=NAME, out=tmp_path, checkpoint_dir=tmp_path / "checkpoints")


@in_child
def test_it_starts_with_the_weights_of_its_own_seed(
    monkeypatch: pytest.MonkeyPatch, options: Options
) -> None:
    """Asked for in any order."""
    entry = entry_with_a_start(monkeypatch)
    first, second = entry.recipes
    rows = execute([Run(entry, recipe, seed) for recipe in (second, first) for seed in (0, 1)], options)
    assert [row["status"] for row in rows] == ["ok"] * 4, [row["reason"] for row in rows]
    children, parents = rows[:2], rows[2:]
    assert parents[0]["weights_sha256"] != parents[1]["weights_sha256"]
    for started, parent in zip(children, parents, strict=True):
        assert started["start_sha256"] == parent["weights_sha256"] == started["weights_sha256"]
        assert parent["start_sha256"] == ""


@in_child
def test_training_goes_on_from_there(monkeypatch: pytest.MonkeyPatch, options: Options) -> None:
    entry = entry_with_a_start(monkeypatch, epochs=2)
    parent, child = execute([Run(entry, recipe, 0) for recipe in entry.recipes], options)
    assert child["status"] == "ok" and child["start_sha256"] == parent["weights_sha256"]
    assert child["weights_sha256"] != parent["weights_sha256"]


@in_child
def test_without_the_other_run_it_says_why(monkeypatch: pytest.MonkeyPatch, options: Options) -> None:
    entry = entry_with_a_start(monkeypatch)
    (row,) = execute([Run(entry, entry.recipes[1], 0)], options)
    assert row["status"] == "error"
    assert (
        "starts from backprop_1986/xor, seed 0, which has left no weights (it has no record)" in row["reason"]
    )


@in_child
def test_asked_for_alone_it_brings_the_other_run_with_it(
    monkeypatch: pytest.MonkeyPatch, options: Options
) -> None:
    """As the command that a record gives for its run asks for it."""
    entry_with_a_start(monkeypatch)
    words = ["backprop_1986", "--variant", "again", "--seeds", "2", "--executions", "2"]
    runs = command_line.wanted(command_line.parser().parse_args(words))
    assert [(run.recipe.variant, run.seed, run.execution) for run in runs] == [
        ("", 2, 1),
        ("again", 2, 1),
        ("again", 2, 2),
    ]
    rows = execute(runs, options)
    assert [row["status"] for row in rows] == ["ok"] * 3, [row["reason"] for row in rows]
    assert len({row["weights_sha256"] for row in rows}) == 1


@in_child
def test_it_is_repeated_with_the_run_that_it_starts_from(
    monkeypatch: pytest.MonkeyPatch, options: Options
) -> None:
    entry = entry_with_a_start(monkeypatch, epochs=2)
    _, row = execute([Run(entry, recipe, 0) for recipe in entry.recipes], options)
    path = runs.record_path(Run(entry, entry.recipes[1], 0), options)
    bundle = options.out / "bundle"
    bundle.mkdir()
    records.write_bundle(records.from_records([records.read_record(path)]), bundle)
    with contextlib.redirect_stdout(io.StringIO()) as printed:
        code = repeat.repeat(row["run_id"], bundle, options.out / "again", None, lambda line: None)
    said = printed.getvalue()
    assert (code, said.splitlines()[-1]) == (0, "the same"), said
    assert "differ" not in said


@in_child
def test_of_a_run_that_failed_it_says_so(monkeypatch: pytest.MonkeyPatch, options: Options) -> None:
    entry = entry_with_a_start(monkeypatch)
    impossible = dataclasses.replace(entry.recipes[0], batch_size=100)
    made = dataclasses.replace(entry, recipes=(impossible, entry.recipes[1]))
    monkeypatch.setattr(catalogue, "load", lambda id: made)
    parent, child = execute([Run(made, recipe, 0) for recipe in made.recipes], options)
    assert (parent["status"], child["status"]) == ("error", "error")
    assert "it ended with status error: ValueError" in child["reason"]


@in_child
def test_a_model_that_shares_no_weight_is_refused(monkeypatch: pytest.MonkeyPatch, options: Options) -> None:
    entry = entry_with_a_start(monkeypatch)
    first, second = entry.recipes
    wider = dataclasses.replace(second, dataset="encoder_8", model={"sizes": (8, 3, 8)})
    monkeypatch.setattr(catalogue, "load", lambda id: dataclasses.replace(entry, recipes=(first, wider)))
    made = catalogue.load("backprop_1986")
    _, row = execute([Run(made, recipe, 0) for recipe in made.recipes], options)
    assert row["status"] == "error"


@in_child
def test_weights_are_kept_for_those_that_need_them_alone(
    monkeypatch: pytest.MonkeyPatch, options: Options
) -> None:
    """A record without weights is no reason to do without them: the run is made again."""
    entry = entry_with_a_start(monkeypatch)
    plain = Run(entry, entry.recipes[0], 0)
    execute([plain], options)
    assert not (options.out / "weights").exists()
    kept = dataclasses.replace(plain, keep_weights=True)
    assert jobs.recorded(kept, options, print) is None and jobs.recorded(plain, options, print)
    (row,) = execute([kept], options)
    weights, sha256 = start.of_parent(Run(entry, entry.recipes[1], 0), options, print) or ({}, "")
    assert sha256 == row["weights_sha256"] and weights
    assert jobs.recorded(kept, options, print)


def test_what_it_starts_from_identifies_a_run(monkeypatch: pytest.MonkeyPatch, options: Options) -> None:
    questions = []
    for epochs in (3, 4):
        entry = entry_with_a_start(monkeypatch, epochs)
        questions.append(asked(Run(entry, entry.recipes[1], 0), options))
    assert questions[0]["recipe"] == questions[1]["recipe"]
    assert records.spec_hash(questions[0]) != records.spec_hash(questions[1])
    assert "starts_from" not in asked(Run(entry, entry.recipes[0], 0), options)


def test_the_workflow_says_which_runs_keep_their_weights(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    entry_with_a_start(monkeypatch)
    config = select.checked({"entries": "backprop_1986", "seeds": 1, "executions": 2})
    planned = select.jobs(config)
    keeping = [run for runs in planned.values() for run in runs if run.get("keep_weights")]
    assert [(run["recipe"], run["execution"]) for run in keeping] == [("xor", 1)]
    for number, rows in enumerate(planned.values()):
        (tmp_path / f"{number}.json").write_text(json.dumps(rows))
        read = jobs.read_runs(tmp_path / f"{number}.json")
        assert [row["keep_weights"] for row in read] == [run in keeping for run in rows]
    (tmp_path / "odd.json").write_text(json.dumps([{**keeping[0], "keep_weights": 1}]))
    with pytest.raises(ValueError, match="keep_weights 1 is neither true nor false"):
        jobs.read_runs(tmp_path / "odd.json")


def test_a_new_process_is_told_to_keep_weights(monkeypatch: pytest.MonkeyPatch, options: Options) -> None:
    """Where children are not forked, they are told of their runs by JSON."""
    spawned: list[list[str]] = []

    def posix_spawn(program: str, words: list[str], variables: dict[str, str]) -> int:
        spawned.append(words)
        return 1

    monkeypatch.setattr(jobs.os, "posix_spawn", posix_spawn)
    entry = catalogue.load("backprop_1986")
    recipe = catalogue.recipe(entry, "pocket", "xor")
    run = Run(entry, recipe, 0, keep_weights=True)
    reader, writer = os.pipe()
    jobs._start_child([run], options, writer, 1)
    received: list[Run] = []

    def in_child(runs: list[Run], *_: object) -> int:
        received.extend(runs)
        return 0

    monkeypatch.setattr(jobs, "import_backend", lambda options: None)
    monkeypatch.setattr(child.backend, "prepare", lambda *_: [])
    monkeypatch.setattr(jobs, "in_child", in_child)
    assert child.main(writer, 1, spawned[0][-1]) == 0
    assert received == [run]
    os.close(reader)
    os.close(writer)
