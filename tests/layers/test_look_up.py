"""Look-ups and their gradients, as on a GPU, against NumPy."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops

from benchmarks.engine.backend import driver_class
from benchmarks.layers import device
from benchmarks.layers.look_up import Embedding, chosen, rows, spread

RNG = np.random.default_rng(7)


@pytest.fixture(autouse=True)
def on_a_gpu(monkeypatch):
    monkeypatch.setattr(device, "on_gpu", lambda: True)


def gradient(look_up: Any, x: np.ndarray, y: np.ndarray) -> np.ndarray:
    """Of sum(look_up(x) * y) with respect to x."""
    variable = keras.Variable(x)
    driver = driver_class(keras.backend.backend())()
    driver.bind([variable])
    return np.asarray(
        driver.function(
            lambda: driver.gradient(lambda: ops.sum(look_up(variable.value) * y), [variable])[1][0]
        )()
    )


def test_one_of_the_last_axis_is_chosen():
    x = RNG.normal(size=(4, 5, 3)).astype("float32")
    index = RNG.integers(3, size=(4, 5))
    np.testing.assert_array_equal(
        np.asarray(chosen(x, index)), np.take_along_axis(x, index[..., None], axis=-1)[..., 0]
    )


def test_numbers_are_spread_and_their_gradients_gathered():
    x = np.array([[10.0, 20.0, 30.0], [1.0, 2.0, 3.0]], "float32")
    place = np.array([[1, 3], [3, 2], [0, 3]])
    found = np.asarray(spread(x, place))
    assert found.tolist() == [[[20, 0], [0, 30], [10, 0]], [[2, 0], [0, 3], [1, 0]]]
    y = np.arange(12, dtype="float32").reshape(2, 3, 2)
    assert gradient(lambda x: spread(x, place), x, y).tolist() == [[4, 0, 3], [10, 6, 9]]


@pytest.mark.parametrize("place", [[0, 1, 1], [0, 2, 2], [1, 1, 0]])
def test_a_number_that_is_named_twice_or_never_cannot_be_spread(place):
    with pytest.raises(ValueError, match="named exactly once"):
        spread(np.zeros((2, 2), "float32"), np.array(place))


@pytest.mark.parametrize("shape", [(1,), (2,), (7, 9), (64,), (65,)])
@pytest.mark.parametrize("count", [1, 3, 40])
def test_rows_that_are_named_often_get_all_their_gradients(shape, count):
    table, index = (
        RNG.normal(size=(count, 6)).astype("float32"),
        RNG.integers(count, size=shape).astype("int32"),
    )
    np.testing.assert_array_equal(np.asarray(rows(table, index)), table[index])
    y = RNG.normal(size=(*shape, 6)).astype("float32")
    expected = np.zeros(table.shape)
    np.add.at(expected, index, y)
    np.testing.assert_allclose(
        gradient(lambda table: rows(table, index), table, y), expected, rtol=1e-5, atol=1e-5
    )


def test_an_embedding_is_that_of_the_library():
    own, library = Embedding(9, 4, mask_zero=True), keras.layers.Embedding(9, 4, mask_zero=True)
    index = RNG.integers(9, size=(3, 5)).astype("int32")
    own.build(index.shape)
    library.build(index.shape)
    library.embeddings.assign(own.embeddings.value)
    np.testing.assert_array_equal(np.asarray(own(index)), np.asarray(library(index)))
    np.testing.assert_array_equal(np.asarray(own.compute_mask(index)), index != 0)
