"""Encoding: shares and times over machines that were set by hand, and the exact divergence."""

import itertools

import numpy as np
import pytest

from benchmarks.layers.models.boltzmann_machine import BoltzmannMachines
from benchmarks.spec import Data
from benchmarks.tasks import encoding
from tests.eager import Eager

ROWS = {"x": np.eye(2, dtype="float32")}
DATA = Data(ROWS, ROWS, ROWS)


def test_shares_and_times_count_over_the_machines():
    """The first machine tells its two patterns apart, for good from cycle 4 on; the second never, in nine."""
    model = BoltzmannMachines(group=2, hidden=2, machines=2)
    links = np.zeros(model.links.shape, "float32")
    links[0, 0, 4:6] = 5
    model.links.assign(links)
    for variable, value in (
        (model.cycles, 9.0),
        (model.found, [2.0, np.inf]),
        (model.almost, [1.0, 3.0]),
        (model.spaced, [6.0, np.inf]),
        (model.unsettled, [3.0, 9.0]),
    ):
        variable.assign(value)
    scores = encoding.evaluate(Eager(model), model, DATA, "test")
    assert scores == {
        "solved": 50.0,
        "codes": 1.5,
        "median_cycles": 5.5,
        "longest_cycles": 9.0,
        "median_lasting_cycles": 6.5,
        "median_almost_cycles": 2.0,
        "spaced": 50.0,
        "median_spaced_cycles": 7.5,
        "longest_spaced_cycles": 9.0,
    }
    model.unsettled.assign([3.0, 7.0])
    assert encoding.evaluate(Eager(model), model, DATA, "test")["median_lasting_cycles"] == 6.0


def test_the_divergence_is_that_of_all_states():
    """Without links all 16 visible states are equally likely: G is log 16 less the world's entropy."""
    model = BoltzmannMachines(group=2, hidden=1, machines=3)
    scores = encoding.evaluate(Eager(model), model, DATA, "test", noise=(0.2, 0.1))
    world = []
    for state in itertools.product([0, 1], repeat=4):
        chances = [
            np.prod(
                [
                    (0.8 if s else 0.2) if on else (0.1 if s else 0.9)
                    for s, on in zip(state, pattern, strict=True)
                ]
            )
            for pattern in ((1, 0, 1, 0), (0, 1, 0, 1))
        ]
        world.append(np.mean(chances))
    assert scores["divergence"] == pytest.approx(np.log(16) + np.sum(world * np.log(world)), rel=1e-5)
    large = BoltzmannMachines(group=9)
    with pytest.raises(ValueError, match="18 visible units; the exact divergence needs at most 16"):
        encoding.divergences(Eager(large), large, np.eye(9, dtype="float32"), (0.2, 0.1))


def test_a_machine_whose_hidden_units_carry_the_pattern_completes_it_and_another_does_not():
    """In the first, each hidden unit excites one pattern, and the units of a group silence each other."""
    model = BoltzmannMachines(group=2, hidden=2, machines=2)
    links = np.zeros(model.links.shape, "float32")
    links[0, [0, 1, 2, 3], [4, 5, 4, 5]] = 600, 600, 200, 200
    links[0, [0, 2, 4], [1, 3, 5]] = -400
    links[0, :4, 6], links[0, 4:6, 6] = -100, -100
    model.links.assign(links + links.transpose(0, 2, 1))
    schedule = ((10, 10.0),)
    right = encoding.completed(Eager(model), model, ROWS["x"], 50, schedule)
    assert right.shape == (2, 100)
    assert right[0].all()
    assert 0.1 < right[1].mean() < 0.4, "two free units are right by chance once in four times"
    scores = encoding.evaluate(Eager(model), model, DATA, "test", completions=50, schedule=schedule)
    assert scores["completed"] == pytest.approx(100 * right.mean())


def test_another_model_is_refused():
    with pytest.raises(TypeError, match="encoding asks for a EncodingMachines"):
        encoding.evaluate(Eager(object()), object(), DATA, "test")
