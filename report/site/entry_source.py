"""The source code of an entry, and whether the runs shown came from it."""

from typing import Any

from benchmarks import catalogue, sources
from benchmarks.spec import BACKENDS
from report.results import Results
from report.site.source_code import numbered

Row = dict[Any, Any]


def source(results: Results, id: str, runs: list[Row]) -> Row | None:
    """The source code of an installed entry; None for an entry that only a bundle knows.

    `other` and `unrecorded` name the recipes with runs that came from another version of it, or of a file
    that it uses, and those that do not say from which.
    """
    if id not in results.installed:
        return None
    entry = catalogue.load(id)
    expected: dict[tuple[str, str, str], str] = {}
    other: dict[str, None] = {}
    unrecorded: dict[str, None] = {}
    for run in runs:
        key = (run["recipe"], run["tier"], run["backend"])
        if key not in expected:
            recipe = next((one for one in entry.recipes if (one.name, one.tier) == key[:2]), None)
            known = recipe if run["backend"] in BACKENDS else None
            expected[key] = sources.source_sha256(entry, known, run["backend"]) if known else ""
        if not run["source_sha256"]:
            unrecorded[f"{run['recipe']}, {run['tier']} tier"] = None
        elif run["source_sha256"] != expected[key]:
            other[f"{run['recipe']}, {run['tier']} tier"] = None
    code = catalogue.source_file(id).read_text(encoding="utf-8")
    return {
        "code": numbered(code),
        "lines": len(code.splitlines()),
        "other": list(other),
        "unrecorded": list(unrecorded),
    }
