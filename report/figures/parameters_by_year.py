"""Parameters of published networks by year."""

from report.figures import _by_year
from report.formats import several
from report.results import Results
from report.style import Drawn


def draw(results: Results) -> list[Drawn]:
    """Points with a trend, if there are two or more."""
    points = _by_year.points(results, "parameters")
    if len(points) < 2:
        return []
    caption = f"Parameters by year, {len(points)} networks: {_by_year.span(points)}"
    figure, missing, explained = _by_year.draw(points, "parameters")
    chosen = int(points["chosen"].sum())
    sizes = (
        "Sizes of entries are the largest of their cards, printed by the paper or counted from layers, which "
        "the table names."
    )
    if chosen:
        sizes += f" This suite chose {several(chosen, 'size')} (pale), which the line leaves out."
    return [
        Drawn(
            "parameters_by_year",
            figure,
            f"{caption} Filled: entries of these results; open: the public record. {sizes}{missing}",
            caption,
            _by_year.table(points, "parameters"),
            explained,
        )
    ]
