"""Table 1, the fresh net and the schedule."""

import numpy as np
import pytest

from benchmarks import catalogue, optimizers

ENTRY = catalogue.load("mlp_mixer_2021")


@pytest.mark.parametrize("size", ENTRY.parameters, ids=lambda size: size.variant or "B/16")
def test_the_counts_are_those_of_table_1(size):
    """Added up from S, C, D_S and D_C, and rounded to millions; without the output layer."""
    base = {"patch": 16, "layers": 12, "width": 768, "tokens": 384, "channels": 3072}
    patch, layers, c, d_s, d_c = ((base | dict(size.arguments))[name] for name in base)
    s = (224 // patch) ** 2
    norms = (2 * layers + 1) * 2 * c
    tokens, channels = s * d_s + d_s + d_s * s + s, c * d_c + d_c + d_c * c + c
    assert size.trainable == 3 * patch**2 * c + c + layers * (tokens + channels) + norms
    assert round(size.trainable / 1e6) * 1e6 == size.published


def test_a_fresh_net_has_no_opinion():
    model = ENTRY.build(**catalogue.recipe(ENTRY, "pocket", "digits").model)
    x = np.random.default_rng(0).integers(0, 17, (5, 8, 8, 1)).astype("uint8")
    np.testing.assert_array_equal(np.asarray(model(x)), np.zeros((5, 10)))


@pytest.mark.parametrize(
    ("tier", "name", "examples"), [("pocket", "digits", 1_078), ("standard", "cifar10", 45_000)]
)
def test_the_rate_rises_first_and_is_0_at_the_end(tier, name, examples):
    recipe = catalogue.recipe(ENTRY, tier, name)
    steps = examples // recipe.batch_size
    options = recipe.optimizer["learning_rate"]
    assert options["decay_steps"] + options["warmup_steps"] == recipe.epochs * steps
    rate = optimizers.make(recipe.optimizer)._learning_rate
    peak = options["warmup_target"]
    rates = [float(rate(step)) for step in (0, options["warmup_steps"], recipe.epochs * steps)]
    np.testing.assert_allclose(rates, [0.0, peak, 0.0], atol=1e-6 * peak)
