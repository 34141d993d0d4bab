"""The order of each question, exactly: by linear programming over all weights."""

import keras
import numpy as np
import pytest
from scipy.optimize import linprog

from benchmarks import catalogue, datasets

ENTRY = catalogue.load("minsky_papert_1969")
PREDICATES = [recipe for recipe in ENTRY.recipes if recipe.task_options]


def answerable(dataset: str, shape: tuple[int, int], order: int) -> bool:
    """Whether any weights of the masks get all figures right."""
    rows = datasets.load(dataset).train
    model = ENTRY.build(shape=shape, order=order)
    held = rows["x"]
    for layer in model.layers[:-1]:
        held = layer(held)
    held = np.asarray(keras.ops.convert_to_numpy(held), "float64")
    signs = np.where(rows["y"] == 1, 1.0, -1.0)
    found = linprog(
        np.zeros(held.shape[1]), A_ub=-signs[:, None] * held, b_ub=-np.ones(len(held)), bounds=(None, None)
    )
    assert found.status in (0, 2), "solved, or infeasible"
    return bool(found.status == 0)


@pytest.mark.parametrize("recipe", PREDICATES, ids=lambda recipe: f"{recipe.tier}-{recipe.name}")
def test_each_recipe_can_or_cannot_succeed_as_it_says(recipe) -> None:
    assert answerable(recipe.dataset, **recipe.model) == (recipe.variant != "one-less")


@pytest.mark.parametrize("points", [2, 3, 4, 5])
def test_parity_needs_every_point_at_once(points: int) -> None:
    """Theorem 3.1 for small retinas, over all weights of all masks."""
    rows = (np.arange(2**points)[:, None] >> np.arange(points)) & 1
    for order in range(1, points + 1):
        model = ENTRY.build(shape=(1, points), order=order)
        held = np.asarray(keras.ops.convert_to_numpy(model.get_layer("masks")(rows.astype("float32"))))
        signs = np.where(rows.sum(axis=1) % 2, 1.0, -1.0)
        found = linprog(
            np.zeros(held.shape[1]),
            A_ub=-signs[:, None] * held,
            b_ub=-np.ones(len(held)),
            bounds=(None, None),
        )
        assert (found.status == 0) == (order == points)


def test_the_weights_of_parity_double_with_every_point() -> None:
    """Minus one half of the powers of -2 solve it: section 10.1 says that weights must grow so."""
    model = ENTRY.build(shape=(1, 4), order=4)
    masks = model.get_layer("masks")
    weights = np.where(masks.sizes == 0, -0.5, (-2.0) ** (masks.sizes - 1))
    model.get_layer("responses").kernel.assign(weights[:, None])
    rows = datasets.load("parity_4").train
    sums = np.asarray(keras.ops.convert_to_numpy(model(rows["x"])))[:, 0]
    np.testing.assert_allclose(sums, rows["y"] - 0.5)
