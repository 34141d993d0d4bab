"""Checkpoints give back what they were given, bit by bit, or nothing."""

import hashlib
import json
import random
from pathlib import Path
from typing import Any

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
PROGRESS = {"epoch": 3, "measures": [{"value": 0.1, "split": "test"}], "seconds": {"train": 1e-9}}


def load(file: Path) -> tuple[Any, str]:
    """What is loaded, and what is said."""
    said: list[str] = []
    return checkpoints.load(file, said.append), "\n".join(said)


def test_what_is_saved_is_loaded(tmp_path: Path) -> None:
    file = checkpoints.path(tmp_path, "0123456789abcdef")
    checkpoints.save(file, STATE, {"memory": np.arange(3)}, PROGRESS)
    found, said = load(file)
    state, host, told = found
    for value, expected in zip(state, STATE, strict=True):
        assert (value.dtype, value.shape, value.tobytes()) == (
            expected.dtype,
            expected.shape,
            expected.tobytes(),
        )
    assert host["memory"].tolist() == [0, 1, 2]
    assert told == PROGRESS
    assert said == ""
    assert list(tmp_path.iterdir()) == [file]


def test_a_long_state_keeps_its_order(tmp_path: Path) -> None:
    file = tmp_path / "many"
    checkpoints.save(file, [np.array(i) for i in range(25)], {}, {})
    assert [int(value) for value in load(file)[0][0]] == list(range(25))


def test_no_checkpoint_is_none_and_removing_it_twice_is_well(tmp_path: Path) -> None:
    file = tmp_path / "none"
    assert load(file) == (None, "")
    checkpoints.save(file, STATE, {}, {})
    checkpoints.remove(file)
    checkpoints.remove(file)
    assert load(file) == (None, "")


def whole(folder: Path) -> bytes:
    checkpoints.save(folder / "whole", STATE, {"memory": np.arange(3)}, PROGRESS)
    return (folder / "whole").read_bytes()


def test_no_damage_gives_weights_and_each_is_set_aside_with_a_word(tmp_path: Path) -> None:
    """Every length, a changed bit in every byte, bytes too many, and other files under its name."""
    good = whole(tmp_path)
    chance = random.Random(0)
    damages = [good[:keep] for keep in range(len(good))]
    damages += [
        good[:place] + bytes([good[place] ^ 1 << chance.randrange(8)]) + good[place + 1 :]
        for place in range(len(good))
    ]
    damages += [
        good + b"x",
        good * 2,
        b"\n" + good,
        b"\n" * 1000,
        b"[" * 100_000,
        b"{}",
        b"PK\x03\x04" + bytes(100),
        bytes(10_000),
    ]
    file, aside = tmp_path / "damaged", tmp_path / "damaged.corrupt"
    for damage in damages:
        file.write_bytes(damage)
        found, said = load(file)
        assert found is None
        assert said.startswith(f"{file}: is ") and said.endswith(
            "it is set aside as damaged.corrupt, and the run starts again"
        )
        assert not file.exists() and aside.read_bytes() == damage, "one is kept"
    assert load(file) == (None, "")
    file.write_bytes(good)
    assert load(file)[0] is not None


@pytest.mark.parametrize(
    "meta",
    [
        [],
        None,
        {},
        {"arrays": [], "progress": {}},
        {"arrays": [["", "float32", [2]]], "variables": 1, "progress": {}},
        {"arrays": [["", "float32", [1 << 60]]], "variables": 1, "progress": {}},
        {"arrays": [["", "float32", [-1]]], "variables": 1, "progress": {}},
        {"arrays": [["", "object", [1]]], "variables": 1, "progress": {}},
        {"arrays": [["", "nothing", [1]]], "variables": 1, "progress": {}},
        {"arrays": [["", "float32"]], "variables": 1, "progress": {}},
    ],
)
def test_what_does_not_hold_together_is_set_aside_though_its_checksum_is_right(
    meta: object, tmp_path: Path
) -> None:
    rest = json.dumps(meta).encode() + b"\n" + bytes(12)
    file = tmp_path / "other"
    file.write_bytes(f"checkpoint {checkpoints.VERSION} {hashlib.sha256(rest).hexdigest()}\n".encode() + rest)
    found, said = load(file)
    assert found is None and "cannot be read" in said
    assert (tmp_path / "other.corrupt").exists() and not file.exists()


def test_another_version_is_set_aside(tmp_path: Path) -> None:
    file = tmp_path / "old"
    with open(file, "wb") as stream:
        np.savez(stream, state0=np.zeros(3))  # as the first version did
    assert load(file)[0] is None
    file.write_bytes(whole(tmp_path).replace(b"checkpoint 2", b"checkpoint 3", 1))
    assert "is not a checkpoint of version 2" in load(file)[1]


def test_a_folder_under_its_name_is_set_aside(tmp_path: Path) -> None:
    for _ in range(2):
        (tmp_path / "folder" / "below").mkdir(parents=True)
        assert load(tmp_path / "folder")[0] is None
    assert (tmp_path / "folder.corrupt" / "below").is_dir()
