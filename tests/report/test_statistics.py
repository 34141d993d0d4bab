"""Medians, intervals and comparisons against values by hand, against SciPy, and in simulation."""

import glob
import math
from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from scipy import stats

from report import statistics
from tests.report.simulation import Random, about, at_most, compared, every_sample, paired

# The interval of a median


def test_the_median_counts_runs_that_never_reached_the_criterion() -> None:
    assert statistics.median([160.0, 400.0, math.inf]) == statistics.Estimate(400.0, None, None, 3, False)
    assert statistics.median([160.0, math.inf]) is None
    assert statistics.median([1.0, 2.0, 3.0, 4.0, 5.0, math.inf]) == statistics.Estimate(
        3.5, None, None, 6, False
    )
    # of 9 values the second least and the second greatest are the ends, and both are finite
    assert statistics.median([*range(1, 9), math.inf]) == statistics.Estimate(5.0, 2.0, 8.0, 9, True)


def test_below_six_values_there_is_a_range_and_no_interval() -> None:
    assert statistics.median([]) is None
    assert statistics.median([None, math.nan]) is None
    assert statistics.median([2.0]) == statistics.Estimate(2.0, None, None, 1, False)
    assert statistics.median([3.0, None, 1.0]) == statistics.Estimate(2.0, 1.0, 3.0, 2, False)
    assert statistics.median([5.0, 4.0, 3.0, 2.0, 1.0]) == statistics.Estimate(3.0, 1.0, 5.0, 5, False)
    assert statistics.median([6.0, 5.0, 4.0, 3.0, 2.0, 1.0]) == statistics.Estimate(3.5, 1.0, 6.0, 6, True)


@pytest.mark.parametrize("n", range(6, 31))
def test_interval_of_a_median_is_that_of_scipys_quantile_test(n: int) -> None:
    values = np.random.default_rng(n).normal(size=n)
    ours, theirs = (
        statistics.median(list(values)),
        stats.quantile_test(values, p=0.5).confidence_interval(0.95),
    )
    assert ours is not None
    assert (ours.low, ours.high) == (theirs.low, theirs.high)


@every_sample
@pytest.mark.parametrize(("n", "depth"), [(6, 1), (7, 1), (9, 2), (12, 3), (20, 6)])
def test_interval_covers_the_median_as_often_as_the_coins_say(
    sample: Callable[..., np.ndarray], n: int, depth: int
) -> None:
    # The median lies below the k-th least value where fewer than k of n fell below it: a coin each. 6 values:
    # 2 (1/2)^6.
    coverage = 1 - 2 * sum(math.comb(n, i) for i in range(depth)) / 2**n
    assert coverage >= 0.95
    estimates = [statistics.median(list(row)) for row in sample(np.random.default_rng(n), (3000, n))]
    hits = sum(e.low <= 0 <= e.high for e in estimates if e and e.low is not None and e.high is not None)
    assert about(hits, 3000, coverage)


@pytest.mark.parametrize(("n", "coverage"), [(3, 0.75), (5, 0.9375)])
def test_the_range_of_few_values_covers_too_little_to_be_called_an_interval(n: int, coverage: float) -> None:
    estimates = [statistics.median(list(row)) for row in np.random.default_rng(n).normal(size=(3000, n))]
    assert about(
        sum(e.low <= 0 <= e.high for e in estimates if e and e.low is not None and e.high is not None),
        3000,
        coverage,
    )


# Comparisons of two groups


@pytest.mark.parametrize(
    ("n", "m", "smallest"),
    [(3, 3, 0.1), (4, 4, 2 / 70), (3, 4, 2 / 35), (3, 5, 2 / 56), (2, 8, 2 / 45), (1, 1, 1.0)],
)
def test_smallest_p_is_that_of_groups_wholly_apart(n: int, m: int, smallest: float) -> None:
    found = compared([*range(n)], [*range(100, 100 + m)])
    assert found.p == found.smallest == pytest.approx(smallest)
    assert found.enough == (smallest <= 0.05) == (found.level is not None)


@pytest.mark.parametrize(("n", "smallest"), [(5, 0.0625), (6, 0.03125), (1, 1.0)])
def test_smallest_p_of_pairs_is_that_of_flipped_coins(n: int, smallest: float) -> None:
    found = paired([*range(1, n + 1)], [0] * n)
    assert found.p == found.smallest == smallest
    assert found.enough == (smallest <= 0.05) == (found.level is not None)


