"""The cognitron organises itself: activity reaches the last layer, whose cells tell the patterns apart."""

from typing import Any

import numpy as np
import pytest

from benchmarks import catalogue, datasets
from benchmarks.rules import vicinity_reinforcement as rule
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage
from benchmarks.tasks import classification
from tests.eager import Eager

ENTRY = catalogue.load("cognitron_1975")
RECIPE = ENTRY.recipes[0]
DATA = datasets.load("stroke_digits_12")


@pytest.fixture(scope="module")
def organised() -> Any:
    """The net after 20 rounds, the five patterns in their order."""
    model = ENTRY.build(**RECIPE.model)
    stage = Stage("", rule_options=RECIPE.rule_options, batch_size=1)
    learner = rule.Learner(Context(model, lambda *_: 0.0, stage, Data({}, {}, {}), None, steps=1, seed=0))
    for _ in range(RECIPE.epochs):
        for i in range(5):
            learner.step({"x": DATA.train["x"][i : i + 1].astype("float32"), "y": DATA.train["y"][i : i + 1]})
    return model


def said(model: Any) -> list[np.ndarray]:
    """What the cells of U1 to U3 say to the five patterns: [5, 144] each."""
    x, found = DATA.test["x"].astype("float32"), []
    for layer in model.layers[:-2]:
        x = layer(x)
        if layer.name[0] == "U":
            found.append(np.asarray(x).reshape(5, -1))
    return found


def test_synapses_are_those_of_epochs_table() -> None:
    """Three layers of 144 excitatory and 144 inhibitory cells, 25 synapses each."""
    model = ENTRY.build()
    layers = [model.get_layer(name) for name in ("U1", "U2", "U3")]
    assert sum(layer.a.shape[0] * layer.a.shape[1] + layer.c.size for layer in layers) == 21_600
    assert ENTRY.parameters[0].published == 21_600


def test_every_pattern_excites_every_layer_and_answers_stay_small(organised: Any) -> None:
    for cells in said(organised):
        assert (cells.max(axis=1) > 0.5).all(), "a layer is silent"
        assert (cells.max(axis=1) < 2.0).all()


def test_cells_of_the_last_layer_are_selective(organised: Any) -> None:
    answers = said(organised)[-1] > 0
    patterns = answers.sum(axis=0)
    # Few cells answer to all five patterns, or to none; most to one or two of them.
    assert (patterns == 5).mean() < 0.1
    assert (patterns == 0).mean() < 0.1
    assert (np.isin(patterns, (1, 2, 3))).mean() > 0.6
    own = (answers & (patterns == 1)).sum(axis=1)
    assert (own > 0).all(), "a pattern has no cell of its own"


def test_each_pattern_is_named(organised: Any) -> None:
    scores = classification.evaluate(Eager(organised), organised, DATA, "test")
    assert scores["error"] == 0.0


def test_a_cell_in_the_middle_of_the_last_layer_depends_on_the_whole_retina(organised: Any) -> None:
    """Areas of 5x5 add up to 13x13 over three layers. Beforehand no cell answers to anything."""
    assert not any(cells.any() for cells in said(ENTRY.build()))
    reach = np.zeros(144, bool)
    reach[6 * 12 + 6] = True
    for name in ("U3", "U2", "U1"):
        layer = organised.get_layer(name)
        seen = layer.seen[reach][np.asarray(layer.a.value)[reach] > 0]
        reach = np.zeros(144, bool)
        reach[seen] = True
    assert np.ptp(np.argwhere(reach.reshape(12, 12)), axis=0).tolist() == [11, 11]


def test_the_picture_shows_each_pattern_over_what_the_layers_say_to_it(organised: Any) -> None:
    assert ENTRY.pictures is not None
    tiles = ENTRY.pictures(organised, DATA, Eager(organised))["responses"].tiles
    assert tiles.shape == (4, 5, 12, 12)
    np.testing.assert_array_equal(tiles[0] > 0, DATA.test["x"][..., 0] > 0)
    assert tiles.reshape(20, -1).any(axis=1).all()
