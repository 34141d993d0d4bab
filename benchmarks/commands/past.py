"""What past runs took: their seconds and memory, from the bundles at hand."""

import csv
import functools
from collections.abc import Iterable
from pathlib import Path
from statistics import median

from benchmarks.spec import BACKENDS

#: The published bundles, for machines that have measured nothing yet.
PUBLISHED = Path(__file__).resolve().parents[2] / "results" / "reference"

Recipe = tuple[str, str]  # entry, name of the recipe


def bundles(results: Path) -> list[Path]:
    """The bundles that say how long runs take: this folder's own, then the published ones."""
    return [results / "bundle", *published()]


def published() -> list[Path]:
    """The published bundles."""
    return sorted(PUBLISHED.glob("*"))


@functools.cache
def _rows(bundle: Path, changed: float) -> list[tuple[str, str, Recipe, float, float, float]]:
    """Tier, backend, recipe, seconds of the import, further seconds, and peak memory (0 if unknown) of each
    run of a bundle that ended well. A bundle that cannot be read has none.
    """
    try:
        with open(bundle / "runs.csv", newline="", encoding="utf-8", errors="replace") as file:
            return [
                (
                    row["tier"],
                    row["backend"],
                    (row["entry"], row["recipe"]),
                    (importing := float(row["import_s"] or 0)),
                    float(row["total_s"]) - importing,
                    float(row.get("peak_memory_bytes") or 0),
                )
                for row in csv.DictReader(file)
                if row["status"] == "ok"
            ]
    except (OSError, ValueError, KeyError, TypeError, csv.Error):
        return []


def rows(bundle: Path) -> list[tuple[str, str, Recipe, float, float, float]]:
    """As `_rows`; a file is read again only after it has changed."""
    try:
        return _rows(bundle, (bundle / "runs.csv").stat().st_mtime)
    except OSError:
        return []


def earlier(bundles: Iterable[Path], tier: str, backend: str) -> tuple[dict[Recipe, float], float]:
    """The median seconds that a run of each recipe took, and those that a job took to import the framework.

    Imports are not part of a run's seconds. Of several bundles the first that knows a recipe counts. A bundle
    that cannot be read knows none.
    """
    seconds: dict[Recipe, float] = {}
    imports: list[float] = []
    for bundle in bundles:
        taken: dict[Recipe, list[float]] = {}
        begun: list[float] = []
        for its_tier, its_backend, recipe, importing, took, _ in rows(bundle):
            if (its_tier, its_backend) == (tier, backend):
                taken.setdefault(recipe, []).append(took)
                begun += [importing] if importing > 1 else []
        seconds = {key: median(values) for key, values in taken.items()} | seconds
        imports = imports or begun
    return seconds, median(imports) if imports else 0.0


def on_any_backend(bundles: list[Path], tier: str, backend: str) -> dict[Recipe, float]:
    """The median seconds of a run of each recipe; on another backend where this one has none on record."""
    others = [name for name in BACKENDS if name != backend]
    known: dict[Recipe, float] = {}
    for name in (backend, *others):
        known = earlier(bundles, tier, name)[0] | known
    return known


def memory(bundles: Iterable[Path], tier: str) -> dict[Recipe, float]:
    """The largest peak of a process's memory in bytes, for each recipe that has one on record."""
    peaks: dict[Recipe, float] = {}
    for bundle in bundles:
        for its_tier, _, recipe, _, _, peak in rows(bundle):
            if its_tier == tier and peak:
                peaks[recipe] = max(peak, peaks.get(recipe, 0.0))
    return peaks
