"""The net of 1986 against the paper's equations in NumPy: outputs, error, and its derivative for every
weight.
"""

from typing import Any

import keras
import numpy as np
import pytest

from benchmarks.engine import backend
from benchmarks.entries.feedforward import backprop_1986

X = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
Y = np.array([0, 1, 1, 0], "int32")


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-x))


@pytest.mark.parametrize("shortcuts", [False, True])
def test_every_derivative_is_that_of_the_paper(shortcuts: bool) -> None:
    keras.utils.set_random_seed(3)
    model = backprop_1986.build(inputs=2, hidden=2, shortcuts=shortcuts, spread=0.5)
    driver: Any = backend.driver_class(keras.backend.backend())()
    driver.bind(model.variables)

    def call() -> Any:
        error, gradients = driver.gradient(
            lambda: backprop_1986.loss(model, {"x": X, "y": Y}, True), model.trainable_variables
        )
        return {"error": error, **{str(i): gradient for i, gradient in enumerate(gradients)}}

    found = {
        name: np.asarray(keras.ops.convert_to_numpy(value)) for name, value in driver.function(call)().items()
    }

    w1, b1, w2, b2 = (np.asarray(v.value, "float64") for v in model.trainable_variables)
    hidden = sigmoid(X @ w1 + b1)
    joined = np.concatenate([hidden, X], axis=1) if shortcuts else hidden
    output = sigmoid(joined @ w2 + b2)
    d_output = (output - Y[:, None]) * output * (1 - output)  # equations 4 and 5: dE/dx of an output unit
    d_hidden = (d_output @ w2[:2].T) * hidden * (1 - hidden)  # equation 7: what a hidden unit is handed back
    expected = [X.T @ d_hidden, d_hidden.sum(0), joined.T @ d_output, d_output.sum(0)]
    assert float(found["error"]) == pytest.approx(0.5 * np.sum((output - Y[:, None]) ** 2), rel=1e-5)
    for i, gradient in enumerate(expected):
        np.testing.assert_allclose(found[str(i)], gradient, rtol=1e-4, atol=1e-7)


def test_an_image_is_its_pixels_in_a_row() -> None:
    of_images = backprop_1986.build(inputs=(3, 3, 1), scale=16.0, hidden=4, outputs=10)
    of_numbers = backprop_1986.build(inputs=9, hidden=4, outputs=10)
    of_numbers.set_weights(of_images.get_weights())
    images = np.random.default_rng(0).integers(0, 17, (5, 3, 3, 1)).astype("uint8")
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(of_images(images)),
        keras.ops.convert_to_numpy(of_numbers(images.reshape(5, 9) / 16.0)),
        rtol=1e-5,
        atol=1e-6,
    )


def test_initial_weights_lie_within_the_papers_range() -> None:
    keras.utils.set_random_seed(1)
    model = backprop_1986.build(inputs=40, hidden=50)
    values = np.concatenate([np.asarray(v.value).ravel() for v in model.trainable_variables])
    assert np.abs(values).max() <= 0.3
    assert values.min() < -0.28 and values.max() > 0.28
