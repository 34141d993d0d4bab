"""The cognitron's patterns: five thin strokes over the whole retina."""

import numpy as np
from scipy import ndimage

from benchmarks import datasets


def test_patterns_are_five_different_strokes_in_one_piece_that_fill_the_retina() -> None:
    data = datasets.load("stroke_digits_12")
    x = data.train["x"]
    assert x.shape == (5, 12, 12, 1)
    assert len({pattern.tobytes() for pattern in x}) == 5
    for pattern in x[..., 0]:
        assert set(np.unique(pattern)) == {0, 1}
        assert ndimage.label(pattern, np.ones((3, 3)))[1] == 1
        assert pattern.any(axis=1).all() or pattern.any(axis=0).all()
        # Thin: nowhere are four cells of a square all inked.
        squares = pattern[1:, 1:] & pattern[:-1, 1:] & pattern[1:, :-1] & pattern[:-1, :-1]
        assert not squares.any()
    for split in (data.validation, data.test):
        np.testing.assert_array_equal(split["x"], x)
        assert split["y"].tolist() == [0, 1, 2, 3, 4]
