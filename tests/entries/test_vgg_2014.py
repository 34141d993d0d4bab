"""The columns of table 1 of the VGG paper."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue, optimizers
from benchmarks.tasks import classification

ENTRY = catalogue.load("vgg_2014")
NARROW = {"width": 1 / 64, "units": 4, "classes": 10, "input_shape": (32, 32, 3)}


@pytest.mark.parametrize(
    ("configuration", "pairs", "filters"),
    [
        ("A", (1, 1, 2, 2, 2), {3: 8}),
        ("A-LRN", (1, 1, 2, 2, 2), {3: 8}),
        ("B", (2, 2, 2, 2, 2), {3: 10}),
        ("C", (2, 2, 3, 3, 3), {3: 10, 1: 3}),
        ("D", (2, 2, 3, 3, 3), {3: 13}),
        ("E", (2, 2, 4, 4, 4), {3: 16}),
        ("B-5x5", (1, 1, 1, 1, 1), {5: 5}),
    ],
)
def test_each_column_has_its_convolutions(configuration, pairs, filters):
    model = ENTRY.build(configuration, **NARROW)
    sizes = [layer.kernel.shape[0] for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    assert {size: sizes.count(size) for size in set(sizes)} == filters
    kinds = [type(layer).__name__ for layer in model.layers]
    stages = "".join({"Conv2D": "c", "MaxPooling2D": "p"}.get(kind, "") for kind in kinds).split("p")
    assert tuple(map(len, stages[:-1])) == pairs
    assert kinds.count("Dense") == 3
    normalised = kinds.index("LocalResponseNormalization") if configuration == "A-LRN" else None
    assert normalised is None or kinds[:normalised].count("Conv2D") == 1


def test_in_configuration_c_the_1x1_filters_end_the_last_three_stages():
    model = ENTRY.build("C", **NARROW)
    sizes = [layer.kernel.shape[0] for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    assert sizes == [3, 3, 3, 3] + [3, 3, 1] * 3


def test_weight_decay_is_half_its_rate_times_the_squared_weights_of_all_kernels():
    keras.utils.set_random_seed(0)
    model = ENTRY.build("A", **NARROW, decay=0.1)
    kernels = [
        np.asarray(weight.value) for weight in model.trainable_variables if weight.path.endswith("kernel")
    ]
    assert len(kernels) == 11
    np.testing.assert_allclose(
        float(classification.penalties(model)), 0.05 * sum(np.sum(kernel**2) for kernel in kernels), rtol=1e-5
    )


def test_the_paper_tier_has_the_papers_schedule():
    """From 0.01, a tenth three times; 74 epochs of 1.28 million images in batches of 256 are the paper's
    370,000 iterations.
    """
    for recipe in catalogue.recipes(ENTRY, "paper"):
        assert round(recipe.epochs * (1_281_167 // recipe.batch_size), -4) == 370_000
        optimizer = optimizers.make(recipe.optimizer)
        optimizer.build([keras.Variable(np.zeros(1, "float32"))])
        rates = []
        for iteration in (0, 200_000, 300_000, 369_000):
            optimizer.iterations.assign(iteration)
            rates.append(float(np.asarray(optimizer.learning_rate)))
        np.testing.assert_allclose(rates, [1e-2, 1e-3, 1e-4, 1e-5], rtol=1e-5)
    jittered = {
        recipe.variant for recipe in catalogue.recipes(ENTRY, "paper") if recipe.model["scales"] == (256, 512)
    }
    assert jittered == {"C-jittered", "jittered", "E-jittered"}
