"""Pictures of arrays."""

import numpy as np

from benchmarks.pictures import confusion


def test_a_confusion_is_read_row_by_row():
    """Label 0: once right, three times taken for 2; label 1 never; label 2 always right."""
    picture = confusion(
        np.array([0, 0, 0, 0, 2, 2]), np.array([0, 2, 2, 2, 2, 2]), 3, "who was taken for whom"
    )
    squares = picture.tiles.reshape(3, 12, 3, 12)
    assert picture.tiles.shape == (1, 1, 36, 36)
    assert (squares == squares[:, :1, :, :1]).all(), "squares of one colour"
    white = 255
    expected = [[round(white * 0.5), white, round(white * (1 - 0.75**0.5))], [white] * 3, [white, white, 0]]
    assert np.abs(squares[:, 0, :, 0].astype(int) - expected).max() <= 1
