"""The adversarial rule: its losses by hand, who moves when, and a game whose end is known."""

import dataclasses
import math

import keras
import numpy as np
import pytest

from benchmarks.engine.backend import driver_class
from benchmarks.layers.models.adversarial_pair import AdversarialPair
from benchmarks.rules.adversarial import Learner, discriminator_loss, generator_loss
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage

STAGE = Stage(
    "",
    optimizer={"name": "SGD", "learning_rate": 0.1},
    batch_size=6,
)


def pair():
    """Two noise components to three pixels, judged by one hidden layer."""
    keras.utils.set_random_seed(1)
    generator = keras.Sequential([keras.Input((2,)), keras.layers.Dense(3, activation="sigmoid")])
    discriminator = keras.Sequential(
        [keras.Input((3,)), keras.layers.Dense(8, activation="tanh"), keras.layers.Dense(1)]
    )
    return AdversarialPair(generator, discriminator, 16.0)


def no_loss(model, batch, training):
    raise AssertionError("the two players have losses of their own")


def learner(model, **changes):
    stage = dataclasses.replace(STAGE, **changes)
    driver = driver_class(keras.backend.backend())()
    made = Learner(Context(model, no_loss, stage, Data({}, {}, {}), driver, steps=1, seed=0))
    driver.bind(made.variables)
    return made


def values(model):
    return [np.asarray(w.value).copy() for w in model.trainable_weights]


def test_the_losses_are_cross_entropies_of_probabilities():
    real, fake = np.array([[2.0], [0.0]]), np.array([[-1.0], [3.0]])
    probability = lambda logit: 1 / (1 + np.exp(-logit))  # noqa: E731
    expected = 0.5 * (-np.log(probability(real)).mean() - np.log(1 - probability(fake)).mean())
    assert float(discriminator_loss(real, fake)) == pytest.approx(expected, rel=1e-5)
    assert float(generator_loss(fake, "non-saturating")) == pytest.approx(
        -np.log(probability(fake)).mean(), rel=1e-5
    )
    assert float(generator_loss(fake, "minimax")) == pytest.approx(
        np.log(1 - probability(fake)).mean(), rel=1e-5
    )
    assert float(discriminator_loss(0 * real, 0 * fake)) == pytest.approx(math.log(2))


@pytest.mark.parametrize(
    "options", [{"order": "simultaneous"}, {"order": "alternating", "discriminator_steps": 3}]
)
def test_each_player_moves_and_the_course_can_be_repeated(options):
    model = pair()
    made = learner(model, rule_options=options)
    x = np.random.default_rng(0).integers(0, 17, (6, 3)).astype("uint8")
    state = [np.asarray(v.value).copy() for v in made.variables]
    before = values(model)
    logs = made.step({"x": x})
    assert set(logs) == {"discriminator_loss", "generator_loss"}
    once = values(model)
    assert all(not np.array_equal(a, b) for a, b in zip(before, once, strict=True))
    for variable, value in zip(made.variables, state, strict=True):
        variable.assign(value)
    made.step({"x": x})
    for a, b in zip(once, values(model), strict=True):
        np.testing.assert_array_equal(a, b)


def test_the_discriminator_descends_and_the_generator_is_left_alone_by_its_gradient():
    model = pair()
    made = learner(model, optimizer={"name": "SGD", "learning_rate": 0.0})
    real = np.random.default_rng(0).random((6, 3)).astype("float32")
    noise = np.random.default_rng(1).normal(size=(6, 2)).astype("float32")
    loss, slopes = made._discriminator_gradients(
        keras.ops.convert_to_tensor(real), keras.ops.convert_to_tensor(noise)
    )
    weights = model.discriminator.trainable_weights
    assert len(slopes) == len(weights)
    bias = np.asarray(weights[-1].value).copy()
    shifted = []
    for change in (1e-2, -1e-2):
        weights[-1].assign(bias + change)
        shifted.append(
            float(
                made._discriminator_gradients(
                    keras.ops.convert_to_tensor(real), keras.ops.convert_to_tensor(noise)
                )[0]
            )
        )
    weights[-1].assign(bias)
    assert float(np.asarray(slopes[-1])[0]) == pytest.approx((shifted[0] - shifted[1]) / 2e-2, rel=1e-2)
    assert float(loss) == pytest.approx(sum(shifted) / 2, rel=1e-3)


