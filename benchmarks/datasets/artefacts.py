"""Artefacts that a data set fits to its training split before learning: vocabularies, tokenisers.

An artefact decides which number stands for which symbol, and thus every result. It is fitted to the training
split alone, and its SHA-256 is on the data set's card: if another version of a library splits words
differently, that is an error, not another result.
"""

import hashlib
import json
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from typing import Any, TypeVar

from benchmarks.datasets.files import DataError
from benchmarks.spec import DatasetCard

Train = TypeVar("Train")


def fitted(card: DatasetCard, name: str, fit: Callable[[Train], Any], train: Train) -> Any:
    """The artefact `name` of a data set: what `fit` makes of the training split.

    The result is read from the checked bytes (canonical JSON in UTF-8). Raises DataError if
    their SHA-256 is not the one that the card declares under `artefacts`.
    """
    content = canonical(fit(train))
    actual, expected = hashlib.sha256(content).hexdigest(), card.artefacts.get(name, "none")
    if actual != expected:
        raise DataError(
            f"{card.id}: the artefact {name!r} of the training split has SHA-256 {actual}, and the card"
            f" declares {expected}: the code that fits it changed; restore it, or declare another data set"
        )
    return json.loads(content)


def canonical(artefact: Any) -> bytes:
    """JSON in UTF-8 with sorted keys and no blanks: the bytes by which an artefact is identified."""
    return json.dumps(artefact, ensure_ascii=False, sort_keys=True, separators=(",", ":")).encode()


def frequent(rows: Iterable[Sequence[str]], minimum: int, special: Sequence[str] = ()) -> list[str]:
    """The `special` tokens, then those that occur at least `minimum` times.

    By falling frequency, then by code points.
    """
    count = Counter(token for row in rows for token in row)
    kept = [token for token, times in count.items() if times >= minimum]
    return [*special, *sorted(kept, key=lambda token: (-count[token], token))]


def characters(text: str) -> list[str]:
    """The characters of a text, in the order of their code points."""
    return sorted(set(text))
