"""Rosenblatt's net: its layers, and that the rule finds them in their places."""

import keras
import numpy as np

from benchmarks import catalogue

ENTRY = catalogue.load("rosenblatt_multilayer_1962")


def test_a_net_wired_by_hand_computes_exclusive_or() -> None:
    model = ENTRY.build(input_shape=(2,), association_units=2)
    model.get_layer("association").kernel.assign([[1.0, -1.0], [-1.0, 1.0]])
    model.get_layer("responses").kernel.assign([[1.0], [1.0]])
    rows = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], "float32")
    assert np.asarray(keras.ops.convert_to_numpy(model(rows)))[:, 0].tolist() == [0.0, 1.0, 1.0, 0.0]


def test_the_rule_finds_connections_threshold_and_responses_at_the_end_of_the_net() -> None:
    for recipe in ENTRY.recipes:
        model = ENTRY.build(**recipe.model)
        assert [layer.name for layer in model.layers[-3:]] == ["association", "threshold", "responses"]
        assert not any(layer.weights for layer in model.layers[:-3])
