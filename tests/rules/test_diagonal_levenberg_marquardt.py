"""Stochastic diagonal Levenberg-Marquardt against numerical derivatives and loops over connections."""

import os

import keras
import numpy as np
import pytest
from keras import ops

from benchmarks.engine.backend import driver_class
from benchmarks.layers.resampling.subsampling import Subsampling
from benchmarks.layers.units.rbf_output import EuclideanRBF
from benchmarks.layers.units.scaled_tanh import scaled_tanh
from benchmarks.rules.diagonal_levenberg_marquardt import Learner
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage

RNG = np.random.default_rng(3)


def half_squares(model, batch, training):
    return 0.5 * ops.mean(ops.sum(ops.square(model(batch["x"], training=training) - batch["t"]), axis=-1))


def learner(model, train, loss=half_squares, rates=(0.1,), batch_size=1, steps=10, samples=5):
    stage = Stage(
        "",
        rule_options={"rates": rates, "mu": 0.5, "samples": samples},
        batch_size=batch_size,
        epochs=1,
    )
    driver = driver_class(os.environ.get("KERAS_BACKEND", keras.backend.backend()))()
    made = Learner(Context(model, loss, stage, Data(train, {}, {}), driver, steps, 0))
    driver.bind(made.variables)
    return made, driver


def estimated(model, train, **options):
    made, driver = learner(model, train, **options)
    return [np.asarray(h) for h in driver.function(lambda: made.estimate())()]


def gauss_newton_diagonal(model, x, curvature):
    """Mean over examples of the sum over outputs of curvature * (d output / d weight) ** 2, by central
    differences.
    """
    found = []
    for weight in model.trainable_variables:
        start = np.asarray(weight.value).copy()
        h = np.zeros_like(start)
        for place in np.ndindex(start.shape):
            sides = []
            for step in (0.01, -0.01):
                moved = start.copy()
                moved[place] += step
                weight.assign(moved)
                sides.append(np.asarray(model(x)).astype("float64"))
            h[place] = np.mean(np.sum(curvature * ((sides[0] - sides[1]) / 0.02) ** 2, axis=-1))
        weight.assign(start)
        found.append(h)
    return found


def chain(*layers, shape):
    keras.utils.set_random_seed(4)
    model = keras.Sequential([keras.Input(shape), *layers])
    for weight in model.trainable_variables:  # biases too
        weight.assign(RNG.normal(0, 0.6, weight.shape))
    return model


def squash():
    return keras.layers.Activation(scaled_tanh)


def test_with_one_hidden_layer_it_is_the_diagonal_of_the_gauss_newton_matrix():
    """There each weight of the first layer reaches an output by one path only, so the recursion is exact."""
    model = chain(keras.layers.Dense(3), squash(), keras.layers.Dense(2), squash(), shape=(4,))
    x = RNG.normal(size=(5, 4)).astype("float32")
    train = {"x": x, "t": np.zeros((5, 2), "float32"), "y": np.zeros(5, "int32")}
    for found, expected in zip(estimated(model, train), gauss_newton_diagonal(model, x, 1.0), strict=True):
        np.testing.assert_allclose(found, expected, rtol=5e-3, atol=1e-4)


def test_the_output_codes_bring_their_own_curvature():
    model = chain(keras.layers.Dense(84), squash(), EuclideanRBF(), shape=(2,))
    states = keras.Sequential(model.layers[:-1])
    x = RNG.normal(size=(3, 2)).astype("float32")
    found = estimated(model, {"x": x, "y": np.array([1, 2, 3], "int32")}, samples=3)
    for h, expected in zip(found, gauss_newton_diagonal(states, x, 2.0), strict=True):
        np.testing.assert_allclose(h, expected, rtol=5e-3, atol=1e-4)


