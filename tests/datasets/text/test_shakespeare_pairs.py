"""Tiny Shakespeare in merged pairs, against the plays. Needs a local mirror."""

from pathlib import Path

import numpy as np

from benchmarks import datasets
from tests.datasets.conventions import check_conventions


def test_the_symbols_spell_the_plays_and_their_characters_are_counted(data_dir: Path) -> None:
    data = datasets.load("tiny_shakespeare_pairs", data_dir)
    check_conventions("tiny_shakespeare_pairs", data)
    text = (data_dir / "tiny-shakespeare/input.txt").read_text()
    cuts = [int(len(text) * share) for share in (0, 0.9, 0.95, 1)]
    symbols = data.info["symbols"]
    for name, begin, end in zip(("train", "validation", "test"), cuts, cuts[1:], strict=False):
        split = getattr(data, name)
        predicted = "".join(symbols[i] for i in split["y"][split["weight"] == 1])
        first = symbols[split["x"][0, 0]]
        assert first + predicted == text[begin:end]
        assert data.info["characters"][name] == len(predicted)
    assert "".join(data.info["prompt"]) == "ROMEO:\n"
    # All bytes are symbols, whether they occur or not; the others were merged.
    assert len(symbols) == 1024 and np.sum([len(symbol) > 1 for symbol in symbols]) == 1024 - 256
