"""Stacked denoising autoencoders: what the arms have in common, and what the stack computes."""

import numpy as np
import pytest

from benchmarks import catalogue
from benchmarks.spec import Data

ENTRY = catalogue.load("sda_2010")


@pytest.mark.parametrize(("tier", "dataset"), [("pocket", "digits"), ("standard", "mnist")])
def test_the_arms_differ_in_noise_and_in_pre_training_alone(tier, dataset):
    noisy, clean, random = (
        catalogue.recipe(ENTRY, tier, dataset + arm) for arm in ("", "-no-noise", "-random")
    )
    assert {**noisy.model, "amount": 0.0} == clean.model
    assert noisy.model == random.model
    assert [stage.trains for stage in noisy.stages] == ["hidden1", "hidden2", "hidden3", ""]
    assert [(stage.epochs, stage.batch_size) for stage in noisy.stages] == [
        (stage.epochs, stage.batch_size) for stage in clean.stages
    ]
    assert (random.epochs, random.batch_size) == (noisy.stages[-1].epochs, noisy.stages[-1].batch_size)


def test_after_pre_training_the_net_is_a_stack_of_sigmoid_layers_that_nothing_spoils():
    images = np.random.default_rng(8).integers(0, 17, (6, 8, 8, 1)).astype("uint8")
    model = ENTRY.build(hidden=(9, 7), amount=0.5, input_shape=(8, 8, 1), scale=16.0)
    output = model.get_layer("output")
    output.kernel.assign(np.random.default_rng(1).normal(size=(7, 10)))
    x = images.reshape(6, -1) / 16.0
    for name in ("hidden1", "hidden2"):
        layer = model.get_layer(name)
        x = 1 / (1 + np.exp(-(x @ np.asarray(layer.kernel.value) + np.asarray(layer.bias.value))))
    expected = x @ np.asarray(output.kernel.value)
    for training in (False, True):
        np.testing.assert_allclose(np.asarray(model(images, training=training)), expected, rtol=1e-4)


def test_the_picture_shows_filters_of_the_first_layer():
    assert ENTRY.pictures
    model = ENTRY.build(hidden=(23, 7), input_shape=(8, 8, 1), scale=16.0)
    picture = ENTRY.pictures(model, Data({}, {}, {}), None)["filters"]
    assert picture.tiles.shape == (2, 10, 8, 8)
