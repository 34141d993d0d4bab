"""Memory cell blocks against the paper's formulae, written out one step after the other in NumPy."""

import numpy as np
import pytest

BLOCKS, SIZE, CELLS = 2, 2, 4
IN, OUT, FORGET = slice(4, 6), slice(6, 8), slice(8, 10)


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-x))


def by_the_paper(
    x: np.ndarray, w: np.ndarray, target: np.ndarray, forget: bool
) -> tuple[np.ndarray, np.ndarray]:
    """One sequence x [T, d], weights w [d + units + 1, units] (inputs, all units one step before, bias).

    The cells' outputs [T, cells], and the gradient of sum(target * outputs) by the truncated algorithm:
    equations 21 to 28, which carry the derivatives of the states along with the states (and scale both by the
    forget gate, Gers, Schmidhuber and Cummins 2000, equations 3.10 to 3.12).
    """
    units = w.shape[1]
    y, s = np.zeros(units), np.zeros(CELLS)
    block = np.repeat(np.arange(BLOCKS), SIZE)
    d_cell, d_in, d_forget = (np.zeros((len(w), CELLS)) for _ in range(3))
    gradient, outputs = np.zeros_like(w), []
    for now, error in zip(x, target, strict=True):
        seen = np.concatenate([now, y, [1.0]])
        net = seen @ w
        gates = sigmoid(net)
        i, o = gates[IN][block], gates[OUT][block]
        f = gates[FORGET][block] if forget else np.ones(CELLS)
        g = 4.0 * sigmoid(net[:CELLS]) - 2.0
        g_slope = 4.0 * sigmoid(net[:CELLS]) * (1.0 - sigmoid(net[:CELLS]))
        d_cell = f * d_cell + np.outer(seen, g_slope * i)
        d_in = f * d_in + np.outer(seen, g * i * (1.0 - i))
        d_forget = f * d_forget + np.outer(seen, s * f * (1.0 - f))
        s = f * s + i * g
        h = 2.0 * sigmoid(s) - 1.0
        h_slope = 2.0 * sigmoid(s) * (1.0 - sigmoid(s))
        error_of_state = error * o * h_slope
        gradient[:, :CELLS] += d_cell * error_of_state
        for j in range(BLOCKS):
            mine = block == j
            gradient[:, IN.start + j] += (d_in * error_of_state)[:, mine].sum(1)
            gradient[:, OUT.start + j] += seen * (error * h * o * (1.0 - o))[mine].sum()
            if forget:
                gradient[:, FORGET.start + j] += (d_forget * error_of_state)[:, mine].sum(1)
        y = np.concatenate([o * h, gates[CELLS:]])
        outputs.append(y[:CELLS])
    return np.array(outputs), gradient


@pytest.mark.parametrize("forget", [False, True], ids=["1997", "forget gates"])
def test_outputs_and_truncated_gradient_are_those_of_the_paper(forget: bool) -> None:
    import keras
    from keras import ops

    from benchmarks.engine.backend import driver_class
    from benchmarks.layers.recurrent.memory_blocks import MemoryBlocks

    rng = np.random.default_rng(0)
    layer = MemoryBlocks(BLOCKS, SIZE, forget_gates=forget)
    x = rng.normal(size=(3, 7, 2)).astype("float32")
    layer.build(x.shape)
    units = 10 if forget else 8
    w = rng.normal(size=(2 + units + 1, units)).astype("float32")
    for variable, value in zip(layer.weights, (w[:2], w[2:-1], w[-1]), strict=True):
        variable.assign(value)
    target = rng.normal(size=(3, 7, CELLS)).astype("float32")
    expected = [
        by_the_paper(x[n].astype("float64"), w.astype("float64"), target[n].astype("float64"), forget)
        for n in range(3)
    ]

    driver = driver_class(keras.backend.backend())()
    driver.bind(layer.weights)

    def learn(x, target):
        return driver.gradient(lambda: ops.sum(target * layer(x, training=True)), layer.trainable_variables)[
            1
        ]

    gradients = [keras.ops.convert_to_numpy(g) for g in driver.function(learn)(x, target)]
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(layer(x, training=False)), [y for y, _ in expected], atol=1e-5
    )
    np.testing.assert_allclose(
        keras.ops.convert_to_numpy(layer(x, training=True)), [y for y, _ in expected], atol=1e-5
    )
    np.testing.assert_allclose(
        np.concatenate([gradients[0], gradients[1], gradients[2][None]]),
        sum(g for _, g in expected),
        rtol=1e-4,
        atol=1e-4,
    )
