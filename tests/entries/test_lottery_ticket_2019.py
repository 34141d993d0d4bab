"""The shares of weights that the paper prints, and that the arms end with the same number of weights."""

import numpy as np
import pytest

from benchmarks import catalogue
from benchmarks.spec import Data

ENTRY = catalogue.load("lottery_ticket_2019")


def weights_left(model, rounds):
    """After that many rounds, in % of all weights."""
    layers = [layer for layer in model.layers if hasattr(layer, "mask")]
    model.begin_stage("dense", Data({}, {}, {}), None)
    for _ in range(rounds):
        model.begin_stage("round", Data({}, {}, {}), None)
    left = sum(int(np.asarray(layer.mask.value).sum()) for layer in layers)
    return 100.0 * left / sum(np.asarray(layer.mask.value).size for layer in layers)


@pytest.mark.parametrize(("rounds", "printed"), [(3, 51.3), (7, 21.1), (9, 13.5), (15, 3.6)])
def test_rounds_leave_the_shares_of_section_2(rounds, printed):
    assert round(weights_left(ENTRY.build(), rounds), 1) == printed


@pytest.mark.parametrize("tier", ["pocket", "standard"])
def test_all_arms_end_with_as_many_weights(tier):
    left = []
    for recipe in ENTRY.recipes:
        if recipe.tier == tier and recipe.variant != "dense":
            left.append(weights_left(ENTRY.build(**recipe.model), len(recipe.stages) - 1))
    np.testing.assert_allclose(left, left[0], atol=0.05)
