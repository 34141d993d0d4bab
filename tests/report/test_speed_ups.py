"""Speed-ups of machines over entries, eras and families: means, intervals, and who is compared with whom."""

import math
import re
from pathlib import Path

import numpy as np
import pytest
from scipy import stats

from report import speed_ups, style, tables
from report.eras import ERAS, era_of
from report.figures import speed_ups as figure
from report.findings import comparison
from report.loading import load
from report.results import Results
from report.speed_ups import Rates
from tests.report import bundles
from tests.report.simulation import about
from tests.report.variations import few, loaded, only


def rates(values: list[float]) -> Rates:
    """The rates of executions."""
    logs = np.log(values)
    variance = float(logs.var(ddof=1) / len(logs)) if len(values) > 1 else math.nan
    return Rates(float(logs.mean()), variance, len(logs))


def test_an_entry_counts_once_however_many_recipes_it_has() -> None:
    """Entry a, with two recipes, is 4 and 1 times as fast: 2; entry b 8 times: 4 over both, by hand."""
    base = {("a", str(i)): rates([10.0, 10.0]) for i in range(2)} | {("b", "0"): rates([10.0, 10.0])}
    fast = {
        ("a", "0"): rates([40.0, 40.0]),
        ("a", "1"): rates([10.0, 10.0]),
        ("b", "0"): rates([80.0, 80.0]),
    }
    mean = speed_ups._geometric_mean(fast, base, list(base))
    assert mean["ratio"] == pytest.approx(4) and mean["low"] == pytest.approx(4) == mean["high"]
    assert (mean["least"], mean["greatest"]) == (pytest.approx(2), pytest.approx(8))
    assert (mean["entries"], mean["questions"]) == (2, 3)


def test_of_one_question_the_interval_is_welchs() -> None:
    """The interval of SciPy's own test of two means with unequal variances, of logarithms."""
    ours, theirs = [12.0, 13.0, 11.5, 12.2], [10.0, 10.4, 9.0]
    mean = speed_ups._geometric_mean({("a",): rates(ours)}, {("a",): rates(theirs)}, [("a",)])
    interval = stats.ttest_ind(np.log(ours), np.log(theirs), equal_var=False).confidence_interval(0.95)
    assert (mean["low"], mean["high"]) == pytest.approx((math.exp(interval.low), math.exp(interval.high)))


def test_a_single_execution_gives_a_ratio_without_an_interval() -> None:
    mean = speed_ups._geometric_mean({("a",): rates([20.0])}, {("a",): rates([10.0, 11.0])}, [("a",)])
    assert mean["ratio"] == pytest.approx(20 / math.sqrt(110)) and mean["low"] is None


def test_intervals_hold_the_true_ratio_in_95_percent_of_samples() -> None:
    """Ten entries of one to three recipes, three executions a side, noise of 1% to 20%."""
    random = np.random.default_rng(0)
    questions = [(f"e{i}", f"r{j}") for i in range(10) for j in range(1 + i % 3)]
    held = 0
    for _ in range(400):
        ours, theirs = (
            {
                question: rates((factor * np.exp(random.normal(0, noise, 3))).tolist())
                for question, noise in zip(questions, np.linspace(0.01, 0.2, len(questions)), strict=True)
            }
            for factor in (2.0, 1.0)
        )
        mean = speed_ups._geometric_mean(ours, theirs, questions)
        held += mean["low"] <= 2.0 <= mean["high"]
    assert about(held, 400, 0.95)


def test_every_machine_is_compared_with_every_other_one_either_way(tmp_path: Path) -> None:
    one = few()
    others = [bundles.again(one, i, caches=f"L2 {i} MiB", slower=float(i)) for i in (2, 4)]
    results = loaded(tmp_path, one, *others)
    frame = results.speed_ups
    whole = frame[frame["over"] == "all"].set_index(["machine", "base"])["ratio"]
    assert len(whole) == 6
    for a, b in [("A", "B"), ("A", "C"), ("B", "C")]:
        assert whole[a, b] * whole[b, a] == pytest.approx(1)
    assert whole["A", "C"] == pytest.approx(whole["A", "B"] * whole["B", "C"])
    assert whole["C", "B"] == pytest.approx(0.5, rel=0.1)
    assert re.search(
        r"Over all \d entries B trains 0\.[45]\d* times as fast as A", " ".join(comparison(results))
    )


def test_eras_and_families_have_the_entries_that_are_theirs(tmp_path: Path) -> None:
    results = loaded(tmp_path, few(), bundles.again(few(), 1, caches="L2 4 MiB"))
    frame = results.speed_ups[results.speed_ups["base"] == "A"]
    of = dict(zip(frame["group"], frame["entries"], strict=True))
    timed = set(results.throughput["entry"])
    for family in {results.entries[id]["family"] for id in timed}:
        assert of[family] == sum(results.entries[id]["family"] == family for id in timed)
    for era in ERAS:
        assert of.get(era.title, 0) == sum(era_of(results.entries[id]["year"]) is era for id in timed)


def test_machines_that_share_nothing_count_neither_as_base_nor_among_too_many(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The first of three shares nothing: eras and families are those over the second, as if it came first."""
    monkeypatch.setattr(speed_ups, "EVERY_BASE", 1)
    first, rest = only(few(), {"lstm_1997"}), only(few(), {"lenet5_1998", "perceptron_1958"})
    others = [bundles.again(rest, i, caches=f"L2 {i} MiB") for i in (1, 2)]
    results = loaded(tmp_path, first, *others)
    frame = results.speed_ups
    assert set(frame.loc[frame["over"] == "family", "base"]) == {"B"}
    with style.theme():
        (drawn,) = figure.draw(results)
    assert {"era", "family"} < set(drawn.data["over"])


def test_each_machine_is_set_against_the_first_with_which_it_shares_a_question(tmp_path: Path) -> None:
    part = [only(few(), {entry}) for entry in ("perceptron_1958", "lstm_1997")]
    given = [few(), part[0], part[1]]
    results = loaded(
        tmp_path, *(bundles.again(one, i, caches=f"L2 {i} MiB") for i, one in enumerate([part[0], *given]))
    )
    found = speed_ups.against_first(results.speed_ups)
    # D has the one entry that A lacks, so B is its base.
    assert list(zip(found["machine"], found["base"], strict=True)) == [("B", "A"), ("C", "A"), ("D", "B")]
    with style.theme():
        (drawn,) = figure.draw(results)
    assert "D shared no question with A" in drawn.caption


def test_ratios_of_two_backends_say_so(two: Path) -> None:
    results = load([two])
    assert set(results.speed_ups["backends"]) == {"jax / tensorflow", "tensorflow / jax"}
    table = next(table for table in tables.comparisons(results) if table.name == "speed_ups")
    assert "backends" in [column.key for column in table.columns]
    assert "hardware and backend together" in table.caption
    with style.theme():
        (drawn,) = figure.draw(results)
    assert "over machine A (tensorflow)" in drawn.caption and "B (jax)" in drawn.caption


def test_one_machine_has_no_speed_up(results: Results) -> None:
    assert results.speed_ups.empty


def test_forty_machines_are_all_compared_and_the_table_stays_small(forty: Results) -> None:
    frame = forty.speed_ups
    assert len(frame[frame["over"] == "all"]) == 40 * 39
    assert set(frame.loc[frame["over"] != "all", "base"]) == {"A"}
