"""The deep belief net: its arms share what comes first, and its pictures hold one label a row."""

import numpy as np

from benchmarks import catalogue
from benchmarks.spec import Data
from tests.eager import Eager

ENTRY = catalogue.load("dbn_2006")


def test_both_arms_train_the_same_machines_first() -> None:
    for tier in ("pocket", "standard"):
        full, greedy = catalogue.recipes(ENTRY, tier)
        assert full.stages[:3] == greedy.stages
        assert {stage.rule for stage in full.stages[3:]} == {"up_down"}


def test_each_row_of_the_samples_is_drawn_with_its_label() -> None:
    """A top machine in which label k alone lets the features draw pixel k: the rows show who is who."""
    model = ENTRY.build(sizes=(10, 10, 10), input_shape=(4, 4, 1), scale=16.0)
    large = 40.0 * np.eye(10)
    model.top.kernel.assign(np.concatenate([large, 2 * large]))
    model.top.hidden_bias.assign(np.full(10, -60.0))  # a top unit is on if its label is
    model.top.visible_bias.assign(np.concatenate([np.full(10, -20.0), np.zeros(10)]))
    model.down[1].assign(large)
    model.down[0].assign(np.concatenate([large, np.zeros((10, 6))], axis=1))
    for machine in model.lower:
        machine.visible_bias.assign(np.full(machine.visible, -20.0))
    assert ENTRY.pictures is not None
    shown = ENTRY.pictures(model, Data({}, {}, {}), Eager(model))
    tiles = shown["samples"].tiles.reshape(10, 10, 16)
    expected = np.concatenate([255 * np.eye(10), np.zeros((10, 6))], axis=1)
    np.testing.assert_array_equal(tiles, np.repeat(expected[:, None], 10, axis=1))
    assert shown["filters"].tiles.shape == (1, 10, 4, 4)
