"""The nets of the paper: their connections, counted one by one, and what separates the LSTM from a simple
recurrent net.
"""

import math

import keras
import numpy as np
import pytest

from benchmarks import catalogue

LSTM, ELMAN = catalogue.load("lstm_1997"), catalogue.load("elman_1990")


def connections(
    inputs: int,
    outputs: int,
    blocks: int,
    size: int,
    hidden_biases: int,
    output_biases: int,
    feedback: bool,
    output_gates: bool,
    skip: bool,
) -> int:
    """Weights of a net of table 10: every cell and gate sees the inputs and (`feedback`) every cell and
    gate; outputs see the cells.
    """
    cells = blocks * size
    hidden = cells + blocks * (2 if output_gates else 1)
    seen = inputs + (hidden if feedback else 0)
    return hidden * seen + hidden_biases + outputs * (cells + (inputs if skip else 0)) + output_biases


@pytest.mark.parametrize(
    ("printed", "table_10"),
    [
        (93, (2, 1, 2, 2, 8, 1, True, True, False)),
        (276, (7, 7, 3, 2, 6, 0, True, True, False)),
        (264, (7, 7, 4, 1, 8, 0, True, True, False)),
        (156, (8, 4, 2, 2, 8, 4, True, True, False)),
        (308, (8, 8, 3, 2, 12, 8, True, True, False)),
        (10_504, (101, 101, 1, 1, 0, 0, False, False, True)),
    ],
)
def test_weight_counts_follow_from_the_wiring_of_table_10(printed: int, table_10: tuple) -> None:
    assert connections(*table_10) == printed
    count = next(count for count in LSTM.parameters if count.trainable == printed)
    model = LSTM.build(**count.arguments)
    assert sum(math.prod(weight.shape) for weight in model.trainable_variables) == printed


def test_initial_gate_biases_are_those_of_table_10() -> None:
    keras.utils.set_random_seed(0)
    layer = next(layer for layer in LSTM.build().layers if layer.name.startswith("memory_blocks"))
    bias, kernel = (np.asarray(weight.value) for weight in (layer.bias, layer.kernel))
    assert bias[4:6].tolist() == [
        -3.0,
        -6.0,
    ]  # the input gates; the four cells come before, the output gates behind
    assert abs(bias[[0, 1, 2, 3, 6, 7]]).max() <= 0.1
    assert abs(kernel).max() <= 0.1


def test_zeros_in_front_of_a_sequence_change_nothing() -> None:
    keras.utils.set_random_seed(0)
    model = LSTM.build()
    x = np.random.default_rng(0).normal(size=(2, 5, 2)).astype("float32")
    padded = np.concatenate([np.zeros((2, 3, 2), "float32"), x], axis=1)
    for training in (False, True):
        alone, behind = (keras.ops.convert_to_numpy(model(data, training=training)) for data in (x, padded))
        np.testing.assert_allclose(behind, alone, atol=1e-6)


def test_an_image_is_read_row_after_row_and_a_black_row_is_a_row() -> None:
    keras.utils.set_random_seed(0)
    of_images = LSTM.build(inputs=(4, 3, 1), scale=16.0, encoding="rows", outputs=5)
    of_sequences = LSTM.build(
        inputs=4, outputs=5
    )  # a fourth value, which is never 0, keeps rows from masking
    images = np.random.default_rng(1).integers(0, 17, (7, 4, 3, 1)).astype("uint8")
    images[:, 0] = 0
    rows = np.concatenate([images[..., 0] / 16.0, np.ones((7, 4, 1))], axis=2).astype("float32")
    kernel, *others = of_images.get_weights()
    of_sequences.set_weights([np.concatenate([kernel, np.zeros((1, kernel.shape[1]))]), *others])
    answers = keras.ops.convert_to_numpy(of_images(images))
    assert answers.shape == (7, 5)
    np.testing.assert_allclose(answers, keras.ops.convert_to_numpy(of_sequences(rows)), rtol=1e-5, atol=1e-6)


def test_elman_net_has_the_weights_of_its_wiring() -> None:
    assert ELMAN.parameters[0].trainable == 150 * (31 + 150 + 1) + 31 * (150 + 1)
    assert ELMAN.parameters[1].trainable == 15 * (7 + 15 + 1) + 7 * (15 + 1)


@pytest.mark.slow
def test_the_lstm_remembers_what_the_simple_recurrent_net_forgets(tmp_path) -> None:
    """In the embedded Reber grammar one symbol depends on the second: without memory half of the strings
    are right at best.
    """
    from benchmarks.engine.clock import Clock
    from benchmarks.engine.runs import Options
    from benchmarks.engine.workbench import Workbench

    options = Options(backend=keras.backend.backend())
    correct = {}
    for entry, name in ((ELMAN, "embedded_reber"), (LSTM, "embedded_reber-wide")):
        recipe = catalogue.recipe(entry, "pocket", name)
        bench = Workbench(entry, recipe, options, Clock(), 0)
        bench.train_leg(0, recipe.epochs)
        correct[entry.id] = bench.evaluate("validation")["strings_correct"]
    assert correct["lstm_1997"] > 90.0
    assert correct["elman_1990"] < 75.0
