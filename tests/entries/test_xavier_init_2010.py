"""The normalised start, against the variances that the paper derives and the values that it prints."""

import numpy as np
import pytest

from benchmarks import catalogue
from benchmarks.spec import Data

ENTRY = catalogue.load("xavier_init_2010")
ARMS = ["mnist", "mnist-standard", "mnist-softsign", "mnist-softsign-standard", "mnist-sigmoid"]


def trained_layers(model):
    return [layer for layer in model.layers if layer.trainable_variables]


@pytest.mark.parametrize("name", ARMS)
def test_weights_start_uniform_within_the_printed_bound_and_biases_at_zero(name):
    """Equations 1 and 16; a uniform number within a has the variance a^2 / 3."""
    recipe = catalogue.recipe(ENTRY, "standard", name)
    for layer in trained_layers(ENTRY.build(**recipe.model)):
        inputs, outputs = layer.kernel.shape
        standard = name.endswith(("standard", "sigmoid"))
        bound = 1 / np.sqrt(inputs) if standard else np.sqrt(6 / (inputs + outputs))
        kernel = np.asarray(layer.kernel.value)
        assert 0.98 * bound < np.abs(kernel).max() <= 1.000001 * bound
        np.testing.assert_allclose(kernel.var(), bound**2 / 3, rtol=0.05)
        assert not np.asarray(layer.bias.value).any()


@pytest.mark.parametrize(("name", "printed"), [("mnist", 0.8), ("mnist-standard", 0.5)])
def test_the_mean_singular_value_of_a_layers_jacobian_is_the_printed_one(name, printed):
    """Section 4.2.2, to the printed digit.

    Of linear units the quarter-circle law gives 8 / (3 pi) times the root of n Var[W].
    """
    model = ENTRY.build(**catalogue.recipe(ENTRY, "standard", name).model)
    _, second, *_ = trained_layers(model)
    before = np.random.default_rng(0).uniform(-0.3, 0.3, 1000)
    kernel = np.asarray(second.kernel.value)
    slope = 1 - np.tanh(before @ kernel) ** 2
    found = np.linalg.svd(kernel * slope, compute_uv=False).mean()
    assert round(found, 1) == printed
    linear = 8 / (3 * np.pi) * np.sqrt(1.0 if printed == 0.8 else 1 / 3)
    np.testing.assert_allclose(np.linalg.svd(kernel, compute_uv=False).mean(), linear, rtol=0.01)


def test_activations_keep_their_size_from_layer_to_layer_only_with_the_normalised_start():
    """Equation 5: in each layer of linear units the variance is multiplied by n Var[W], 1 or 1/3."""
    from benchmarks.entries.feedforward import xavier_init_2010

    images = np.random.default_rng(28).integers(0, 30, (40, 28, 28, 1)).astype("uint8")
    ratio = {}
    for name in ("mnist", "mnist-standard"):
        model = ENTRY.build(**catalogue.recipe(ENTRY, "standard", name).model)
        layers = [np.asarray(found) for found in xavier_init_2010.activations(model, {"x": images}).values()]
        assert [layer.shape for layer in layers] == 5 * [(40, 1000)]
        ratio[name] = layers[4].std() / layers[1].std()
    assert ratio["mnist"] > 0.6
    assert ratio["mnist-standard"] == pytest.approx(3**-1.5, rel=0.2)


@pytest.mark.parametrize("name", ["digits", "digits-sigmoid"])
def test_the_histogram_holds_every_activation(name):
    assert ENTRY.pictures
    model = ENTRY.build(**catalogue.recipe(ENTRY, "pocket", name).model)

    def predict(function, batch):
        return {key: np.asarray(value) for key, value in function(model, batch).items()}

    images = np.random.default_rng(8).integers(0, 17, (20, 8, 8, 1)).astype("uint8")
    curves = ENTRY.pictures(model, Data({}, {}, {"x": images}), predict)["activations"]
    assert len(curves.series) == 5
    for series in curves.series:
        assert np.sum(series.y) == pytest.approx(100.0)
