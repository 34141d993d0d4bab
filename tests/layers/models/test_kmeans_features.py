"""K-means features against scikit-learn, and their parts by hand."""

import numpy as np
import pytest
from sklearn.cluster import KMeans
from sklearn.datasets import load_digits
from sklearn.feature_extraction.image import extract_patches_2d
from sklearn.svm import LinearSVC

from benchmarks.layers.models.kmeans_features import KMeansFeatures, machines


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, np.ndarray]:
    found = load_digits()
    return found.images[:200, ..., None].astype("uint8"), found.target[:200].astype("int32")


@pytest.fixture(scope="module")
def fitted(digits: tuple[np.ndarray, np.ndarray]) -> KMeansFeatures:
    model = KMeansFeatures(10, (8, 8, 1), 16, 3, 2_000, gain=16.0)
    model.fit(digits[0][:150], digits[1][:150], seed=0)
    return model


def test_patches_are_those_of_scikit_learn_in_colour_too() -> None:
    x = np.random.default_rng(0).integers(0, 256, (2, 7, 6, 3)).astype("uint8")
    model = KMeansFeatures(2, (7, 6, 3), 4, 3, 10)
    for image, patches in zip(x, model.patches(x), strict=True):
        assert patches.shape == (5, 4, 27)
        np.testing.assert_array_equal(
            patches.reshape(20, 27), extract_patches_2d(image, (3, 3)).reshape(20, 27)
        )


def test_drawn_patches_are_patches_and_no_place_twice(digits: tuple[np.ndarray, np.ndarray]) -> None:
    x = np.arange(2 * 5 * 5, dtype="float32").reshape(2, 5, 5, 1)  # every pixel tells where it is
    model = KMeansFeatures(2, (5, 5, 1), 4, 3, 1_000)
    every = model.drawn(x, np.random.default_rng(0))
    np.testing.assert_array_equal(every, model.patches(x).reshape(-1, 9))
    model.samples = 7
    some = model.drawn(x, np.random.default_rng(0))
    assert len(np.unique(some[:, 0])) == 7
    assert {tuple(patch) for patch in some} <= {tuple(patch) for patch in every}


def test_whitened_patches_have_the_identity_for_covariance_but_for_what_is_added(
    digits: tuple[np.ndarray, np.ndarray], fitted: KMeansFeatures
) -> None:
    """A direction of variance v is left with v / (v + 0.1)."""
    patches = fitted.normalized(fitted.patches(digits[0][:150]).reshape(-1, 9))
    drawn = fitted.normalized(fitted.drawn(digits[0][:150], np.random.default_rng(0)))
    variances = np.linalg.eigvalsh(np.cov(drawn.T.astype("float64")))
    white = np.linalg.eigvalsh(np.cov(((drawn - fitted.mean) @ fitted.whitening).T))
    np.testing.assert_allclose(white, np.sort(variances / (variances + 0.1)), atol=1e-4)
    assert np.abs(patches.mean(axis=1)).max() < 1e-5, "a patch has no mean"
    assert patches.var(axis=1, ddof=1).max() < 1


def test_codes_are_how_much_nearer_than_average_a_centre_is(fitted: KMeansFeatures) -> None:
    white = np.random.default_rng(1).normal(size=(50, 9)).astype("float32")
    model = KMeansFeatures(10, (8, 8, 1), 3, 3, 10)
    model.centroids = np.array([[0.0] * 9, [3.0] + [0.0] * 8, [0.0, 4.0] + [0.0] * 7], "float32")
    # From the origin: distances 0, 3 and 4, on average 7 / 3.
    np.testing.assert_allclose(model.codes(np.zeros((1, 9), "float32")), [[7 / 3, 0, 0]], rtol=1e-6)
    distances = KMeans(16, init=fitted.centroids, n_init=1, max_iter=1).fit(fitted.centroids).transform(white)
    wanted = np.maximum(distances.mean(axis=1, keepdims=True) - distances, 0.0)
    np.testing.assert_allclose(fitted.codes(white), wanted, atol=1e-4)
    model.hard = True
    np.testing.assert_array_equal(model.codes(np.array([[2.0] + [0.0] * 8], "float32")), [[0, 1, 0]])


def test_codes_are_summed_over_quarters_of_which_the_first_are_the_larger(
    digits: tuple[np.ndarray, np.ndarray],
) -> None:
    """8x8 pixels have 7x7 patches of 2x2: quarters of 4x4, 3x4, 4x3 and 3x3, and each patch counts once."""
    model = KMeansFeatures(10, (8, 8, 1), 8, 2, 500, hard=True, gain=16.0)
    model.fit(digits[0][:50], digits[1][:50], seed=0)
    sums = model.sums(digits[0][:30]).reshape(30, 4, 8)
    np.testing.assert_array_equal(sums.sum(axis=2), np.tile([16, 12, 12, 9], (30, 1)))
    np.testing.assert_array_equal(sums, model.sums(digits[0])[:30].reshape(30, 4, 8))


def test_the_machines_are_those_of_liblinear(digits: tuple[np.ndarray, np.ndarray]) -> None:
    """LIBLINEAR sums squared losses, where a mean is asked for here; it, too, leaves thresholds free if they
    are scaled up."""
    x, y = digits[0].reshape(200, 64) / 16.0, digits[1]
    features = np.concatenate([x, np.ones((200, 1))], axis=1).astype("float32")
    targets = np.where(y[:, None] == np.arange(10), 1.0, -1.0).astype("float32")
    ours = machines(features, targets, 10.0)
    theirs = LinearSVC(C=10.0 / 200, dual=False, tol=1e-8, intercept_scaling=1e3, max_iter=10_000).fit(x, y)
    np.testing.assert_allclose(features @ ours, theirs.decision_function(x), atol=0.02)


def test_the_state_is_all_that_was_learned(
    digits: tuple[np.ndarray, np.ndarray], fitted: KMeansFeatures
) -> None:
    fresh = KMeansFeatures(10, (8, 8, 1), 16, 3, 2_000, gain=16.0)
    fresh.set_state(fitted.state())
    np.testing.assert_array_equal(fresh(digits[0]), fitted(digits[0]))
    again = KMeansFeatures(10, (8, 8, 1), 16, 3, 2_000, gain=16.0)
    again.fit(digits[0][:150], digits[1][:150], seed=0)
    np.testing.assert_array_equal(again(digits[0]), fitted(digits[0]))
    assert fresh.parameters() == 9 + 81 + 16 * 9 + 2 * 64 + 65 * 10
    assert np.mean(fitted(digits[0][150:]).argmax(axis=1) == digits[1][150:]) > 0.8
