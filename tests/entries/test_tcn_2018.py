"""The net sees as far as its paper needs, and not into the future."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue, datasets

ENTRY = catalogue.load("tcn_2018")


def reach(kernel: int, levels: int) -> int:
    """How many steps the last output sees: two convolutions a level."""
    return 1 + 2 * (kernel - 1) * (2**levels - 1)


@pytest.mark.parametrize("recipe", ENTRY.recipes, ids=lambda recipe: f"{recipe.tier}-{recipe.name}")
def test_the_past_that_is_needed_is_seen(recipe):
    steps = {"adding_30": 33, "copying": 50, "mnist": 784, "adding_600": 600, "copying_1000": 1020}[
        recipe.dataset
    ]
    assert reach(recipe.model.get("kernel", 7), recipe.model.get("levels", 8)) >= steps


def test_the_reach_is_exact():
    """With positive weights and inputs, the last output changes with each input that it can see, and with
    no other.
    """
    model = ENTRY.build(inputs=1, outputs=1, hidden=3, levels=2, kernel=3)
    for weight in model.weights:
        weight.assign(np.abs(np.asarray(weight.value)) + 0.1)
    x = np.ones((30, 30, 1), "float32")
    x[np.arange(30), np.arange(30)] += 1.0
    changed = np.flatnonzero(
        np.asarray(model(x))[:, 0] - np.asarray(model(np.ones((1, 30, 1), "float32")))[0, 0] > 1e-6
    )
    assert changed.tolist() == list(range(30 - reach(3, 2), 30))


def test_no_step_sees_the_future():
    keras.utils.set_random_seed(0)
    model = ENTRY.build(inputs="symbols", every_step=True, hidden=6, levels=3, kernel=3)
    x = datasets.load("copying").test["x"][:4]
    changed = x.copy()
    changed[:, 30:] = 0
    before, after = (np.asarray(model(part)) for part in (x, changed))
    np.testing.assert_allclose(after[:, :30], before[:, :30], atol=1e-6)
    assert (abs(after[:, 30:] - before[:, 30:]).max(axis=2) > 1e-6).any()


def test_the_rate_falls_after_ten_epochs_of_all_sixty_thousand():
    recipe = catalogue.recipe(ENTRY, "paper", "mnist")
    assert recipe.optimizer["learning_rate"]["boundaries"] == [10 * (60_000 // recipe.batch_size)]
