"""What differs between two bundles, and the gates: who fails, who passes, and how often by chance."""

import math
from collections.abc import Sequence
from pathlib import Path

import numpy as np
import pytest

from benchmarks import records
from benchmarks.records.bundle import from_tables
from benchmarks.records.csv_tables import to_rows
from report import differences
from report.differences import Question
from tests.report import bundles
from tests.report.simulation import at_most
from tests.report.variations import edited, few, loaded


def question(
    rates: Sequence[float], values: Sequence[float] = (), entry: str = "lenet5_1998", higher: bool = False
) -> Question:
    """One question by its rates and measures, of the seeds 0, 1, ..."""
    return Question(
        f"{entry} digits", entry, tuple(rates), False, "error", "%", higher, dict(enumerate(values))
    )


def _part(bundle: records.Bundle, software: set[str]) -> records.Bundle:
    """What ran with this software."""
    rows = {name: to_rows(name, getattr(bundle, name)) for name in records.TABLES}
    kept = {row["execution_id"] for row in rows["runs"] if row["software_id"] in software}
    for name in records.TABLES:
        rows[name] = [
            row for row in rows[name] if row.get("execution_id") in kept or row.get("software_id") in software
        ]
    specs = {row["spec_id"]: bundle.specs[row["spec_id"]] for row in rows["runs"]}
    return from_tables(rows, specs, {}, "part")


def test_a_bundle_does_not_differ_from_itself_and_every_question_is_paired(tmp_path: Path) -> None:
    results = loaded(tmp_path, few())
    side = differences.side(results)
    pairs, not_compared = differences.paired(side, side)
    assert len(pairs) == len(results.groups) and not not_compared
    assert all(one and one.identical for one in differences.measures(pairs) if one)
    assert set(differences.ratio_of_entries(pairs).values()) == {1.0}


def test_the_same_machine_before_and_after_a_change_of_code_is_compared(tmp_path: Path) -> None:
    """On one page both would be one machine; here each bundle is a side."""
    before = few()
    after = edited(bundles.again(before, 5, slower=1.25), runs=lambda row: row.update(source_sha256="b" * 64))
    sides = [differences.side(loaded(tmp_path / name, one)) for name, one in [("a", before), ("b", after)]]
    pairs, not_compared = differences.paired(*sides)
    assert not not_compared
    ratios = differences.ratio_of_entries(pairs)
    assert ratios["lenet5_1998"] == pytest.approx(1 / 1.25, rel=0.02)


def test_what_cannot_be_compared_is_named_with_the_reason(tmp_path: Path) -> None:
    one, other = (
        differences.side(loaded(tmp_path / f"{threads}", few(threads=threads))) for threads in (1, 2)
    )
    pairs, not_compared = differences.paired(one, other)
    assert not pairs
    assert {reason for _, reason in not_compared} == {
        "the second bundle has no run of it (it has one with other threads)",
        "the first bundle has no run of it (it has one with other threads)",
    }


def test_a_question_answered_on_two_machines_of_one_bundle_is_left_out(tmp_path: Path) -> None:
    both = differences.side(loaded(tmp_path / "2", few(), bundles.again(few(), 1, caches="L2 4 MiB")))
    pairs, not_compared = differences.paired(both, differences.side(loaded(tmp_path / "1", few())))
    assert not pairs
    assert {reason for _, reason in not_compared} == {"measured on several machines in the first bundle"}


def test_backends_are_compared_only_where_the_sides_have_none_in_common(tmp_path: Path) -> None:
    two = bundles.bundle(tiers=("pocket",), machines=2)
    backends = two.machines.set_index("software_id")["backend"]
    tensorflow, jax = (
        differences.side(loaded(tmp_path / backend, _part(two, set(backends.index[backends == backend]))))
        for backend in ("tensorflow", "jax")
    )
    assert differences.paired(tensorflow, jax)[0]
    both = differences.Side({**tensorflow.questions, **jax.questions}, {})
    pairs, _ = differences.paired(both, tensorflow)
    assert all("tensorflow" in after.name and "tensorflow" in before.name for before, after in pairs)


def test_slower_by_more_than_the_limit_fails_and_by_less_passes() -> None:
    before = question([100, 101, 102, 103, 104, 105])
    for factor, fails in [(0.80, True), (0.97, False), (1.2, False)]:
        after = question([rate * factor for rate in before.rates])
        outcome = differences.slower([(before, after)], 5)
        assert bool(outcome.sentences) is fails and outcome.testable == 1


def test_three_executions_a_side_cannot_fail_a_question() -> None:
    outcome = differences.slower([(question([100, 101, 102]), question([10, 11, 12]))], 5)
    assert not outcome.sentences and outcome.testable == 0


def test_entries_together_fail_where_no_single_one_could() -> None:
    """Six entries with one execution a side: all slower by 10% has the chance of 2 in 2^6 under the null."""
    pairs = [(question([100], entry=f"e{i}_2000"), question([90], entry=f"e{i}_2000")) for i in range(6)]
    (sentence,) = differences.slower(pairs, 5).sentences
    assert sentence.startswith("all 6 entries together: 0.900 times as fast") and "p = 0.031" in sentence
    assert not differences.slower(pairs[:5], 5).sentences
    assert not differences.slower(pairs, 15).sentences


def test_a_worse_measure_fails_and_a_better_one_passes() -> None:
    low, high = [1.0, 1.1, 1.2, 1.3, 1.4, 1.5], [2.0, 2.1, 2.2, 2.3, 2.4, 2.5]
    for before, after, higher, fails in [
        (low, high, False, True),
        (high, low, False, False),
        (high, low, True, True),
        (low, high, True, False),
    ]:
        outcome = differences.worse(
            [(question([], before, higher=higher), question([], after, higher=higher))]
        )
        assert bool(outcome.sentences) is fails
    (sentence,) = differences.worse([(question([], low), question([], high))]).sentences
    assert "error 1.25 % before, 2.25 % after" in sentence


@pytest.mark.parametrize(
    "conditions", ["slower", "slower:5", "slower:100%", "slower:-1%", "faster:5%", "accuracy,", ""]
)
def test_an_unknown_condition_is_refused(conditions: str) -> None:
    with pytest.raises(ValueError, match=r"unknown condition .*; the conditions are slower:PERCENT%"):
        differences.gates(conditions)


def test_false_alarms_of_noise_alone_are_as_rare_as_the_test_says() -> None:
    """Two of 16 executions differ by noise alone: a gate of 5% on one question fails in at most 2.5%."""
    random = np.random.default_rng(1)
    one = question(random.lognormal(sigma=0.1, size=16).tolist(), random.normal(size=16).tolist())
    gates = differences.gates("slower:0%,accuracy")
    for gate in gates.values():
        assert at_most(differences.false_alarms([one], gate, splits=400), 400, 0.05)


def test_the_rate_of_false_alarms_is_measured_and_not_assumed() -> None:
    """A gate that always fails is seen to."""
    always = lambda pairs: differences.Outcome(["it failed"], 1)  # noqa: E731
    assert differences.false_alarms([question([1.0, 2.0])], always, splits=7) == 7


@pytest.mark.parametrize("alarms", [0, 5, 199])
def test_at_the_upper_end_of_the_share_so_few_alarms_have_a_chance_of_5_percent(alarms: int) -> None:
    share = differences.at_most(alarms, 200)
    chance = sum(math.comb(200, k) * share**k * (1 - share) ** (200 - k) for k in range(alarms + 1))
    assert chance == pytest.approx(0.05)
    assert differences.at_most(200, 200) == 1.0
