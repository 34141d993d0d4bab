"""What is particular to dropout between layers: nothing is dropped on the way through time."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue
from benchmarks.layers.recurrent.lstm import LSTM

ENTRY = catalogue.load("zaremba_lstm_2014")


@pytest.mark.parametrize("variant", ["", "none", "everywhere"])
def test_where_units_are_dropped(variant: str) -> None:
    recipe = catalogue.recipe(ENTRY, "standard", f"tiny_shakespeare{'-' if variant else ''}{variant}")
    with keras.StatelessScope(initialize_variables=False):
        model = ENTRY.build(**recipe.model)
    kinds = [type(layer).__name__ for layer in model.layers[2:]]
    if variant == "none":
        assert kinds == ["LSTM", "LSTM", "Dense"]
    else:
        assert kinds == ["Dropout", "LSTM", "Dropout", "LSTM", "Dropout", "Dense"]
    through_time = [layer.recurrent_dropout for layer in model.layers if isinstance(layer, LSTM)]
    assert through_time == [0.5 if variant == "everywhere" else 0.0] * 2


def test_the_sizes_are_sums_over_the_layers_of_the_paper() -> None:
    for count in ENTRY.parameters:
        units = count.arguments.get("units", 650)
        layer = 4 * units * (units + units + 1)
        assert count.trainable == 10_000 * units + 2 * layer + (units + 1) * 10_000
        if count.published:
            assert count.trainable == pytest.approx(count.published, rel=0.02)


def test_first_weights_are_uniform() -> None:
    model = ENTRY.build(symbols=11, units=8, initial=0.1)
    for weight in model.trainable_variables:
        assert 0.05 < np.abs(np.asarray(weight.value)).max() <= 0.1
