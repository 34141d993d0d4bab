"""Invertible nets: against their inverse, the Jacobian by automatic differentiation, and an integral."""

import keras
import numpy as np
import pytest

from benchmarks.layers.models import real_nvp
from benchmarks.layers.models.real_nvp import AffineCoupling, FlowNormalization, RealNVP, checkerboard

numpy = keras.ops.convert_to_numpy


def jacobian(function, x):
    """The derivatives of `function` [d] -> [d], by the backend."""
    if keras.backend.backend() == "jax":
        import jax

        return np.asarray(jax.jacfwd(function)(x))
    import tensorflow as tf

    point = tf.constant(x)
    with tf.GradientTape() as tape:
        tape.watch(point)
        value = function(point)
    return tape.jacobian(value, point).numpy()


def disturbed(model, size):
    """Random weights in place of the initial ones, so that scales are not 0, and statistics of batches."""
    random = np.random.default_rng(3)
    for weight in model.weights:
        if weight.name == "variance" or "moving_variance" in weight.name:
            weight.assign(random.uniform(0.5, 2.0, weight.shape))
        elif "seed" not in weight.path:
            weight.assign(size * random.normal(size=weight.shape))
    return model


def images():
    """Two scales of residual nets, with normalisation, over images of 4x4 pixels and two colours."""

    def couplings(shape, masks):
        parts = []
        for mask in masks:
            parts.append(AffineCoupling(mask, real_nvp.residual_network(shape, 3, 1)))
            parts.append(FlowNormalization(shape[-1]))
        return parts

    before = couplings((4, 4, 2), [checkerboard(4, 4, True), checkerboard(4, 4, False)])
    halves = [real_nvp.half_of_channels(8, True), real_nvp.half_of_channels(8, False)]
    after = couplings((2, 2, 8), halves)
    last = couplings((2, 2, 4), [checkerboard(2, 2, True), checkerboard(2, 2, False)])
    return disturbed(RealNVP([(before, after)], last, (4, 4, 2), levels=4), 0.3)


def test_the_inverse_gives_the_values_back_and_the_determinant_is_that_of_the_jacobian():
    model = images()
    v = np.random.default_rng(0).uniform(0.02, 0.98, (3, 32)).astype("float32")
    z, logs = model.transformed(v)
    np.testing.assert_allclose(numpy(model.restored(z)), v, atol=2e-5)
    matrix = jacobian(lambda x: model.transformed(x[None])[0][0], v[0])
    assert float(numpy(logs)[0]) == pytest.approx(np.linalg.slogdet(matrix.astype("float64"))[1], abs=2e-3)


def test_the_density_of_two_numbers_integrates_to_one():
    masks = [checkerboard(1, 2, True), checkerboard(1, 2, False)]
    last = [AffineCoupling(mask, real_nvp.dense_network((1, 2, 1), 6, 1)) for mask in masks]
    model = disturbed(RealNVP([], last, (1, 2, 1), margin=0.0), 0.4)
    logits = np.linspace(-11.0, 11.0, 441)
    plane = 1.0 / (1.0 + np.exp(-np.stack(np.meshgrid(logits, logits), axis=-1).reshape(-1, 2)))
    densities = np.exp(-numpy(model.free_energy(plane.astype("float32"))).astype("float64"))
    areas = np.prod(plane * (1.0 - plane), axis=1) * 0.05**2
    assert np.corrcoef(np.exp(-np.square(np.log(plane / (1.0 - plane))).sum(axis=1)), densities)[0, 1] < 0.9
    assert densities @ areas == pytest.approx(1.0, abs=1e-3)


def test_half_of_the_numbers_stay_as_they_are_in_a_coupling():
    mask = checkerboard(2, 2, True)
    np.testing.assert_array_equal(mask[0, :, :, 0], [[0, 1], [1, 0]])
    layer = disturbed(AffineCoupling(mask, real_nvp.dense_network((2, 2, 1), 5, 1)), 1.0)
    x = np.random.default_rng(1).normal(size=(6, 2, 2, 1)).astype("float32")
    y, logs = layer(x)
    changed = numpy(y) != x
    np.testing.assert_array_equal(changed, np.broadcast_to(mask == 0, x.shape))
    assert np.ptp(numpy(logs)) > 0
    np.testing.assert_allclose(numpy(layer.inverse(y)), x, atol=1e-5)


def test_normalisation_takes_the_batch_while_training_and_the_averages_afterwards():
    layer = FlowNormalization(1, momentum=0.75)
    x = np.array([1.0, 3.0], "float32").reshape(2, 1, 1, 1)
    y, logs = layer(x, training=True)
    np.testing.assert_allclose(numpy(y).ravel(), [-1.0, 1.0], atol=1e-4)  # mean 2, variance 1
    assert float(logs) == pytest.approx(0.0, abs=1e-4)
    np.testing.assert_allclose(np.asarray(layer.mean.value), [0.5])
    layer.variance.assign([4.0])
    y, logs = layer(x, training=False)
    np.testing.assert_allclose(numpy(y).ravel(), [0.25, 1.25], atol=1e-4)
    assert float(logs) == pytest.approx(-np.log(2.0), abs=1e-4)


def test_squares_become_channels_and_their_diagonals_part():
    x = np.arange(16.0, dtype="float32").reshape(1, 4, 4, 1)
    small = real_nvp.squeeze(x)
    np.testing.assert_array_equal(numpy(small)[0, 0, 1], [2, 3, 6, 7])
    np.testing.assert_array_equal(numpy(real_nvp.unsqueeze(small)), x)
    done, gone_on = real_nvp.factor_out(small)
    np.testing.assert_array_equal(numpy(done)[0, 0, 1], [3, 6])
    np.testing.assert_array_equal(numpy(gone_on)[0, 0, 1], [2, 7])
    np.testing.assert_array_equal(numpy(real_nvp.take_in(done, gone_on)), numpy(small))


def test_noise_fills_a_level_and_half_of_the_images_are_mirrored():
    model = RealNVP([], [], (1, 2, 1), levels=4, flips=True)
    x = np.tile(np.array([0, 3], "uint8").reshape(1, 1, 2, 1), (2000, 1, 1, 1))
    v = numpy(model.dequantised(x))
    assert v.min() >= 0.0 and v.max() < 1.0
    mirrored = np.floor(4 * v)[:, 0] == 3
    assert 0.45 < mirrored.mean() < 0.55
    rest = 4 * v - np.floor(4 * v)
    np.testing.assert_allclose([rest.mean(), rest.std()], [0.5, 12**-0.5], atol=0.02)