def test_too_few_runs_for_an_interval_have_the_range_of_their_differences() -> None:
    three, one, pairs = compared([1, 2, 3], [11, 12, 14]), compared([1], [3]), paired([1, 2, 3], [0, 0, 0])
    assert (three.effect, three.low, three.high, three.level) == (-10, -13, -8, None)
    assert (one.effect, one.low, one.high, one.level) == (-2, None, None, None)
    assert (pairs.effect, pairs.low, pairs.high, pairs.level) == (2, 1, 3, None)


def test_shift_and_interval_of_four_against_four_by_hand() -> None:
    # The 16 differences are 6 to 12, as often as 1 2 3 4 3 2 1: the middle is 9. Of 70 ways one has no value
    # of ours below one of theirs and one has all: the interval from the least to the greatest difference has
    # 68/70.
    found = compared([10, 11, 12, 13], [1, 2, 3, 4])
    assert (found.effect, found.low, found.high, found.level) == (9, 6, 12, pytest.approx(68 / 70))
    assert (found.n, found.m, found.paired, found.ratio, found.identical) == (4, 4, False, False, False)


def test_shift_and_interval_of_six_pairs_by_hand() -> None:
    # Means of two of 1, 2, 4, 8, 16, 32, each with itself too: 21. Below (1 + 16) / 2 lie the ten of the
    # first four values.
    found = paired([1, 2, 4, 8, 16, 32], [0] * 6)
    assert (found.effect, found.low, found.high, found.level) == (8.5, 1, 32, 62 / 64)


def test_a_ratio_is_the_shift_of_logarithms() -> None:
    ours, theirs = [20.0, 22.0, 24.0, 26.0], [10.0, 11.0, 12.0, 13.0]
    found, turned, shift = (
        compared(ours, theirs, ratio=True),
        compared(theirs, ours, ratio=True),
        compared(list(np.log(ours)), list(np.log(theirs))),
    )
    assert found.effect == pytest.approx(2) and found.effect == pytest.approx(math.exp(shift.effect))
    assert (found.low, found.high) == (pytest.approx(20 / 13), pytest.approx(26 / 10))
    assert (turned.effect, turned.low, turned.high) == (
        pytest.approx(1 / 2),
        pytest.approx(10 / 26),
        pytest.approx(13 / 20),
    )
    assert found.p == turned.p == shift.p
    assert paired(ours, theirs, ratio=True).effect == pytest.approx(2)
    with pytest.raises(ValueError, match="at least 0; one is -1"):
        compared([-1.0, 1.0], [1.0], ratio=True)


@pytest.mark.parametrize(("n", "m"), [(3, 3), (4, 7), (10, 10), (2, 12), (20, 20)])
def test_rank_sum_is_scipys(n: int, m: int) -> None:
    random = np.random.default_rng(n)
    for _ in range(10):
        x, y = random.normal(size=n), random.normal(0.5, size=m)
        assert compared(x, y).p == pytest.approx(stats.mannwhitneyu(x, y, method="exact").pvalue)


def test_rank_sum_with_ties_is_that_of_all_permutations() -> None:
    random = np.random.default_rng(0)
    for _ in range(10):
        x, y = random.integers(0, 4, 5), random.integers(0, 4, 6)
        ranks = stats.rankdata(np.concatenate([x, y]))
        every = stats.permutation_test(
            (ranks[:5], ranks[5:]), lambda a, b: a.sum(), permutation_type="independent", n_resamples=10_000
        )
        assert compared(x, y).p == pytest.approx(every.pvalue)


@pytest.mark.parametrize("n", [5, 6, 12, 20])
def test_signed_rank_is_scipys(n: int) -> None:
    random = np.random.default_rng(n)
    for _ in range(10):
        x, y = random.normal(size=n), random.normal(0.5, size=n)
        assert paired(x, y).p == pytest.approx(stats.wilcoxon(x, y, method="exact").pvalue)


def test_signed_rank_with_ties_and_equal_pairs_is_that_of_all_sign_flips() -> None:
    random = np.random.default_rng(0)
    for _ in range(10):
        change = random.integers(-3, 4, 9)
        signed = change[change != 0]
        ranks = np.sign(signed) * stats.rankdata(np.abs(signed))
        every = stats.permutation_test((ranks,), np.sum, permutation_type="samples", n_resamples=10_000)
        assert paired(change, [0] * 9).p == pytest.approx(every.pvalue)


def test_many_ranks_are_as_good_as_normal() -> None:
    random = np.random.default_rng(0)
    x, y = random.normal(size=90), random.normal(0.3, size=80)
    assert compared(x, y).p == pytest.approx(stats.mannwhitneyu(x, y, method="asymptotic").pvalue, rel=0.02)
    x, y = random.normal(size=150), random.normal(0.2, size=150)
    assert paired(x, y).p == pytest.approx(stats.wilcoxon(x, y, method="approx").pvalue, rel=0.02)


