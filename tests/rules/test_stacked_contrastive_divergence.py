"""A machine alone learns as the lowest of a stack does under the greedy rule."""

import keras
import numpy as np
import pytest

from benchmarks.engine.backend import driver_class
from benchmarks.layers.models.tied_stack import TiedStack
from benchmarks.rules import greedy_contrastive_divergence, stacked_contrastive_divergence
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage

SGD = {"name": "SGD", "learning_rate": 0.5}


def stepped(rule, trains):
    keras.utils.set_random_seed(0)
    model = TiedStack((5, 4), (3, 2), 1.0, spread=0.5)
    machines = dict(zip(("machine_1", "machine_2"), model.network.machines, strict=True))
    before = [np.asarray(weight.value).copy() for weight in model.weights]
    driver = driver_class(keras.backend.backend())()
    stage, part = Stage("", trains=trains, optimizer=SGD), machines.get(trains)
    made = rule.Learner(Context(model, lambda *_: 0.0, stage, Data({}, {}, {}), driver, 1, 3, part))
    made.step({"x": np.random.default_rng(0).random((7, 3, 2)).astype("float32")})
    after = [np.asarray(weight.value) for weight in model.weights]
    return [new - old for new, old in zip(after, before, strict=True)]


@pytest.mark.parametrize(("trains", "greedy"), [("", "machine_1"), ("machine_2", "machine_2")])
def test_it_is_the_greedy_rule_with_the_lowest_machine_for_a_default(trains, greedy):
    found = stepped(stacked_contrastive_divergence, trains)
    expected = stepped(greedy_contrastive_divergence, greedy)
    for change, wanted in zip(found, expected, strict=True):
        np.testing.assert_array_equal(change, wanted)
    moved = [bool(np.any(change)) for change in found]
    lowest = [True] * 3 + [False] * 3
    assert moved == (lowest if not trains else lowest[::-1])


def test_a_model_without_a_lowest_machine_is_refused():
    net = keras.Sequential([keras.Input((4,)), keras.layers.Dense(1)])
    driver = driver_class(keras.backend.backend())()
    with pytest.raises(ValueError, match="names its lowest machine, and Sequential does not"):
        stacked_contrastive_divergence.Learner(
            Context(net, lambda *_: 0.0, Stage("", optimizer=SGD), Data({}, {}, {}), driver, 1, 3)
        )
