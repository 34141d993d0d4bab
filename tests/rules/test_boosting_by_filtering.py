"""Boosting by filtering: what is picked, counted by hand, and who learns from it."""

import os

import keras
import numpy as np
import pytest

from benchmarks.engine.backend import driver_class
from benchmarks.layers.image.affine_distortion import RandomAffineDistortion
from benchmarks.layers.models.boosted import Boosted
from benchmarks.rules.boosting_by_filtering import Learner, hard
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage
from benchmarks.tasks.classification import signed_squared_error

OPTIONS = {"rates": (0.05,), "mu": 1.0, "samples": 20, "patterns": 40, "looks": 3}


def reader(pixel, name):
    """A net that says class 1 where this pixel of 2x2 is dark, else class 0; grey values from 0 to 255."""
    dense = keras.layers.Dense(2, name=f"{name}_dense")
    layers = [keras.layers.Rescaling(1 / 255), keras.layers.Flatten(), dense]
    net = keras.Sequential([keras.Input((2, 2, 1)), *layers], name=name)
    kernel = np.zeros((4, 2), "float32")
    kernel[pixel, 1] = 1.0
    dense.set_weights([kernel, np.array([0.5, 0.0], "float32")])
    return net


def setting(n=200, distortion=None, **options):
    """Images whose label is pixel 0; the first net reads pixel 1, the second pixel 2, the third pixel 3."""
    x = (255 * np.random.default_rng(1993).integers(0, 2, (n, 2, 2, 1))).astype("uint8")
    train = {"x": x, "y": (x[:, 0, 0, 0] > 0).astype("int32")}
    nets = [reader(pixel, name) for pixel, name in ((1, "first"), (2, "second"), (3, "third"))]
    model = Boosted(nets, distortion or RandomAffineDistortion(undistorted=1.0))
    driver = driver_class(os.environ.get("KERAS_BACKEND", keras.backend.backend()))()

    def learner(place, seed=5):
        stage = Stage("", rule_options=OPTIONS | options, batch_size=10)
        data = Data(train, {}, {})
        return Learner(Context(model, signed_squared_error, stage, data, driver, 20, seed, nets[place]))

    return model, learner, train, driver


def weights(net):
    """The weights of a net as arrays."""
    return [np.asarray(variable.value) for variable in net.weights]


def picked(learner):
    """The picked patterns as rows of four pixels, 0 or 1, and their labels."""
    count = int(np.asarray(learner.picked.value))
    images, labels = (np.asarray(part.value)[:count] for part in (learner.images, learner.labels))
    return images.reshape(-1, 4) // 255, labels


def test_the_places_to_learn_from():
    labels = np.array([0, 1, 2, 0, 1, 2, 0, 1])
    first = np.array([0, 1, 0, 0, 0, 2, 0, 1])  # errs at 2 and 4
    np.testing.assert_array_equal(hard([first], labels), [2, 0, 4, 1])
    mostly_wrong = np.array([1, 0, 0, 1, 0, 0, 1, 1])  # is right at 7 alone
    np.testing.assert_array_equal(hard([mostly_wrong], labels), [0, 7])
    np.testing.assert_array_equal(hard([first, np.array([0, 1, 0, 0, 1, 1, 0, 1])], labels), [4, 5])
    assert not len(hard([labels], labels)) and not len(hard([first, first], labels))


def test_the_second_net_gets_as_much_that_the_first_gets_right_as_wrong():
    _, learner, _, _ = setting()
    second = learner(1)
    second.start()
    pixels, labels = picked(second)
    assert len(labels) == 40
    np.testing.assert_array_equal(pixels[:, 0], labels, "images kept their labels")
    assert (pixels[:, 1] != labels).sum() == 20


def test_the_third_net_gets_that_on_which_the_first_two_disagree():
    _, learner, _, _ = setting()
    third = learner(2)
    third.start()
    pixels, labels = picked(third)
    assert len(labels) == 40 and len(np.unique(labels)) == 2
    np.testing.assert_array_equal(pixels[:, 0], labels)
    assert (pixels[:, 1] != pixels[:, 2]).all()


def test_where_there_is_too_little_it_looks_again_and_then_makes_do():
    _, learner, train, _ = setting(n=30, patterns=500, looks=4)
    second = learner(1)
    second.start()
    wrong = (train["x"][:, 0, 1, 0] > 0) != train["y"]
    _, labels = picked(second)
    assert len(labels) == 4 * 2 * min(wrong.sum(), (~wrong).sum())


def test_a_first_net_that_never_errs_leaves_nothing_to_learn():
    model, learner, _, _ = setting()
    model.columns[0].set_weights(reader(0, "right").get_weights())
    with pytest.raises(ValueError, match="nothing to learn from"):
        learner(1).start()


def test_the_patterns_are_distorted_and_follow_from_the_seed():
    def patterns(seed):
        _, learner, _, _ = setting(distortion=RandomAffineDistortion(shift=0.3, undistorted=0.0, seed=9))
        second = learner(1, seed)
        second.start()
        return np.asarray(second.images.value)

    first = patterns(5)
    assert len(np.unique(first)) > 30, "greys between 0 and 255"
    np.testing.assert_array_equal(patterns(5), first)
    assert not np.array_equal(patterns(6), first)


@pytest.mark.parametrize("place", [0, 1, 2])
def test_only_the_net_that_the_stage_names_learns_and_from_what_was_picked(place):
    model, learner, train, driver = setting()
    made = learner(place)
    made.start()
    before = [weights(net) for net in model.columns]
    driver.bind(made.variables)
    step = driver.function(made.step, updates=True)
    losses = []
    for number in range(20):
        places = np.arange(10 * number, 10 * number + 10) % len(train["y"])
        losses.append(float(step({key: value[places] for key, value in train.items()})["loss"]))
    driver.sync()
    for number, (net, old) in enumerate(zip(model.columns, before, strict=True)):
        same = all(np.array_equal(a, b) for a, b in zip(weights(net), old, strict=True))
        assert same == (number != place)
    assert np.mean(losses[-5:]) < 0.7 * np.mean(losses[:5])
    # The label is pixel 0: what was learned shows there, whatever the net read before.
    kernel = weights(model.columns[place])[0]
    assert kernel[0, 1] > 0.2 > -0.2 > kernel[0, 0]


def test_the_steps_draw_from_the_patterns_whatever_the_batch_holds():
    _, learner, _, _ = setting()
    drawn = []

    def look(batch):
        drawn.append(batch)
        return {"loss": 0.0}

    made = learner(1)
    made.start()
    made.net.step = look
    nothing = {"x": np.zeros((10, 2, 2, 1), "uint8"), "y": np.full(10, -1, "int32")}
    for _ in range(30):
        made.step(nothing)
    known = {(*map(int, pixels), int(label)) for pixels, label in zip(*picked(made), strict=True)}
    seen = {
        (*(int(value) // 255 for value in np.ravel(image)), int(label))
        for batch in drawn
        for image, label in zip(np.asarray(batch["x"]), np.asarray(batch["y"]), strict=True)
    }
    assert seen == known


def test_a_stage_must_name_one_of_the_nets():
    model, _, train, driver = setting()
    stage = Stage("second", rule_options=OPTIONS)
    with pytest.raises(ValueError, match="must name one of its columns"):
        Learner(Context(model, signed_squared_error, stage, Data(train, {}, {}), driver, 20, 0))
