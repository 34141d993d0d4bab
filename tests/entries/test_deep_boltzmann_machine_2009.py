"""The deep Boltzmann machine: what its arms share, and what its pictures show."""

import numpy as np

from benchmarks import catalogue
from benchmarks.spec import Data
from tests.eager import Eager

ENTRY = catalogue.load("deep_boltzmann_machine_2009")


def test_the_arms_learn_together_in_the_same_way() -> None:
    full, alone = catalogue.recipes(ENTRY, "pocket")
    last, only = catalogue.stages(full)[-1], catalogue.stages(alone)[-1]
    assert (last.rule, last.rule_options, last.epochs) == (only.rule, only.rule_options, only.epochs)
    assert full.model == alone.model and full.task_options == alone.task_options


def test_the_pictures_are_dreams_and_filters_of_the_images_size() -> None:
    model = ENTRY.build(input_shape=(4, 4, 1), hidden=10, top=3, scale=16.0)
    model.lower.visible_bias.assign(np.where(np.arange(16) < 8, 20.0, -20.0))
    assert ENTRY.pictures is not None
    shown = ENTRY.pictures(model, Data({}, {}, {}), Eager(model))
    samples = shown["samples"].tiles
    assert samples.shape == (4, 10, 4, 4)
    assert np.all(samples[:, :, :2] == 255) and np.all(samples[:, :, 2:] == 0)
    assert shown["filters"].tiles.shape == (1, 10, 4, 4)
