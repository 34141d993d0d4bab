"""What is particular to WaveNet."""

import numpy as np

from benchmarks import catalogue, datasets
from benchmarks.spec import Data
from tests.eager import Eager

ENTRY = catalogue.load("wavenet_2016")


def test_a_row_of_distances_up_to_512_sees_1024_samples():
    """Section 2.1: one such row has a receptive field of 1,024."""
    assert ENTRY.build(cycles=1, residual=1, skip=1).reach == 1024


def test_pictures_play_what_the_net_draws_beside_what_it_learned_from():
    data = datasets.load("organ_notes")
    few = Data(data.train, data.validation, data.test, {"rate": 40})  # two seconds are soon drawn
    model = ENTRY.build(cycles=1, doublings=2, residual=2, skip=2)
    assert ENTRY.pictures is not None
    shown = ENTRY.pictures(model, few, Eager(model))
    assert len(shown["sampled"].samples) == len(shown["real"].samples) == 80
    levels = data.test["x"].ravel()[:80]
    loudest = np.argmax(np.abs(shown["real"].samples))
    assert abs(levels[loudest] - 127.5) == np.abs(levels - 127.5).max()
