"""The squashing function and the initialisation of the 1990s against their definitions."""

import keras
import numpy as np

from benchmarks.layers.units.scaled_tanh import FanInUniform, scaled_tanh, scaled_tanh_slope


def test_plus_and_minus_one_are_kept_and_the_function_is_odd():
    x = np.linspace(-4, 4, 33, dtype="float32")
    y = np.asarray(scaled_tanh(x))
    np.testing.assert_allclose(
        np.asarray(scaled_tanh(np.array([-1, 0, 1], "float32"))), [-1, 0, 1], atol=1e-4
    )  # the paper rounds 1.7159
    np.testing.assert_allclose(y, -y[::-1], rtol=1e-6)
    assert np.abs(y).max() < 1.7159


def test_the_slope_is_the_derivative():
    x, step = np.linspace(-3, 3, 25, dtype="float32"), 0.01
    difference = (np.asarray(scaled_tanh(x + step)) - np.asarray(scaled_tanh(x - step))) / (2 * step)
    np.testing.assert_allclose(np.asarray(scaled_tanh_slope(x)), difference, atol=2e-4)


def test_weights_fill_the_printed_interval():
    keras.utils.set_random_seed(1)
    weights = np.asarray(FanInUniform()((5, 5, 4, 50)))
    bound = 2.4 / 100
    assert 0.99 * bound < np.abs(weights).max() <= bound
    assert abs(weights.mean()) < 0.03 * bound


def test_the_other_rule_gives_one_over_the_root_of_the_inputs():
    keras.utils.set_random_seed(1)
    weights = np.asarray(FanInUniform(3**0.5, 0.5)((400, 200)))
    np.testing.assert_allclose(weights.std(), 1 / 20, rtol=0.01)


def test_the_number_of_inputs_can_be_said_for_each_unit():
    keras.utils.set_random_seed(1)
    weights = np.asarray(FanInUniform(inputs=[10, 1000])((500, 2)))
    assert 0.9 * 0.24 < np.abs(weights[:, 0]).max() <= 0.24
    assert 0.9 * 0.0024 < np.abs(weights[:, 1]).max() <= 0.0024
