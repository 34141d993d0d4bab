"""State units step by step in NumPy, and the gradient that takes states for inputs by finite differences."""

import keras
import numpy as np
from keras import ops

from benchmarks.layers.recurrent.state_units import StateUnits


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-x))


def run(x: np.ndarray, weights: list[np.ndarray], decay: float) -> tuple[np.ndarray, np.ndarray]:
    """Outputs and states [n, T, outputs]."""
    kernel, state_kernel, bias, output_kernel, output_bias = weights
    s, seen = np.zeros((len(x), len(state_kernel))), []
    for now in x.swapaxes(0, 1):
        outputs = sigmoid(sigmoid(now @ kernel + s @ state_kernel + bias) @ output_kernel + output_bias)
        seen.append((outputs, s))
        s = decay * s + outputs
    outputs, states = (np.stack(part, axis=1) for part in zip(*seen, strict=True))
    return outputs, states


def test_outputs_and_the_gradient_that_takes_states_for_inputs() -> None:
    from benchmarks.engine.backend import driver_class

    rng = np.random.default_rng(0)
    layer = StateUnits(hidden=4, outputs=3, decay=0.6)
    x = rng.normal(size=(2, 6, 2)).astype("float32")
    layer.build(x.shape)
    for weight in layer.weights:
        weight.assign(rng.normal(size=weight.shape))
    weights = [weight.astype("float64") for weight in layer.get_weights()]
    outputs, states = run(x.astype("float64"), weights, 0.6)
    for training in (False, True):
        np.testing.assert_allclose(ops.convert_to_numpy(layer(x, training=training)), outputs, atol=1e-5)
    np.testing.assert_allclose(ops.convert_to_numpy(layer.watch(x)[1]), states, atol=1e-5)

    target = rng.normal(size=outputs.shape).astype("float32")
    driver = driver_class(keras.backend.backend())()
    driver.bind(layer.weights)

    def learn(x, target):
        def total():
            return ops.sum(target * layer(x, training=True))

        return driver.gradient(total, layer.trainable_variables)[1]

    def with_given_states(weights: list[np.ndarray]) -> float:
        kernel, state_kernel, bias, output_kernel, output_bias = weights
        hidden = sigmoid(x @ kernel + states @ state_kernel + bias)
        return float(np.sum(target * sigmoid(hidden @ output_kernel + output_bias)))

    for place, found in enumerate(driver.function(learn)(x, target)):
        expected = np.zeros_like(weights[place])
        for index in np.ndindex(expected.shape):
            sides = []
            for change in (1e-5, -1e-5):
                moved = [weight.copy() for weight in weights]
                moved[place][index] += change
                sides.append(with_given_states(moved))
            expected[index] = (sides[0] - sides[1]) / 2e-5
        np.testing.assert_allclose(ops.convert_to_numpy(found), expected, rtol=1e-3, atol=1e-4)
