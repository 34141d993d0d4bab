"""GoogLeNet as the paper describes it."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue

ENTRY = catalogue.load("googlenet_2014")
#: Output sizes that table 1 prints.
PRINTED = {
    **{
        "3a": (28, 28, 256),
        "3b": (28, 28, 480),
        "4a": (14, 14, 512),
        "4b": (14, 14, 512),
        "4c": (14, 14, 512),
    },
    **{"4d": (14, 14, 528), "4e": (14, 14, 832), "5a": (7, 7, 832), "5b": (7, 7, 1024)},
}
SMALL = {
    "modules": ("3a", "4a", "4d"),
    "halvings": 1,
    "width": 0.05,
    "classes": 3,
    "input_shape": (16, 16, 3),
}


@pytest.fixture(scope="module")
def model():
    return ENTRY.build()


def depth(tensor, known) -> int:
    """The longest path to a Keras tensor, counted in layers with trainable parameters."""
    layer, node, _ = tensor._keras_history
    if layer.name not in known:
        before = [depth(one, known) for one in layer._inbound_nodes[node].input_tensors]
        known[layer.name] = bool(layer.trainable_weights) + max(before, default=0)
    return known[layer.name]


def test_the_modules_have_the_output_sizes_of_table_1(model):
    assert {name: tuple(model.get_layer(f"inception_{name}").output.shape[1:]) for name in PRINTED} == PRINTED
    assert model.get_layer("auxiliary_4a_pool").output.shape[1:] == (4, 4, 512)
    assert model.get_layer("auxiliary_4d_pool").output.shape[1:] == (4, 4, 528)


def test_the_net_is_22_layers_deep(model):
    """Section 5: 22 layers when only those with parameters are counted."""
    assert depth(model.outputs[0], {}) == 22


def test_rows_of_table_1_count_parameters_in_1024(model):
    """The rows whose printed number is that of their shapes; the first row and those from 4a to 5b differ."""

    def parameters(prefix):
        return sum(layer.count_params() for layer in model.layers if layer.name.startswith(prefix)) / 1024

    assert parameters("inception_3a") == pytest.approx(159, abs=1)
    assert parameters("inception_3b") == pytest.approx(380, abs=1)
    assert parameters("logits") == pytest.approx(1000, abs=1)


def test_the_classifiers_on_the_side_count_three_tenths_while_learning_and_nothing_later():
    keras.utils.set_random_seed(0)
    model = ENTRY.build(**SMALL)
    for layer in model.layers:
        if isinstance(layer, keras.layers.Dropout):
            layer.rate = 0.0
    batch = {
        "x": np.random.default_rng(0).integers(0, 256, (4, 16, 16, 3)).astype("uint8"),
        "y": np.array([0, 1, 2, 0], "int32"),
    }
    logits = np.asarray(model(batch["x"], training=True))
    assert logits.shape == (4, 3, 3)
    probability = np.exp(logits) / np.exp(logits).sum(axis=-1, keepdims=True)
    errors = -np.log(probability[np.arange(4), :, batch["y"]]).mean(axis=0)
    assert ENTRY.loss is not None
    np.testing.assert_allclose(
        float(ENTRY.loss(model, batch, True)), errors[0] + 0.3 * (errors[1] + errors[2]), rtol=1e-4
    )
    np.testing.assert_allclose(float(ENTRY.loss(model, batch, False)), errors[0], rtol=1e-4)
    np.testing.assert_allclose(
        np.asarray(model(batch["x"], training=False)), logits[:, 0], rtol=1e-4, atol=1e-6
    )
