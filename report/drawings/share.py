"""The picture that goes with a shared link: the best attended track, in 1200 by 630 pixels."""

import textwrap
from pathlib import Path

from report import style
from report.results import Results
from report.tracks import bought

#: What networks that show previews ask for: 1.91 to 1, at least 1200 pixels wide.
INCHES, DPI = (8.0, 4.2), 150
TITLE = "Eighty years of neural networks, trained again"


def save(results: Results, path: Path) -> None:
    """Writes the picture as a PNG. The same results give the same bytes."""
    from matplotlib.figure import Figure

    with style.theme():
        figure = Figure(figsize=INCHES, facecolor="white")
        figure.text(0.05, 0.88, TITLE, fontsize=19, fontweight="bold", va="center")
        found = max(results.tracks, key=lambda one: len(one.standings), default=None)
        if found:
            sentence = "\n".join(textwrap.wrap(bought(found), 88)[:3])
            figure.text(0.05, 0.79, sentence, fontsize=10.5, va="top", linespacing=1.35)
            axes = figure.add_axes((0.08, 0.1, 0.88, 0.5))
            known = [one for one in found.standings if one.estimate]
            for one in known:
                assert one.estimate is not None
                axes.scatter(
                    one.year,
                    one.estimate.median,
                    s=60,
                    color=style.colour(one.family),
                    marker=style.marker(one.family),
                    linewidth=0,
                )
            style.value_axis(axes, [one.estimate.median for one in known if one.estimate])
            axes.set_ylabel(found.measure, fontsize=11)
            axes.tick_params(labelsize=10)
        figure.savefig(path, dpi=DPI, facecolor="white", metadata={"Software": None})
