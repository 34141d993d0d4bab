"""Parameters are the numbers that are free to change."""

from typing import Any

from benchmarks.engine import parameters


def masked(units: int, free: int) -> Any:
    import keras

    class Masked(keras.layers.Dense):
        """Says itself how many of its weights are free."""

        def free_parameters(self) -> int:
            return free

    return Masked(units)


def test_every_trainable_number_counts_unless_its_layer_says_otherwise(driver: Any) -> None:
    import keras

    inner = keras.Sequential([keras.Input((3,)), masked(4, free=5), keras.layers.BatchNormalization()])
    model = keras.Sequential([keras.Input((3,)), inner, keras.layers.Dense(2)])
    assert parameters.free(model) == 5 + 2 * 4 + (4 * 2 + 2)
    assert parameters.free(inner) == 5 + 2 * 4
    assert parameters.free(inner.layers[0]) == 5
    inner.layers[0].trainable = False
    assert parameters.free(model) == 2 * 4 + (4 * 2 + 2)
