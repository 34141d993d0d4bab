"""Multi30k: captions of photographs, German to English."""

import dataclasses
import gzip
import re
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.datasets import files, merged_pairs
from benchmarks.datasets.artefacts import fitted, frequent
from benchmarks.datasets.translation.tokens import SPECIAL, encode, padded
from benchmarks.spec import Data, DataFile, DatasetCard

FOLDER = "multi30k"
HOST = "https://github.com/multi30k/dataset/raw/master/data/task1/raw/"
SUMS = {
    "train.de.gz": "726e39b2fa9eb9ffb6dc763fb35a179f80fae06ffc5d28b6ace5faa883de28a6",
    "train.en.gz": "d79cfa999dd4c51d2cb42499b6796d5a882c3a8a961923c25a898c90f8bbd56f",
    "val.de.gz": "f0cba2f995189cf5770f29a8a9a537a3ad3f51657ad873405082ff6863a5e75a",
    "val.en.gz": "14f7d25ddd868909a9213e361768460edcacdd6ab9d1e77b92560dc10c10dc28",
    "test_2016_flickr.de.gz": "9204244e408ccb38d2a55cfcd344df15005fc42a07a6e55ca6c52b6ababb8cc8",
    "test_2016_flickr.en.gz": "611d361c6334bc7246101d48097c13cf5c4413c5befc793cc629934359d532d9",
}
FILES = tuple(DataFile(name, sum, (HOST + name,)) for name, sum in SUMS.items())
#: Words, with inner hyphens and apostrophes, and single marks: cuts English as BLEU's tokenizer 13a does,
#: nearly always.
TOKEN = re.compile(r"\w+(?:[-'’]\w+)*|[^\w\s]")
MINIMUM = 2
#: The longest training sentences: nothing is cut off. The target's start and end are counted.
SOURCE_WIDTH, TARGET_WIDTH = 44, 42
SOURCE_WIDTH_PAIRS, TARGET_WIDTH_PAIRS = 48, 46
#: How many symbols of merged pairs the two languages share.
PAIRS = 10_000

_CARD = DatasetCard(
    id="multi30k",
    title="Multi30k, German to English",
    task="translation",
    licence="none stated; the English side is Flickr30k captions, for research use",
    source="https://github.com/multi30k/dataset (task 1, raw)",
    citation="Elliott, Frank, Sima'an, Specia: Multi30K: multilingual English-German image "
    "descriptions. Workshop on Vision and Language, 2016",
    split="29,000 train / 1,014 validation / 1,000 test pairs as published (test_2016_flickr). Lower "
    "case; words with inner hyphens and apostrophes, "
    "and single marks; words seen once in training are unknown; references for BLEU are the raw "
    "sentences in lower case",
    checksum=files.checksum(FILES),
    shape=f"{SOURCE_WIDTH} words to {TARGET_WIDTH}",
    files=FILES,
    artefacts={
        "source_vocabulary": "873fb00e758957e946f8bba90c03a49e4c5489d0c612d49267fefa92df265188",
        "target_vocabulary": "39af96763e8a8e5b23a4f0d972f7f9aa64e232d45f08bdf3810d0196051a351d",
    },
)

CARDS = {
    "multi30k": dataclasses.replace(_CARD),
    "multi30k_pairs": dataclasses.replace(
        _CARD,
        id="multi30k_pairs",
        title="Multi30k in merged pairs of characters, German to English",
        split="29,000 train / 1,014 validation / 1,000 test pairs as published (test_2016_flickr). Lower "
        "case; one table of symbols for both languages, merged from pairs of characters by their frequency "
        "in training; references for BLEU are the raw sentences in lower case",
        shape=f"{SOURCE_WIDTH_PAIRS} symbols to {TARGET_WIDTH_PAIRS}",
        artefacts={"pairs": "6e657fcbe890c9dbe9166f7b5f8011e14d4e91e2c4c61d98c637e7d8370c2eb1"},
    ),
}


def vocabulary(rows: list[list[str]]) -> list[str]:
    """The words that occur at least twice, by frequency, then alphabetically, behind four special tokens."""
    return frequent(rows, MINIMUM, SPECIAL)


def missing(id: str, data_dir: Path | None = None) -> str | None:
    """None if the files are there without a download, else which one is not."""
    return files.missing(FOLDER, FILES, data_dir)


def pairs(lines: list[str]) -> dict[str, Any]:
    """PAIRS symbols, the special ones first."""
    return merged_pairs.of_characters(lines, PAIRS, SPECIAL)


def load(id: str, data_dir: Path | None = None) -> Data:
    """source int32 [n,44] German words; target int32 [n,42]: start, English words, end. 0 is padding.

    The vocabularies are those of the training sentences. Of multi30k_pairs: source int32 [n,48], target int32
    [n,46], and one vocabulary, whose symbols have the blank in front of a word.
    """
    contents = files.fetch(FOLDER, FILES, data_dir)
    lines = {
        name: gzip.decompress(content).decode("utf-8").removesuffix("\n").lower().split("\n")
        for name, content in contents.items()
    }
    if id == "multi30k_pairs":
        learned = fitted(CARDS[id], "pairs", pairs, lines["train.de.gz"] + lines["train.en.gz"])
        german = english = merged_pairs.texts(learned)
        numbers = {name: merged_pairs.encoded(learned, rows) for name, rows in lines.items()}

        def sources(name: str) -> np.ndarray:
            return padded(numbers[name], SOURCE_WIDTH_PAIRS, marks=False)

        def targets(name: str) -> np.ndarray:
            return padded(numbers[name], TARGET_WIDTH_PAIRS, marks=True)

    else:
        tokens = {name: [TOKEN.findall(line) for line in rows] for name, rows in lines.items()}
        german, english = (
            fitted(CARDS[id], name, vocabulary, tokens[f"train.{language}.gz"])
            for name, language in (("source_vocabulary", "de"), ("target_vocabulary", "en"))
        )

        def sources(name: str) -> np.ndarray:
            return encode(tokens[name], german, SOURCE_WIDTH, marks=False)

        def targets(name: str) -> np.ndarray:
            return encode(tokens[name], english, TARGET_WIDTH, marks=True)

    train, validation, test = (
        {"source": sources(f"{part}.de.gz"), "target": targets(f"{part}.en.gz")}
        for part in ("train", "val", "test_2016_flickr")
    )
    info = {
        "source_vocabulary": german,
        "target_vocabulary": english,
        "references": {"validation": lines["val.en.gz"], "test": lines["test_2016_flickr.en.gz"]},
        "joiner": "" if id == "multi30k_pairs" else " ",
    }
    return Data(train, validation, test, info)
