"""Whitening against the covariance it leaves, and against the inverse root computed on its own."""

import numpy as np
import pytest

from benchmarks.layers.image.whitening import ZCAWhitening

RNG = np.random.default_rng(2013)


def contrast(images: np.ndarray, scale: float) -> np.ndarray:
    flat = images.reshape(len(images), -1).astype("float64")
    flat = flat - flat.mean(axis=1, keepdims=True)
    return scale * flat / np.linalg.norm(flat, axis=1, keepdims=True)


def adapted(images: np.ndarray, **options) -> ZCAWhitening:
    layer = ZCAWhitening(**options)
    layer.build(images.shape)
    layer.adapt(images)
    return layer


@pytest.mark.parametrize("number", [300, 20])
def test_images_are_multiplied_by_the_inverse_root_of_their_covariance(number):
    """With more images than pixels and with fewer."""
    images = (
        (40 * RNG.normal(size=(number, 1, 1, 3)) + RNG.normal(scale=20, size=(number, 4, 3, 3)) + 128)
        .clip(0, 255)
        .astype("uint8")
    )
    flat = contrast(images, 55.0)
    centred = flat - flat.mean(axis=0)
    values, vectors = np.linalg.eigh(centred.T @ centred / number + 0.1 * np.identity(36))
    expected = centred @ (vectors @ np.diag(values**-0.5) @ vectors.T)
    found = np.asarray(adapted(images)(images))
    assert found.shape == images.shape
    np.testing.assert_allclose(found.reshape(number, 36), expected, rtol=2e-3, atol=2e-3)
    if number == 300:
        covariance = np.cov(found.reshape(number, 36).T, bias=True)
        # One direction is empty: no image has a mean left.
        np.testing.assert_allclose(np.linalg.eigvalsh(covariance)[1:], 1.0, atol=0.05)


def test_a_uniform_image_stays_a_number():
    images = RNG.integers(0, 256, (40, 2, 2, 3)).astype("uint8")
    images[0] = 77
    assert np.isfinite(np.asarray(adapted(images)(images))).all()


def test_before_it_is_adapted_it_only_normalises_contrast():
    images = RNG.integers(0, 256, (5, 4, 4, 3)).astype("uint8")
    np.testing.assert_allclose(
        np.asarray(ZCAWhitening()(images)).reshape(5, -1), contrast(images, 55.0), rtol=1e-4, atol=1e-4
    )
