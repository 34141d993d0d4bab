"""Masks against their definition."""

import itertools
import math

import keras
import numpy as np

from benchmarks.layers.units.masks import Masks, extent


def test_a_mask_holds_if_all_of_its_points_are_on() -> None:
    layer = Masks(2, 2, 2)
    assert len(layer.points) == 1 + 4 + 6
    figures = np.array(list(itertools.product((0, 1), repeat=4)), "float32")
    held = np.asarray(keras.ops.convert_to_numpy(layer(figures)))
    for figure, row in zip(figures, held, strict=True):
        assert row.tolist() == [float(all(figure[point] for point in mask)) for mask in layer.points]


def test_all_orders_count_as_many_as_there_are_subsets() -> None:
    for order in range(5):
        assert len(Masks(order, 1, 6).points) == sum(math.comb(6, size) for size in range(order + 1))


def test_points_of_a_diameter_limited_mask_are_near_each_other() -> None:
    near = Masks(2, 4, 5, diameter=2)
    pairs = [points for points in near.points if len(points) == 2]
    # Across 4 * 4, down 3 * 5, and two diagonals of 3 * 4 squares.
    assert len(pairs) == 16 + 15 + 24
    assert all(extent(points, 5) == 2 for points in pairs)
    assert [extent(points, 5) for points in ((), (7,), (0, 19), (4, 5))] == [0, 1, 5, 5]