def test_simultaneous_players_see_the_same_samples_through_the_same_dropout_masks():
    """One blank image against one sample of ones: the verdict is the number of pixels that dropout leaves, in
    both losses.
    """
    generator = keras.Sequential(
        [
            keras.Input((2,)),
            keras.layers.Dense(50, activation="sigmoid", bias_initializer=keras.initializers.Constant(30.0)),
        ]
    )
    summing = keras.layers.Dense(1, kernel_initializer=keras.initializers.Constant(0.02))
    discriminator = keras.Sequential([keras.Input((50,)), keras.layers.Dropout(0.5, seed=3), summing])
    made = learner(
        AdversarialPair(generator, discriminator),
        rule_options={"order": "simultaneous"},
        optimizer={"name": "SGD", "learning_rate": 0.0},
        batch_size=1,
    )
    verdicts = set()
    for _ in range(5):
        logs = {name: float(value) for name, value in made.step({"x": np.zeros((1, 50), "float32")}).items()}
        verdict = math.log(math.exp(2 * logs["discriminator_loss"] - math.log(2)) - 1)
        assert logs["generator_loss"] == pytest.approx(math.log1p(math.exp(-verdict)), abs=1e-5)
        verdicts.add(round(verdict / 0.04))
    assert len(verdicts) > 1, "every step draws new masks"


def test_the_generator_learns_to_give_what_the_discriminator_takes_for_real():
    model = pair()
    made = learner(model, optimizer={"name": "SGD", "learning_rate": 5.0})
    # A discriminator that takes bright images for real, and is not allowed to learn.
    made._apply = lambda player, gradients, apply=made._apply: (
        apply(player, gradients) if player == 1 else None
    )
    hidden, output = model.discriminator.layers
    hidden.kernel.assign(np.full((3, 8), 0.1))
    output.kernel.assign(np.full((8, 1), 1.0))
    uniform = np.random.default_rng(0).random((100, 2)).astype("float32")
    dark = float(np.mean(keras.ops.convert_to_numpy(model.generate(uniform))))
    for _ in range(15):
        made.step({"x": np.full((6, 3), 16, "uint8")})
    assert float(np.mean(keras.ops.convert_to_numpy(model.generate(uniform)))) > dark + 0.2


@pytest.mark.parametrize(
    ("options", "message"),
    [
        ({"steps": 2}, "no option 'steps'"),
        ({"order": "random"}, "simultaneous or alternating"),
        ({"generator_loss": "wasserstein"}, "non-saturating or minimax"),
        ({"discriminator_steps": 4}, "divide the batch size 6"),
        ({"order": "simultaneous", "discriminator_steps": 2}, "set it to 1"),
    ],
)
def test_wrong_options_are_refused(options, message):
    with pytest.raises(ValueError, match=message):
        learner(pair(), rule_options=options)


def test_the_output_bias_starts_from_the_mean_image():
    model = pair()
    model.adapt(np.array([[0, 8, 16], [0, 4, 16]], "uint8"))
    bias = np.asarray(model.generator.layers[-1].bias.value)
    np.testing.assert_allclose(1 / (1 + np.exp(-bias)), [1e-7, 0.375, 1 - 1e-7], rtol=1e-2)


def test_noise_has_mean_zero_and_variance_one():
    noise = pair().noise(np.random.default_rng(0).random((100_000, 2)))
    assert noise.mean() == pytest.approx(0.0, abs=0.02)
    assert noise.var() == pytest.approx(1.0, abs=0.02)
