"""Tiny Shakespeare in merged pairs of bytes: the symbols of GPT-2, learned from the plays themselves."""

import dataclasses
from itertools import pairwise
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.datasets import files, merged_pairs
from benchmarks.datasets.artefacts import fitted
from benchmarks.datasets.text import tiny_shakespeare
from benchmarks.datasets.text.tiny_shakespeare import FILES, FOLDER, TRAIN
from benchmarks.datasets.windows import windows
from benchmarks.spec import Data

STEPS = 64
#: How many symbols there are: every byte, and 768 that were merged.
PAIRS = 1024
#: What a model is asked to go on from: the prompt of the models of characters.
PROMPT = "ROMEO:\n"

CARDS = {
    "tiny_shakespeare_pairs": dataclasses.replace(
        tiny_shakespeare.CARDS["tiny_shakespeare"],
        id="tiny_shakespeare_pairs",
        title="Tiny Shakespeare in merged pairs of bytes",
        split="the first 90% of the characters train, then 5% validation, 5% test (as TensorFlow Datasets), "
        f"each written in {PAIRS:,} symbols that were merged from pairs of bytes by their frequency in "
        f"training, and cut into windows of {STEPS}",
        shape=f"{STEPS} steps of {PAIRS:,} symbols, int32",
        artefacts={"pairs": "74cf98d67b790c095dbbd35138cba1756b016c49a0c2b52bc1e04e7974fa6518"},
    ),
}


def missing(id: str, data_dir: Path | None = None) -> str | None:
    """None if the file is there without a download, else a sentence that names it."""
    return files.missing(FOLDER, FILES, data_dir)


def pairs(text: str) -> dict[str, Any]:
    """PAIRS symbols."""
    return merged_pairs.of_bytes([text], PAIRS)


def load(id: str, data_dir: Path | None = None) -> Data:
    """x, y int32 [n,64] symbols and their successors; weight float32 [n,64], 0 behind the end of the last
    window.

    `info` has the text of each symbol under "symbols", the symbols of PROMPT under "prompt", and under
    "characters" how many characters of each split are to be predicted.
    """
    text = files.fetch(FOLDER, FILES, data_dir)["input.txt"].decode("ascii")
    cuts = [0, int(TRAIN * len(text)), int(0.95 * len(text)), len(text)]
    parts = [text[begin:end] for begin, end in pairwise(cuts)]
    learned = fitted(CARDS[id], "pairs", pairs, parts[0])
    symbols = merged_pairs.texts(learned)
    *numbers, prompt = merged_pairs.encoded(learned, [*parts, PROMPT])
    characters = [sum(len(symbols[i]) for i in part[1:]) for part in numbers]
    info = {
        "symbols": symbols,
        "prompt": [symbols[i] for i in prompt],
        "characters": dict(zip(("train", "validation", "test"), characters, strict=True)),
    }
    train, validation, test = (windows(np.array(part), STEPS) for part in numbers)
    return Data(train, validation, test, info)
