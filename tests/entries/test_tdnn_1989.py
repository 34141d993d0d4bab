"""The net of figure 2."""

import keras
import numpy as np

from benchmarks import catalogue

ENTRY = catalogue.load("tdnn_1989")


def test_steps_and_connections_are_those_of_the_figure():
    """13 steps of 8 units and 9 of 3; counted unit by unit, biases included, 6,233 connections."""
    model = ENTRY.build()
    assert [tuple(model.get_layer(name).output.shape[1:]) for name in ("hidden_1", "hidden_2", "output")] == [
        (13, 8),
        (9, 3),
        (3,),
    ]
    assert 13 * 8 * (3 * 16 + 1) + 9 * 3 * (5 * 8 + 1) + 3 * (9 + 1) == 6_233


def test_a_token_that_comes_later_is_heard_the_same():
    """An event away from the edges, moved by some frames, changes the outputs little; with a fully
    connected net it would be another input.
    """
    keras.utils.set_random_seed(0)
    model = ENTRY.build(frames=31)
    random = np.random.default_rng(0)
    event = random.integers(50, 200, (5, 16))
    tokens = np.full((4, 31, 16), 100, "uint8")
    for k, start in enumerate((8, 10, 13, 18)):
        tokens[k, start : start + 5] = event
    outputs = np.asarray(keras.ops.convert_to_numpy(model(tokens)))
    np.testing.assert_allclose(outputs, np.tile(outputs[:1], (4, 1)), rtol=1e-5)
    assert (
        abs(
            outputs[0] - np.asarray(keras.ops.convert_to_numpy(model(np.full((1, 31, 16), 100, "uint8"))))[0]
        ).max()
        > 1e-4
    )
