"""Training compute of published networks by year."""

from report.figures import _by_year
from report.formats import number
from report.results import Results
from report.style import Drawn


def draw(results: Results) -> list[Drawn]:
    """Points with a trend, if there are two or more."""
    points = _by_year.points(results, "training_flop")
    if len(points) < 2:
        return []
    low, high = _by_year.ends(points)
    whole, recent = _by_year.tenfold(points), _by_year.tenfold(points, since=2010)
    rise = f" Along the line (least squares) it grows tenfold every {number(whole, 2)} years" if whole else ""
    rise += (
        f", since 2010 every {number(recent, 2)} years (second line)."
        if whole and recent
        else "."
        if whole
        else ""
    )
    caption = (
        f"Training compute by year, {len(points)} published networks: "
        f"from {number(low['value'])} FLOP ({_by_year.label(low)}) to {number(high['value'])} FLOP "
        f"({_by_year.label(high)}).{rise}"
    )
    figure, missing, explained = _by_year.draw(points, "training compute (FLOP)", since=(0, 2010))
    return [
        Drawn(
            "compute_by_year",
            figure,
            caption
            + " Most values are estimates by Epoch AI; the table below has its own label (confident, likely, "
            f"speculative) where it gives one.{missing}",
            caption,
            _by_year.table(points, "FLOP"),
            explained,
        )
    ]
