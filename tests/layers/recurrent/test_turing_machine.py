"""The parts of the neural Turing machine by hand, and the whole again in NumPy."""

import keras
import numpy as np
import pytest

from benchmarks.layers.recurrent import turing_machine
from benchmarks.layers.recurrent.turing_machine import StackedLSTM, TuringMachine


def row(*values: float) -> np.ndarray:
    return np.array([values], "float32")


def test_a_shift_moves_attention_around_the_ring():
    weights = row(0.7, 0.2, 0.0, 0.1)
    on, back = (np.asarray(turing_machine.moved(weights, row(*shift))) for shift in ((0, 0, 1), (1, 0, 0)))
    np.testing.assert_allclose(on, row(0.1, 0.7, 0.2, 0.0))
    np.testing.assert_allclose(back, row(0.2, 0.0, 0.1, 0.7))
    mixed = np.asarray(turing_machine.moved(weights, row(0.25, 0.5, 0.25)))
    np.testing.assert_allclose(mixed, 0.5 * weights + 0.25 * (on + back), rtol=1e-6)
    far = np.asarray(turing_machine.moved(weights, row(0, 0, 0, 0, 1)))
    np.testing.assert_allclose(far, row(0.0, 0.1, 0.7, 0.2))


def test_sharpening_is_a_power_and_erasing_comes_before_adding():
    sharp = np.asarray(turing_machine.sharpened(row(0.5, 0.25, 0.25), row(2.0)))
    np.testing.assert_allclose(sharp, row(4 / 6, 1 / 6, 1 / 6), rtol=1e-5)
    memory = np.array([[[1.0, 2.0], [3.0, 4.0]]], "float32")
    after = turing_machine.written(memory, row(1.0, 0.5), row(1.0, 0.0), row(5.0, 6.0))
    np.testing.assert_allclose(np.asarray(after), [[[5.0, 8.0], [4.0, 7.0]]])


def test_content_is_compared_by_angle_alone():
    memory = np.array([[[3.0, 0.0], [0.0, 5.0], [4.0, 4.0], [0.0, 0.0]]], "float32")
    found = np.asarray(turing_machine.similarity(row(2.0, 0.0), memory))
    np.testing.assert_allclose(found, row(1.0, 0.0, np.sqrt(0.5), 0.0), atol=1e-3)


def sigmoid(x):
    return 1 / (1 + np.exp(-x))


def softmax(x):
    powers = np.exp(x - x.max())
    return powers / powers.sum()


def numpy_machine(layer, x, slots, width):
    """Section 3 for one sequence [T, d], in float64, with the paper's sums written out: the logits [T,
    outputs]."""
    weights = {weight.path.split("/", 1)[1]: np.asarray(weight.value, "float64") for weight in layer.weights}

    def linear(name, value):
        return value @ weights[f"{name}/kernel"] + weights[f"{name}/bias"]

    def address(head, memory, before):
        key, (strength, gate, power) = np.tanh(head[:width]), head[width : width + 3]
        shift = softmax(head[width + 3 : width + 6])
        angles = [
            key @ slot / (np.sqrt(key @ key + 1e-12) * np.sqrt(slot @ slot + 1e-12) + 1e-3) for slot in memory
        ]
        content = softmax(np.log1p(np.exp(strength)) * np.array(angles))
        between = sigmoid(gate) * content + (1 - sigmoid(gate)) * before
        turned = np.array(
            [sum(between[(i - s) % slots] * shift[s + 1] for s in (-1, 0, 1)) for i in range(slots)]
        )
        sharp = (turned + 1e-12) ** (2 - 1 + np.log1p(np.exp(power)))
        return sharp / sharp.sum()

    memory, read = weights["memory"], weights["read"]
    reads, writes = softmax(weights["read_address"]), softmax(weights["write_address"])
    outputs = []
    for step in x:
        hidden = np.tanh(linear("controller", np.concatenate([step, read])))
        head = linear("write_head", hidden)
        writes = address(head[: width + 6], memory, writes)
        erase, add = sigmoid(head[width + 6 : 2 * width + 6]), np.tanh(head[2 * width + 6 :])
        memory = np.array([slot * (1 - w * erase) + w * add for slot, w in zip(memory, writes, strict=True)])
        reads = address(linear("read_head", hidden), memory, reads)
        read = reads @ memory
        outputs.append(linear("output", np.concatenate([hidden, read])))
    return np.array(outputs)


def test_the_machine_is_that_of_section_3():
    keras.utils.set_random_seed(3)
    layer = TuringMachine(3, units=6, slots=5, width=4)
    x = np.random.default_rng(1).normal(size=(2, 7, 2)).astype("float32")
    layer.build(x.shape)
    for number, weight in enumerate(layer.weights):
        noise = np.random.default_rng(number).normal(0, 0.7, weight.shape)
        weight.assign(np.asarray(weight.value) + noise)
    found = np.asarray(layer(x))
    for one, sequence in zip(found, x, strict=True):
        np.testing.assert_allclose(one, numpy_machine(layer, sequence, 5, 4), rtol=2e-3, atol=2e-4)
    watched = layer.watch(x)
    np.testing.assert_allclose(np.asarray(watched["logits"]), found, rtol=1e-5, atol=1e-6)
    np.testing.assert_allclose(np.asarray(watched["read"]).sum(axis=-1), 1.0, rtol=1e-5)


@pytest.mark.parametrize("layers", [1, 3])
def test_the_stacked_lstm_is_that_of_keras(layers):
    """With all layers alike, of which each sees the inputs and the layer below."""
    keras.utils.set_random_seed(4)
    layer = StackedLSTM(2, units=5, layers=layers)
    x = np.random.default_rng(2).normal(size=(3, 6, 4)).astype("float32")
    layer.build(x.shape)
    start = [np.random.default_rng(i).normal(size=5).astype("float32") for i in range(2 * layers)]
    for state, value in zip(layer.state, start, strict=True):
        state.assign(value)
    below, outputs = x, []
    for i, gates in enumerate(layer.gates):
        kernel, bias = (np.asarray(weight.value) for weight in gates.weights)
        cell = keras.layers.LSTM(5, return_sequences=True)
        cell.build(below.shape)
        # Keras' order is input, forget, value, output; ours input, forget, output, value.
        order = np.concatenate([np.arange(0, 10), np.arange(15, 20), np.arange(10, 15)])
        seen = below.shape[-1]
        cell.set_weights([kernel[:seen, order], kernel[seen:, order], bias[order]])
        states = [np.tile(value, (3, 1)) for value in start[2 * i : 2 * i + 2]]
        outputs.append(np.asarray(cell(below, initial_state=states)))
        below = np.concatenate([x, outputs[-1]], axis=-1)
    kernel, bias = (np.asarray(weight.value) for weight in layer.answer.weights)
    wanted = np.concatenate(outputs, axis=-1) @ kernel + bias
    np.testing.assert_allclose(np.asarray(layer(x)), wanted, rtol=1e-4, atol=1e-5)
