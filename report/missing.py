"""Runs that the last call of the workflow asked for and that left no record, as `results/missing.json` has
them.

They are told to the report next to the bundle, and are no part of it: a bundle holds what was measured.
"""

from collections import Counter
from dataclasses import dataclass
from itertools import count, groupby
from pathlib import Path
from typing import Any

from benchmarks.records import RecordError, clean
from benchmarks.records.files import parse_json, read_bytes
from benchmarks.spec import TIERS

#: what is known of the missing runs that differ in the seed alone -> its type
_ROW = {"entry": str, "recipe": str, "tier": str, "execution": int, "seeds": list, "reason": str}


@dataclass(frozen=True)
class Missing:
    """How many runs the last call asked for, the command that continues it, and the runs that are missing.

    Each row of `rows` is of the runs that differ in the seed alone: entry, recipe, tier, execution, seeds (in
    words), runs (their number) and reason.
    """

    asked: int
    command: str
    rows: tuple[dict[str, Any], ...]

    @property
    def runs(self) -> int:
        """How many runs are missing."""
        return sum(row["runs"] for row in self.rows)

    @property
    def by_entry(self) -> dict[str, int]:
        """How many runs of each entry are missing, in the order of the rows."""
        counts: Counter[str] = Counter()
        for row in self.rows:
            counts[row["entry"]] += row["runs"]
        return dict(counts)


def read(path: Path) -> Missing | None:
    """The missing runs in a file that `benchmarks.commands.gather` wrote; None if there are none.

    Texts are cleaned. Raises RecordError, in one sentence, for a file of another form.
    """
    found = parse_json(read_bytes(path), str(path))
    if not _is_valid(found):
        raise RecordError(f"{path}: is not what gather writes on missing runs: call snakemake report again")
    rows = [
        {**{name: clean(row[name]) for name in _ROW}, "seeds": in_words(row["seeds"])}
        | {"runs": len(row["seeds"])}
        for row in found["missing"]
    ]
    rows.sort(key=lambda row: (row["entry"], TIERS.index(row["tier"]), row["recipe"], row["execution"]))
    return Missing(found["asked"], clean(found["command"]), tuple(rows)) if rows else None


def _is_valid(found: Any) -> bool:
    """Whether this is what gather writes."""
    return (
        isinstance(found, dict)
        and set(found) == {"asked", "command", "missing"}
        and type(found["asked"]) is int
        and isinstance(found["command"], str)
        and isinstance(found["missing"], list)
        and all(
            isinstance(row, dict)
            and set(row) == set(_ROW)
            and all(type(row[name]) is kind for name, kind in _ROW.items())
            and row["tier"] in TIERS
            and row["seeds"]
            and all(type(seed) is int for seed in row["seeds"])
            for row in found["missing"]
        )
    )


def in_words(seeds: list[int]) -> str:
    """Seeds as a reader sees them: 0 to 4, 7."""
    parts = []
    numbers = count()
    for _, group in groupby(sorted(seeds), key=lambda seed: seed - next(numbers)):
        run = list(group)
        parts.append(f"{run[0]} to {run[-1]}" if len(run) > 2 else ", ".join(map(str, run)))
    return ", ".join(parts)
