"""Tiny Shakespeare as nanoGPT splits it. Needs a local mirror."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import datasets
from benchmarks.datasets.text.shakespeare_windows import overlapping
from tests.datasets.conventions import check_conventions


def test_windows_begin_at_every_multiple_of_the_stride_and_end_within_the_text() -> None:
    found = overlapping(np.arange(10), steps=4, stride=2)
    np.testing.assert_array_equal(found["x"], [[0, 1, 2, 3], [2, 3, 4, 5], [4, 5, 6, 7]])
    np.testing.assert_array_equal(found["y"], found["x"] + 1)
    assert found["weight"].dtype == np.float32 and found["weight"].sum() == 12


@pytest.mark.parametrize("steps", [64, 256])
def test_the_last_tenth_is_nanogpts_validation(steps: int, data_dir: Path) -> None:
    data = datasets.load(f"tiny_shakespeare_{steps}", data_dir)
    check_conventions(f"tiny_shakespeare_{steps}", data)
    symbols = np.array(data.info["symbols"])
    text = (data_dir / "tiny-shakespeare/input.txt").read_text()
    # nanoGPT's readme: train has 1,003,854 tokens, val 111,540.
    kept = data.test["weight"].ravel() == 1
    assert "".join(symbols[data.test["y"].ravel()[kept]]) == text[1_003_855:] and kept.sum() == 111_539
    assert "".join(symbols[data.train["x"][1]]) == text[32 : 32 + steps]
    learned = int(0.85 * len(text))
    assert "".join(symbols[data.validation["x"][0]]) == text[learned : learned + steps]
    assert "".join(symbols[data.train["y"][-1]]) in text[learned - 32 - steps : learned]
