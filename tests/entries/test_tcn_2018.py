"""The net sees as far as its paper needs, and not into the future."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue, datasets

ENTRY = catalogue.load("tcn_2018")


def reach(kernel: int, levels: int) -> int:
    """How many steps the last output sees: two convolutions a level."""
    return 1 + 2 * (kernel - 1) * (2**levels - 1)


#: How long the sequences are whose first steps may decide the answer at the end.
STEPS = {
    "adding_30": 33,
    "copying": 50,
    "digits": 8,
    "embedded_reber": 32,
    "mnist": 784,
    "adding_600": 600,
    "copying_1000": 1020,
}


@pytest.mark.parametrize(
    "recipe",
    [recipe for recipe in ENTRY.recipes if recipe.dataset != "tiny_shakespeare"],
    ids=lambda recipe: f"{recipe.tier}-{recipe.name}",
)
def test_the_past_that_is_needed_is_seen(recipe):
    steps = STEPS[recipe.dataset]
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


def test_an_image_is_read_row_after_row():
    keras.utils.set_random_seed(0)
    of_images = ENTRY.build(inputs=(4, 3, 1), scale=16.0, outputs=5, hidden=6, levels=2, kernel=2)
    of_sequences = ENTRY.build(inputs=3, outputs=5, hidden=6, levels=2, kernel=2)
    of_sequences.set_weights(of_images.get_weights())
    images = np.random.default_rng(1).integers(0, 17, (7, 4, 3, 1)).astype("uint8")
    np.testing.assert_allclose(
        np.asarray(of_images(images)), np.asarray(of_sequences(images[..., 0] / 16.0)), rtol=1e-5, atol=1e-6
    )


def test_symbols_may_be_rows_of_a_table_and_still_no_step_sees_the_future():
    keras.utils.set_random_seed(0)
    model = ENTRY.build(
        inputs="symbols", embedding=4, outputs=7, every_step=True, hidden=6, levels=3, kernel=3
    )
    assert model.get_layer(index=1).embeddings.shape == (7, 4)
    x = datasets.load("embedded_reber").test["x"][:4]
    changed = x.copy()
    changed[:, 20:] = (changed[:, 20:] + 1) % 7
    before, after = (np.asarray(model(part)) for part in (x, changed))
    np.testing.assert_allclose(after[:, :20], before[:, :20], atol=1e-6)
    assert (abs(after[:, 20:] - before[:, 20:]).max(axis=2) > 1e-6).all()


def test_the_rate_falls_after_ten_epochs_of_all_sixty_thousand():
    recipe = catalogue.recipe(ENTRY, "paper", "mnist")
    assert recipe.optimizer["learning_rate"]["boundaries"] == [10 * (60_000 // recipe.batch_size)]
