"""That samples are drawn with the average of the weights, as the paper's are."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue, datasets, optimizers
from benchmarks.layers.models.gaussian_diffusion import linear_schedule

ENTRY = catalogue.load("ddpm_2020")
#: The training examples of each data set.
EXAMPLES = {"digits": len(datasets.load("digits").train["x"]), "mnist": 50_000}


@pytest.mark.parametrize("recipe", ENTRY.recipes, ids=lambda recipe: recipe.tier)
def test_the_average_takes_the_place_of_the_weights_in_the_last_step(recipe):
    steps = recipe.epochs * (EXAMPLES[recipe.dataset] // recipe.batch_size)
    assert recipe.optimizer["ema_overwrite_frequency"] == steps


def test_the_average_forgets_at_its_rate_and_is_part_of_a_checkpoint():
    """Three steps down a slope of 1 lead to -1, -2 and -3; the average begins with the first."""
    weight = keras.Variable(np.zeros(2, "float32"))
    options = {"name": "SGD", "learning_rate": 1.0, "use_ema": True, "ema_momentum": 0.5}
    optimizer = optimizers.make({**options, "ema_overwrite_frequency": 3})
    optimizer.build([weight])
    met = []
    for _ in range(3):
        optimizer.apply([np.ones(2, "float32")], [weight])
        met.append(float(weight[0]))
    average = 0.5 * (0.5 * -1.0 + 0.5 * -2.0) + 0.5 * -3.0
    np.testing.assert_allclose(met, [-1.0, -2.0, average])
    assert sum(variable.shape == weight.shape for variable in optimizer.variables) == 1


def test_the_wide_steps_leave_about_as_little_of_the_image_as_the_papers():
    """Less than a hundredth of it, as with the paper's 1,000 steps."""
    for recipe in ENTRY.recipes:
        schedule = linear_schedule(*(recipe.model[name] for name in ("steps", "first", "last")))
        assert np.sqrt(schedule.kept[-1]) < 0.01
