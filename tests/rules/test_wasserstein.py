"""The adversarial rule of Wasserstein nets: its penalty by hand, and who moves when, compiled by XLA."""

import keras
import numpy as np
import pytest

from benchmarks.engine.backend import driver_class
from benchmarks.layers.models.image_pair import ImagePair
from benchmarks.rules.protocol import Context
from benchmarks.rules.wasserstein import Learner
from benchmarks.spec import Data, Stage

NO_DATA = Data({}, {}, {})


def constant_generator(values):
    """Gives the same pixels whatever the noise: they are its biases."""
    bias = keras.initializers.Constant(0.0)
    net = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(len(values), kernel_initializer="zeros", bias_initializer=bias),
        ]
    )
    net.layers[-1].bias.assign(np.asarray(values, "float32"))
    return net


def prepared(generator, critic, batch, **changes):
    """The learner, and a function that takes steps on the same examples in a program compiled by XLA."""
    options = {"optimizer": {"name": "SGD", "learning_rate": 0.1}, "batch_size": batch, **changes}
    driver = driver_class(keras.backend.backend())()
    model = ImagePair(generator, critic, 1.0, "uniform")
    learner = Learner(Context(model, lambda *_: 0.0, Stage("", **options), NO_DATA, driver, steps=1, seed=0))
    driver.bind(learner.variables)

    def run(x, steps=1):
        order = np.tile(np.arange(batch, dtype="int32"), (steps, 1))
        program = driver.training_program(
            learner.step, {"x": driver.put(x)}, steps, batch, loop=False, xla=True
        )
        log = program(order, steps)["critic_loss"] / steps
        driver.sync()
        return log

    return learner, run


def values(model):
    return [np.asarray(weight.value).copy() for weight in model.trainable_weights]


def test_a_linear_critic_moves_as_derived_by_hand():
    """D(x) = w·x slopes by |w|, so w moves by rate (example - sample - 2 penalty (|w| - 1) w / |w|)."""
    critic = keras.Sequential([keras.Input((3,)), keras.layers.Dense(1, use_bias=False)])
    w = np.array([1.0, -2.0, 2.0])
    critic.layers[0].kernel.assign(w[:, None].astype("float32"))
    sample, example = np.array([0.5, 0.25, 0.0]), np.array([1.0, 0.0, 0.5])
    _, run = prepared(constant_generator(sample), critic, 4)
    loss = run(np.tile(example, (4, 1)).astype("float32"))
    assert loss == pytest.approx(w @ sample - w @ example + 10.0 * (3.0 - 1.0) ** 2, rel=1e-5)
    expected = w - 0.1 * (sample - example + 20.0 * (3.0 - 1.0) * w / 3.0)
    np.testing.assert_allclose(values(critic)[0][:, 0], expected, rtol=1e-5)


def test_the_gradient_of_the_slope_is_that_of_the_complex_step():
    """Samples equal to the examples leave the penalty alone, at a place that is known."""
    random = np.random.default_rng(0)
    place = random.normal(size=3)
    first, second = random.normal(size=(3, 4)), random.normal(size=4)
    critic = keras.Sequential(
        [
            keras.Input((3,)),
            keras.layers.Dense(4, activation="tanh", use_bias=False),
            keras.layers.Dense(1, use_bias=False),
        ]
    )
    critic.layers[0].kernel.assign(first.astype("float32"))
    critic.layers[1].kernel.assign(second[:, None].astype("float32"))

    def penalty(first, second):
        slope = first @ (second * (1.0 - np.tanh(place @ first) ** 2))
        return 10.0 * (np.sqrt((slope * slope).sum()) - 1.0) ** 2

    _, run = prepared(constant_generator(place), critic, 2)
    assert run(np.tile(place, (2, 1)).astype("float32")) == pytest.approx(penalty(first, second), rel=1e-4)
    for before, after, at in ((first, values(critic)[0], 0), (second, values(critic)[1][:, 0], 1)):
        gradient = np.zeros(before.shape)
        for cell in np.ndindex(*before.shape):
            moved = [first.astype(complex), second.astype(complex)]
            moved[at][cell] += 1e-30j
            gradient[cell] = penalty(*moved).imag / 1e-30
        np.testing.assert_allclose(after, before - 0.1 * gradient, rtol=1e-3, atol=1e-4)


def test_slopes_are_taken_evenly_between_examples_and_samples():
    """D(x) = x²/2 slopes by x. Between 0 and 1 the mean of (x - 1)² is a third, and D(1) - D(0) a half."""

    class Half(keras.layers.Layer):
        def call(self, x):
            return 0.5 * x * x

    critic = keras.Sequential([keras.Input((1,)), Half(), keras.layers.Dense(1, kernel_initializer="ones")])
    _, run = prepared(constant_generator([1.0]), critic, 4000)
    assert run(np.zeros((4000, 1), "float32")) == pytest.approx(10.0 / 3.0 + 0.5, abs=0.2)


def test_the_generator_learns_in_every_third_step_and_rests_in_the_others():
    critic = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1, use_bias=False)])
    critic.layers[0].kernel.assign(np.array([[3.0], [4.0]], "float32") / 5.0)
    generator = constant_generator([0.0, 0.0])
    learner, run = prepared(
        generator,
        critic,
        2,
        rule_options={"critic_steps": 3, "penalty": 0.0},
        optimizer={"name": "Adam", "learning_rate": 0.1, "beta_1": 0.5},
    )
    x = np.zeros((2, 2), "float32")
    for step in range(1, 7):
        before, state = values(generator)[1], [np.asarray(v.value) for v in learner.optimizers[1].variables]
        run(x)
        after, now = values(generator)[1], [np.asarray(v.value) for v in learner.optimizers[1].variables]
        rested = all(np.array_equal(a, b) for a, b in zip(state, now, strict=True))
        assert rested == (step % 3 != 0)
        if step == 3:
            np.testing.assert_allclose(after, before + 0.1, rtol=1e-4)  # Adam's first step: the rate, upwards
        assert np.array_equal(before, after) == rested


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"steps": 2}, "no option 'steps'"),
        ({"critic_steps": 0}, "must be 1 or more"),
        ({"penalty": -1.0}, "must be 0 or more"),
    ],
)
def test_wrong_options_are_refused(options, message):
    critic = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    with pytest.raises(ValueError, match=message):
        prepared(constant_generator([1.0]), critic, 1, rule_options=options)
