"""The wired gates against the truth tables of propositional logic."""

import itertools

import keras
import numpy as np

from benchmarks.entries.threshold import mcculloch_pitts_1943


def test_the_gates_are_those_of_logic() -> None:
    model = mcculloch_pitts_1943.build()
    rows = list(itertools.product((0, 1), repeat=2))
    outputs = np.asarray(keras.ops.convert_to_numpy(model(np.array(rows, "float32"))))
    expected = [[a and b, a or b, not a, not (a and b), not (a or b), a != b] for a, b in rows]
    assert outputs.tolist() == np.array(expected, "float64").tolist()
    assert not model.trainable_variables


def test_no_unit_fires_unless_it_is_excited() -> None:
    """Theorem III: negation needs a fibre that is always active, so silence in is silence out."""
    model = mcculloch_pitts_1943.build()
    first = model.get_layer("first_layer")
    silence = np.zeros((1, 3), "float32")
    assert not np.asarray(keras.ops.convert_to_numpy(first(silence))).any()
    assert first.thresholds.min() >= 1
