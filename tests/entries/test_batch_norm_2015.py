"""Batch normalisation, against the arithmetic of algorithm 1 on a batch."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue

ENTRY = catalogue.load("batch_norm_2015")
IMAGES = np.random.default_rng(28).integers(0, 256, (60, 28, 28, 1)).astype("uint8")


def test_the_first_layer_follows_algorithm_1_in_training():
    model = ENTRY.build()
    _, binary, dense, norm, _, *_ = model.layers
    x = (IMAGES.reshape(60, -1) > 127.5).astype("float32")
    np.testing.assert_array_equal(np.asarray(binary(model.layers[0](IMAGES))), x)
    u = x @ np.asarray(dense.kernel.value)
    scale, shift = np.linspace(0.5, 2.0, 100), np.linspace(-1.0, 1.0, 100)
    norm.gamma.assign(scale)
    norm.beta.assign(shift)
    expected = scale * (u - u.mean(axis=0)) / np.sqrt(u.var(axis=0) + norm.epsilon) + shift
    np.testing.assert_allclose(np.asarray(norm(dense(x), training=True)), expected, rtol=1e-3, atol=1e-4)


def test_after_training_an_output_does_not_depend_on_the_company():
    model = ENTRY.build()
    together, alone = np.asarray(model(IMAGES)), np.asarray(model(IMAGES[:1]))
    np.testing.assert_allclose(together[:1], alone, rtol=1e-4, atol=1e-5)
    in_training = np.asarray(model(IMAGES, training=True)[:1])
    assert np.abs(in_training - np.asarray(model(IMAGES[:30], training=True)[:1])).max() > 1e-3


def test_the_scale_of_the_weights_does_not_matter_where_a_layer_is_normalised():
    """Section 3.3: BN(Wu) = BN((aW)u)."""
    for normalized in (True, False):
        model = ENTRY.build(normalized=normalized)
        before = np.asarray(model(IMAGES, training=True))
        dense = next(layer for layer in model.layers if layer.trainable_variables)
        dense.kernel.assign(10.0 * dense.kernel)
        after = np.asarray(model(IMAGES, training=True))
        same = np.abs(after - before).max() < 1e-2
        assert same == normalized


def test_a_normalised_layer_has_no_bias_but_a_shift():
    with_norm, without = ENTRY.build(), ENTRY.build(normalized=False)
    hidden = [layer for layer in with_norm.layers if isinstance(layer, keras.layers.Dense)][:-1]
    assert [layer.use_bias for layer in hidden] == 3 * [False]
    assert with_norm.count_params() - without.count_params() == 3 * (100 + 100 + 100)


@pytest.mark.parametrize("name", ["mnist", "mnist-without"])
def test_the_standard_recipe_takes_the_printed_number_of_steps_to_a_pass(name):
    recipe = catalogue.recipe(ENTRY, "standard", name)
    steps = 50_000 // recipe.batch_size
    assert recipe.batch_size == 60
    assert abs(recipe.epochs * steps - 50_000) < steps


def test_layers_of_one_shape_start_with_different_weights():
    _, second, third, _ = (
        np.asarray(layer.kernel.value)
        for layer in ENTRY.build().layers
        if isinstance(layer, keras.layers.Dense)
    )
    assert second.shape == third.shape
    assert abs(np.corrcoef(second.ravel(), third.ravel())[0, 1]) < 0.1
