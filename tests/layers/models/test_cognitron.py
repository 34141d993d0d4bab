"""The cells of the cognitron in loops of NumPy."""

import numpy as np
import pytest

from benchmarks.layers.models.cognitron import CognitronCells, around

RNG = np.random.default_rng(1975)


def layer_with_synapses(height: int, width: int, area: int) -> CognitronCells:
    layer = CognitronCells(area, near=2)
    layer.build((None, height, width, 1))
    layer.a.assign(RNG.random(layer.a.shape) * (layer.c > 0))
    layer.b.assign(RNG.random(layer.b.shape) * 9)
    return layer


def test_excitation_is_shunted_by_inhibition_and_nothing_is_seen_beyond_the_border() -> None:
    """(1 + e) / (1 + i) - 1 is the (e - i) / (1 + i) of a cell whose potential is shunted."""
    layer = layer_with_synapses(4, 6, area=3)
    x = RNG.random((2, 4, 6, 1)).astype("float32")
    a, b = np.asarray(layer.a.value).reshape(4, 6, 3, 3), np.asarray(layer.b.value).reshape(4, 6)
    expected = np.zeros((2, 4, 6, 1))
    for n, i, j in np.ndindex(2, 4, 6):
        inside = [(k, m) for k in range(3) for m in range(3) if 0 <= i + k - 1 < 4 and 0 <= j + m - 1 < 6]
        seen = np.array([x[n, i + k - 1, j + m - 1, 0] for k, m in inside])
        e, shunt = seen @ np.array([a[i, j, k, m] for k, m in inside]), b[i, j] * seen.mean()
        expected[n, i, j, 0] = max(0.0, (e - shunt) / (1 + shunt))
    assert 0.2 < (expected > 0).mean() < 0.9
    np.testing.assert_allclose(np.asarray(layer(x)), expected, rtol=1e-4, atol=1e-6)


def test_the_vicinity_are_thirteen_cells() -> None:
    layer = CognitronCells(5, near=2)
    layer.build((None, 7, 7, 1))
    near = [(row, column) for row in range(7) for column in range(7) if abs(row - 3) + abs(column - 3) <= 2]
    assert sorted(layer.vicinity[3 * 7 + 3].tolist()) == [7 * row + column for row, column in near]
    assert len(near) == 13
    # A cell in the corner has six neighbours, itself among them; what is beyond counts as silent.
    cells = np.ones((1, 7, 7, 1), "float32")
    assert np.asarray(layer.neighbours(cells))[0, 0].sum() == 6


@pytest.mark.parametrize(("side", "area"), [(12, 5), (4, 3)])
def test_synapses_from_beyond_the_border_do_not_count(side: int, area: int) -> None:
    """Along one axis the cells see `area` each, but for those that the two borders cut off."""
    layer = CognitronCells(area)
    layer.build((None, side, side, 1))
    reach = area // 2
    along = side * area - reach * (reach + 1)
    assert layer.free_parameters() == along**2 + side**2
    np.testing.assert_allclose(layer.c.sum(axis=1), 1.0, rtol=1e-6)


def test_cells_around_are_numbered_row_by_row() -> None:
    offsets = np.array([[0, 0], [-1, 0], [0, 1]])
    assert around(2, 2, offsets).tolist() == [[0, 4, 1], [1, 4, 4], [2, 0, 3], [3, 1, 4]]
