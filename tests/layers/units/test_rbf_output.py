"""LeNet-5's output codes, its criterion and the criterion's curvature, against NumPy in double precision."""

import numpy as np
import pytest

from benchmarks.layers.units.rbf_output import DIGITS, EuclideanRBF, codes

RNG = np.random.default_rng(1998)


def test_the_codes_are_ten_different_pictures_of_84_signs():
    found = codes()
    assert found.shape == (10, 84)
    assert set(np.unique(found)) == {-1.0, 1.0}
    distances = ((found[:, None] - found[None]) ** 2).sum(axis=-1)
    assert distances[~np.eye(10, dtype=bool)].min() >= 4 * 8, "any two digits differ in eight pixels at least"
    assert all(len(row) == 7 for picture in DIGITS for row in picture.split())


@pytest.fixture
def output():
    layer = EuclideanRBF()
    layer.build((None, 84))
    return layer


def test_the_nearest_code_wins_and_its_code_is_fixed(output):
    noisy = codes() + RNG.normal(0, 0.3, (10, 84)).astype("float32")
    penalties = -np.asarray(output(noisy))
    np.testing.assert_allclose(penalties, ((noisy[:, None] - codes()[None]) ** 2).sum(axis=-1), rtol=1e-5)
    assert penalties.argmin(axis=1).tolist() == list(range(10))
    assert output.trainable_variables == []


def criterion(state: np.ndarray, label: int, rubbish: float | None) -> float:
    """Equations 8 and 9 of the paper for one state, in double precision."""
    penalties = ((state - codes().astype("float64")) ** 2).sum(axis=-1)
    if rubbish is None:
        return penalties[label]
    return penalties[label] + np.log(np.exp(-rubbish) + np.exp(-penalties).sum())


@pytest.mark.parametrize("rubbish", [None, 15.0])
def test_criterion_and_curvature_are_the_papers_loss_and_its_second_derivatives(rubbish):
    layer = EuclideanRBF(rubbish)
    layer.build((None, 84))
    # Between the codes of 3 and 8, and not too far from either, so that classes and rubbish compete.
    state = (0.505 * codes()[3] + 0.495 * codes()[8]).astype("float32")[None]
    labels = np.array([3], "int32")
    found = np.asarray(layer.criterion(layer(state), labels))
    np.testing.assert_allclose(found, [criterion(state[0].astype("float64"), 3, rubbish)], rtol=1e-4)

    step, second = 1e-3, []
    for k in range(84):
        shift = np.zeros(84)
        shift[k] = step
        values = [criterion(state[0] + s * shift, 3, rubbish) for s in (-1, 0, 1)]
        second.append((values[0] - 2 * values[1] + values[2]) / step**2)
    np.testing.assert_allclose(np.asarray(layer.curvature(state, labels))[0], second, rtol=2e-3, atol=2e-3)
