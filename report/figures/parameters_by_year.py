"""Parameters of published networks by year."""

from report.figures import _by_year
from report.results import Results
from report.style import Drawn
from report.text import count, number


def draw(results: Results) -> list[Drawn]:
    points = _by_year.points(results, "parameters")
    if len(points) < 2:
        return []
    low, high = _by_year.ends(points)
    tenfold = _by_year.tenfold(points)
    rise = f" Along the least-squares line they grow tenfold every {number(tenfold, 2)} years." if tenfold else ""
    caption = (
        f"Parameters by year, {len(points)} published networks: "
        f"from {count(low['value'])} ({_by_year.label(low)}) to {count(high['value'])} ({_by_year.label(high)}).{rise}"
    )
    return [
        Drawn(
            "parameters_by_year",
            _by_year.draw(points, "parameters"),
            caption + " Filled: an entry of these results. Open: the public record. The numbers are those of the table below.",
            caption,
            _by_year.table(points, "parameters"),
        )
    ]
