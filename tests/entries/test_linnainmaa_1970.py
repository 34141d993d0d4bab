"""The pictures: what each way costs, how far differences are off, and what rounding does."""

import numpy as np

from benchmarks import catalogue, datasets

ENTRY = catalogue.load("linnainmaa_1970")


def test_the_pictures_show_costs_errors_and_rounding() -> None:
    np.random.seed(0)
    model = ENTRY.build()
    before = model.weights.copy()
    assert ENTRY.pictures is not None
    drawn = ENTRY.pictures(model, datasets.load("xor"), None)
    np.testing.assert_array_equal(model.weights, before)
    costs = {series.name: series.y for series in drawn["cost"].series}
    assert costs["reverse"].max() < 6 < costs["differences"].max() < costs["forward"].max()
    (errors,) = (series.y for series in drawn["differences"].series)
    assert errors.argmin() not in (0, len(errors) - 1), "there is a best step, and it is neither end"
    measured, foreseen = (series.y for series in drawn["rounding"].series)
    np.testing.assert_allclose(foreseen, measured, rtol=0.02, atol=1e-10)


def test_larger_nets_show_their_cost_alone() -> None:
    digits = ENTRY.build(**catalogue.recipe(ENTRY, "pocket", "digits").model)
    assert ENTRY.pictures is not None
    assert set(ENTRY.pictures(digits, datasets.load("digits"), None)) == {"cost"}
