"""Tiny Shakespeare: a megabyte of his plays, character by character."""

from pathlib import Path

import numpy as np

from benchmarks.datasets import files
from benchmarks.datasets.artefacts import characters, fitted
from benchmarks.datasets.windows import windows
from benchmarks.spec import Data, DataFile, DatasetCard

FOLDER = "tiny-shakespeare"
STEPS = 128
#: The share of the characters that train.
TRAIN = 0.9
FILES = (
    DataFile(
        "input.txt",
        "86c4e6aa9db7c042ec79f339dcb96d42b0075e16b8fc2e86bf0ca57e2dc565ed",
        ("https://raw.githubusercontent.com/karpathy/char-rnn/master/data/tinyshakespeare/input.txt",),
    ),
)

CARDS = {
    "tiny_shakespeare": DatasetCard(
        id="tiny_shakespeare",
        title="Tiny Shakespeare",
        task="language modelling",
        licence="public domain (the text); MIT (the repository)",
        source="https://github.com/karpathy/char-rnn",
        citation="Karpathy: The unreasonable effectiveness of recurrent neural networks. 2015 (blog)",
        split="the first 90% of the characters train, then 5% validation, 5% test (as TensorFlow Datasets), "
        "each cut into windows of 128",
        checksum=files.checksum(FILES),
        shape="128 steps of 65 characters, int32",
        files=FILES,
        artefacts={"symbols": "776926648a81c8fdcab3a2ce42b678a8137afe15bd00ec27fd5fb6bc24786093"},
    ),
}


def missing(id: str, data_dir: Path | None = None) -> str | None:
    """None if the file is there without a download, else a sentence that names it."""
    return files.missing(FOLDER, FILES, data_dir)


def load(id: str, data_dir: Path | None = None) -> Data:
    """x, y int32 [n,128] characters and their successors; weight float32 [n,128], 0 behind the end of the
    last window.

    `info["symbols"]` are the 65 characters of the training text in the order of their code points.
    """
    text = files.fetch(FOLDER, FILES, data_dir)["input.txt"].decode("ascii")
    symbols = fitted(CARDS[id], "symbols", characters, text[: int(TRAIN * len(text))])
    number = {symbol: i for i, symbol in enumerate(symbols)}
    stream = np.array([number[character] for character in text], np.int32)
    train, validation, test = np.split(stream, [int(TRAIN * len(stream)), int(0.95 * len(stream))])
    return Data(windows(train, STEPS), windows(validation, STEPS), windows(test, STEPS), {"symbols": symbols})
