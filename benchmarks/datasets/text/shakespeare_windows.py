"""Tiny Shakespeare as nanoGPT cuts it: windows as long as the context, and the last tenth held back.

nanoGPT begins each training window at a random character. Here one begins at every 32nd.
"""

import dataclasses
from pathlib import Path

import numpy as np

from benchmarks.datasets import files
from benchmarks.datasets.artefacts import characters, fitted
from benchmarks.datasets.text.tiny_shakespeare import FILES, FOLDER, TRAIN
from benchmarks.datasets.windows import windows
from benchmarks.spec import Data, DatasetCard

#: The share of the characters before those that validate.
LEARNED = 0.85
STRIDE = 32


_CARD = DatasetCard(
    id="tiny_shakespeare_64",
    title="Tiny Shakespeare, windows of 64",
    task="language modelling",
    licence="public domain (the text); MIT (the repository)",
    source="https://github.com/karpathy/char-rnn",
    citation="Karpathy: nanoGPT, data/shakespeare_char. 2022 (repository)",
    split="the first 85% of the characters train, then 5% validation, in windows that begin at every 32nd "
    "character; the last 10%, which nanoGPT validates on, test, in windows without overlap",
    checksum=files.checksum(FILES),
    shape="64 steps of 65 characters, int32",
    files=FILES,
    parameters={"steps": 64},
    artefacts={"symbols": "776926648a81c8fdcab3a2ce42b678a8137afe15bd00ec27fd5fb6bc24786093"},
)

CARDS = {
    "tiny_shakespeare_64": dataclasses.replace(_CARD),
    "tiny_shakespeare_256": dataclasses.replace(
        _CARD,
        id="tiny_shakespeare_256",
        title="Tiny Shakespeare, windows of 256",
        shape="256 steps of 65 characters, int32",
        parameters={"steps": 256},
    ),
}


def missing(id: str, data_dir: Path | None = None) -> str | None:
    """None if the file is there without a download, else a sentence that names it."""
    return files.missing(FOLDER, FILES, data_dir)


def overlapping(stream: np.ndarray, steps: int, stride: int = STRIDE) -> dict[str, np.ndarray]:
    """All windows of `steps` symbols that begin at a multiple of `stride` and lie within the stream int [n].

    x, y int32 [m,steps] symbols and their successors; weight float32 [m,steps], all 1.
    """
    begin = np.arange(0, len(stream) - steps, stride)
    places = begin[:, None] + np.arange(steps)
    x, y = stream[places].astype(np.int32), stream[places + 1].astype(np.int32)
    return {"x": x, "y": y, "weight": np.ones(x.shape, np.float32)}


def load(id: str, data_dir: Path | None = None) -> Data:
    """x, y int32 [n,steps] characters and their successors; weight float32 [n,steps], 0 behind the end.

    `info["symbols"]` are the 65 characters in the order of their code points.
    """
    steps = CARDS[id].parameters["steps"]
    text = files.fetch(FOLDER, FILES, data_dir)["input.txt"].decode("ascii")
    symbols = fitted(CARDS[id], "symbols", characters, text[: int(TRAIN * len(text))])
    number = {symbol: i for i, symbol in enumerate(symbols)}
    stream = np.array([number[character] for character in text], np.int32)
    train, validation, test = np.split(stream, [int(LEARNED * len(stream)), int(TRAIN * len(stream))])
    return Data(
        overlapping(train, steps), overlapping(validation, steps), windows(test, steps), {"symbols": symbols}
    )
