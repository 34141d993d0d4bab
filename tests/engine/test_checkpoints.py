"""Checkpoints give back what they were given, bit by bit."""

from pathlib import Path

import ml_dtypes
import numpy as np
import pytest

from benchmarks.engine import checkpoints

STATE = [
    np.array([[1.5, -0.0], [np.inf, np.nan]], "float32"),
    np.array(3, "int64"),
    np.array([1.5, 3.0], ml_dtypes.bfloat16),
    np.zeros((0, 4), "float64"),
    np.array([[7, 8]], "uint32"),
    np.array([True, False]),
]


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    file = checkpoints.path(tmp_path, "0123456789abcdef")
    progress = {"epoch": 3, "measures": [{"value": 0.1, "split": "test"}], "seconds": {"train": 1e-9}}
    checkpoints.save(file, STATE, {"memory": np.arange(3)}, progress)
    found = checkpoints.load(file)
    assert found
    state, host, told = found
    for value, expected in zip(state, STATE, strict=True):
        assert (value.dtype, value.shape, value.tobytes()) == (expected.dtype, expected.shape, expected.tobytes())
    assert host["memory"].tolist() == [0, 1, 2]
    assert told == progress
    assert list(tmp_path.iterdir()) == [file]


def test_a_long_state_keeps_its_order(tmp_path: Path) -> None:
    file = tmp_path / "many.npz"
    checkpoints.save(file, [np.array(i) for i in range(25)], {}, {})
    found = checkpoints.load(file)
    assert found and [int(value) for value in found[0]] == list(range(25))


def test_no_checkpoint_is_none_and_removing_it_twice_is_well(tmp_path: Path) -> None:
    file = tmp_path / "none.npz"
    assert checkpoints.load(file) is None
    checkpoints.save(file, STATE, {}, {})
    checkpoints.remove(file)
    checkpoints.remove(file)
    assert checkpoints.load(file) is None


@pytest.mark.parametrize("keep", [0, 10, 200, -10])
def test_a_damaged_checkpoint_is_named_with_the_remedy(keep: int, tmp_path: Path) -> None:
    file = tmp_path / "damaged.npz"
    checkpoints.save(file, STATE, {}, {})
    file.write_bytes(file.read_bytes()[:keep])
    with pytest.raises(ValueError, match=r"damaged\.npz: is no readable checkpoint .*; delete it to start the run anew"):
        checkpoints.load(file)
