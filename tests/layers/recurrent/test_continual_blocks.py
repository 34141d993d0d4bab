"""Continual memory blocks against the paper's formulae, written out one step after the other in NumPy."""

import numpy as np
import pytest

BLOCKS, SIZE, CELLS = 2, 2, 4
BLOCK = np.repeat(np.arange(BLOCKS), SIZE)
KINDS = {"input": slice(4, 6), "output": slice(6, 8), "forget": slice(8, 10)}


def sigmoid(x: np.ndarray) -> np.ndarray:
    return 1.0 / (1.0 + np.exp(-x))


def by_the_paper(
    x: np.ndarray, w: np.ndarray, p: np.ndarray, target: np.ndarray, forget: bool
) -> tuple[np.ndarray, np.ndarray, np.ndarray, np.ndarray]:
    """One stream x [T, d], weights w [d + cells + 1, units] (inputs, cells one step before, bias), peepholes
    p [kinds, cells].

    The cells' outputs and states, and the gradients of sum(target * outputs) by w and by p: the derivatives
    of the states are carried along with the states (equations 3.10 to 3.12); a state that a gate sees is a
    number without a derivative.
    """
    y, s = np.zeros(CELLS), np.zeros(CELLS)
    kinds = ("cell", "input", "forget") if forget else ("cell", "input")
    carried = {kind: np.zeros((len(w), CELLS)) for kind in kinds}
    carried_p = {kind: np.zeros((CELLS, CELLS)) for kind in kinds}  # peephole of one cell, state of another
    same = BLOCK[:, None] == BLOCK[None, :]
    of_w, of_p, outputs, states = np.zeros_like(w), np.zeros_like(p), [], []
    for now, error in zip(x, target, strict=True):
        seen = np.concatenate([now, y, [1.0]])
        net = seen @ w

        def gate(number: int, kind: str, state: np.ndarray, net: np.ndarray = net) -> np.ndarray:
            through = [sum(p[number, j == BLOCK] * state[j == BLOCK]) for j in range(BLOCKS)]
            return sigmoid(net[KINDS[kind]] + through)[BLOCK]

        before = s
        i = gate(0, "input", before)
        f = gate(2, "forget", before) if forget else np.ones(CELLS)
        g = 4.0 * sigmoid(net[:CELLS]) - 2.0
        slopes = {
            "cell": 4.0 * sigmoid(net[:CELLS]) * (1.0 - sigmoid(net[:CELLS])) * i,
            "input": g * i * (1.0 - i),
            "forget": before * f * (1.0 - f),
        }
        for kind in kinds:
            carried[kind] = f * carried[kind] + np.outer(seen, slopes[kind])
        s = f * before + i * g
        o = gate(1, "output", s)
        h = 2.0 * sigmoid(s) - 1.0
        of_state = error * o * 2.0 * sigmoid(s) * (1.0 - sigmoid(s))
        of_output_net = error * h * o * (1.0 - o)
        of_w[:, :CELLS] += carried["cell"] * of_state
        # A gate's weights move all cells of its block, so a peephole has a derivative for each cell.
        for j in range(BLOCKS):
            mine = j == BLOCK
            for kind in kinds[1:]:
                of_w[:, KINDS[kind].start + j] += (carried[kind] * of_state)[:, mine].sum(1)
            of_w[:, KINDS["output"].start + j] += seen * of_output_net[mine].sum()
            of_p[1, mine] += s[mine] * of_output_net[mine].sum()
        for kind in kinds[1:]:
            number = {"input": 0, "forget": 2}[kind]
            carried_p[kind] = f * carried_p[kind] + same * np.outer(before, slopes[kind])
            of_p[number] += (carried_p[kind] * of_state).sum(1)
        y = o * h
        outputs.append(y)
        states.append(s)
    return np.array(outputs), np.array(states), of_w, of_p


@pytest.mark.parametrize(("forget", "peepholes"), [(False, False), (True, False), (True, True)])
def test_outputs_and_truncated_gradient_are_those_of_the_paper(forget: bool, peepholes: bool) -> None:
    import keras
    from keras import ops

    from benchmarks.engine.backend import driver_class
    from benchmarks.layers.recurrent.continual_blocks import ContinualBlocks

    rng = np.random.default_rng(0)
    layer = ContinualBlocks(
        BLOCKS, SIZE, forget_gates=forget, peepholes=peepholes, gate_bias=(1.0, 2.0), initial=0.2
    )
    x = rng.normal(size=(3, 7, 2)).astype("float32")
    layer.build(x.shape)
    units = 10 if forget else 8
    w = rng.normal(size=(2 + CELLS + 1, units)).astype("float32")
    w[-1, :CELLS] = 0.0  # cells have no bias
    p = rng.normal(size=(3 if forget else 2, CELLS)).astype("float32") * peepholes
    values = [w[:2], w[2:-1], w[-1, CELLS:], *([p] if peepholes else [])]
    assert [variable.shape for variable in layer.weights] == [value.shape for value in values]
    for variable, value in zip(layer.weights, values, strict=True):
        variable.assign(value)
    target = rng.normal(size=(3, 7, CELLS)).astype("float32")
    exact_w, exact_p = w.astype("float64"), p.astype("float64")
    expected = [
        by_the_paper(x[n].astype("float64"), exact_w, exact_p, target[n].astype("float64"), forget)
        for n in range(3)
    ]
    driver = driver_class(keras.backend.backend())()
    driver.bind(layer.weights)

    def learn(x, target):
        def total():
            return ops.sum(target * layer(x, training=True))

        return driver.gradient(total, layer.trainable_variables)[1]

    gradients = [ops.convert_to_numpy(g) for g in driver.function(learn)(x, target)]
    for training in (False, True):
        np.testing.assert_allclose(
            ops.convert_to_numpy(layer(x, training=training)), [one[0] for one in expected], atol=1e-5
        )
    np.testing.assert_allclose(
        ops.convert_to_numpy(layer.watch(x)[2]), [one[1] for one in expected], atol=1e-5
    )
    of_w, of_p = (np.sum([one[place] for one in expected], axis=0) for place in (2, 3))
    wanted = [of_w[:2], of_w[2:-1], of_w[-1, CELLS:], *([of_p] if peepholes else [])]
    for found, right in zip(gradients, wanted, strict=True):
        np.testing.assert_allclose(found, right, rtol=1e-4, atol=1e-4)


def test_biases_begin_blockwise_and_of_forget_gates_with_the_other_sign() -> None:
    from benchmarks.layers.recurrent.continual_blocks import ContinualBlocks

    layer = ContinualBlocks(2, gate_bias=(0.5, 1.0))
    layer.build((None, None, 3))
    np.testing.assert_array_equal(layer.bias.numpy(), [-0.5, -1.0, -0.5, -1.0, 0.5, 1.0])
    with np.testing.assert_raises_regex(ValueError, "gate_bias has 2 values for 3 blocks"):
        ContinualBlocks(3, gate_bias=(0.5, 1.0))
