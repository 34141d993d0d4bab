"""Random numbers of any shape, against their distributions."""

import keras
import numpy as np
import pytest
from scipy import stats

from benchmarks.layers.units import draws


@pytest.mark.parametrize("draw", [draws.uniform, draws.normal])
@pytest.mark.parametrize("shape", [(5, 3, 1), (1,)])
def test_any_shape_is_filled_and_the_next_draw_differs(shape, draw):
    seed = keras.random.SeedGenerator(1)
    first, second = (keras.ops.convert_to_numpy(draw(shape, seed)) for _ in range(2))
    assert first.shape == shape and not np.array_equal(first, second)
    assert len(np.unique(first)) == first.size


@pytest.mark.parametrize("draw", [draws.uniform, draws.normal])
def test_numbers_have_the_dtype_that_is_asked_for(draw):
    seed = keras.random.SeedGenerator(1)
    kinds = [keras.backend.standardize_dtype(draw((2,), seed, kind).dtype) for kind in ("float32", "float16")]
    assert kinds == ["float32", "float16"]
    assert keras.backend.standardize_dtype(draw((2,), seed).dtype) == "float32"


@pytest.mark.parametrize(("draw", "distribution"), [(draws.uniform, "uniform"), (draws.normal, "norm")])
def test_the_numbers_are_spread_as_they_should_be_and_independent_of_their_half(draw, distribution):
    numbers = keras.ops.convert_to_numpy(draw((2, 20_000), keras.random.SeedGenerator(2)))
    assert stats.kstest(numbers.ravel(), distribution).pvalue > 0.001
    assert abs(np.corrcoef(numbers)[0, 1]) < 0.03
