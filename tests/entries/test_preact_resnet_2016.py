"""The recipes of the appendix, and what the picture shows."""

import keras
import numpy as np

from benchmarks import catalogue

ENTRY = catalogue.load("preact_resnet_2016")


def test_the_paper_tier_has_the_papers_schedule():
    """0.01 for 400 iterations, 0.1, and a tenth from 32,000 and 48,000 on, for every net."""
    from benchmarks import optimizers

    for recipe in catalogue.recipes(ENTRY, "paper"):
        optimizer = optimizers.make(recipe.optimizer)
        optimizer.build([keras.Variable(np.zeros(1, "float32"))])
        rates = []
        for iteration in (0, 399, 401, 31_999, 32_001, 47_999, 48_001):
            optimizer.iterations.assign(iteration)
            rates.append(float(np.asarray(optimizer.learning_rate)))
        np.testing.assert_allclose(rates, [0.01, 0.01, 0.1, 0.1, 0.01, 0.01, 0.001], rtol=1e-6)
        assert abs(recipe.epochs * (50_000 // recipe.batch_size) - 64_000) < 200


def test_every_answerable_claim_has_its_run():
    names = {recipe.variant for recipe in catalogue.recipes(ENTRY, "paper")}
    assert {claim.variant for claim in ENTRY.claims} == names
