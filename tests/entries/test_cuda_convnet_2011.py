"""The nets of the layer files and the rates of the parameter files."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue, optimizers
from benchmarks.tasks import classification

ENTRY = catalogue.load("cuda_convnet_2011")


@pytest.mark.parametrize(
    ("net", "sizes"),
    [("11pct", [24, 12, 6, 6]), ("13pct", [24, 12, 6, 6]), ("18pct", [32, 16, 8]), ("80sec", [32, 16, 8])],
)
def test_maps_have_the_sizes_that_the_program_gives_them(net, sizes):
    model = ENTRY.build(net)
    assert [
        layer.output.shape[1]
        for layer in model.layers
        if len(getattr(layer, "kernel", np.empty(0)).shape) == 4
    ] == sizes
    assert model.output.shape[1:] == (10,)


def test_weight_decay_acts_on_weights_alone_at_each_layers_own_rate():
    keras.utils.set_random_seed(0)
    model = ENTRY.build("80sec")
    kernels = {
        layer.name: np.asarray(layer.kernel.value)
        for layer in model.layers
        if layer.weights and hasattr(layer, "kernel")
    }
    rates = dict(zip(kernels, [0.004, 0.004, 0.004, 0.03, 0.03], strict=True))
    penalty = sum(rate / 2 * np.sum(kernels[name] ** 2) for name, rate in rates.items())
    np.testing.assert_allclose(float(classification.penalties(model)), penalty, rtol=1e-5)


@pytest.mark.parametrize(
    ("tier", "name", "passes"),
    [("paper", "cifar10", 450), ("standard", "cifar10-18pct", 120), ("standard", "cifar10-80sec", 8)],
)
def test_the_rate_falls_to_a_tenth_after_the_files_passes(tier, name, passes):
    recipe = catalogue.recipe(ENTRY, tier, name)
    optimizer = optimizers.make(recipe.optimizer)
    optimizer.build([keras.Variable(np.zeros(1, "float32"))])
    found = []
    for step in (0, passes * 390 - 1, passes * 390 + 1):
        optimizer.iterations.assign(step)
        found.append(float(np.asarray(optimizer.learning_rate)))
    np.testing.assert_allclose(found, [0.001, 0.001, 0.0001], rtol=1e-6)
