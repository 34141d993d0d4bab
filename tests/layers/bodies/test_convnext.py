"""The block of ConvNeXt, against NumPy and SciPy."""

import keras
import numpy as np
from scipy.signal import correlate2d
from scipy.special import erf

from benchmarks.layers.bodies.convnext import block, body

RNG = np.random.default_rng(2022)


def by_hand(x: np.ndarray, weights: list[np.ndarray]) -> np.ndarray:
    """Figure 4 of the paper, one image [h,w,c]."""
    depthwise, bias, scale, offset, up, up_bias, down, down_bias, gamma = weights
    maps = [correlate2d(x[..., c], depthwise[:, :, c, 0], mode="same") + bias[c] for c in range(x.shape[-1])]
    y = np.stack(maps, axis=-1)
    y = (y - y.mean(axis=-1, keepdims=True)) / np.sqrt(y.var(axis=-1, keepdims=True) + 1e-6) * scale + offset
    y = y @ up + up_bias
    y = 0.5 * y * (1 + erf(y / np.sqrt(2)))
    return x + gamma * (y @ down + down_bias)


def test_a_block_is_that_of_the_paper():
    inputs = keras.Input((9, 9, 4))
    model = keras.Model(inputs, block(inputs, 0.0, "block"))
    weights = [RNG.normal(scale=0.5, size=weight.shape).astype("float32") for weight in model.weights]
    model.set_weights(weights)
    x = RNG.normal(size=(2, 9, 9, 4)).astype("float32")
    expected = np.stack([by_hand(image.astype("float64"), weights) for image in x])
    np.testing.assert_allclose(np.asarray(model(x)), expected, rtol=1e-4, atol=1e-4)


def test_a_fresh_block_hardly_does_anything():
    inputs = keras.Input((9, 9, 4))
    model = keras.Model(inputs, block(inputs, 0.0, "block"))
    x = RNG.normal(size=(2, 9, 9, 4)).astype("float32")
    y = np.asarray(model(x))
    assert 0 < np.abs(y - x).max() < 1e-5


def test_stochastic_depth_leaves_out_whole_corrections():
    inputs = keras.Input((4, 4, 2))
    model = keras.Model(inputs, block(inputs, 0.25, "block"))
    weights = [np.asarray(weight.value) for weight in model.weights]
    # A layer scale of 1,000 makes the correction large enough to be read off the sum.
    model.set_weights(
        [
            np.full_like(w, 1000.0) if w.shape == (2,) and place == len(weights) - 1 else w
            for place, w in enumerate(weights)
        ]
    )
    x = np.broadcast_to(RNG.normal(size=(1, 4, 4, 2)).astype("float32"), (800, 4, 4, 2))
    whole = np.asarray(model(x, training=False)) - x
    part = (np.asarray(model(x, training=True)) - x) / whole
    kept = part.mean(axis=(1, 2, 3)) > 0.5
    np.testing.assert_allclose(part[kept], 1 / 0.75, rtol=1e-2)
    np.testing.assert_allclose(part[~kept], 0.0, atol=1e-6)
    assert abs(kept.mean() - 0.75) < 0.06  # four standard deviations


def test_blocks_are_left_out_the_more_often_the_later_they_come():
    inputs = keras.Input((16, 16, 3))
    model = keras.Model(inputs, body(inputs, (1, 2, 2), (4, 8, 16), drop=0.4, patch=2))
    rates = [layer.rate for layer in model.layers if isinstance(layer, keras.layers.Dropout)]
    np.testing.assert_allclose(rates, [0.1, 0.2, 0.3, 0.4])
    assert [tuple(layer.output.shape[1:]) for layer in model.layers if layer.name.endswith("_depthwise")] == [
        (8, 8, 4)
    ] + [(4, 4, 8)] * 2 + [(2, 2, 16)] * 2
