"""Training examples of data sets by the year in which they came into use."""

from report.figures import _by_year
from report.results import Results
from report.style import Drawn


def draw(results: Results) -> list[Drawn]:
    """Points with a trend, if there are two or more."""
    points = _by_year.points(results, "examples")
    points["ours"] = [id in results.datasets or id in results.entries for id in points["id"]]
    points["entry"] = [id if id in results.entries else "" for id in points["id"]]
    if len(points) < 2:
        return []
    caption = f"Training examples by year, {len(points)} training sets: {_by_year.span(points)}"
    figure, missing, explained = _by_year.draw(points, "training examples", families=False)
    return [
        Drawn(
            "data_by_year",
            figure,
            caption
            + " An example may be an image, a sentence or a word: the table says which. Filled: data sets of "
            f"these results.{missing}",
            caption,
            _by_year.table(points, "training examples").drop(columns="family"),
            explained,
        )
    ]
