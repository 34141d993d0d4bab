"""The deep autoencoder by hand, the schedule's ends, and what the paper proves of Nesterov's momentum."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue, datasets, optimizers

ENTRY = catalogue.load("momentum_2013")


def test_units_are_logistic_but_for_the_code_and_the_loss_is_the_cross_entropy_of_the_pixels():
    keras.utils.set_random_seed(3)
    model = ENTRY.build(hidden=(6, 5), code=2, connections=3, input_shape=(2, 2, 1), scale=4.0)
    x = np.array([[0, 1, 2, 4], [4, 3, 0, 0]], "float32")
    state = clean = x / 4.0
    weights = [np.asarray(weight.value, "float64") for weight in model.weights]
    shapes = [kernel.shape for kernel in weights[::2]]
    assert shapes == [(4, 6), (6, 5), (5, 2), (2, 5), (5, 6), (6, 4)]
    for number, (kernel, bias) in enumerate(zip(weights[::2], weights[1::2], strict=True)):
        assert ((kernel != 0).sum(axis=0) == min(3, len(kernel))).all() and not bias.any()
        state = state @ kernel + bias
        if number not in (2, 5):
            state = 1 / (1 + np.exp(-state))
    images = x.reshape(2, 2, 2, 1).astype("uint8")
    np.testing.assert_allclose(keras.ops.convert_to_numpy(model(images)), state, rtol=1e-4, atol=1e-5)
    likely = 1 / (1 + np.exp(-state))
    expected = -(clean * np.log(likely) + (1 - clean) * np.log(1 - likely)).sum(axis=1).mean()
    from benchmarks.tasks import reconstruction

    assert float(reconstruction.loss(model, {"x": images}, True)) == pytest.approx(expected, rel=1e-5)


@pytest.mark.parametrize(
    ("tier", "name", "examples", "last", "largest"),
    [("pocket", "digits", None, 100, 0.99), ("standard", "mnist", 50_000, 1_000, 0.99)],
)
@pytest.mark.parametrize("variant", ["", "-classical", "-small-start"])
def test_momentum_begins_at_a_half_comes_close_to_1_and_is_calm_at_the_end(
    tier, name, examples, last, largest, variant
):
    recipe = catalogue.recipe(ENTRY, tier, name + variant)
    steps = recipe.epochs * ((examples or len(datasets.load(name).train["x"])) // recipe.batch_size)
    momentum = optimizers.make(recipe.optimizer)
    assert momentum.nesterov == (variant != "-classical")
    found = [float(momentum.at(step)) for step in (0, steps - last - 1, steps - last, steps - 1)]
    assert found == pytest.approx([0.5, largest, 0.9, 0.9], rel=1e-6)


@pytest.mark.parametrize("curvature", [1.0, 25.0])
def test_on_a_bowl_nesterovs_momentum_is_classical_with_less_of_it_where_the_bowl_is_steep(curvature):
    """Theorem 2.1: with a rate ε and a curvature λ it is classical momentum of μ (1 - ε λ)."""
    options = dict(catalogue.recipe(ENTRY, "pocket", "digits").optimizer) | {"period": 2}
    rate = options["learning_rate"]
    optimizer = optimizers.make(options)
    ahead = keras.Variable(np.ones(1, "float32"))
    optimizer.build([ahead])
    velocity, weight = 0.0, 1.0
    for step in range(30):
        momentum = float(optimizer.at(step))
        assert float(np.asarray(ahead.value)[0]) == pytest.approx(weight + momentum * velocity, abs=1e-5)
        velocity = momentum * (1 - rate * curvature) * velocity - rate * curvature * weight
        weight += velocity
        optimizer.apply([np.asarray(ahead.value) * curvature], [ahead])
