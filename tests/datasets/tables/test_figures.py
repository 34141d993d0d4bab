"""Figures on a retina, against SciPy's labels and plain counting."""

import numpy as np
import pytest
from scipy import ndimage

from benchmarks import datasets


@pytest.mark.parametrize(("id", "points"), [("parity_6", 6), ("connected_9", 9), ("majority_9", 9)])
def test_every_figure_occurs_once_and_has_its_answer(id: str, points: int) -> None:
    rows = datasets.load(id).train
    assert len({tuple(row) for row in rows["x"].tolist()}) == len(rows["x"]) == 2**points
    answers = {
        "parity_6": lambda row: int(row.sum()) in (1, 3, 5),
        "connected_9": lambda row: ndimage.label(row.reshape(3, 3))[1] <= 1,
        "majority_9": lambda row: row.mean() > 0.5,
    }
    np.testing.assert_array_equal(rows["y"], [answers[id](row) for row in rows["x"]])
