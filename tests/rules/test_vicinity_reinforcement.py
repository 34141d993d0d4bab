"""Fukushima's first rule, cell by cell in NumPy, and what it comes to in the end."""

from typing import Any

import keras
import numpy as np
import pytest

from benchmarks.layers.models.cognitron import CognitronCells
from benchmarks.layers.models.neocognitron import Naming
from benchmarks.rules import vicinity_reinforcement as rule
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage

RNG = np.random.default_rng(3)
SIDE = 6


def learner(batch_size: int = 1, competing: int = 2, **options: Any) -> rule.Learner:
    given = {"q0": 2.0, "q1": 16.0, "memory": 10.0} | options
    layers = [CognitronCells(3, near=1) for _ in range(competing)]
    model = keras.Sequential(
        [keras.Input((SIDE, SIDE, 1)), *layers, keras.layers.Reshape((1, 1, SIDE**2)), Naming(2)]
    )
    stage = Stage("", rule_options=given, batch_size=batch_size)
    return rule.Learner(Context(model, lambda *_: 0.0, stage, Data({}, {}, {}), None, steps=1, seed=0))


def by_hand(
    a: np.ndarray, b: np.ndarray, x: np.ndarray, u: np.ndarray
) -> tuple[np.ndarray, np.ndarray, list[str]]:
    """Synapses [6,6,3,3] and [6,6] after a pattern x [6,6] that the cells answered with u, and what each
    cell did.
    """
    a, b, did = a.copy(), b.copy(), []
    inside = range(SIDE)
    for i, j in np.ndindex(SIDE, SIDE):
        near = [(i, j), (i - 1, j), (i + 1, j), (i, j - 1), (i, j + 1)]
        stronger = [u[k, m] for k, m in near if k in inside and m in inside and u[k, m] > u[i, j]]
        if stronger:
            did.append("waits")
            continue
        did.append("fires" if u[i, j] > 0 else "sleeps")
        seen = [(k, m) for k in range(3) for m in range(3) if i + k - 1 in inside and j + m - 1 in inside]
        c = 1 / len(seen)
        v = sum(c * x[i + k - 1, j + m - 1] for k, m in seen)
        for k, m in seen:
            a[i, j, k, m] += (16.0 if u[i, j] > 0 else 2.0) * c * x[i + k - 1, j + m - 1]
        if u[i, j] > 0:
            b[i, j] += 16.0 * sum(c * x[i + k - 1, j + m - 1] ** 2 for k, m in seen) / (2 * v)
        else:
            b[i, j] += 2.0 * v
    return a, b, did


def test_the_strongest_of_a_vicinity_learn_and_where_all_are_silent_all_wake_slowly() -> None:
    it = learner(competing=1)
    layer, done = it.model.layers[0], set()
    for _ in range(6):
        x = (RNG.random((1, SIDE, SIDE, 1)) * (RNG.random((1, SIDE, SIDE, 1)) < 0.3)).astype("float32")
        a, b = (
            np.asarray(layer.a.value).reshape(SIDE, SIDE, 3, 3),
            np.asarray(layer.b.value).reshape(SIDE, SIDE),
        )
        u = np.asarray(layer(x))[0, :, :, 0]
        logs = it.step({"x": x, "y": np.array([0], "int32")})
        new_a, new_b, did = by_hand(a, b, x[0, :, :, 0], u)
        np.testing.assert_allclose(np.asarray(layer.a.value).reshape(new_a.shape), new_a, rtol=1e-5)
        np.testing.assert_allclose(np.asarray(layer.b.value).reshape(new_b.shape), new_b, rtol=1e-5)
        assert float(logs["reinforced"]) == did.count("fires")
        done |= set(did)
    assert done == {"fires", "sleeps", "waits"}


def test_all_layers_learn_from_what_the_one_before_said_before_it_learned() -> None:
    it = learner()
    first, second = it.model.layers[:2]
    for layer in (first, second):
        layer.a.assign(RNG.random(layer.a.shape) * (layer.c > 0))
    x = RNG.random((1, SIDE, SIDE, 1)).astype("float32")
    middle = np.asarray(first(x))
    a, b = (
        np.asarray(second.a.value).reshape(SIDE, SIDE, 3, 3),
        np.asarray(second.b.value).reshape(SIDE, SIDE),
    )
    u = np.asarray(second(middle))[0, :, :, 0]
    it.step({"x": x, "y": np.array([0], "int32")})
    new_a, new_b, _ = by_hand(a, b, middle[0, :, :, 0], u)
    np.testing.assert_allclose(np.asarray(second.a.value).reshape(new_a.shape), new_a, rtol=1e-4)
    np.testing.assert_allclose(np.asarray(second.b.value).reshape(new_b.shape), new_b, rtol=1e-4)


def test_a_cell_ends_at_one_for_the_pattern_that_it_learned() -> None:
    """Excitation grows twice as fast as inhibition: (e - e/2) / (1 + e/2) comes to 1, however large e is."""
    it = learner(competing=1, q0=0.5)
    layer = it.model.layers[0]
    x = np.zeros((1, SIDE, SIDE, 1), "float32")
    x[0, 2:4, 2, 0] = 1
    for _ in range(200):
        it.step({"x": x, "y": np.array([0], "int32")})
    said = np.asarray(layer(x))[0, :, :, 0]
    np.testing.assert_allclose(said.max(), 1.0, atol=0.01)
    assert (np.asarray(layer(np.zeros_like(x))) == 0).all()


def test_cells_of_the_last_layer_are_remembered_with_the_class_that_they_answered_to() -> None:
    it = learner(competing=1)
    layer, naming = it.model.layers[0], it.model.layers[-1]
    layer.a.assign(RNG.random(layer.a.shape) * (layer.c > 0))
    x = RNG.random((1, SIDE, SIDE, 1)).astype("float32")
    u = np.asarray(layer(x)).reshape(-1)
    it.step({"x": x, "y": np.array([1], "int32")})
    np.testing.assert_allclose(np.asarray(naming.seen.value)[:, 1], u / 10, rtol=1e-5)
    assert not np.asarray(naming.seen.value)[:, 0].any()


def test_what_does_not_fit_is_refused() -> None:
    with pytest.raises(ValueError, match="no option 'q2'"):
        learner(q2=1.0)
    with pytest.raises(ValueError, match="batch_size is 4"):
        learner(batch_size=4)
    with pytest.raises(ValueError, match="no layer whose cells compete"):
        learner(competing=0)
