"""Random features against scikit-learn's kernels, and against what is known of their error."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.kernel_ridge import KernelRidge
from sklearn.metrics.pairwise import laplacian_kernel, rbf_kernel

from benchmarks.layers.models.random_features import RandomFeatures


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, np.ndarray]:
    found = load_digits()
    return found.images[:400, ..., None].astype("uint8"), found.target[:400].astype("int32")


def drawn(kernel: str, features: int, width: float, seed: int = 0) -> RandomFeatures:
    model = RandomFeatures(10, 64, features, width, 0.1, scale=16.0, kernel=kernel)
    model.draw(seed)
    return model


@pytest.mark.parametrize(("kernel", "width"), [("fourier", 2.0), ("binning", 12.0)])
def test_products_are_the_kernel_of_scikit_learn_on_average(
    digits: tuple[np.ndarray, np.ndarray], kernel: str, width: float
) -> None:
    vectors = digits[0][:40].reshape(40, 64) / 16.0
    wanted = (
        rbf_kernel(vectors, gamma=1 / (2 * width**2))
        if kernel == "fourier"
        else laplacian_kernel(vectors, gamma=1 / width)
    )
    np.testing.assert_allclose(drawn(kernel, 10, width).aim(vectors), wanted, atol=1e-12)
    pairs = np.triu_indices(40, 1)
    errors = [
        np.sqrt(np.mean(np.square(drawn(kernel, features, width).products(vectors, vectors) - wanted)[pairs]))
        for features in (50, 3200)
    ]
    # 64 times as many features: an eighth of the error, give or take what few draws allow.
    assert 5 < errors[0] / errors[1] < 12
    assert errors[1] < 0.03


def test_the_error_of_waves_is_as_it_was_worked_out(digits: tuple[np.ndarray, np.ndarray]) -> None:
    """The variance of a product of n waves is (1 - k^2 + k^4 / 2) / n for points with the kernel k."""
    vectors = digits[0][:30].reshape(30, 64) / 16.0
    kernel = rbf_kernel(vectors, gamma=1 / (2 * 2.0**2))
    pairs = np.triu_indices(30, 1)
    squares = [
        np.square(drawn("fourier", 100, 2.0, seed).products(vectors, vectors) - kernel)[pairs]
        for seed in range(300)
    ]
    wanted = (1 - kernel**2 + kernel**4 / 2)[pairs] / 100
    np.testing.assert_allclose(np.mean(squares), wanted.mean(), rtol=0.1)


def test_the_exact_machine_is_that_of_scikit_learn(digits: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = digits
    ours = RandomFeatures(10, 64, 0, 2.0, 0.3, scale=16.0, kernel="exact")
    assert ours.fit(x[:300], y[:300], seed=0)["kernel_error"] == 0.0
    flat = x.reshape(400, 64) / 16.0
    theirs = KernelRidge(alpha=0.3, kernel="rbf", gamma=1 / 8)
    theirs.fit(flat[:300], np.where(y[:300, None] == np.arange(10), 1.0, -1.0))
    np.testing.assert_allclose(ours(x[300:]), theirs.predict(flat[300:]), atol=1e-8)


@pytest.mark.parametrize("kernel", ["fourier", "binning"])
def test_the_weights_are_those_of_ridge_regression_with_the_kernel_of_the_features(
    digits: tuple[np.ndarray, np.ndarray], kernel: str
) -> None:
    """One optimum, by a weight for each feature here and for each example there."""
    x, y = digits
    ours = RandomFeatures(10, 64, 40, 3.0, 0.5, scale=16.0, kernel=kernel)
    ours.fit(x[:200], y[:200], seed=3)
    one, other = ours.vectors(x[:200]), ours.vectors(x[200:300])
    theirs = KernelRidge(alpha=0.5, kernel="precomputed")
    theirs.fit(ours.products(one, one), np.where(y[:200, None] == np.arange(10), 1.0, -1.0))
    # A box in which no training example is shares nothing with any, and needs no weight.
    np.testing.assert_allclose(ours(x[200:300]), theirs.predict(ours.products(one, other).T), atol=1e-8)


def test_boxes_are_shared_by_those_that_are_in_them() -> None:
    """One input, one grid of sides 2 that begins at -0.5: boxes from -0.5 to 1.5, from 1.5 to 3.5, ..."""
    model = RandomFeatures(2, 1, 1, 1.0, 1.0, kernel="binning")
    model.set_state(model.state() | {"directions": np.array([[0.5]]), "offsets": np.array([[0.25]])})
    points = np.array([[-0.4], [1.4], [1.6], [-0.6]])
    np.testing.assert_array_equal(
        model.products(points, points), [[1, 1, 0, 0], [1, 1, 0, 0], [0, 0, 1, 0], [0, 0, 0, 1]]
    )


def test_the_state_is_all_there_is_and_only_weights_are_learned(
    digits: tuple[np.ndarray, np.ndarray],
) -> None:
    x, y = digits
    for kernel, features in (("fourier", 30), ("binning", 10), ("exact", 0)):
        model, fresh = (
            RandomFeatures(10, 64, features, 2.0, 0.1, scale=16.0, kernel=kernel) for _ in range(2)
        )
        assert fresh(x[:2]).shape == (2, 10)
        model.fit(x[:50], y[:50], seed=1)
        fresh.set_state(model.state())
        np.testing.assert_array_equal(fresh(x), model(x))
        assert model.parameters() == model.weights.size + (50 * 64 if kernel == "exact" else 0)


def test_an_unknown_kernel_is_refused() -> None:
    with pytest.raises(ValueError, match="'linear'; choose 'fourier'"):
        RandomFeatures(2, 2, 2, 1.0, 1.0, kernel="linear")
