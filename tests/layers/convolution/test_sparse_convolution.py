"""The connection table of LeNet-5 and the convolution over it, against SciPy's correlations."""

import keras
import numpy as np
from scipy.signal import correlate2d

from benchmarks.layers.convolution.sparse_convolution import C3_TABLE, SparseConvolution

RNG = np.random.default_rng(1998)


def test_the_table_is_as_the_paper_explains_it():
    """Six contiguous triples, six contiguous fours, three fours with a gap, and one map that sees all; 60
    connections, ten from each map.
    """
    circle = [{(first + k) % 6 for k in range(6)} for first in range(6)]
    assert [set(maps) for maps in C3_TABLE[:6]] == [{(first + k) % 6 for k in range(3)} for first in range(6)]
    assert [set(maps) for maps in C3_TABLE[6:12]] == [
        {(first + k) % 6 for k in range(4)} for first in range(6)
    ]
    contiguous_fours = [{(first + k) % 6 for k in range(4)} for first in range(6)]
    assert all(len(set(maps)) == 4 and set(maps) not in contiguous_fours for maps in C3_TABLE[12:15])
    assert set(C3_TABLE[15]) == circle[0]
    assert np.bincount(np.concatenate([list(maps) for maps in C3_TABLE])).tolist() == [10] * 6


def test_each_map_is_the_sum_of_the_correlations_with_the_maps_it_sees():
    table = ((0, 2), (1,), (0, 1, 2))
    layer = SparseConvolution(table, size=3)
    x = RNG.normal(size=(2, 6, 7, 3)).astype("float32")
    layer.build(x.shape)
    layer.bias.assign([0.5, -1.0, 0.0])
    kernel, expected, number = np.asarray(layer.kernel.value), np.zeros((2, 4, 5, 3)), 0
    assert kernel.shape == (3, 3, 6)
    for j, maps in enumerate(table):
        for map in maps:
            for n in range(2):
                expected[n, :, :, j] += correlate2d(x[n, :, :, map], kernel[:, :, number], mode="valid")
            number += 1
    expected += [0.5, -1.0, 0.0]
    np.testing.assert_allclose(np.asarray(layer(x)), expected, rtol=1e-4, atol=1e-5)
    assert layer.compute_output_shape(x.shape) == expected.shape


def test_in_steps_of_two_and_with_a_bias_for_every_unit():
    """As H1 and H2 of the zip code net: every second place of the plain convolution, plus a bias that
    differs from place to place.
    """
    plain, layer = (
        SparseConvolution(((0, 1), (1,)), size=3),
        SparseConvolution(((0, 1), (1,)), size=3, strides=2, untied=True),
    )
    x = RNG.normal(size=(2, 8, 11, 2)).astype("float32")
    plain.build(x.shape)
    layer.build(x.shape)
    assert layer.bias.shape == (3, 5, 2)
    biases = RNG.normal(size=(3, 5, 2)).astype("float32")
    layer.set_weights([plain.kernel, biases])
    expected = np.asarray(plain(x))[:, ::2, ::2] + biases
    np.testing.assert_allclose(np.asarray(layer(x)), expected, rtol=1e-4, atol=1e-5)
    assert layer.compute_output_shape(x.shape) == expected.shape


def test_c3_has_the_parameters_of_the_paper():
    layer = SparseConvolution()
    layer.build((None, 14, 14, 6))
    assert layer.count_params() == 1516


def test_weights_of_a_map_that_sees_more_are_smaller():
    keras.utils.set_random_seed(3)
    layer = SparseConvolution()
    layer.build((None, 14, 14, 6))
    kernel = np.abs(np.asarray(layer.kernel.value))
    for part, seen in ((kernel[..., :18], 3), (kernel[..., 18:54], 4), (kernel[..., 54:], 6)):
        assert 0.9 * 2.4 / (25 * seen) < part.max() <= 2.4 / (25 * seen) * 1.0001
