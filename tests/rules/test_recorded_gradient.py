"""Descent on a recorded net: a step by hand, the same weights by every mode, and what is refused."""

from typing import Any

import numpy as np
import pytest

from benchmarks.layers.models.recorded_net import RecordedNet
from benchmarks.rules import recorded_gradient as rule
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage

ROWS = {"x": np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32"), "y": np.array([0, 1, 1, 0], "int32")}


def learner(batch_size: int = 4, model: Any = None, **options: Any) -> rule.Learner:
    np.random.seed(3)
    model = model or RecordedNet((2,), 3, 2)
    stage = Stage("", rule_options={"learning_rate": 0.5, "mode": "reverse"} | options, batch_size=batch_size)
    return rule.Learner(Context(model, lambda *_: 0.0, stage, Data(ROWS, {}, {}), None, steps=1, seed=0))


def test_an_epoch_of_one_batch_is_a_step_down_the_gradient() -> None:
    it = learner()
    before = it.model.weights.copy()
    loss, gradient, operations = it.model.gradient(ROWS["x"], ROWS["y"], "reverse", 0.0)
    assert it.leg(0, 1) == (1, 4, {"loss": pytest.approx(loss), "operations": operations})
    np.testing.assert_allclose(it.model.weights, before - 0.5 * gradient)


def test_every_mode_ends_in_the_same_weights_and_a_resumed_run_too() -> None:
    ends, costs = [], []
    for mode in ("reverse", "forward", "differences"):
        it = learner(2, mode=mode)
        costs.append(it.leg(0, 5)[2]["operations"])
        it.leg(5, 20)
        ends.append(it.model.weights)
    np.testing.assert_allclose(ends[1], ends[0], rtol=1e-12)
    np.testing.assert_allclose(ends[2], ends[0], rtol=1e-6, atol=1e-8)
    assert costs[0] < min(costs[1:]) / 5
    in_one_go = learner(2)
    in_one_go.leg(0, 20)
    np.testing.assert_array_equal(in_one_go.model.weights, ends[0])


def test_what_it_cannot_do_is_refused() -> None:
    with pytest.raises(ValueError, match="mode is 'sideways'"):
        learner(mode="sideways")
    with pytest.raises(ValueError, match="no option 'momentum'"):
        learner(momentum=0.9)
    with pytest.raises(ValueError, match="needs a recorded net, which object is not"):
        learner(model=object())
