"""IMDB's reviews as text alone: each word and the next, for nets that read before they are taught."""

import dataclasses
from pathlib import Path

from benchmarks.datasets.text import imdb
from benchmarks.datasets.text.opinions import successors
from benchmarks.spec import Data

CARDS = {
    "imdb_text": dataclasses.replace(
        imdb.CARDS["imdb"],
        id="imdb_text",
        title="IMDB film reviews, the words alone",
        task="language modelling",
        classes=(),
    ),
}


def missing(id: str, data_dir: Path | None = None) -> str | None:
    """None if the files are there without a download, else which one is not."""
    return imdb.missing("imdb", data_dir)


def load(id: str, data_dir: Path | None = None) -> Data:
    """x int32 [n,400] words, y int32 [n,400] the next ones, weight float32 [n,400] 1 where there is one.

    Splits and numbers are those of "imdb"; `info["symbols"]` lists the words by number.
    """
    data = imdb.load("imdb", data_dir)
    train, validation, test = (successors(split["x"]) for split in (data.train, data.validation, data.test))
    return Data(train, validation, test, {"symbols": data.info["vocabulary"]})
