"""Tiny Shakespeare. Needs a local mirror."""

from pathlib import Path

from benchmarks import datasets
from tests.datasets.conventions import check_conventions


def test_tiny_shakespeare(data_dir: Path) -> None:
    data = datasets.load("tiny_shakespeare", data_dir)
    check_conventions("tiny_shakespeare", data)
    symbols = data.info["symbols"]
    assert len(symbols) == 65
    assert "".join(symbols[i] for i in data.train["x"][0][:14]) == "First Citizen:"
    text = (data_dir / "tiny-shakespeare/input.txt").read_text()
    assert (
        sum(int(split["weight"].sum()) + 1 for split in (data.train, data.validation, data.test))
        == len(text)
        == 1_115_394
    )
    kept = data.train["weight"].ravel() == 1
    assert "".join(symbols[i] for i in data.train["x"].ravel()[kept]) == text[: 1_003_854 - 1]
    assert "".join(symbols[i] for i in data.train["y"].ravel()[kept]) == text[1:1_003_854]
