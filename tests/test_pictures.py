"""Pictures of arrays."""

import numpy as np
import pytest

from benchmarks.pictures import confusion, sound


def test_a_confusion_is_read_row_by_row() -> None:
    """Label 0: once right, three times taken for 2; label 1 never; label 2 always right."""
    picture = confusion(
        np.array([0, 0, 0, 0, 2, 2]), np.array([0, 2, 2, 2, 2, 2]), "012", "who was taken for whom"
    )
    assert np.array_equal(picture.values, [[25, 0, 75], [0, 0, 0], [0, 0, 100]])
    assert list(picture.rows) == list(picture.columns) == ["0", "1", "2"]
    assert (picture.row_axis, picture.column_axis, picture.unit) == ("true class", "decision", "%")


@pytest.mark.parametrize(
    ("wave", "samples"), [([0.5, -1.0, 0.0], [16384, -32767, 0]), ([0.0, 0.0], [0, 0]), ([9], [32767])]
)
def test_a_wave_becomes_sound_at_full_scale(wave: list[float], samples: list[int]) -> None:
    made = sound(np.array(wave), 8_000, "")
    assert made.samples.dtype == np.int16 and made.samples.tolist() == samples and made.rate == 8_000
