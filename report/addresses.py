"""Where things are in the report: file names and anchors, as seen from index.html."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from report.cleaning import slug

if TYPE_CHECKING:
    from report.results import Results


def question_anchor(run: Any) -> str:
    """The anchor of all executions of a run's question on its machine."""
    return f"q-{run['spec_hash']}-{run['machine_id']}"


def dataset_anchor(dataset: str) -> str:
    """The anchor of a data set on data.html."""
    return f"d-{slug(dataset)}"


def entry_page(entry: str) -> str:
    """The page of an entry."""
    return f"entries/{slug(entry)}.html"


def track_page(track: str) -> str:
    """The page of a track."""
    return f"tracks/{slug(track)}.html"


def provenance_page(entry: str) -> str:
    """The provenance page of an entry."""
    return f"provenance/{slug(entry)}.html"


def provenance_addresses(results: Results) -> dict[tuple[str, str], str]:
    """(spec hash, machine letter) -> where the executions of this question on this machine are described."""
    runs = results.runs.drop_duplicates(["spec_hash", "machine"]).to_dict("records")
    return {
        (run["spec_hash"], run["machine"]): f"{provenance_page(run['entry'])}#{question_anchor(run)}"
        for run in runs
    }
