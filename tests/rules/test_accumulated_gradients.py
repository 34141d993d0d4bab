"""Gradients that pile up, against the same steps written with plain numbers."""

from types import SimpleNamespace
from typing import Any

import keras
import numpy as np
import pytest

from benchmarks.rules.accumulated_gradients import Learner
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage

#: The gradients of three steps: by two weights that learn.
GRADIENTS = [([3.0, 4.0], [0.0]), ([0.0, 0.0], [12.0]), ([1.0, -1.0], [0.5])]


def learner(clip_norm: float | None) -> Learner:
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, kernel_initializer="zeros")])
    given = iter(GRADIENTS)

    def gradient(compute: Any, weights: Any) -> Any:
        values = [
            np.array(value, "float32").reshape(w.shape) for value, w in zip(next(given), weights, strict=True)
        ]
        return compute(), [keras.ops.convert_to_tensor(value) for value in values]

    stage = Stage("", optimizer={"name": "SGD", "learning_rate": 0.1}, clip_norm=clip_norm)
    driver = SimpleNamespace(gradient=gradient)
    return Learner(Context(model, lambda *_: 1.0, stage, Data({}, {}, {}), driver, len(GRADIENTS), seed=0))


def by_hand(clip_norm: float | None) -> np.ndarray:
    """The three numbers that learn, after each step."""
    weights, kept, after = np.zeros(3), np.zeros(3), []
    for kernel, bias in GRADIENTS:
        length = np.linalg.norm(kept)
        if clip_norm is not None and length > clip_norm:
            kept = kept * clip_norm / length
        kept = kept + np.array([*kernel, *bias])
        weights = weights - 0.1 * kept
        after.append(weights)
    return np.array(after)


@pytest.mark.parametrize("clip_norm", [None, 1.0, 100.0])
def test_each_step_goes_along_the_sum_of_what_is_left_and_what_is_new(clip_norm: float | None) -> None:
    rule = learner(clip_norm)
    after = []
    for _ in GRADIENTS:
        assert rule.step({}) == {"loss": 1.0}
        after.append(np.concatenate([np.asarray(v.value).ravel() for v in rule.part.trainable_variables]))
    np.testing.assert_allclose(np.array(after), by_hand(clip_norm), rtol=1e-6)


def test_the_sums_belong_to_what_a_checkpoint_holds() -> None:
    rule = learner(1.0)
    rule.step({})
    held = {id(variable) for variable in rule.variables}
    assert all(id(variable) in held for variable in [*rule.sums, *rule.model.variables])
    assert [np.asarray(kept.value).ravel().tolist() for kept in rule.sums] == [[3.0, 4.0], [0.0]]
