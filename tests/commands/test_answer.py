"""Claims within a time: which recipe comes first, what is counted, and a rehearsal on the processor."""

import dataclasses
import json
import math
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import catalogue, records
from benchmarks.commands import answer
from benchmarks.commands.answer import ASIDE_S, SHARE, STEP_S, Candidate, RecipeWork, Speed
from tests.workflow.workflow_runs import ROOT, environment

LENET = catalogue.load("lenet5_1998")
MNIST = catalogue.recipe(LENET, "standard", "mnist")


def candidate(claims: int, shortened: str = "", first: int = 0, name: str = "a") -> Candidate:
    """A recipe that answers so many claims: those from number `first` on."""
    some = tuple(dataclasses.replace(LENET.claims[0], value=float(i)) for i in range(first, first + claims))
    return Candidate(LENET, dataclasses.replace(MNIST, variant=name, shortened=shortened), some)


def test_a_run_takes_its_operations_at_a_share_of_the_ceiling_or_a_time_for_each_step() -> None:
    speed = Speed(1e12)
    assert speed.seconds(RecipeWork(10, 5e12)) == pytest.approx(5 / SHARE + ASIDE_S)
    assert speed.seconds(RecipeWork(1_000_000, 5e12)) == pytest.approx(1e6 * STEP_S + ASIDE_S)
    assert speed.seconds(RecipeWork(10, None)) == math.inf
    assert speed.seconds(RecipeWork(10, None, 40.0)) == 40.0
    assert speed.seconds(RecipeWork(10, 5e12, 40.0)) == speed.seconds(RecipeWork(10, 5e12))


def test_the_runs_that_have_ended_correct_what_was_supposed() -> None:
    """Of three runs that took 2, 3 and 10 times as long as supposed the middle one counts."""
    speed = Speed(1e12, 7.0, [(10.0, 20.0, 5.0), (10.0, 30.0, 6.0), (1.0, 10.0, 90.0)])
    assert speed.seconds(RecipeWork(10, 5e12)) == pytest.approx(3 * 5 / SHARE + 6)


def test_most_claims_a_second_come_first_among_those_that_fit() -> None:
    short, long, late = candidate(1, name="short"), candidate(4, first=1, name="long"), candidate(9, first=5)
    works = {short.name: RecipeWork(1, 1e12), long.name: RecipeWork(1, 1e13), late.name: RecipeWork(1, 1e14)}
    speed = Speed(1e12, 20.0)  # 30, 120 and 1,020 seconds
    some = [short, long, late]
    assert answer.best(some, works, speed, (), 200.0) is short  # 1/30 and 4/120 are equal
    assert answer.best(some, works, speed, (), 100.0) is short
    assert answer.best(some, works, speed, (), 20.0) is None
    assert answer.best(some, works, speed, short.claims, 200.0) is long
    assert answer.best(some, {}, speed, (), 1e9) is None


def test_what_is_answered_is_worth_nothing_and_a_shorter_recipe_half() -> None:
    whole, part = candidate(3), candidate(3, shortened="a tenth of the passes")
    assert (answer.worth(whole, ()), answer.worth(part, ())) == (3.0, 1.5)
    assert answer.worth(whole, whole.claims[:2]) == 1.0


def test_claims_are_those_that_the_recipes_measures_can_answer() -> None:
    """The backpropagation net's sweeps need a criterion; its second variant has one claim of its own."""
    entry = catalogue.load("backprop_1986")
    parity = catalogue.recipe(entry, "standard", "parity_4")
    assert [claim.metric for claim in answer.answered_by(entry, parity)] == ["epochs_to_criterion"]
    assert answer.answered_by(entry, dataclasses.replace(parity, criterion=None)) == ()
    dqn = catalogue.load("dqn_2013")
    assert answer.answered_by(dqn, catalogue.recipe(dqn, "standard", "cartpole-target-network")) == ()


def test_without_the_files_recipes_are_left_out_with_the_reason(tmp_path: Path) -> None:
    found, left_out = answer.candidates(tmp_path)
    assert "backprop_1986 standard parity_4" in {one.name for one in found}
    assert "mnist" in left_out["lenet5_1998 standard mnist"]
    assert all(one.claims and one.recipe.limit is None for one in found)


def test_published_times_stand_in_where_operations_cannot_be_counted() -> None:
    """Strings of a grammar: a net with a loop over the symbols, of which runs are published."""
    entry = catalogue.load("lstm_1997")
    one = Candidate(entry, catalogue.recipe(entry, "standard", "embedded_reber"), ())
    (work,) = answer.with_published_times([one], {one.name: RecipeWork(100, None)}).values()
    assert work.elsewhere_s is not None and 1 < work.elsewhere_s < 600


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ([], "give either --count or --budget"),
        (["--count", "--budget", "9m"], "give either --count or --budget"),
        (["--budget", "soon"], "--budget 'soon' is not a duration"),
        (["--count", "--data-dir", "/nowhere"], "--data-dir /nowhere is not a folder"),
    ],
)
def test_bad_arguments_are_named(words: list[str], said: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert answer.main(words) == 2
    assert capsys.readouterr().err.startswith(f"error: {said}")


@pytest.mark.parametrize("text", ["[1]", '{"a": 1}', '{"a": [1]}', "{", '{"a": ["x", 1]}'])
def test_a_file_that_holds_no_counts_is_refused(text: str, tmp_path: Path) -> None:
    path = tmp_path / "counts.json"
    path.write_text(text)
    with pytest.raises(ValueError, match=r"counts\.json: is not a file of counts .*; delete it"):
        answer.read_counts(path)


#: Two entries, whose runs take seconds, and two seeds in place of six.
SMALL = (
    "from benchmarks import catalogue; from benchmarks.commands import answer; import sys;"
    " catalogue.ids = lambda family=None: ['backprop_1986', 'lecun_zip_1989']; answer.SEEDS = 2;"
    " sys.exit(answer.main(sys.argv[1:]))"
)


@pytest.mark.slow
def test_a_rehearsal_on_the_processor_spends_its_time_and_leaves_a_bundle(tmp_path: Path) -> None:
    def call(*words: str) -> "subprocess.CompletedProcess[str]":
        done = subprocess.run(
            [sys.executable, *words],
            capture_output=True,
            text=True,
            cwd=ROOT,
            env=environment(),
            timeout=600,
        )
        assert done.returncode == 0, done.stderr
        return done

    given = ("--out", str(tmp_path), "--data-dir", str(tmp_path))
    # What can be done beforehand is, since a busy machine may take long.
    counted = call("-c", SMALL, "--count", *given)
    assert counted.stdout == f"4 of 4 recipes are counted in {tmp_path / 'counts.json'}\n"
    assert "lecun_zip_1989 standard usps: left out:" in counted.stderr
    # 4-4-1: forward 2 x 16 x 25 terms at least, backward as many again; 5,000 steps of 16 patterns.
    steps, flop = json.loads((tmp_path / "counts.json").read_text())["backprop_1986 standard parity_4"]
    assert steps == 5000 and 2 * 2 * 16 * 20 < flop / steps < 10 * 2 * 2 * 16 * 20
    call("-m", "benchmarks.commands.ceilings", "--backend", "jax", "--out", str(tmp_path / "machines"))

    call("-c", SMALL, "--budget", "3m", *given)
    bundle = records.read_bundle(tmp_path / "bundle")
    assert set(bundle.runs["status"]) == {"ok"} and len(bundle.ceilings) == 1
    assert {"xor-shortcuts", "parity_4", "symmetry_6"} & set(bundle.runs["recipe"])
    assert set(bundle.runs["seed"]) <= {0, 1}
