"""The residual nets of section 4.2 and their recipes."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue
from benchmarks.tasks import classification

ENTRY = catalogue.load("resnet_cifar_2015")
SMALL = {"depth": 8, "input_shape": (8, 8, 1), "scale": 16.0, "widths": (4, 8, 16), "pad": 0, "flip": False}


@pytest.mark.parametrize("depth", [20, 32])
def test_plain_nets_have_exactly_the_parameters_of_the_residual_ones(depth):
    assert ENTRY.build(depth, plain=True).count_params() == ENTRY.build(depth).count_params()


def test_weight_decay_is_half_its_rate_times_the_squared_weights_of_all_kernels():
    keras.utils.set_random_seed(0)
    model = ENTRY.build(**SMALL, decay=0.1)
    kernels = [
        np.asarray(weight.value) for weight in model.trainable_variables if weight.path.endswith("kernel")
    ]
    assert len(kernels) == 8
    np.testing.assert_allclose(
        float(classification.penalties(model)), 0.05 * sum(np.sum(kernel**2) for kernel in kernels), rtol=1e-5
    )


def test_the_paper_tier_has_the_papers_schedule():
    """0.1 until iteration 32,000, 0.01 until 48,000, 0.001 until 64,000; 0.01 for the first 400 of the
    110-layer nets.
    """
    from benchmarks import optimizers

    for name, first in (("cifar10", 0.1), ("cifar10-residual-110", 0.01), ("cifar10-plain-110", 0.01)):
        recipe = catalogue.recipe(ENTRY, "paper", name)
        optimizer = optimizers.make(recipe.optimizer)
        optimizer.build([keras.Variable(np.zeros(1, "float32"))])
        rates = []
        for iteration in (0, 500, 31_999, 32_001, 47_999, 48_001):
            optimizer.iterations.assign(iteration)
            rates.append(float(np.asarray(optimizer.learning_rate)))
        np.testing.assert_allclose(rates, [first, 0.1, 0.1, 0.01, 0.01, 0.001], rtol=1e-6)
        assert abs(recipe.epochs * (50_000 // recipe.batch_size) - 64_000) < 200


def test_every_depth_has_its_plain_net_beside_it():
    names = {recipe.name for recipe in catalogue.recipes(ENTRY, "paper")}
    assert names == {
        "cifar10",
        "cifar10-plain-20",
        *(f"cifar10-{kind}-{depth}" for kind in ("residual", "plain") for depth in (32, 44, 56, 110)),
    }
