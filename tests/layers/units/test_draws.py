"""Random numbers of any shape, against their distributions."""

import keras
import numpy as np
import pytest
from scipy import stats

from benchmarks.layers.units import draws


@pytest.mark.parametrize("shape", [(5, 3, 1), (1,)])
def test_any_shape_is_filled_and_the_next_draw_differs(shape):
    seed = keras.random.SeedGenerator(1)
    first, second = (keras.ops.convert_to_numpy(draws.uniform(shape, seed)) for _ in range(2))
    assert first.shape == shape and not np.array_equal(first, second)
    assert len(np.unique(first)) == first.size


def test_the_numbers_are_evenly_spread_and_independent_of_their_half():
    u = keras.ops.convert_to_numpy(draws.uniform((2, 20_000), keras.random.SeedGenerator(2)))
    assert stats.kstest(u.ravel(), "uniform").pvalue > 0.001
    assert abs(np.corrcoef(u)[0, 1]) < 0.03
