"""Highway layers against equation 3, layer by layer in NumPy, and what closed and open gates amount to."""

import keras
import numpy as np
import pytest

from benchmarks.layers.bodies.highway import HighwayConvolution, ThinStack

RNG = np.random.default_rng(2015)
X = RNG.normal(size=(6, 5)).astype("float32")


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-x))


def stack(**options: object) -> ThinStack:
    """Four layers of five units with random weights."""
    layer = ThinStack(4, **options)  # type: ignore[arg-type]
    layer.build(X.shape)
    for weight in layer.weights:
        weight.assign(RNG.normal(scale=0.6, size=weight.shape))
    return layer


@pytest.mark.parametrize("activation", ["tanh", "relu"])
def test_a_stack_runs_equation_3_layer_after_layer(activation):
    layer = stack(activation=activation)
    kernel, bias, gate_kernel, gate_bias = (np.asarray(w.value, "float64") for w in layer.weights)
    act = np.tanh if activation == "tanh" else lambda x: np.maximum(x, 0.0)
    x, gates = X.astype("float64"), []
    for number in range(4):
        gates.append(sigmoid(x @ gate_kernel[number] + gate_bias[number]))
        x = act(x @ kernel[number] + bias[number]) * gates[-1] + x * (1.0 - gates[-1])
    np.testing.assert_allclose(np.asarray(layer(X)), x, rtol=1e-4, atol=1e-5)
    np.testing.assert_allclose(np.asarray(layer.gates(X)), np.stack(gates, 1), rtol=1e-4, atol=1e-5)


def test_a_plain_stack_has_no_gates():
    layer = stack(activation="tanh", gated=False)
    kernel, bias = (np.asarray(w.value, "float64") for w in layer.weights)
    x = X.astype("float64")
    for number in range(4):
        x = np.tanh(x @ kernel[number] + bias[number])
    np.testing.assert_allclose(np.asarray(layer(X)), x, rtol=1e-4, atol=1e-5)


def test_with_all_gates_closed_a_hundred_layers_are_a_wire():
    layer = ThinStack(100, "tanh", gate_start=-30.0)
    np.testing.assert_allclose(np.asarray(layer(X)), X, rtol=1e-5)


def test_fresh_layers_differ_and_have_the_variance_of_he_or_glorot():
    for activation, variance in (("relu", 2 / 50), ("tanh", 1 / 50)):
        layer = ThinStack(20, activation)
        layer.build((None, 50))
        for kernel in (np.asarray(layer.kernel.value), np.asarray(layer.gate_kernel.value)):
            assert abs(kernel.var() / variance - 1.0) < 0.05  # 50,000 numbers: eight standard errors
            assert abs(np.corrcoef(kernel[0].ravel(), kernel[1].ravel())[0, 1]) < 0.1
        assert abs(np.corrcoef(np.ravel(layer.kernel.value), np.ravel(layer.gate_kernel.value))[0, 1]) < 0.05
        assert set(np.unique(layer.gate_bias.value)) == {-2.0}


def test_a_highway_convolution_of_one_pixel_is_a_highway_layer():
    """On images of one pixel only the middle of a 3x3 filter counts."""
    layer = HighwayConvolution(3)
    layer.build((None, 1, 1, 5))
    assert [part.bias.shape for part in (layer.transform, layer.gate)] == [(5,), (5,)]
    for weight in layer.weights:
        weight.assign(RNG.normal(size=weight.shape))
    transform, gate = (np.asarray(p.kernel.value)[1, 1] for p in (layer.transform, layer.gate))
    opened = sigmoid(X @ gate + np.asarray(layer.gate.bias.value))
    expected = np.maximum(X @ transform + np.asarray(layer.transform.bias.value), 0) * opened
    expected += X * (1 - opened)
    seen = keras.ops.convert_to_numpy(layer(X[:, None, None]))[:, 0, 0]
    np.testing.assert_allclose(seen, expected, rtol=1e-4, atol=1e-5)
