"""The support-vector machine against scikit-learn, a case solved by hand, and the optimum's conditions."""

import numpy as np
import pytest
from sklearn.datasets import load_digits
from sklearn.multiclass import OneVsRestClassifier
from sklearn.svm import SVC

from benchmarks.layers.models.support_vector_machine import SupportVectorMachine


@pytest.fixture(scope="module")
def digits() -> tuple[np.ndarray, np.ndarray]:
    found = load_digits()
    return found.images[:400, ..., None].astype("float32"), found.target[:400].astype("int32")


def test_the_answers_are_those_of_scikit_learn(digits: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = digits
    ours = SupportVectorMachine(classes=10, degree=3, penalty=10.0, scale=16.0)
    ours.fit(x[:300], y[:300], seed=0)
    flat = x.reshape(len(x), -1) / 16.0
    theirs = OneVsRestClassifier(SVC(C=10.0, kernel="poly", degree=3, gamma=1 / 64, coef0=0.0))
    theirs.fit(flat[:300], y[:300])
    np.testing.assert_allclose(ours(x[300:]), theirs.decision_function(flat[300:]), atol=1e-9)


def test_two_points_are_separated_half_way() -> None:
    """Points at 1 and 3 on a line: the border of the widest margin is at 2, and both points lie on it."""
    x = np.array([1.0, 3.0]).reshape(2, 1, 1, 1)
    machine = SupportVectorMachine(classes=2, degree=1, penalty=1_000.0)
    machine.fit(x, np.array([0, 1]), seed=0)
    answers = machine(np.array([1.0, 2.0, 3.0]).reshape(3, 1, 1, 1))
    np.testing.assert_allclose(answers[:, 1], [-1.0, 0.0, 1.0], atol=1e-6)
    np.testing.assert_allclose(answers[:, 0], -answers[:, 1], atol=1e-6)
    assert machine.parameters() == 2 * 1 + 2 * 2 + 2, "two vectors of one number, multipliers, thresholds"


def test_exclusive_or_needs_products_of_two_inputs() -> None:
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
    y = np.array([0, 1, 1, 0])
    right = {}
    for degree in (1, 2):
        machine = SupportVectorMachine(classes=2, degree=degree, penalty=100.0)
        machine.fit(x, y, seed=0)
        right[degree] = int((machine(x).argmax(axis=1) == y).sum())
    assert right[1] < 4 and right[2] == 4


def test_the_optimum_keeps_the_conditions_of_kuhn_and_tucker(digits: tuple[np.ndarray, np.ndarray]) -> None:
    """Multipliers lie in [0, C] and balance; off the margin they are 0 (right side) or C (wrong side)."""
    x, y = digits
    machine = SupportVectorMachine(classes=10, degree=2, penalty=0.5, scale=16.0)
    machine.fit(x, y, seed=0)
    assert np.abs(machine.coefficients).max() <= 0.5 + 1e-9
    np.testing.assert_allclose(machine.coefficients.sum(axis=1), 0.0, atol=1e-9)
    sides = np.where(y[:, None] == np.arange(10), 1.0, -1.0) * machine(x)
    place = {row.tobytes(): number for number, row in enumerate(machine.vectors)}
    multipliers = np.zeros(sides.shape)
    for number, row in enumerate(machine.inputs(x)):
        if row.tobytes() in place:
            multipliers[number] = np.abs(machine.coefficients[:, place[row.tobytes()]])
    assert np.all(multipliers[sides > 1.01] < 1e-9)
    np.testing.assert_allclose(multipliers[sides < 0.99], 0.5, atol=1e-9)


def test_smoothing_keeps_the_ink_and_leaves_the_number_of_images_alone() -> None:
    image = np.zeros((2, 9, 9, 1))
    image[:, 4, 4] = 1.0
    smooth = SupportVectorMachine(classes=2, degree=1, penalty=1.0, smoothing=0.75).inputs(image)
    assert smooth.shape == (2, 81)
    np.testing.assert_allclose(smooth.sum(axis=1), 1.0, atol=1e-6)
    # The Gaussian of 0.75 pixels: a neighbour has exp(-1 / (2 * 0.75^2)) of the centre.
    np.testing.assert_allclose(smooth[0, 41] / smooth[0, 40], np.exp(-1 / (2 * 0.75**2)), rtol=1e-6)


def test_the_state_is_all_that_was_learned(digits: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = digits
    machine = SupportVectorMachine(classes=10, degree=2, penalty=1.0, scale=16.0)
    fresh = SupportVectorMachine(classes=10, degree=2, penalty=1.0, scale=16.0)
    assert machine.parameters() == 10
    machine.fit(x, y, seed=0)
    fresh.set_state(machine.state())
    np.testing.assert_array_equal(fresh(x), machine(x))


def test_a_class_without_examples_is_never_chosen(digits: tuple[np.ndarray, np.ndarray]) -> None:
    x, y = digits
    machine = SupportVectorMachine(classes=10, degree=2, penalty=1_000.0, scale=16.0)
    machine.fit(x[y < 3], y[y < 3], seed=0)
    np.testing.assert_array_equal(machine(x)[:, 3:], -1.0)
    assert np.mean(machine(x[y < 3]).argmax(axis=1) == y[y < 3]) > 0.95
