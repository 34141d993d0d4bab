"""Gradient descent whose rate differs between weights."""

import keras
import numpy as np
import pytest

from benchmarks import optimizers


def test_biases_and_named_layers_learn_at_rates_of_their_own():
    optimizer = optimizers.make(
        {
            "name": "ScaledRates",
            "learning_rate": 0.1,
            "momentum": 0.5,
            "scales": (("bias", 2.0), ("top", 0.1)),
        }
    )
    layers = [keras.layers.Dense(1, name=name, kernel_initializer="zeros") for name in ("hidden", "top")]
    for layer in layers:
        layer.build((None, 1))
    weights = [weight for layer in layers for weight in layer.trainable_variables]
    optimizer.build(weights)
    for _ in range(2):
        optimizer.apply([np.ones(weight.shape, "float32") for weight in weights], weights)
    found = {weight.path: float(np.asarray(weight.value).ravel()[0]) for weight in weights}
    two_steps = -0.1 - (0.05 + 0.1)
    expected = {"hidden/kernel": 1.0, "hidden/bias": 2.0, "top/kernel": 0.1, "top/bias": 0.2}
    assert found == pytest.approx({name: factor * two_steps for name, factor in expected.items()})
