"""The momentum ramp against its formula, by hand."""

import keras
import numpy as np
import pytest

from benchmarks import optimizers


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