def test_runs_that_never_reached_the_criterion_are_ranked_last() -> None:
    never = compared([math.inf] * 4, [1.0, 2.0, 3.0, 4.0])
    assert (never.effect, never.low, never.p) == (math.inf, None, pytest.approx(2 / 70))
    assert compared([1.0, 2.0, math.inf], [1.0, 2.0, math.inf]).effect == 0
    # the difference of two that never came could lie at either end
    some = compared([1.0, 2.0, 3.0, 4.0, math.inf], [1.0, 2.0, 3.0, 4.0, math.inf])
    assert (some.effect, some.low, some.p) == (0, None, 1)
    both = paired([math.inf, 1, 2, 3, 4, 5, 6], [math.inf, 0, 0, 0, 0, 0, 0])
    assert (both.effect, both.low, both.p) == (
        3,
        1,
        2 / 64,
    )  # the third least of 0, 1/2, 1, 1, ...: neither came so far, the change is 0
    assert (
        statistics.compare([], [1.0])
        is statistics.compare([None], [1.0])
        is statistics.compare_pairs([(None, 1.0)])
        is None
    )


@every_sample
@pytest.mark.parametrize(
    ("n", "m"), [(3, 3), (4, 4), (5, 5), (6, 6), (12, 12), (20, 20), (3, 5), (2, 8), (5, 20)]
)
def test_equal_groups_are_called_different_and_shifts_are_covered_as_often_as_said(
    sample: Callable[..., np.ndarray], n: int, m: int
) -> None:
    random = np.random.default_rng(100 * n + m)
    found = [
        compared(x + 7, y) for x, y in zip(sample(random, (1000, n)), sample(random, (1000, m)), strict=True)
    ]
    same = [compared(x, y) for x, y in zip(sample(random, (1000, n)), sample(random, (1000, m)), strict=True)]
    alarms = sum(each.p <= 0.05 for each in same)
    if not same[0].enough:
        assert alarms == 0 and found[0].level is None
        return
    level = found[0].level
    assert level is not None and level >= 0.95
    covered = sum(
        each.low <= 7 <= each.high for each in found if each.low is not None and each.high is not None
    )
    assert about(covered, 1000, level)
    # the interval leaves out 0 where the test rejects it, and nowhere else
    assert about(alarms, 1000, 1 - level)
    assert all(
        (each.p <= 0.05) == (not each.low <= 0 <= each.high)
        for each in same
        if each.low is not None and each.high is not None
    )


@every_sample
@pytest.mark.parametrize("n", [5, 6, 8, 12, 20])
def test_equal_pairs_are_called_different_and_shifts_are_covered_as_often_as_said(
    sample: Callable[..., np.ndarray], n: int
) -> None:
    """What the seeds share is far larger than the machines' differences."""
    random = np.random.default_rng(n)
    shared = 100 * sample(random, (1000, n))
    x, y = shared + sample(random, (1000, n)), shared + sample(random, (1000, n))
    same = [paired(*pair) for pair in zip(x, y, strict=True)]
    found = [paired(*pair) for pair in zip(x + 7, y, strict=True)]
    alarms = sum(each.p <= 0.05 for each in same)
    level = found[0].level
    if n < 6:
        assert alarms == 0 and level is None
        return
    assert level is not None and level >= 0.95
    assert about(alarms, 1000, 1 - level)
    assert about(
        sum(each.low <= 7 <= each.high for each in found if each.low is not None and each.high is not None),
        1000,
        level,
    )


@pytest.mark.parametrize("n", [4, 5, 10])
def test_results_with_many_ties_give_no_more_false_alarms(n: int) -> None:
    random = np.random.default_rng(n)
    x, y = random.binomial(3, 0.8, (2, 2000, n))
    found = [compared(*each) for each in zip(x, y, strict=True)]
    assert at_most(sum(each.p <= 0.05 for each in found), 2000, 0.05)
    assert at_most(
        sum(
            not each.low <= 0 <= each.high for each in found if each.low is not None and each.high is not None
        ),
        2000,
        0.05,
    )
    assert at_most(sum(paired(*each).p <= 0.05 for each in zip(x, y, strict=True)), 2000, 0.05)


@pytest.mark.parametrize(("n", "m", "at_worst"), [(20, 20, 0.11), (12, 6, 0.15)])
def test_far_noisier_sides_cost_what_the_module_says(n: int, m: int, at_worst: float) -> None:
    random = np.random.default_rng(n)
    alarms = sum(compared(random.normal(size=n), 10 * random.normal(size=m)).p <= 0.05 for _ in range(2000))
    assert not at_most(alarms, 2000, 0.05) and at_most(alarms, 2000, at_worst)


