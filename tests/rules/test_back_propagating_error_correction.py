"""Rosenblatt's procedure against itself in plain Python, and against fixed units on exclusive or."""

from typing import Any

import keras
import numpy as np
import pytest

from benchmarks.layers.units.threshold import Binarize
from benchmarks.rules import back_propagating_error_correction as rule
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage

RNG = np.random.default_rng(13)


def in_words(errors: Any, active: Any, weights: Any, probabilities: Any, lots: Any) -> list[float]:
    """The three clauses, unit by unit and connection by connection."""
    handed = []
    for unit, on in enumerate(active):
        total = 0.0
        for response, error in enumerate(errors):
            v = weights[unit][response]
            if error == 0:
                continue
            if on and v * error < 0 and lots[unit][0] < probabilities[0]:
                total -= 1
            if not on and v * error > 0 and lots[unit][0] < probabilities[1]:
                total += 1
            if not on and v * error <= 0 and lots[unit][0] < probabilities[2]:
                total += 1
        handed.append(total)
    return handed


def test_errors_are_handed_back_as_the_three_clauses_say() -> None:
    for _ in range(20):
        errors = RNG.integers(-1, 2, (1, 3)).astype("float32")
        active = RNG.integers(0, 2, (1, 6)).astype("float32")
        weights = RNG.integers(-2, 3, (6, 3)).astype("float32")
        lots = RNG.random((6, 1)).astype("float32")
        found = rule.hand_back(errors, active, weights, (0.9, 0.6, 0.3), lots)
        expected = in_words(errors[0], active[0], weights, (0.9, 0.6, 0.3), lots)
        assert np.asarray(keras.ops.convert_to_numpy(found)).tolist() == [expected]


def learner(units: int, batch_size: int = 1, **options: Any) -> rule.Learner:
    keras.utils.set_random_seed(1)
    model = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(units, use_bias=False),
            Binarize(0.5),
            keras.layers.Dense(1, use_bias=False, kernel_initializer="zeros"),
        ]
    )
    given = {"probabilities": (1.0, 1.0, 1.0), "rates": (0.25, 1.0), **options}
    stage = Stage("", rule_options=given, batch_size=batch_size)
    return rule.Learner(Context(model, lambda *_: 0.0, stage, Data({}, {}, {}), None, steps=1, seed=0))


def test_one_presentation_by_hand() -> None:
    """The response should speak and does not: the active unit that speaks against it is told to be silent,
    the silent one that would speak for it to speak, and both only through the point that is on.
    """
    it = learner(3)
    it.association.kernel.assign([[1.0, 0.0, 1.0], [5.0, 5.0, 5.0]])
    it.response.kernel.assign([[-2.0], [1.0], [1.0]])
    log = it.step({"x": np.array([[1, 0]], "float32"), "y": np.array([1], "int32")})
    assert float(log["mistakes"]) == 1.0
    assert np.asarray(it.association.kernel.value).tolist() == [[0.75, 0.25, 1.0], [5.0, 5.0, 5.0]]
    assert np.asarray(it.response.kernel.value)[:, 0].tolist() == [-1.0, 1.0, 2.0]
    before = [np.asarray(each.value).copy() for each in it.model.variables]
    it.step({"x": np.array([[1, 0]], "float32"), "y": np.array([1], "int32")})
    for old, each in zip(before, it.model.variables, strict=True):
        np.testing.assert_array_equal(old, each.value, "what is right stays as it is")


def test_what_it_cannot_do_is_refused() -> None:
    with pytest.raises(ValueError, match="batch_size is 4; set it to 1"):
        learner(2, batch_size=4)
    with pytest.raises(ValueError, match="has no option 'lots'"):
        learner(2, lots=3)
