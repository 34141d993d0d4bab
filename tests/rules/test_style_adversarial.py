"""The adversarial rule of StyleGAN2: its penalties by hand, who moves when, and the average."""

from typing import Any

import keras
import numpy as np
import pytest

from benchmarks.engine.backend import driver_class
from benchmarks.layers.models.style_pair import StyleGenerator, StylePair
from benchmarks.rules.protocol import Context, StartsFromModel
from benchmarks.rules.style_adversarial import Learner, lazy, mean_square_slope, mixed, path_lengths
from benchmarks.spec import Data, Stage

NO_DATA = Data({}, {}, {})
DEPTH = 2
#: A rate of 0.1 for a player that takes two steps in place of one is half as high.
RATE = 0.05


def generator(values, slope=0.0, fixed=False):
    """The pixels are biases, plus this slope times the sum of all styles.

    z is handed on as w. Of a generator that is `fixed` only the mapping learns, which nothing depends on.
    """
    handing_on = keras.layers.Dense(2) if fixed else keras.layers.Rescaling(1.0)
    mapping = keras.Sequential([keras.Input((2,)), handing_on])
    styles, noise = keras.Input((DEPTH, 2)), keras.Input((1,))
    constant = keras.initializers.Constant(slope)
    learned = keras.layers.Dense(len(values), kernel_initializer=constant, trainable=not fixed)
    silent = keras.layers.Dense(len(values), kernel_initializer="zeros", use_bias=False, trainable=False)
    pixels = keras.layers.Add()([learned(keras.layers.Flatten()(styles)), silent(noise)])
    learned.bias.assign(np.asarray(values, "float32"))
    images = keras.layers.Reshape((len(values), 1, 1))(pixels)
    return StyleGenerator(mapping, keras.Model([styles, noise], images))


def linear(weights):
    net = keras.Sequential(
        [keras.Input((len(weights), 1, 1)), keras.layers.Flatten(), keras.layers.Dense(1, use_bias=False)]
    )
    net.layers[-1].kernel.assign(np.asarray(weights, "float32")[:, None])
    return net


def prepared(one, judge, batch, **changes):
    """The learner, and a function that takes steps on the same examples in a program compiled by XLA."""
    options = {"optimizer": {"name": "SGD", "learning_rate": 0.1}, "batch_size": batch, **changes}
    driver = driver_class(keras.backend.backend())()
    fixed = len(one.mapping.weights) > 0
    average = generator([0.0] * one.synthesis.output_shape[1], fixed=fixed)
    model = StylePair(one, average, judge, 1.0)
    learner = Learner(Context(model, lambda *_: 0.0, Stage("", **options), NO_DATA, driver, steps=1, seed=0))
    learner.start()
    driver.bind(learner.variables)
    programs: list[Any] = []

    def run(seen, steps=1):
        x = np.tile(0.5 + 0.5 * np.asarray(seen, "float32")[:, None, None], (batch, 1, 1, 1))
        if not programs:
            programs.append(
                driver.training_program(
                    learner.step, {"x": driver.put(x)}, steps, batch, loop=False, xla=True
                )
            )
        log = programs[0](np.tile(np.arange(batch, dtype="int32"), (steps, 1)), steps)
        driver.sync()
        return log

    return learner, run


def values(model):
    return [np.asarray(weight.value).copy() for weight in model.trainable_variables]


def test_a_linear_discriminator_moves_as_derived_by_hand():
    """Where samples and examples are both 0 the loss has no slope; the penalty's is every · γ · w."""
    w = np.array([1.0, -2.0, 2.0])
    judge = linear(w)
    _, run = prepared(
        generator([0.0] * 3, fixed=True), judge, 4, rule_options={"penalty": 0.5, "penalty_every": 1}
    )
    log = run([0.0, 0.0, 0.0])
    assert log["discriminator_loss"] == pytest.approx(2.0 * np.log(2.0), rel=1e-5)
    np.testing.assert_allclose(values(judge)[0][:, 0], w - RATE * 0.5 * w, rtol=1e-5)


