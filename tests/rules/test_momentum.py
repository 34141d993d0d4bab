"""The momentum ramp against its formula, by hand."""

import keras
import numpy as np
import pytest

from benchmarks.rules import optimizers


def test_the_momentum_ramps_up_between_its_two_steps():
    options = {
        "name": "RampedMomentum",
        "learning_rate": 0.1,
        "momentum": 0.5,
        "final_momentum": 0.9,
        "ramp_start": 1,
        "ramp_end": 3,
    }
    optimizer = optimizers.make(options)
    weight = keras.Variable(np.zeros(1, "float32"))
    optimizer.build([weight])
    found = []
    for _ in range(4):
        optimizer.apply([np.ones(1, "float32")], [weight])
        found.append(float(np.asarray(weight.value)[0]))
    velocity, position, expected = 0.0, 0.0, []
    for momentum in (0.5, 0.5, 0.7, 0.9):
        velocity = momentum * velocity - 0.1
        position += velocity
        expected.append(position)
    np.testing.assert_allclose(found, expected, rtol=1e-6)


def test_a_ramp_that_ends_before_it_starts_is_refused():
    with pytest.raises(ValueError, match="is not below ramp_end"):
        optimizers.make(
            {
                "name": "RampedMomentum",
                "learning_rate": 0.1,
                "momentum": 0.5,
                "final_momentum": 0.9,
                "ramp_start": 5,
                "ramp_end": 5,
            }
        )


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
