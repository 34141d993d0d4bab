"""What is particular to the neural Turing machine: with weights set by hand it copies sequences of any
length."""

import numpy as np

from benchmarks import catalogue
from benchmarks.spec import Data
from benchmarks.tasks import copying
from tests.eager import Eager

ENTRY = catalogue.load("ntm_2014")


def by_hand(bits, slots):
    """The first half of the paper's pseudo-code as weights: write the input, step on. Returns the layer."""
    units, width = bits + 1, bits
    model = ENTRY.build(inputs=bits + 1, outputs=bits, units=units, slots=slots, width=width)
    layer = model.get_layer("machine")
    controller = np.zeros((bits + 1 + width, units))
    controller[: bits + 1] = 10.0 * np.eye(units)  # what is seen, as -1 and 1
    write, write_bias = np.zeros((units, 3 * width + 6)), np.zeros(3 * width + 6)
    read, read_bias = np.zeros((units, width + 6)), np.zeros(width + 6)
    for bias in (write_bias, read_bias):
        bias[width + 1] = -30.0  # the address before, whatever the contents
        bias[width + 2] = 30.0  # sharp
    write_bias[width + 5] = 30.0  # one slot on
    read_bias[width + 4] = 30.0  # stay
    write_bias[width + 6 : 2 * width + 6] = 30.0  # erase what was there
    write[:bits, 2 * width + 6 :] = 10.0 * np.eye(bits)
    layer.hidden.set_weights([controller, np.full(units, -5.0)])
    layer.write_head.set_weights([write, write_bias])
    layer.read_head.set_weights([read, read_bias])
    return layer


def test_the_writing_head_walks_over_the_memory_and_leaves_the_vectors_there():
    bits, slots, length = 3, 12, 7
    layer = by_hand(bits, slots)
    x = copying.episodes([length], bits)["x"][0, :4].astype("float32")
    state = layer.start(4)
    for step in range(length):
        state, _ = layer.step(state, x[:, step])
        place = np.asarray(state["write_address"])
        assert (place.argmax(axis=1) == step + 1).all() and place.max(axis=1).min() > 0.99
    stored = np.asarray(state["memory"])[:, 1 : length + 1]
    np.testing.assert_array_equal(stored > 0, x[:, :length, :bits] > 0.5)
    assert (np.asarray(state["read_address"]).argmax(axis=1) == 0).all()


def test_pictures_show_lengths_beyond_the_trained_one_and_both_heads():
    model = ENTRY.build(inputs=5, outputs=4, units=6, slots=7, width=3)
    split = {key: value[0] for key, value in copying.episodes([2], 4).items()}
    assert ENTRY.pictures is not None
    shown = ENTRY.pictures(model, Data(split, split, split), Eager(model))
    np.testing.assert_array_equal(shown["longer"].series[0].x, [1, 2, 4, 6, 8])
    assert shown["heads"].tiles.shape == (2, 1, 28, 20)


def test_no_printed_count_but_that_of_the_lstm_follows_from_the_text():
    counts = {count.variant: (count.trainable, count.published) for count in ENTRY.parameters}
    inputs, outputs, units, width, slots = 9, 8, 100, 20, 128
    heads = (units + 1) * (2 * (width + 6) + 2 * width)
    rest = heads + (units + width + 1) * outputs + slots * width + width + 2 * slots
    assert counts[""][0] == (inputs + width + 1) * units + rest
    assert counts["lstm-controller"][0] == (inputs + width + units + 1) * 4 * units + rest + 2 * units
    h, inputs, outputs = 256, 10, 9
    layers = 4 * h * (inputs + h + 1) + 2 * 4 * h * (inputs + 2 * h + 1)
    assert counts["lstm"][1] == layers + (3 * h + 1) * outputs + 3 * 2 * h == counts["lstm"][0]
