"""The scores of samples against SciPy and scikit-learn, and on samples that are good, bad and all alike."""

import numpy as np
import pytest
from scipy.linalg import sqrtm
from sklearn.datasets import load_digits
from sklearn.neighbors import KernelDensity

from benchmarks.spec import Data
from benchmarks.tasks import generation
from tests.eager import Eager


class Bootstrap:
    """A generator that returns the rows of `images`, chosen by its one uniform number."""

    latent = 1

    def __init__(self, images):
        self.images = images.astype("float32")

    def generate(self, uniform):
        return self.images[np.floor(np.asarray(uniform)[:, 0] * len(self.images)).astype(int)]

    @staticmethod
    def intensity(x):
        return np.asarray(x, "float32") / 16.0


@pytest.fixture(scope="module")
def digits():
    """Scikit-learn's digits in three parts."""
    x, y = load_digits(return_X_y=True)
    order = np.random.default_rng(0).permutation(len(x))
    x, y = x[order].astype("uint8"), y[order].astype("int32")
    return Data(*({"x": x[a:b], "y": y[a:b]} for a, b in ((0, 1000), (1000, 1400), (1400, 1797))))


def scores(images, data):
    model = Bootstrap(images)
    return generation.evaluate(Eager(model), model, data, "test", samples=2000)


def test_a_parzen_window_agrees_with_scikit_learn():
    rng = np.random.default_rng(0)
    x, centres = rng.random((50, 8)), rng.random((300, 8))
    expected = KernelDensity(bandwidth=0.2).fit(centres).score_samples(x)
    np.testing.assert_allclose(
        generation.parzen(generation.squared_distances(x, centres), 0.2, 8), expected, rtol=1e-6
    )


def test_the_frechet_distance_agrees_with_a_matrix_square_root():
    rng = np.random.default_rng(0)
    a, b = rng.normal(size=(200, 6)) @ rng.normal(size=(6, 6)), rng.normal(size=(200, 6)) + 0.5
    first, second = np.cov(a, rowvar=False), np.cov(b, rowvar=False)
    expected = np.square(a.mean(0) - b.mean(0)).sum() + np.trace(
        first + second - 2 * np.real(sqrtm(first @ second))
    )
    assert generation.frechet_distance(a, b) == pytest.approx(expected, rel=1e-6)
    assert generation.frechet_distance(a, a) == pytest.approx(0.0, abs=1e-6)


def test_one_dimensional_gaussians_have_the_distance_of_their_moments():
    a = np.stack([np.array([-1.0, 0.0, 1.0]), np.zeros(3)], axis=1)  # mean 0, variance 1
    b = np.stack([np.array([0.0, 2.0, 4.0]), np.zeros(3)], axis=1)  # mean 2, variance 4
    assert generation.frechet_distance(a, b) == pytest.approx(2.0**2 + (2.0 - 1.0) ** 2)


def test_scores_tell_data_from_noise_and_from_a_collapsed_generator(digits):
    train = digits.train["x"] / 16.0
    real = scores(train, digits)
    noise = scores(np.random.default_rng(0).random((2000, 64)), digits)
    collapsed = scores(train[:1], digits)
    one_class = scores(train[digits.train["y"] == 3], digits)
    assert real["frechet_distance"] < 2 * real["frechet_baseline"]
    for bad in (noise, collapsed, one_class):
        assert bad["frechet_distance"] > 5 * real["frechet_distance"]
        assert bad["parzen_log_likelihood"] < real["parzen_log_likelihood"] - 10 * real["parzen_error"]
    assert real["feature_error"] < 8.0


def test_without_classes_there_is_no_frechet_distance(digits):
    unlabelled = Data(*({"x": part["x"]} for part in (digits.train, digits.validation, digits.test)))
    assert set(scores(digits.train["x"] / 16.0, unlabelled)) == {
        "parzen_log_likelihood",
        "parzen_error",
        "parzen_width",
    }


def test_the_feature_nets_slopes_are_those_of_its_loss():
    rng = np.random.default_rng(0)
    x, y = rng.random((20, 5)).astype("float32"), rng.integers(0, 3, 20)
    net = generation.FeatureNet(x, y, steps=10)
    arrays = [*net.weights, *net.biases]

    def loss():
        logits = net.layers(x)[-1].astype("float64")
        return float(np.mean(np.logaddexp.reduce(logits, axis=1) - logits[np.arange(20), y]))

    for array, slope in zip(arrays, net.slopes(x, y), strict=True):
        index = np.unravel_index(np.argmax(np.abs(slope)), slope.shape)
        kept = array[index]
        array[index] = kept + 1e-2
        up = loss()
        array[index] = kept - 1e-2
        down = loss()
        array[index] = kept
        assert slope[index] == pytest.approx((up - down) / 2e-2, rel=0.05, abs=1e-4)
