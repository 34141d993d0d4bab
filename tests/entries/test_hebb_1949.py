"""Hebb's cells: what they hear, and which spikes count as a cue."""

import keras
import numpy as np

from benchmarks import catalogue, datasets

ENTRY = catalogue.load("hebb_1949")


def test_a_cell_hears_the_active_inputs_and_what_is_late_is_no_cue() -> None:
    model = ENTRY.build(input_shape=(4,), cells=1)
    model.get_layer("cells").kernel.assign(np.array([[1.0], [2.0], [4.0], [8.0]], "float32"))
    cues = np.array([[1, 0, 1, 0], [20, -3, 0, 1]], "float32")
    assert np.asarray(keras.ops.convert_to_numpy(model(cues)))[:, 0].tolist() == [5.0, 9.0]
    signed = ENTRY.build(input_shape=(4,), cells=1, signed=True)
    signed.set_weights(model.get_weights())
    assert np.asarray(keras.ops.convert_to_numpy(signed(cues)))[:, 0].tolist() == [-5.0, 3.0]


def test_the_threshold_for_spikes_is_four_fifths_of_the_own_cells() -> None:
    recipe = catalogue.recipe(ENTRY, "pocket", "spike_pairs_200_20-spike-timing")
    train = datasets.load(recipe.dataset).train
    own = np.where(train["x"] > 0, np.exp(-train["x"] / recipe.rule_options["time_constant"]), 0.0)
    np.testing.assert_allclose(recipe.task_options["threshold"], 0.8 * own.sum() / 20, rtol=0.02)
