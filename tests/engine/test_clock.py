"""Clocks: exactly one runs at a time, so they are disjoint and add up."""

import random
import time

import pytest

from benchmarks.engine.clock import Clock
from benchmarks.records import CLOCK_NAMES


class Time:
    """A time that passes only when it is told to; whole numbers, so that sums are exact."""

    def __init__(self, monkeypatch: pytest.MonkeyPatch) -> None:
        self.now = 1000
        monkeypatch.setattr(time, "perf_counter", lambda: float(self.now))


@pytest.fixture
def passing(monkeypatch: pytest.MonkeyPatch) -> Time:
    return Time(monkeypatch)


@pytest.mark.parametrize("seed", range(20))
def test_any_sequence_of_clocks_adds_up(seed: int, passing: Time) -> None:
    rng = random.Random(seed)
    clock = Clock()
    expected = dict.fromkeys(CLOCK_NAMES, 0.0)
    running = None
    for _ in range(200):
        spent = rng.randrange(100)
        passing.now += spent
        if running:
            expected[running] += spent
        else:
            spent = 0  # nothing runs: this time is nobody's
        name = rng.choice([*CLOCK_NAMES, None])
        assert (clock.start(name) if name else clock.stop()) == spent
        running = name
    clock.stop()
    assert clock.seconds == expected
    assert clock.total == sum(expected.values())


def test_a_clock_goes_on_from_what_it_has(passing: Time) -> None:
    clock = Clock({"train": 5.0})
    clock.start("train")
    passing.now += 3
    assert clock.stop() == 3.0
    assert clock.seconds["train"] == clock.total == 8.0
    assert clock.stop() == 0.0, "a stopped clock does not run"


def test_an_unknown_clock_is_an_error() -> None:
    with pytest.raises(KeyError, match="no clock named 'warm-up'"):
        Clock().start("warm-up")


def test_inside_another_clock_runs_and_the_first_goes_on(passing: Time) -> None:
    clock = Clock()
    clock.start("evaluate")
    passing.now += 2
    with clock.instead("sample"):
        passing.now += 5
    passing.now += 1
    clock.stop()
    assert (clock.seconds["evaluate"], clock.seconds["sample"]) == (3.0, 5.0)
    with clock.instead("sample"):
        passing.now += 1
    passing.now += 9
    assert clock.stop() == 0.0 and clock.total == 9.0, "where none ran before, none runs afterwards"