def test_the_penalty_comes_after_so_many_steps_and_counts_that_many_times():
    judge = linear([1.0, -2.0])
    _, run = prepared(
        generator([0.0] * 2, fixed=True), judge, 4, rule_options={"penalty": 0.5, "penalty_every": 3}
    )
    factor = 1.0 - 0.1 * (3 / 4) * 3 * 0.5
    for expected in (1.0, 1.0, factor, factor, factor, factor**2):
        run([0.0, 0.0])
        np.testing.assert_allclose(values(judge)[0][:, 0], [expected, -2.0 * expected], rtol=1e-5)


def test_the_gradient_of_the_penalty_is_that_of_the_complex_step():
    """First down the logistic loss, samples and examples at one place, then down the penalty."""
    random = np.random.default_rng(0)
    place, first, second = random.normal(size=3), random.normal(size=(3, 4)), random.normal(size=4)
    judge = keras.Sequential(
        [
            keras.Input((3, 1, 1)),
            keras.layers.Flatten(),
            keras.layers.Dense(4, activation="tanh", use_bias=False),
            keras.layers.Dense(1, use_bias=False),
        ]
    )
    judge.layers[-2].kernel.assign(first.astype("float32"))
    judge.layers[-1].kernel.assign(second[:, None].astype("float32"))

    def loss(first, second):
        logit = np.tanh(place @ first) @ second
        return np.log(1.0 + np.exp(logit)) + np.log(1.0 + np.exp(-logit))

    def penalty(first, second):
        slope = first @ (second * (1.0 - np.tanh(place @ first) ** 2))
        return 0.5 * 3.0 * (slope * slope).sum()

    def moved(function, weights):
        after = []
        for at, weight in enumerate(weights):
            gradient = np.zeros(weight.shape)
            for cell in np.ndindex(*weight.shape):
                changed = [one.astype(complex) for one in weights]
                changed[at][cell] += 1e-30j
                gradient[cell] = function(*changed).imag / 1e-30
            after.append(weight - RATE * gradient)
        return after

    _, run = prepared(
        generator(place, fixed=True), judge, 4, rule_options={"penalty": 3.0, "penalty_every": 1}
    )
    run(place)
    expected = moved(penalty, moved(loss, [first, second]))
    for after, right in zip(values(judge), (expected[0], expected[1][:, None]), strict=True):
        np.testing.assert_allclose(after, right, rtol=1e-3, atol=1e-4)


def test_a_linear_generator_shortens_its_paths_as_derived_by_hand():
    """One pixel g · (sum of 2 + 2 styles): a path has length |y| g √2, and y is normal.

    A discriminator that is blind at first leaves the generator alone, until its second step.
    """
    one = generator([0.0], slope=3.0)
    learner, run = prepared(
        one, linear([0.0]), 4000, rule_options={"path_weight": 0.2, "path_every": 1, "mixing": 0.5}
    )
    log = run([0.0])
    mean = 0.01 * 3.0 * np.sqrt(2.0) * np.sqrt(2.0 / np.pi)
    assert log["path_length"] == pytest.approx(mean, rel=0.06)
    assert float(np.asarray(learner.mean_path.value)) == pytest.approx(log["path_length"])
    # The slope of (|y| √(Σ g² / 2) - a)², g being four equal weights, by each of them: y² g - a |y| / √2.
    slope = 0.2 * (3.0 - mean * np.sqrt(2.0 / np.pi) / np.sqrt(2.0))
    np.testing.assert_allclose((3.0 - values(one)[0][:, 0]) / RATE, slope, rtol=0.12)