# The same seeds on two machines


def test_seeds_make_pairs_from_six_on() -> None:
    ours, theirs = {seed: seed + 0.1 for seed in range(6)}, {seed: float(seed) for seed in range(6)}
    six = statistics.compare_seeds(ours, theirs)
    assert six is not None and six.paired and six.p == 2 / 64
    five = statistics.compare_seeds({seed: ours[seed] for seed in range(5)}, {**theirs, 7: 7.0})
    assert five is not None and not five.paired and (five.n, five.m) == (5, 7)
    assert statistics.compare_seeds({}, theirs) is None


def test_equal_results_seed_by_seed_are_identical_at_any_number() -> None:
    one = statistics.compare_seeds({0: 1.5}, {0: 1.5})
    three = statistics.compare_seeds({0: 1.5, 1: 2.5, 2: math.inf}, {2: math.inf, 1: 2.5, 0: 1.5})
    swapped = statistics.compare_seeds({0: 1.5, 1: 2.5}, {0: 2.5, 1: 1.5})
    more = statistics.compare_seeds({0: 1.5}, {0: 1.5, 1: 2.5})
    assert statistics.findings([one, three, swapped, more]) == [
        "identical",
        "identical",
        "not enough runs",
        "not enough runs",
    ]


@pytest.mark.parametrize("n", [4, 5])
def test_few_seeds_compared_as_independent_are_on_the_safe_side(n: int) -> None:
    random = np.random.default_rng(n)
    alarms = 0
    for _ in range(2000):
        seeds = random.normal(size=n)
        x, y = seeds + 0.5 * random.normal(size=(2, n))
        alarms += compared(x, y).p <= 0.05
    assert at_most(alarms, 2000, 0.02)


# The findings of a page


def made(
    p: float, effect: float = 1.2, low: float | None = None, high: float | None = None, ratio: bool = True
) -> statistics.Comparison:
    return statistics.Comparison(effect, low, high, 0.95, p, 0.001, 9, 9, False, ratio, False)


def test_a_significant_ratio_is_news_from_three_percent_on() -> None:
    given = [
        made(0.01, 1.2),
        made(0.01, 0.8),
        made(0.01, 1.02),
        made(0.01, 0.98),
        made(0.3, 1.2, 0.9, 1.5),
        made(0.3, 1.0, 0.98, 1.02),
    ]
    said = [
        "faster",
        "slower",
        *["no difference that matters"] * 2,
        "no difference shown",
        "no difference that matters",
    ]
    assert statistics.findings(given) == said
    assert statistics.findings([made(0.01, 0.001, ratio=False), made(0.3, ratio=False)]) == [
        "differ",
        "no difference shown",
    ]


def test_findings_hold_over_the_page() -> None:
    # Benjamini and Hochberg: the least k of 4 are found, for the greatest k with the k-th p at most k / 4 of
    # 5%: 0.0125, 0.025, 0.0375, 0.05
    ps = [0.011, 0.024, 0.038, 0.9]
    assert statistics.findings([made(p) for p in ps]) == ["faster"] * 2 + ["no difference shown"] * 2
    assert statistics.findings([made(0.04)]) == ["faster"]
    assert statistics.findings([made(0.04)] + [made(0.5)] * 9) == ["no difference shown"] * 10
    assert statistics.findings([]) == []


def test_what_could_not_be_significant_says_so_and_costs_the_others_nothing() -> None:
    few, none = compared([1.0, 2.0, 3.0], [11.0, 12.0, 13.0], ratio=True), statistics.compare([], [1.0])
    assert statistics.findings([few, none, made(0.04)]) == ["not enough runs"] * 2 + ["faster"]


def test_pages_of_equal_machines_have_a_false_finding_in_five_percent_at_most() -> None:
    """Machines B, C and D against A, 40 recipes, 4 to 10 executions of each on every machine."""
    random = np.random.default_rng(0)
    alarmed = 0
    for _ in range(300):
        page = []
        for n in random.integers(4, 11, 40):
            base, *others = 100 * np.exp(0.05 * random.standard_t(3, (4, n)))
            page += [compared(other, base, ratio=True) for other in others]
        # On a quiet machine an interval may lie so near 1 that no difference matters: that is right.
        found = zip(page, statistics.findings(page), strict=True)
        alarmed += any(
            finding in ("faster", "slower")
            or (finding == statistics.NONE_THAT_MATTERS and not within_what_matters(pair))
            for pair, finding in found
        )
    assert at_most(alarmed, 300, 0.05)


