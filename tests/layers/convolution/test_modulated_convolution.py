"""Convolutions by scaled maps, against convolving each image with weights of its own."""

import keras
import numpy as np
import pytest
from scipy.signal import convolve2d

from benchmarks.layers.convolution.modulated_convolution import (
    LearnedConstant,
    ModulatedConvolution,
    NoisyActivation,
)

RNG = np.random.default_rng(1)


def own_weights(layer, w, epsilon=1e-8):
    """The weights [n, size, size, c, filters] of each image: equations 1 and 3."""
    kernel, style_kernel, bias = (
        np.asarray(weight.value, "float64") for weight in (layer.kernel, layer.style_kernel, layer.style_bias)
    )
    style = w @ style_kernel / np.sqrt(len(style_kernel)) + bias
    scaled = kernel / np.sqrt(np.prod(kernel.shape[:3])) * style[:, None, None, :, None]
    if not layer.demodulation:
        return scaled
    return scaled / np.sqrt((scaled**2).sum(axis=(1, 2, 3), keepdims=True) + epsilon)


def convolved(image, kernel):
    """An image [h, w, c] whose border is cut off, convolved (not turned) with [size, size, c, filters]."""
    flipped = kernel[::-1, ::-1]
    maps = [
        sum(convolve2d(image[:, :, i], flipped[:, :, i, o], mode="valid") for i in range(image.shape[-1]))
        for o in range(kernel.shape[-1])
    ]
    return np.stack(maps, axis=-1)


def made(*arguments, **options):
    keras.utils.set_random_seed(3)
    layer = ModulatedConvolution(*arguments, **options)
    x = RNG.normal(size=(3, 5, 4, 6)).astype("float32")
    w = RNG.normal(size=(3, 7)).astype("float32")
    layer([x, w])
    layer.bias.assign(RNG.normal(size=layer.bias.shape).astype("float32"))
    return layer, x, w


@pytest.mark.parametrize(("size", "demodulation"), [(3, True), (3, False), (1, False), (1, True)])
def test_each_image_is_convolved_with_weights_of_its_own(size, demodulation):
    layer, x, w = made(4, size, demodulation=demodulation)
    y = np.asarray(layer([x, w]))
    assert y.shape == layer.compute_output_shape([x.shape, w.shape])
    for image, kernel, out in zip(x, own_weights(layer, w), y, strict=True):
        expected = convolved(np.pad(image, ((size // 2,) * 2, (size // 2,) * 2, (0, 0))), kernel)
        np.testing.assert_allclose(out, expected + np.asarray(layer.bias.value), rtol=1e-3, atol=1e-4)


def test_with_doubling_the_weights_are_spread_first_and_the_filter_comes_after():
    """As in the authors' code: a transposed convolution, and then the filter [1, 3, 3, 1]."""
    layer, x, w = made(4, 3, doubling=True)
    y = np.asarray(layer([x, w]))
    assert y.shape == layer.compute_output_shape([x.shape, w.shape]) == (3, 10, 8, 4)
    smooth = np.outer([1.0, 3.0, 3.0, 1.0], [1.0, 3.0, 3.0, 1.0]) / 16.0
    for image, kernel, out in zip(x, own_weights(layer, w), y, strict=True):
        apart = np.zeros((9, 7, 6))
        apart[::2, ::2] = image
        maps = convolved(np.pad(apart, ((2, 2), (2, 2), (0, 0))), kernel)  # [11, 9, 4]
        assert maps.shape == (11, 9, 4)
        expected = np.stack(
            [convolve2d(np.pad(maps[..., o], 1), smooth, mode="valid") for o in range(4)], axis=-1
        )
        np.testing.assert_allclose(out, expected + np.asarray(layer.bias.value), rtol=1e-3, atol=1e-4)


def test_outputs_have_variance_one_whatever_the_style():
    keras.utils.set_random_seed(3)
    layer = ModulatedConvolution(32, 3)
    x = RNG.normal(size=(4, 24, 24, 16)).astype("float32")
    w = RNG.normal(size=(4, 8)).astype("float32") * np.array([[0.1], [1.0], [10.0], [100.0]], "float32")
    inner = np.asarray(layer([x, w]))[:, 1:-1, 1:-1]
    np.testing.assert_allclose(inner.var(axis=(1, 2, 3)), 1.0, rtol=0.1)


def test_only_kernels_of_three_pixels_see_a_doubled_image():
    with pytest.raises(ValueError, match="3x3 pixels"):
        ModulatedConvolution(4, 1, doubling=True)


def test_noise_is_added_to_all_maps_with_a_strength_that_begins_at_nothing():
    layer = NoisyActivation()
    x = np.abs(RNG.normal(size=(2, 3, 2, 4))).astype("float32") + 5.0
    noise = RNG.normal(size=(2, 6)).astype("float32")
    np.testing.assert_allclose(np.asarray(layer([x, noise])), np.sqrt(2.0) * x, rtol=1e-5)
    layer.strength.assign(0.5)
    expected = np.sqrt(2.0) * (x + 0.5 * noise.reshape(2, 3, 2, 1))
    np.testing.assert_allclose(np.asarray(layer([x, noise])), expected, rtol=1e-5)


def test_a_constant_is_the_same_for_all():
    layer = LearnedConstant((2, 3, 4))
    out = np.asarray(layer(np.zeros((5, 7), "float32")))
    assert out.shape == (5, 2, 3, 4) and np.ptp(out, axis=0).max() == 0.0 and out.std() > 0.5