def test_the_average_follows_the_generator():
    one = generator([0.5, -0.5], slope=0.1)
    learner, run = prepared(
        one, linear([1.0, 2.0]), 4, rule_options={"half_life": 8, "path_every": 1, "path_weight": 0.1}
    )
    assert issubclass(Learner, StartsFromModel), "the engine calls `start` when the stage begins"
    expected = values(one)
    begun = [np.asarray(weight.value) for weight in learner.model.average.variables]
    for weight in expected:
        assert any(weight.shape == other.shape and np.array_equal(weight, other) for other in begun)
    for _ in range(3):
        run([0.0, 0.0])
        # Half is forgotten in 8 images, two batches.
        expected = [
            0.5**0.5 * slow + (1.0 - 0.5**0.5) * now for slow, now in zip(expected, values(one), strict=True)
        ]
    assert not np.array_equal(expected[1], values(one)[1])
    average = learner.model.average.synthesis
    dense = next(layer for layer in average.layers if layer.name.startswith("dense") and layer.use_bias)
    np.testing.assert_allclose(np.asarray(dense.kernel.value), expected[0], rtol=1e-4)
    np.testing.assert_allclose(np.asarray(dense.bias.value), expected[1], rtol=1e-4)


def test_styles_change_once_at_a_layer_that_is_as_often_any_other():
    n, depth = 6000, 4
    uniform = np.random.default_rng(0).random((n, 2), "float32")
    first, second = np.zeros((n, 3), "float32"), np.ones((n, 3), "float32")
    styles = np.asarray(mixed(first, second, uniform, depth, 0.9))
    assert styles.shape == (n, depth, 3) and np.ptp(styles, axis=2).max() == 0.0
    assert (np.diff(styles[..., 0], axis=1) >= 0.0).all(), "the first come first"
    layers = depth - styles[..., 0].sum(axis=1)
    shares = [np.mean(layers == k) for k in range(depth + 1)]
    np.testing.assert_allclose(shares, [0.0, 0.3, 0.3, 0.3, 0.1], atol=0.03)


def test_lengths_by_hand():
    slopes = np.array([[[3.0, 4.0], [0.0, 0.0]], [[1.0, 1.0], [1.0, 1.0]]], "float32")
    np.testing.assert_allclose(np.asarray(path_lengths(slopes)), [np.sqrt(12.5), np.sqrt(2.0)], rtol=1e-6)
    assert float(mean_square_slope(slopes)) == pytest.approx((25.0 + 4.0) / 2.0)


def test_a_lazy_players_optimizer_takes_smaller_steps_and_remembers_as_long():
    options = {"name": "Adam", "learning_rate": 0.002, "beta_1": 0.5, "beta_2": 0.99, "epsilon": 1e-8}
    adjusted = lazy(options, 16)
    assert adjusted["learning_rate"] == pytest.approx(0.002 * 16 / 17)
    # After the 17 steps in which there would be 16, as much is left of what was.
    assert adjusted["beta_1"] ** 17 == pytest.approx(0.5**16)
    assert adjusted["beta_2"] ** 17 == pytest.approx(0.99**16)
    assert adjusted["epsilon"] == 1e-8 and adjusted["name"] == "Adam"
    assert lazy({**options, "beta_1": 0.0}, 8)["beta_1"] == 0.0


def test_a_schedule_is_refused():
    schedule = {"name": "ExponentialDecay", "initial_learning_rate": 0.1}
    with pytest.raises(ValueError, match="give a number"):
        lazy({"name": "SGD", "learning_rate": schedule}, 8)


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"steps": 2}, "no option 'steps'"),
        ({"penalty_every": 0}, "penalty_every is 0; it must be 1 or more"),
        ({"path_every": 0}, "path_every is 0; it must be 1 or more"),
        ({"penalty": -1.0}, "must be 0 or more"),
        ({"path_weight": -1.0}, "must be 0 or more"),
        ({"mixing": 1.5}, "from 0 to 1"),
        ({"half_life": 0}, "must be more than 0"),
    ],
)
def test_wrong_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        prepared(generator([0.0]), linear([1.0]), 2, rule_options=options)
