"""Throughput from legs, by simulation and by hand."""

import math
from collections.abc import Sequence

import numpy as np
import pytest

from report import rates, statistics
from tests.report.simulation import Random, at_most, compared


def nested(random: Random, executions: int, legs: int) -> list[rates.Legs]:
    """Executions that differ by 5%, with legs that differ by 2%; the first leg is slow."""
    nested = []
    for _ in range(executions):
        middle = 0.05 * random.normal()
        speed = 1000 * np.exp(middle + 0.02 * random.normal(size=legs))
        speed[0] /= 3
        nested.append(rates.Legs(list(speed), [leg == 0 for leg in range(legs)], [False] * legs))
    return nested


def rated(executions: Sequence[rates.Legs]) -> rates.Rate:
    rate = rates.rate(executions)
    assert rate is not None
    return rate


def test_a_rate_is_the_median_over_executions_of_their_steady_legs() -> None:
    first = rates.Legs([1.0, 10.0, 11.0, 30.0], [True, False, False, False], [True, None, None, None])
    resumed = rates.Legs(
        [1.0, 20.0, 2.0, None, 22.0, 0.0], [True, False, True, False, False, False], [None] * 6
    )
    found = rated([first, resumed, rates.Legs([5.0], [True], [False])])
    assert (found.values, found.estimate) == ((11.0, 21.0), statistics.Estimate(16.0, 11.0, 21.0, 2, False))
    assert found.disturbed is None and not found.busy
    assert rates.rate([]) is rates.rate([rates.Legs([5.0], [True], [False])]) is None


def test_one_leg_and_one_execution_have_no_spread() -> None:
    found = rated([rates.Legs([5.0], [False], [False])])
    assert (found.within, found.between, found.estimate.n) == (None, None, 1)


def test_a_rate_keeps_disturbed_legs_and_says_how_many() -> None:
    legs = [
        rates.Legs([10.0] * 5, [True, *[False] * 4], [True, flag, False, False, None])
        for flag in (True, False)
    ]
    found = rated(legs)
    assert (found.disturbed, found.busy, found.values) == (1 / 6, True, (10.0, 10.0))
    assert not rated([legs[1]]).busy


@pytest.mark.parametrize(
    ("other", "stolen", "available", "expected"),
    [
        (0.0, 0.0, 2.0, False),
        (0.2, 0.0, 2.0, True),
        (0.06, 0.06, 2.0, True),
        (0.09, None, 2.0, False),
        (None, 0.5, 2.0, True),
        (None, None, 2.0, None),
        (1.0, 1.0, None, None),
    ],
)
def test_a_leg_is_disturbed_where_others_took_a_twentieth_of_the_cores(
    other: float | None, stolen: float | None, available: float | None, expected: bool | None
) -> None:
    assert rates.disturbed(other, stolen, available) is expected


def test_spread_within_and_between_executions_is_found() -> None:
    random = np.random.default_rng(0)
    spreads = [(found.within, found.between) for found in (rated(nested(random, 12, 21)) for _ in range(200))]
    within, between = np.array(spreads, dtype=float).mean(axis=0)
    assert within == pytest.approx(2, rel=0.05)
    assert between == pytest.approx(5, rel=0.12)


def test_executions_are_the_units_and_legs_are_not() -> None:
    """Five executions of 20 legs on two equal machines: as samples, legs mostly call them different."""
    random = np.random.default_rng(2)
    by_execution, by_leg = 0, 0
    for _ in range(500):
        ours, theirs = nested(random, 5, 21), nested(random, 5, 21)
        by_execution += compared(rated(ours).values, rated(theirs).values, ratio=True).p <= 0.05
        legs_of = [[rate for legs in side for rate in legs.rates[1:] if rate] for side in (ours, theirs)]
        by_leg += compared(legs_of[0], legs_of[1], ratio=True).p <= 0.05
    assert at_most(by_execution, 500, 0.05)
    assert not at_most(by_leg, 500, 0.4)


@pytest.mark.parametrize(
    ("load", "expected"),
    [
        ((0.2, 0.0, 2.0, 2.0), True),
        ((0.2, 0.0, 2.0, 4.0), False),  # the two other cores may do what they like
        ((2.2, 0.0, 2.0, 4.0), True),
        ((1.0, 0.2, 2.0, 4.0), True),  # what is stolen is lost
        ((None, None, 2.0, 4.0), None),
        ((0.2, 0.0, None, 4.0), None),
        ((0.2, None, 2.0, None), True),
    ],
)
def test_others_on_cores_that_a_run_cannot_use_disturb_nothing(
    load: tuple[float | None, ...], expected: bool | None
) -> None:
    assert rates.disturbed(*load) is expected


@pytest.mark.parametrize(
    ("cores", "throttled", "processes", "expected"),
    [
        ((0.0, 0.0, 2.0), False, 0, False),
        ((0.0, 0.0, 2.0), True, 0, True),
        ((0.0, 0.0, 2.0), False, 1, True),
        ((0.2, 0.0, 2.0), False, 0, True),
        ((None, None, None), True, None, True),
        ((None, None, None), None, 2.0, True),
        ((None, None, None), 0.0, None, False),
        ((0.0, 0.0, 2.0), math.nan, math.nan, False),
        ((None, None, None), math.nan, math.nan, None),
    ],
)
def test_a_leg_is_disturbed_where_its_accelerator_was_slowed_or_shared(
    cores: tuple[float | None, float | None, float | None],
    throttled: float | None,
    processes: float | None,
    expected: bool | None,
) -> None:
    assert rates.disturbed(*cores, throttled=throttled, processes=processes) is expected
