"""Stochastic binary units, against the law of large numbers."""

import keras
import numpy as np

from benchmarks.layers.units.stochastic import sample


def test_units_are_on_as_often_as_their_means_say_and_do_not_depend_on_each_other():
    mean = np.tile(np.array([0.0, 0.1, 0.5, 0.9, 1.0], "float32"), (20_001, 1))
    states = np.asarray(sample(keras.ops.convert_to_tensor(mean), keras.random.SeedGenerator(1)))
    assert states.shape == mean.shape and set(np.unique(states)) == {0.0, 1.0}
    np.testing.assert_allclose(states.mean(axis=0), mean[0], atol=0.015)
    # Neighbours, and the same place in the two halves.
    assert abs(np.corrcoef(states[:, 2], states[:, 3])[0, 1]) < 0.03
    flat = states[:, 2]
    assert abs(np.corrcoef(flat[:10_000], flat[10_000:20_000])[0, 1]) < 0.03


def test_the_next_draw_is_another_and_the_same_seed_gives_the_same():
    mean = keras.ops.full((7, 9), 0.5)
    seed = keras.random.SeedGenerator(3)
    first, second = (np.asarray(sample(mean, seed)) for _ in range(2))
    assert (first != second).any()
    np.testing.assert_array_equal(first, np.asarray(sample(mean, keras.random.SeedGenerator(3))))
