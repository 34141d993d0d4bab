"""Tracks."""

from report.results import Results
from report.style import Drawn


def draw(results: Results) -> list[Drawn]:
    """The figures of each track."""
    return []
