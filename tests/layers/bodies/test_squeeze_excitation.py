"""Squeeze and excitation against the paper's equations in NumPy."""

import keras
import numpy as np
import pytest

from benchmarks.layers.bodies.residual import block
from benchmarks.layers.bodies.squeeze_excitation import gates, squeeze_excitation

RNG = np.random.default_rng(2017)


@pytest.mark.parametrize(("maps", "units"), [(8, 2), (3, 1)])
def test_maps_are_gated_by_equations_2_to_4(maps, units):
    inputs = keras.Input((3, 5, maps))
    model = keras.Model(inputs, squeeze_excitation(inputs, ratio=4))
    values = [RNG.normal(size=weight.shape).astype("float32") for weight in model.weights]
    model.set_weights(values)
    w_1, b_1, w_2, b_2 = values
    assert w_1.shape == (maps, units) and w_2.shape == (units, maps)
    x = RNG.normal(size=(2, 3, 5, maps)).astype("float32")
    z = x.mean(axis=(1, 2))
    s = 1 / (1 + np.exp(-(np.maximum(z @ w_1 + b_1, 0) @ w_2 + b_2)))
    np.testing.assert_allclose(np.asarray(model(x)), x * s[:, None, None], rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(np.asarray(keras.Model(inputs, gates(model)[0])(x)), s, rtol=1e-4)


def test_only_the_correction_of_a_residual_block_is_gated():
    """With its gates shut a block passes what it is given (after ReLU)."""
    inputs = keras.Input((4, 4, 8))
    model = keras.Model(inputs, block(inputs, 8, gate=lambda y: squeeze_excitation(y, ratio=2)))
    x = np.abs(RNG.normal(size=(2, 4, 4, 8))).astype("float32")
    assert not np.allclose(np.asarray(model(x)), x)
    last = [layer for layer in model.layers if isinstance(layer, keras.layers.Dense)][-1]
    last.bias.assign(np.full(8, -100.0))
    np.testing.assert_array_equal(np.asarray(model(x)), x)
