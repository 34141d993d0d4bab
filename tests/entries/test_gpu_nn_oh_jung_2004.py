"""The layer that is drawn is the layer that the net computes."""

from typing import Any

import keras
import numpy as np

from benchmarks import catalogue
from benchmarks.spec import Data

ENTRY: Any = catalogue.load("gpu_nn_oh_jung_2004")


def test_the_drawn_states_are_those_of_the_hidden_units():
    keras.utils.set_random_seed(1)
    model = ENTRY.build(hidden=(20,), input_shape=(8, 8, 1), scale=16.0)
    x = np.random.default_rng(2).integers(0, 17, (64, 8, 8, 1)).astype("uint8")
    drawn = ENTRY.pictures(model, Data({}, {}, {"x": x}), None)
    assert [drawn[name].tiles.shape for name in ("inputs", "weights", "states")] == [
        (1, 1, 64, 64),
        (1, 1, 64, 20),
        (1, 1, 64, 20),
    ]
    states = keras.Sequential(model.layers[:-1])(x)
    assert np.abs(drawn["states"].tiles[0, 0] - 255.0 * np.asarray(states)).max() <= 0.51
    assert np.asarray(states).std() > 0.05
