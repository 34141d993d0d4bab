"""ADALINE's letters: how many cells are flipped."""

import numpy as np
import pytest

from benchmarks import datasets


def test_noisy_patterns_flip_a_tenth() -> None:
    data = datasets.load("noisy_patterns")
    pure = {
        "X": "#..#.##..##.#..#",
        "T": "####.##..##..##.",
        "C": "#####...#...####",
        "J": "...#...##..#####",
    }
    clean = np.array([[1 if cell == "#" else -1 for cell in pure[letter]] for letter in data.info["letters"]])
    assert len(data.train["x"]) == 100
    assert set(np.unique(data.test["x"])) == {-1.0, 1.0}
    flipped = data.test["x"] != clean[data.test["letter"]]
    assert flipped.mean() == pytest.approx(0.1, abs=0.01)
    assert (data.test["y"] == np.isin(data.test["letter"], [0, 1])).all()
