"""The schedule of table 5, the smoothed labels, and the output sizes."""

import keras
import numpy as np

from benchmarks import catalogue
from benchmarks.tasks import classification

ENTRY = catalogue.load("convnext_2022")
SMALL = {
    "depths": (1, 1),
    "widths": (8, 16),
    "drop": 0.0,
    "patch": 1,
    "classes": 10,
    "input_shape": (8, 8, 1),
    "colours": "digits",
    "pad": 0,
    "flip": False,
}


def test_the_rate_rises_for_20_passes_and_falls_along_a_cosine_to_the_300th():
    from benchmarks import optimizers

    recipe = catalogue.recipe(ENTRY, "paper", "imagenet")
    steps = 1_281_167 // recipe.batch_size
    optimizer = optimizers.make(recipe.optimizer)
    optimizer.build([keras.Variable(np.zeros(1, "float32"))])
    rates = []
    for epoch in (0, 10, 20, 160, 300):
        optimizer.iterations.assign(epoch * steps)
        rates.append(float(np.asarray(optimizer.learning_rate)))
    np.testing.assert_allclose(rates, [0.0, 0.002, 0.004, 0.5 * (0.004 + 1e-6), 1e-6], rtol=1e-3)
    assert recipe.epochs == 300


def test_labels_are_smoothed_in_training_alone():
    """Of the mean over all classes of -log p, a tenth; of -log p of the labelled one, nine tenths."""
    keras.utils.set_random_seed(0)
    model = ENTRY.build(**SMALL)
    batch = {
        "x": np.random.default_rng(0).uniform(0, 16, (6, 8, 8, 1)).astype("float32"),
        "y": np.arange(6, dtype="int32"),
    }
    logits = np.asarray(model(batch["x"]), dtype="float64") * 1.0
    surprise = np.log(np.exp(logits).sum(axis=-1, keepdims=True)) - logits
    plain = surprise[np.arange(6), batch["y"]].mean()
    assert ENTRY.loss is not None
    np.testing.assert_allclose(
        float(ENTRY.loss(model, batch, True)), 0.9 * plain + 0.1 * surprise.mean(), rtol=1e-4
    )
    np.testing.assert_allclose(float(ENTRY.loss(model, batch, False)), plain, rtol=1e-4)
    np.testing.assert_allclose(float(classification.loss(model, batch, False)), plain, rtol=1e-4)


def test_the_stages_of_a_photograph_have_the_sizes_of_the_paper():
    model = ENTRY.build(depths=(1, 1, 1, 1))
    shapes = [tuple(layer.output.shape[1:]) for layer in model.layers if layer.name.endswith("_depthwise")]
    assert shapes == [(56, 56, 96), (28, 28, 192), (14, 14, 384), (7, 7, 768)]