def test_a_shared_weight_collects_all_of_its_connections():
    """Convolution, subsampling and a layer above, against equations 23, 25 and 27 written as loops over
    connections.
    """
    model = chain(
        keras.layers.Conv2D(1, 2),
        squash(),
        Subsampling(),
        squash(),
        keras.layers.Flatten(),
        keras.layers.Dense(2),
        shape=(5, 5, 1),
    )
    x = RNG.normal(size=(4, 5, 5, 1)).astype("float32")
    kernel, bias, coefficient, shift, top, _ = (
        np.asarray(w.value).astype("float64") for w in model.trainable_variables
    )

    def f(a):
        return 1.7159 * np.tanh(2 * a / 3)

    def slope(a):
        return 1.7159 * 2 / 3 * (1 - np.tanh(2 * a / 3) ** 2)

    h_kernel, h_bias, h_coefficient, h_shift, h_top = np.zeros((2, 2)), 0.0, 0.0, 0.0, np.zeros(4)
    for image in x[..., 0].astype("float64"):
        a1 = np.array(
            [
                [np.sum(image[i : i + 2, j : j + 2] * kernel[..., 0, 0]) + bias[0] for j in range(4)]
                for i in range(4)
            ]
        )
        x1 = f(a1)
        a2 = np.array(
            [
                [coefficient[0] * x1[2 * i : 2 * i + 2, 2 * j : 2 * j + 2].sum() + shift[0] for j in range(2)]
                for i in range(2)
            ]
        )
        x2 = f(a2)
        h_top += x2.ravel() ** 2
        s2 = slope(a2) ** 2 * np.sum(top**2, axis=1).reshape(2, 2)
        for i in range(2):
            for j in range(2):
                area = (slice(2 * i, 2 * i + 2), slice(2 * j, 2 * j + 2))
                h_coefficient += s2[i, j] * np.sum(x1[area] ** 2)
                h_shift += s2[i, j]
                s1 = slope(a1[area]) ** 2 * coefficient[0] ** 2 * s2[i, j]
                for k in range(2):
                    for m in range(2):
                        h_kernel += (
                            s1[k, m] * image[2 * i + k : 2 * i + k + 2, 2 * j + m : 2 * j + m + 2] ** 2
                        )
                        h_bias += s1[k, m]
    found = estimated(model, {"x": x, "t": np.zeros((4, 2), "float32"), "y": np.zeros(4, "int32")}, samples=4)
    expected = [
        h_kernel[..., None, None],
        [h_bias],
        [h_coefficient],
        [h_shift],
        np.repeat(h_top[:, None], 2, axis=1),
        [4.0, 4.0],
    ]
    for h, sum in zip(found, expected, strict=True):
        np.testing.assert_allclose(h, np.asarray(sum) / 4, rtol=1e-4)


def test_a_step_divides_by_the_curvature_that_the_pass_began_with():
    """One linear unit: the gradient and the curvature can be written down."""
    model = chain(keras.layers.Dense(1), shape=(1,))
    x, t = (
        np.array([[1.0], [2.0], [3.0], [4.0]], "float32"),
        np.array([[1.0], [0.0], [2.0], [1.0]], "float32"),
    )
    train = {"x": x, "t": t, "y": np.zeros(4, "int32")}
    made, driver = learner(model, train, rates=(0.1, 0.01), batch_size=2, steps=2, samples=4)
    made.steps_per_pass = 2
    step = driver.function(lambda x, t: made.step({"x": x, "t": t, "y": np.zeros(2, "int32")}), updates=True)
    w, b = (float(np.asarray(v.value).ravel()[0]) for v in model.trainable_variables)
    curvature = np.mean(x**2), 1.0
    for number in range(5):
        rows = slice(0, 2) if number % 2 == 0 else slice(2, 4)
        rate = 0.1 if number < 2 else 0.01  # the last rate holds thereafter
        error = w * x[rows] + b - t[rows]
        step(x[rows], t[rows])
        w, b = (
            w - rate / (0.5 + curvature[0]) * np.sum(error * x[rows]),
            b - rate / (0.5 + curvature[1]) * np.sum(error),
        )
    driver.sync()
    np.testing.assert_allclose(
        [float(np.asarray(v.value).ravel()[0]) for v in model.trainable_variables], [w, b], rtol=1e-5
    )


@pytest.mark.parametrize(
    ("layers", "message"),
    [
        ([keras.layers.Dense(2, "relu")], "put it into a separate"),
        ([keras.layers.Dense(2), keras.layers.Activation("relu")], "not of relu"),
    ],
)
def test_layers_whose_second_derivatives_are_unknown_are_refused(layers, message):
    with pytest.raises(ValueError, match=message):
        Learner(
            Context(
                chain(*layers, shape=(3,)),
                lambda *_: None,
                Stage(""),
                Data({}, {}, {}),
                None,
                1,
                0,
            )
        )
