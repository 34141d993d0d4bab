"""What a net with state units can and cannot do."""

import keras
import numpy as np

from benchmarks import catalogue, datasets
from tests.eager import Eager

ENTRY = catalogue.load("jordan_1986")


def test_state_units_set_by_hand_count_to_three() -> None:
    """One output, on at every third step: the decayed trace of what was put out says how long ago that was.

    With decay 0.5 the state after the output 1 is at least 1, then 0.5 and 0.25 of it: the output is on where
    it has fallen below 0.3, which is after two steps of silence.
    """
    model = ENTRY.build(inputs=1, hidden=1, outputs=1, decay=0.5)
    (layer,) = (layer for layer in model.layers if layer.weights)
    layer.set_weights(
        [
            np.zeros((1, 1)),
            np.full((1, 1), -100.0),
            np.full(1, 40.0),
            np.full((1, 1), 80.0),
            np.full(1, -40.0),
        ]
    )  # hidden: on where the state is below 0.4
    outputs = keras.ops.convert_to_numpy(model(np.ones((1, 12, 1), "float32")))[0, :, 0]
    np.testing.assert_array_equal(outputs.round(), [1, 0, 0] * 4)


def test_without_decay_to_remember_by_the_same_output_leads_to_the_same_next() -> None:
    keras.utils.set_random_seed(1)
    model = ENTRY.build(inputs=1, hidden=6, outputs=1, decay=0.0, initial=8.0)
    outputs = keras.ops.convert_to_numpy(model(np.ones((1, 60, 1), "float32")))[0, :, 0]
    order = np.argsort(outputs[:-1])
    now, following = outputs[:-1][order], outputs[1:][order]
    near = np.diff(now) < 1e-6
    assert near.any(), "the net comes back to where it was"
    assert np.abs(np.diff(following))[near].max() < 1e-3


def test_pictures_show_each_plan_and_four_pixels_a_step() -> None:
    assert ENTRY.pictures is not None
    for data, arguments, rows in (
        ("plans", {}, 4 * (4 + 1 + 4)),
        ("embedded_reber", {"inputs": 7, "hidden": 15, "outputs": 7, "symbols": True}, 4 * (7 + 1 + 7)),
    ):
        model = ENTRY.build(**arguments)
        loaded = datasets.load(data)
        tiles = ENTRY.pictures(model, loaded, Eager(model))["sequences"].tiles
        assert tiles.shape == (4, 2, rows, 4 * loaded.test["x"].shape[1])
