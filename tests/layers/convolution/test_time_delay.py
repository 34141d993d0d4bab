"""Layers over sequences, against Keras' convolutions and against loops."""

import keras
import numpy as np
import pytest

from benchmarks.layers.convolution.time_delay import (
    CausalConvolution,
    Integration,
    PermutedSteps,
    TimeDelay,
    TokenScaling,
)


def sequences(n=2, steps=11, channels=3) -> np.ndarray:
    return np.random.default_rng(0).normal(size=(n, steps, channels)).astype("float32")


def array(tensor) -> np.ndarray:
    return np.asarray(keras.ops.convert_to_numpy(tensor))


def test_time_delay_is_a_convolution_in_one_dimension():
    x = sequences()
    layer = TimeDelay(4, 5)
    found = array(layer(x))
    twin = keras.layers.Conv1D(4, 5, activation="sigmoid")
    twin.build(x.shape)
    twin.set_weights([np.asarray(layer.kernel).reshape(5, 3, 4), np.asarray(layer.bias)])
    assert found.shape == (2, 7, 4)
    np.testing.assert_allclose(found, array(twin(x)), rtol=1e-5, atol=1e-6)


@pytest.mark.parametrize("dilation", [1, 2, 4])
def test_causal_convolution_by_a_loop(dilation):
    """Each step is a sum over its own past, the kernel g v / |v| with the taps `dilation` apart, the last
    tap for the present.
    """
    x = sequences()
    layer = CausalConvolution(4, 3, dilation)
    layer.build(x.shape)
    random = np.random.default_rng(1)
    direction, magnitude, bias = (
        random.normal(size=shape).astype("float32") for shape in ((9, 4), (4,), (4,))
    )
    layer.set_weights([direction, magnitude, bias])
    kernel = (direction / np.linalg.norm(direction, axis=0) * magnitude).reshape(3, 3, 4)
    wanted = np.tile(bias, (2, 11, 1))
    for t in range(11):
        for tap in range(3):
            if t - (2 - tap) * dilation >= 0:
                wanted[:, t] += x[:, t - (2 - tap) * dilation] @ kernel[tap]
    np.testing.assert_allclose(array(layer(x)), wanted, rtol=1e-4, atol=1e-5)


def test_weight_normalisation_starts_without_effect():
    """The first kernel is the direction itself: uniform within 1 / sqrt(inputs)."""
    layer = CausalConvolution(40, 5)
    layer.build((None, 20, 8))
    direction = np.asarray(layer.direction)
    np.testing.assert_allclose(np.asarray(layer.magnitude), np.linalg.norm(direction, axis=0), rtol=1e-5)
    assert 0.98 / 40**0.5 < abs(direction).max() <= 1 / 40**0.5
    assert abs(np.asarray(layer.bias)).max() <= 1 / 40**0.5 and np.asarray(layer.bias).std() > 0


def test_integration_does_not_care_when():
    """The evidence counts, not its place in time."""
    layer = Integration()
    evidence = np.zeros((2, 9, 1), "float32")
    evidence[0, :4] = 1.0
    evidence[1, 5:] = 1.0
    early, late = array(layer(evidence))[:, 0]
    assert (
        early == late == pytest.approx(1 / (1 + np.exp(0.5)), rel=1e-5)
    )  # 4 of 9 firings, and a bias of -4.5


def test_tokens_are_scaled_one_by_one():
    x = np.random.default_rng(0).integers(0, 200, (3, 15, 16)).astype("uint8")
    found = array(TokenScaling()(x))
    np.testing.assert_allclose(found.mean(axis=(1, 2)), 0.0, atol=1e-5)
    np.testing.assert_allclose(abs(found).max(axis=(1, 2)), 1.0, rtol=1e-6)
    np.testing.assert_allclose(
        array(TokenScaling()((x // 2 * 2 + 40).astype("float32"))),
        array(TokenScaling()((x // 2).astype("float32"))),
        atol=1e-5,
    )


def test_the_order_of_permuted_steps_is_one_and_loses_none():
    x = np.arange(50, dtype="float32").reshape(1, 50, 1)
    found = array(PermutedSteps(7)(x))[0, :, 0]
    assert sorted(found) == list(range(50)) and list(found) != list(range(50))
    assert (found == array(PermutedSteps(7)(x))[0, :, 0]).all()
    assert (found != array(PermutedSteps(8)(x))[0, :, 0]).any()
