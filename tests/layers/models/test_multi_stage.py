"""The stages of Jarrett et al. 2009 against loops in NumPy and SciPy."""

import numpy as np
from scipy.ndimage import convolve1d
from scipy.signal import correlate2d

from benchmarks.layers.models.multi_stage import FilterBank, LocalContrastNormalization, connections

RNG = np.random.default_rng(2009)


def test_a_map_is_the_bent_sum_of_the_correlations_with_the_maps_it_sees():
    layer = FilterBank(5, 3, 2)
    x = RNG.normal(size=(2, 6, 7, 4)).astype("float32")
    layer.build(x.shape)
    layer.gain.assign([0.5, 1.0, -1.0, 2.0, 3.0])
    kernel, table = np.asarray(layer.kernel.value), connections(4, 5, 2)
    assert table.sum(axis=0).tolist() == [2] * 5
    expected = np.zeros((2, 4, 5, 5))
    for n, j in np.ndindex(2, 5):
        for number, i in enumerate(np.flatnonzero(table[:, j])):
            expected[n, :, :, j] += correlate2d(x[n, :, :, i], kernel[:, :, number, j], mode="valid")
    expected = np.array([0.5, 1.0, -1.0, 2.0, 3.0]) * np.tanh(expected)
    np.testing.assert_allclose(np.asarray(layer(x)), expected, rtol=1e-4, atol=1e-5)
    assert layer.count_params() == 3 * 3 * 2 * 5 + 5


def test_local_contrast_is_what_scipy_makes_of_it():
    layer = LocalContrastNormalization(5)
    x = RNG.normal(size=(3, 8, 9, 4)).astype("float32") ** 3

    def blur(maps: np.ndarray) -> np.ndarray:
        weight = np.exp(-0.5 * (np.arange(-2, 3) / 1.25) ** 2)
        inside = np.ones(maps.shape[1:3])
        total, mean = inside, maps.mean(axis=-1)
        for axis in (0, 1):
            total, mean = (
                convolve1d(total, weight, axis=axis, mode="constant"),
                convolve1d(mean, weight, axis=axis + 1, mode="constant"),
            )
        return (mean / total)[..., None]

    v = x - blur(x)
    deviation = np.sqrt(blur(v**2))
    expected = v / np.maximum(deviation, deviation.mean(axis=(1, 2, 3), keepdims=True))
    found = np.asarray(layer(x))
    np.testing.assert_allclose(found, expected, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(np.asarray(layer(1000 * x + 7)), found, rtol=2e-2, atol=2e-3)


def test_a_blank_image_stays_blank():
    layer = LocalContrastNormalization(5)
    np.testing.assert_allclose(np.asarray(layer(np.full((1, 8, 8, 2), 3.0, "float32"))), 0, atol=0.01)
