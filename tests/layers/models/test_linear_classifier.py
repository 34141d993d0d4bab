"""Linear classifiers against NumPy's least squares, scikit-learn, and cases solved by hand."""

import itertools

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.decomposition import PCA
from sklearn.linear_model import LinearRegression
from sklearn.preprocessing import PolynomialFeatures

from benchmarks.layers.models.linear_classifier import LinearClassifier


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, np.ndarray]:
    found = load_digits()
    return found.images[:600, ..., None].astype("float32"), found.target[:600].astype("int32")


def signs(y: np.ndarray) -> np.ndarray:
    """Targets of +1 for the class and -1 for the others."""
    return np.where(y[:, None] == np.arange(10), 1.0, -1.0)


def test_the_sums_are_those_of_least_squares(digits: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = digits
    ours = LinearClassifier(classes=10, input_shape=(8, 8, 1), scale=16.0)
    ours.fit(x[:400], y[:400], seed=0)
    flat = x.reshape(len(x), -1).astype("float64") / 16.0
    theirs = LinearRegression().fit(flat[:400], signs(y[:400]))
    np.testing.assert_allclose(ours(x[400:]), theirs.predict(flat[400:]), atol=1e-6)
    assert ours.parameters() == 10 * (64 + 1)


def test_a_pair_knows_its_two_classes_alone(digits: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = digits
    ours = LinearClassifier(classes=10, input_shape=(8, 8, 1), scale=16.0, pairwise=True)
    ours.fit(x[:400], y[:400], seed=0)
    flat = x.reshape(len(x), -1).astype("float64") / 16.0
    scores = np.zeros((200, 10))
    for one, other in itertools.combinations(range(10), 2):
        these = np.flatnonzero((y[:400] == one) | (y[:400] == other))
        pair = LinearRegression().fit(flat[these], np.where(y[these] == one, 1.0, -1.0)).predict(flat[400:])
        scores[:, one] += np.sign(pair)
        scores[:, other] -= np.sign(pair)
    assert np.mean(scores.argmax(axis=1) == ours(x[400:]).argmax(axis=1)) > 0.98
    assert ours.parameters() == 45 * (64 + 1)


def test_products_of_principal_components_are_those_of_scikit_learn(
    digits: tuple[np.ndarray, np.ndarray],
) -> None:
    x, y = digits
    ours = LinearClassifier(classes=10, input_shape=(8, 8, 1), scale=16.0, components=5)
    ours.fit(x, y, seed=0)
    flat = x.reshape(len(x), -1).astype("float64") / 16.0
    projected = flat @ PCA(5).fit(flat).components_.T
    products = PolynomialFeatures(degree=(2, 2), include_bias=False).fit_transform(projected)
    theirs = LinearRegression().fit(products, signs(y))
    np.testing.assert_allclose(ours(x), theirs.predict(products), atol=1e-4)


def test_forty_components_make_821_inputs(digits: tuple[np.ndarray, np.ndarray]) -> None:
    model = LinearClassifier(classes=10, input_shape=(8, 8, 1), components=40)
    model.fit(*digits, seed=0)
    assert model.weights.shape == (10, 821), "820 products of pairs, and a constant"
    assert model.parameters() == 10 * 821 + 40 * 64


def test_gaussian_units_answer_by_distance() -> None:
    """Two classes of two points each, and two units a class: the centres are the points themselves."""
    x = np.array([0.0, 1.0, 4.0, 5.0]).reshape(4, 1, 1, 1)
    y = np.array([0, 0, 1, 1])
    model = LinearClassifier(classes=2, input_shape=(1, 1, 1), units=2, width=0.5)
    model.fit(x, y, seed=0)
    assert sorted(model.centres.ravel()) == [0.0, 1.0, 4.0, 5.0]
    features = model.features(np.array([[0.5]]))[0]
    assert features[0] == 1.0
    np.testing.assert_allclose(
        sorted(features[1:]), sorted(np.exp(-2.0 * np.array([0.25, 0.25, 12.25, 20.25])))
    )
    np.testing.assert_allclose(model(x), [[1, -1], [1, -1], [-1, 1], [-1, 1]], atol=1e-6)


def test_exclusive_or_is_beyond_pixels_and_within_products() -> None:
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32").reshape(4, 1, 2, 1)
    y = np.array([0, 1, 1, 0])
    right = []
    for components in (0, 2):
        model = LinearClassifier(classes=2, input_shape=(1, 2, 1), components=components)
        model.fit(x, y, seed=0)
        scores = model(x)
        right.append(int((scores[np.arange(4), y] - scores[np.arange(4), 1 - y] > 1e-6).sum()))
    assert right == [0, 4]


def test_the_state_is_all_that_was_learned(digits: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = digits
    for options in ({}, {"pairwise": True}, {"components": 6}, {"units": 3, "width": 2.0}):
        model, fresh = (
            LinearClassifier(classes=10, input_shape=(8, 8, 1), scale=16.0, deslanted=True, **options)
            for _ in range(2)
        )
        model.fit(x, y, seed=1)
        fresh.set_state(model.state())
        np.testing.assert_array_equal(fresh(x[:20]), model(x[:20]))


def test_two_kinds_of_features_at_once_are_refused() -> None:
    with pytest.raises(ValueError, match=r"components=4 and units=2: features are the one or the other"):
        LinearClassifier(classes=2, input_shape=(8, 8, 1), components=4, units=2)
