"""The protocol of modules of data sets, which hold one data set or a family."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol, runtime_checkable

from benchmarks.spec import Data, DatasetCard


@runtime_checkable
class DatasetModule(Protocol):
    """A family of data sets that one function makes; their cards say in `parameters` how they differ.

    `CARDS` is written out in the module as a dictionary, one item for each data set: its keys are literal
    ids, and each value is a call of `DatasetCard` or `dataclasses.replace`.
    """

    CARDS: Mapping[str, DatasetCard]

    def load(self, id: str, data_dir: Path | None = None) -> Data:
        """The arrays of one of the data sets.

        Files come from the local mirror `data_dir` or, if it is None, from the cache, into which they are
        downloaded if need be. Raises DataError if a file or an array is not what the card declares.
        """


@runtime_checkable
class HasFiles(DatasetModule, Protocol):
    """A module whose data sets need files that are not part of the installed software."""

    def missing(self, id: str, data_dir: Path | None = None) -> str | None:
        """None if the files are there without a download, else a sentence that names the first one that is
        not."""


@runtime_checkable
class HasUserFolder(HasFiles, Protocol):
    """A module whose files are the user's own folder, which no published checksum covers."""

    def card(self, id: str, data_dir: Path | None = None) -> DatasetCard:
        """The card, with the checksum of what lies in the folder."""
