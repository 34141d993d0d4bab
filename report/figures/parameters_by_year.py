"""Parameters of published networks by year."""

from report.figures import _by_year
from report.results import Results
from report.style import Drawn


def draw(results: Results) -> list[Drawn]:
    points = _by_year.points(results, "parameters")
    if len(points) < 2:
        return []
    caption = f"Parameters by year, {len(points)} networks: {_by_year.span(points)}"
    return [
        Drawn(
            "parameters_by_year",
            _by_year.draw(points, "parameters"),
            caption
            + " Filled: an entry of these results. Open: the public record. Numbers, where there is room, are those of the table below.",
            caption,
            _by_year.table(points, "parameters"),
        )
    ]
