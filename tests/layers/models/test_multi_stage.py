"""The stages of Jarrett et al. 2009 against loops in NumPy and SciPy, and sparse decomposition against data made of known parts."""

import keras
import numpy as np
from scipy.ndimage import convolve1d
from scipy.optimize import minimize
from scipy.signal import correlate2d

from benchmarks.layers.models import predictive_sparse_decomposition as psd
from benchmarks.layers.models.multi_stage import (
    FilterBank,
    LocalContrastNormalization,
    MultiStage,
    connections,
)

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


def test_shrinkage_finds_the_code_of_least_energy():
    """Against a general optimiser, with the code split into its positive and its negative part."""
    dictionary = RNG.normal(size=(6, 4))
    x, predicted, sparsity = RNG.normal(size=4), RNG.normal(size=6), 0.4

    def energy(z: np.ndarray) -> float:
        return float(
            0.5 * ((x - z @ dictionary) ** 2).sum()
            + 0.5 * ((z - predicted) ** 2).sum()
            + sparsity * np.abs(z).sum()
        )

    best = minimize(lambda parts: energy(parts[:6] - parts[6:]), np.full(12, 0.1), bounds=[(0, None)] * 12)
    z = psd.sparse_code(x[None], predicted[None], dictionary, sparsity, 2000)[0]
    assert energy(z) <= best.fun + 1e-6
    np.testing.assert_allclose(z, best.x[:6] - best.x[6:], atol=1e-2)


def test_the_parts_that_data_are_made_of_are_found_and_predicted():
    parts = np.linalg.qr(RNG.normal(size=(16, 8)))[0].T
    code = RNG.normal(size=(4000, 8)) * (RNG.random((4000, 8)) < 0.15)
    x = code @ parts
    w, gain, dictionary = psd.learn(
        x[np.abs(x).sum(1) > 0], np.ones((16, 8), "float32"), np.random.default_rng(1)
    )
    alike = np.abs(dictionary @ parts.T)
    assert (alike.max(axis=0) > 0.9).sum() >= 7, "each part is a row of the dictionary"
    predicted = gain * np.tanh(x @ w)
    assert np.square(x / np.sqrt(np.square(x).sum(1).mean()) - predicted @ dictionary).sum(1).mean() < 0.5, (
        "an encoder that knows nothing: 1"
    )


def test_pretraining_changes_filters_by_the_images_alone_and_repeats_with_the_seed():
    def kernels(seed: int, pretrain: bool = True) -> list[np.ndarray]:
        keras.utils.set_random_seed(seed)
        model = MultiStage(
            [keras.Input((12, 12, 1)), FilterBank(6, 3, 1), FilterBank(4, 3, 2)],
            pretrain=pretrain,
            images=50,
            patches=500,
        )
        model.adapt(np.random.default_rng(0).normal(size=(60, 12, 12, 1)).astype("float32"))
        return [np.asarray(layer.kernel.value) for layer in model.layers]

    first, again, random = kernels(1), kernels(1), kernels(1, pretrain=False)
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    assert all(np.abs(a - b).max() > 0.01 for a, b in zip(first, random, strict=True))
    assert all(np.isfinite(a).all() for a in first)
