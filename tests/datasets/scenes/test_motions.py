"""Motions, against displacements written by hand."""

import numpy as np
import pytest

from benchmarks.datasets.scenes import motions


@pytest.mark.parametrize("motion", range(6))
def test_displacements_by_hand(motion: int) -> None:
    one = np.array([motion])
    down, right = (
        part[0] for part in motions.displacements(one, np.array([2]), np.array([10]), np.array([0.0]))
    )
    if motion < 4:
        assert right.tolist() == [[2, -2, 0, 0][motion] * t for t in range(7)]
        assert down.tolist() == [[0, 0, 2, -2][motion] * t for t in range(7)]
    else:
        assert (down[0], right[0]) == (0, 10)
        assert (down[1] > 0) == (motion == 4)  # on the right of the circle, clockwise is downwards
        assert np.hypot(down, right) == pytest.approx([10] * 7, abs=1.0)
