"""Medians, intervals and ratios against values derived by hand."""

import itertools
import math

import numpy as np
import pytest

from report import statistics


def test_the_median_counts_runs_that_never_came_so_far() -> None:
    assert statistics.median([160.0, 400.0, math.inf]) == statistics.Estimate(400.0, None, None, 3)
    assert statistics.median([160.0, math.inf]) is None
    assert statistics.difference([1.0, 2.0, math.inf], [1.0, 2.0, math.inf]) == statistics.Estimate(0.0, None, None, 3)
    assert statistics.difference([1.0, math.inf], [1.0]) is None


def test_below_three_runs_there_is_no_interval() -> None:
    estimate = statistics.median([1.0, 3.0])
    assert estimate is not None
    assert (estimate.median, estimate.low, estimate.high, estimate.n) == (2.0, None, None, 2)
    assert statistics.median([]) is None


def test_interval_of_three_runs_against_all_resamples() -> None:
    # all 27 resamples of three values: the median is the lowest in 7, the middle in 13, the highest in 7
    values = [1.0, 2.0, 10.0]
    medians = [float(np.median(sample)) for sample in itertools.product(values, repeat=3)]
    assert [medians.count(value) for value in values] == [7, 13, 7]
    estimate = statistics.median(values)
    assert estimate is not None
    assert (estimate.low, estimate.high) == (1.0, 10.0)


def test_interval_agrees_with_scipy() -> None:
    scipy_stats = pytest.importorskip("scipy.stats")
    values = np.random.default_rng(1).normal(5, 2, 41)
    ours = statistics.median(list(values))
    theirs = scipy_stats.bootstrap((values,), np.median, method="percentile", n_resamples=20000, random_state=1).confidence_interval
    assert ours is not None and ours.low is not None and ours.high is not None
    assert ours.low == pytest.approx(theirs.low, abs=0.15)
    assert ours.high == pytest.approx(theirs.high, abs=0.15)


def test_interval_covers_the_median_as_often_as_it_says() -> None:
    random = np.random.default_rng(0)
    hits = 0
    for _ in range(200):
        estimate = statistics.median(list(random.normal(0, 1, 25)))
        assert estimate is not None and estimate.low is not None and estimate.high is not None
        hits += estimate.low <= 0 <= estimate.high
    assert 0.88 <= hits / 200 <= 0.995


def test_same_values_give_the_same_interval() -> None:
    assert statistics.median([3.0, 1.0, 2.0, 5.0]) == statistics.median([3.0, 1.0, 2.0, 5.0])


def test_ratio_scales_and_decides() -> None:
    base = [10.0, 11.0, 12.0]
    estimate = statistics.ratio([20.0, 22.0, 24.0], base)
    assert estimate is not None and estimate.low is not None and estimate.high is not None
    assert estimate.median == 2.0
    assert estimate.low >= 20 / 12 and estimate.high <= 24 / 10
    assert statistics.faster(estimate) == "faster"
    assert statistics.faster(statistics.ratio(base, [20.0, 22.0, 24.0])) == "slower"
    assert statistics.faster(statistics.ratio(base, base)) == "no difference shown"


@pytest.mark.parametrize(("ours", "theirs"), [([1.0, 2.0], [1.0, 2.0, 3.0]), ([], [1.0]), ([1.0], [])])
def test_two_runs_a_side_are_not_enough(ours: list[float], theirs: list[float]) -> None:
    assert statistics.faster(statistics.ratio(ours, theirs)) == "not enough runs"
    assert statistics.agreement(statistics.difference(ours, theirs)) == "not enough runs"


def test_agreement_needs_an_interval_with_zero() -> None:
    assert statistics.agreement(statistics.difference([1.0, 1.1, 1.2], [1.05, 1.1, 1.15])) == "agree"
    assert statistics.agreement(statistics.difference([2.0, 2.1, 2.2], [1.0, 1.1, 1.2])) == "differ"


def test_trend_of_an_exact_power_law() -> None:
    years = [1950, 1960, 1970, 1990]
    assert statistics.trend(years, [10 ** ((year - 1950) / 8) for year in years]) == pytest.approx(8)
    assert statistics.trend(years, [5, 4, 3, 2]) is None
    assert statistics.trend([1950, 1960], [1, 10]) is None
