"""Training compute of published networks by year."""

from report.figures import _by_year
from report.results import Results
from report.style import Drawn
from report.text import number


def draw(results: Results) -> list[Drawn]:
    points = _by_year.points(results, "training_flop")
    if len(points) < 2:
        return []
    low, high = _by_year.ends(points)
    whole, recent = _by_year.tenfold(points), _by_year.tenfold(points, since=2010)
    rise = f" Along the least-squares line it grows tenfold every {number(whole, 2)} years" if whole else ""
    rise += f", since 2010 every {number(recent, 2)} years." if whole and recent else "." if whole else ""
    caption = (
        f"Training compute by year, {len(points)} published networks: "
        f"from {number(low['value'])} FLOP ({_by_year.label(low)}) to {number(high['value'])} FLOP ({_by_year.label(high)}).{rise}"
    )
    return [
        Drawn(
            "compute_by_year",
            _by_year.draw(points, "training compute (FLOP)"),
            caption
            + " Most values are estimates of Epoch AI; its own label (confident, likely, speculative) is in the table below where it gives one.",
            caption,
            _by_year.table(points, "FLOP"),
        )
    ]
