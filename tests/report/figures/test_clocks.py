"""The figure of the clocks."""

import dataclasses

from report.figures import clocks
from report.loading import from_bundle
from report.results import CLOCKS
from tests.report.variations import few


def test_every_clock_is_in_the_legend_and_the_legend_in_the_figure() -> None:
    bundle = few()
    times = dict.fromkeys(CLOCKS, 1.0)
    (drawn,) = clocks.draw(from_bundle(dataclasses.replace(bundle, runs=bundle.runs.assign(**times))))
    (axes,) = drawn.figure.axes
    legend = axes.get_legend()
    assert legend is not None
    assert [text.get_text() for text in legend.get_texts()] == list(CLOCKS.values())
    drawn.figure.draw_without_rendering()
    inside, whole = legend.get_window_extent(), drawn.figure.bbox
    assert whole.x0 <= inside.x0 and inside.x1 <= whole.x1 and inside.y1 <= whole.y1
