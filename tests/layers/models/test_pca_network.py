"""PCANet against scikit-learn's PCA and SciPy's correlation, and its codes and counts by hand."""

import numpy as np
import pytest
from scipy.ndimage import correlate
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.feature_extraction.image import extract_patches_2d
from sklearn.svm import LinearSVC

from benchmarks.layers.models.pca_network import PCANetwork


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, np.ndarray]:
    found = load_digits()
    return found.images[:120, ..., None].astype("uint8"), found.target[:120].astype("int32")


@pytest.fixture(scope="module")
def network(digits: tuple[np.ndarray, np.ndarray]) -> PCANetwork:
    model = PCANetwork(10, (8, 8, 1), (3, 4), 3, 4, scale=16.0)
    assert model.fit(digits[0][:100], digits[1][:100], seed=0)["train_error"] == 0.0
    return model


def test_the_first_filters_are_the_principal_components_of_patches(
    digits: tuple[np.ndarray, np.ndarray], network: PCANetwork
) -> None:
    padded = np.pad(digits[0][:100, ..., 0] / 16.0, ((0, 0), (1, 1), (1, 1)))
    patches = np.concatenate([extract_patches_2d(image, (3, 3)).reshape(-1, 9) for image in padded])
    patches -= patches.mean(axis=1, keepdims=True)
    # Both a patch and its negative, so that their mean, which the paper leaves alone, is zero.
    wanted = PCA(3, svd_solver="full").fit(np.concatenate([patches, -patches])).components_
    same = np.abs(wanted @ network.banks[0])
    np.testing.assert_allclose(same, np.eye(3), atol=1e-4)


def test_maps_are_correlations_of_maps(digits: tuple[np.ndarray, np.ndarray], network: PCANetwork) -> None:
    image = digits[0][7, ..., 0] / 16.0
    found = network.maps(network.images(digits[0][7:8]), 2)[0]
    for number in range(12):
        one, other = (
            network.banks[0][:, number // 4].reshape(3, 3).astype("float64"),
            network.banks[1][:, number % 4].reshape(3, 3).astype("float64"),
        )
        first = correlate(image, one - one.mean(), mode="constant")
        wanted = correlate(first, other - other.mean(), mode="constant")
        np.testing.assert_allclose(found[number], wanted, atol=1e-5)


def test_signs_are_bits_and_codes_are_counted_in_blocks_half_a_block_apart(
    digits: tuple[np.ndarray, np.ndarray], network: PCANetwork
) -> None:
    images = network.images(digits[0][:2])
    maps = network.maps(images, 2)
    words = network.words(images)
    assert words.shape == (2, 3, 8, 8)
    bits = (maps[1, 4:8, 5, 2] > 0).astype(int)  # what the second stage makes of the first's second map
    assert words[1, 1, 5, 2] == 8 * bits[0] + 4 * bits[1] + 2 * bits[2] + bits[3]
    features = network.features(images).toarray().reshape(2, 3, 3, 3, 16)
    np.testing.assert_allclose(features.sum(axis=-1), 16.0)
    block = words[1, 2, 4:8, 2:6]  # third map, third block down, second across
    np.testing.assert_allclose(features[1, 2, 2, 1], np.bincount(block.ravel(), minlength=16))


def test_the_answers_are_those_of_scikit_learn(
    digits: tuple[np.ndarray, np.ndarray], network: PCANetwork
) -> None:
    x, y = digits
    theirs = LinearSVC(C=1.0, fit_intercept=False, tol=0.1, random_state=0)
    theirs.fit(network.features(network.images(x[:100])), y[:100])
    wanted = theirs.decision_function(network.features(network.images(x[100:])))
    np.testing.assert_allclose(network(x[100:]), wanted, atol=1e-9)


def test_blocks_of_seven_pixels_are_four_apart_as_in_the_paper() -> None:
    """Images of 28x28 pixels have 36 such blocks; 8 maps and 256 codes in each: 73,728 numbers."""
    model = PCANetwork(10, (28, 28, 1), (8, 8), 7, 7)
    assert model.weights.shape == (10, 73_728)


def test_random_filters_come_from_the_seed_and_are_not_learned(
    digits: tuple[np.ndarray, np.ndarray],
) -> None:
    x, y = digits
    models = [PCANetwork(10, (8, 8, 1), (2, 3), 3, 4, scale=16.0, random=True) for _ in range(3)]
    for model, seed in zip(models, (1, 1, 2), strict=True):
        model.fit(x[:50], y[:50], seed)
    np.testing.assert_array_equal(models[0](x), models[1](x))
    assert not np.array_equal(models[0].banks[0], models[2].banks[0])
    assert models[0].parameters() == models[0].weights.size


def test_the_state_is_all_that_was_learned_and_two_classes_are_told_apart(
    digits: tuple[np.ndarray, np.ndarray],
) -> None:
    x, y = digits
    model, fresh = (PCANetwork(10, (8, 8, 1), (4,), 5, 4, scale=16.0) for _ in range(2))
    two = y < 2
    model.fit(x[two], y[two], seed=0)
    fresh.set_state(model.state())
    np.testing.assert_array_equal(fresh(x[two]), model(x[two]))
    np.testing.assert_array_equal(model(x[two]).argmax(axis=1), y[two])
    assert model.parameters() == 10 * 9 * 16 + 25 * 4


@pytest.mark.parametrize(("patch", "block", "reason"), [(4, 4, "odd number"), (3, 9, "larger than images")])
def test_what_cannot_be_is_refused(patch: int, block: int, reason: str) -> None:
    with pytest.raises(ValueError, match=reason):
        PCANetwork(10, (8, 8, 1), (4,), patch, block)


def test_few_features_are_told_apart_by_the_same_solver(digits: tuple[np.ndarray, np.ndarray]) -> None:
    """With more examples than features, scikit-learn would choose the primal solver by itself."""
    model = PCANetwork(10, (8, 8, 1), (2,), 3, 8, scale=16.0)
    model.fit(*digits, seed=0)
    features = model.features(model.images(digits[0]))
    assert features.shape == (120, 4)
    wanted = LinearSVC(C=1.0, fit_intercept=False, tol=0.1, dual=True, random_state=0).fit(
        features, digits[1]
    )
    np.testing.assert_allclose(model.weights, wanted.coef_, rtol=1e-6)