def test_false_findings_among_true_ones_are_five_percent_at_most() -> None:
    """Two machines on 60 recipes, a third of which one machine runs 20% faster.

    Compared one by one, a tenth of the findings are false.
    """
    random = np.random.default_rng(1)
    shares, alone = [], []
    for _ in range(150):
        truly = np.arange(60) < 20
        values = np.exp(0.05 * random.normal(size=(60, 2, 8)))
        values[truly, 0] *= 1.2
        page = [compared(ours, theirs, ratio=True) for ours, theirs in values]
        found = np.array([said in ("faster", "slower") for said in statistics.findings(page)])
        shares.append((found & ~truly).sum() / max(1, found.sum()))
        alone.append(sum(each.p <= 0.05 for each in page[20:]) / max(1, sum(each.p <= 0.05 for each in page)))
        assert found[truly].sum() >= 15
    assert np.mean(shares) + 3 * np.std(shares) / math.sqrt(150) < 0.05 < np.mean(alone)


# The same runs against themselves


def against_itself(groups: Sequence[Sequence[float]], random: Random, ratio: bool) -> list[str]:
    """The findings of a page on which the values of each group are divided at random between two sides.

    All values of a group answer the same question on one machine.
    """
    page = []
    for group in groups:
        mixed = random.permutation(list(group))
        page.append(statistics.compare(list(mixed[::2]), list(mixed[1::2]), ratio))
    return statistics.findings(page)


BUNDLES = sorted(glob.glob(str(Path(__file__).parents[2] / "results" / "reference" / "*")))


@pytest.fixture(scope="module", params=BUNDLES, ids=[Path(folder).name for folder in BUNDLES])
def measured(request: Any) -> Any:
    from report.loading import load

    return load([request.param])


def test_measured_runs_shared_out_at_random_are_called_alike(measured: Any) -> None:
    from report.results import GROUP

    random = np.random.default_rng(0)
    speeds = [group.tolist() for _, group in measured.throughput.groupby(GROUP)["examples_per_s"]]
    values = [group.tolist() for _, group in measured.final_measures.groupby([*GROUP, "measure"])["value"]]
    pages = (
        [against_itself(speeds, random, ratio=True) for _ in range(20)],
        [against_itself(values, random, ratio=False) for _ in range(20)],
    )
    if min(len(pages[0][0]), len(pages[1][0])) <= 20:
        pytest.skip(f"a bundle of {len(pages[0][0])} recipes says too little about false alarms")
    for kind, wrong in zip(pages, ({"faster", "slower"}, {"differ"}), strict=True):
        assert at_most(sum(not wrong.isdisjoint(page) for page in kind), 20, 0.05)


def within_what_matters(pair: Any) -> bool:
    """Whether the interval of a ratio holds only ratios so near 1 that they do not matter."""
    return pair.low > 1 / statistics.MATTERS and pair.high < statistics.MATTERS


def test_measured_noise_of_throughput_gives_no_more_false_alarms(measured: Any) -> None:
    """Two runs of one recipe differ only by noise; the differences are divided into groups of 4 to 9."""
    from report.results import GROUP

    noise = [
        math.log(group.iloc[1] / group.iloc[0])
        for _, group in measured.throughput.groupby(GROUP)["examples_per_s"]
        if len(group) > 1
    ]
    if len(noise) <= 20:
        pytest.skip(f"a bundle of {len(noise)} recipes with two runs says too little about noise")
    random = np.random.default_rng(0)
    alone, alarmed, of = 0, 0, 200
    for _ in range(of):
        mixed, groups = random.permutation(noise), []
        while len(mixed) >= 18:
            n = 2 * random.integers(4, 10)
            groups.append(mixed[:n])
            mixed = mixed[n:]
        page = [compared(np.exp(group[::2]), np.exp(group[1::2]), ratio=True) for group in groups]
        alone += page[0].p <= 0.05
        # On a quiet machine an interval may lie so near 1 that no difference matters: that is right.
        found = zip(page, statistics.findings(page), strict=True)
        alarmed += any(
            finding in ("faster", "slower")
            or (finding == statistics.NONE_THAT_MATTERS and not within_what_matters(pair))
            for pair, finding in found
        )
    assert at_most(alone, of, 0.05) and at_most(alarmed, of, 0.05)


def test_trend_of_an_exact_power_law() -> None:
    years = [1950, 1960, 1970, 1990]
    assert statistics.trend(years, [10 ** ((year - 1950) / 8) for year in years]) == pytest.approx((8, 1950))
    assert statistics.trend(years, [5, 4, 3, 2]) is None
    assert statistics.trend([1950, 1960], [1, 10]) is None
