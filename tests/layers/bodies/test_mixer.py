"""The Mixer layer against equation 1 in NumPy, and what it does not know about images."""

import keras
import numpy as np

from benchmarks.layers.bodies.mixer import body, mixer_layer, patches

RNG = np.random.default_rng(2021)


def gelu(x: np.ndarray) -> np.ndarray:
    """Hendrycks and Gimpel's approximation."""
    return 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))


def normalized(x: np.ndarray, scale: np.ndarray, offset: np.ndarray) -> np.ndarray:
    """Over the last axis."""
    return (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-6) * scale + offset


def by_hand(x: np.ndarray, weights: list[np.ndarray]) -> np.ndarray:
    """Equation 1 for one table [tokens, channels], column by column and row by row."""
    s1, o1, w1, b1, w2, b2, s2, o2, w3, b3, w4, b4 = weights
    u, n = x.copy(), normalized(x, s1, o1)
    for channel in range(x.shape[1]):
        u[:, channel] += w2.T @ gelu(w1.T @ n[:, channel] + b1) + b2
    y, n = u.copy(), normalized(u, s2, o2)
    for token in range(x.shape[0]):
        y[token] += w4.T @ gelu(w3.T @ n[token] + b3) + b4
    return y


def test_a_layer_is_equation_1():
    inputs = keras.Input((6, 4))
    model = keras.Model(inputs, mixer_layer(inputs, 5, 7, (0.0, 0.0), "layer"))
    weights = [RNG.normal(scale=0.5, size=w.shape) for w in model.weights]
    model.set_weights(weights)
    x = RNG.normal(size=(3, 6, 4))
    expected = np.stack([by_hand(table, weights) for table in x])
    np.testing.assert_allclose(np.asarray(model(x.astype("float32"))), expected, rtol=1e-3, atol=1e-4)


def test_patches_are_squares_of_the_image_row_by_row():
    inputs = keras.Input((4, 6, 3))
    x = RNG.normal(size=(2, 4, 6, 3)).astype("float32")
    seen = np.asarray(keras.Model(inputs, patches(inputs, 2))(x))
    assert seen.shape == (2, 6, 12)
    for place in range(6):
        row, column = 2 * (place // 3), 2 * (place % 3)
        square = x[:, row : row + 2, column : column + 2].reshape(2, -1)
        np.testing.assert_array_equal(seen[:, place], square)


def test_places_may_be_shuffled_if_the_first_weights_are():
    """The net does not know which patches are neighbours: another order is the same function renamed."""
    inputs = keras.Input((4, 4, 1))
    model = keras.Model(inputs, body(inputs, 2, 1, 3, 5, 6))
    order = np.array([2, 0, 3, 1])
    x = RNG.normal(size=(2, 4, 4, 1)).astype("float32")
    squares = x.reshape(2, 2, 2, 2, 2).transpose(0, 1, 3, 2, 4).reshape(2, 4, 2, 2)
    moved = squares[:, order].reshape(2, 2, 2, 2, 2).transpose(0, 1, 3, 2, 4).reshape(2, 4, 4, 1)
    before = np.asarray(model(x))
    assert np.abs(np.asarray(model(moved)) - before).max() > 1e-3
    first, last = model.get_layer("layer01_tokens_in"), model.get_layer("layer01_tokens_out")
    first.kernel.assign(np.asarray(first.kernel.value)[order])
    last.kernel.assign(np.asarray(last.kernel.value)[:, order])
    np.testing.assert_allclose(np.asarray(model(moved)), before, rtol=1e-3, atol=1e-5)


def test_stochastic_depth_leaves_out_whole_corrections_of_an_example():
    inputs = keras.Input((3, 2))
    model = keras.Model(inputs, mixer_layer(inputs, 4, 4, (0.25, 0.0), "layer"))
    for name in ("layer_channels_out",):
        model.get_layer(name).kernel.assign(np.zeros((4, 2)))
    x = np.broadcast_to(RNG.normal(size=(1, 3, 2)).astype("float32"), (800, 3, 2))
    whole = np.asarray(model(x, training=False)) - x
    part = (np.asarray(model(x, training=True)) - x) / whole
    kept = part.mean(axis=(1, 2)) > 0.5
    np.testing.assert_allclose(part[kept], 1 / 0.75, rtol=1e-2)
    np.testing.assert_allclose(part[~kept], 0.0, atol=1e-5)
    assert abs(kept.mean() - 0.75) < 0.06  # four standard deviations
