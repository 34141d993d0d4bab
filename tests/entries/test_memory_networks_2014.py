"""What is particular to the memory network."""

import math

import keras
import numpy as np
import pytest

from benchmarks import catalogue, datasets
from benchmarks.spec import Data
from tests.eager import Eager

ENTRY = catalogue.load("memory_networks_2014")


def test_a_supported_net_pays_for_each_look_that_goes_astray():
    """With all tables zero, attention is even over the sentences and all places are equally likely."""
    split = {key: value[:8] for key, value in datasets.load("stories_2").test.items()}
    assert ENTRY.loss is not None
    losses = []
    for supported in (False, True):
        model = ENTRY.build(sentences=30, supported=supported)
        for weight in (*model.tables, *model.ages):
            weight.assign(np.zeros(weight.shape))
        assert ENTRY.loss is not None
        losses.append(float(keras.ops.convert_to_numpy(ENTRY.loss(model, split, True))))
    sentences = split["x"][:, 1:].any(axis=2).sum(axis=1)
    assert losses[0] == pytest.approx(math.log(6), rel=1e-5)
    assert losses[1] - losses[0] == pytest.approx(2 * np.log(sentences).mean(), rel=1e-5)


def test_pictures_show_the_sentences_in_the_order_of_the_story():
    data = datasets.load("stories_1")
    split = {key: value[:3] for key, value in data.test.items()}
    model = ENTRY.build(sentences=10)
    assert ENTRY.pictures is not None
    shown = ENTRY.pictures(model, Data(split, split, split, data.info), Eager(model))
    first = shown["story_1"]
    words = data.info["words"]
    last = " ".join(words[number] for number in split["x"][0, 1] if number)
    assert first.rows[-1] == last and first.values.shape == (len(first.rows), 3)
    np.testing.assert_allclose(first.values.sum(axis=0), 100.0, rtol=1e-4)


def test_the_rate_is_halved_every_25_passes_of_the_900_stories():
    boundaries = ENTRY.recipes[1].optimizer["learning_rate"]["boundaries"]
    assert boundaries == [25 * (900 // 32), 50 * (900 // 32), 75 * (900 // 32)]
