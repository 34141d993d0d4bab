"""Axes of all figures: enough ticks, no two alike, all within the figure, and all marks within the axes."""

import importlib
from typing import Any

import numpy as np
import pytest
from matplotlib.figure import Figure

from report import style
from report.site.figures import FIGURES
from tests.report.figures.test_legends import twelve

__all__ = ["twelve"]


def ticks(axis: Any) -> dict[float, str]:
    """The ticks of an axis that are seen, with their labels."""
    low, high = sorted(axis.get_view_interval())
    labels = [label.get_text() for label in axis.get_ticklabels()]
    return {
        tick: label for tick, label in zip(axis.get_ticklocs(), labels, strict=True) if low <= tick <= high
    }


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("machines", ["results", "twelve"])
def test_axes_can_be_read(figure: str, machines: str, request: pytest.FixtureRequest) -> None:
    with style.theme():
        for drawn in importlib.import_module(f"report.figures.{figure}").draw(
            request.getfixturevalue(machines)
        ):
            drawn.figure.draw_without_rendering()
            for axes in drawn.figure.axes:
                # The vertical axis of a figure with rows, which is inverted, has their names.
                for axis in [axes.xaxis] if axes.yaxis_inverted() else [axes.xaxis, axes.yaxis]:
                    shown = ticks(axis)
                    assert len(shown) > 1 and len(set(shown.values())) == len(shown), (drawn.name, shown)
                    where = axis.get_tightbbox()
                    assert where.x0 >= -1 and where.y0 >= -1, f"{drawn.name}: cut off"
                for marks in axes.collections:
                    points = np.atleast_2d(marks.get_offset_transform().transform(marks.get_offsets()))
                    if marks.get_offset_transform() is not axes.transData:
                        continue
                    left, bottom, right, top = axes.bbox.extents
                    points = points[np.isfinite(points).all(axis=1)]
                    assert all(left - 1 <= x <= right + 1 for x in points[:, 0]), drawn.name
                    assert all(bottom - 1 <= y <= top + 1 for y in points[:, 1]), drawn.name


@pytest.mark.parametrize(
    ("low", "high", "labels"),
    [
        (40, 2e5, ["100", "1,000", "10⁴", "10⁵"]),
        (180, 1300, ["200", "500", "1,000"]),
        (3.1, 5.4, ["3.5", "4", "4.5", "5"]),
        (0.00109, 0.00131, ["0.0011", "0.00115", "0.0012", "0.00125", "0.0013"]),
        (1e-9, 1e12, None),
    ],
)
def test_a_logarithmic_axis_has_readable_ticks(low: float, high: float, labels: list[str] | None) -> None:
    with style.theme():
        axes = Figure().add_subplot()
        axes.set_xscale("log")
        axes.set_xlim(low, high)
        style.powers(axes.xaxis)
        shown = list(ticks(axes.xaxis).values())
    assert shown == labels if labels else 3 <= len(shown) == len(set(shown)) <= 7


@pytest.mark.parametrize(
    "values", [[0.00113131, 0.00114421], [0.2, 0.9], [-3, 2], [5, 5], [1, 40], [1e6, 9e6]]
)
def test_values_that_lie_close_together_have_ticks_that_differ(values: list[float]) -> None:
    with style.theme():
        axes = Figure().add_subplot()
        style.value_axis(axes, values)
        shown = list(ticks(axes.yaxis).values())
    assert 3 <= len(shown) == len(set(shown)) < 12


def test_long_labels_lie_within_the_figure() -> None:
    with style.theme():
        figure = Figure(figsize=(5, 3))
        axes = figure.add_axes((0.02, 0.1, 0.9, 0.8))
        style.value_axis(axes, [0.00113131, 0.00114421])
        axes.set_ylabel("squared error")
        (before,) = (box.x0 for box in [axes.yaxis.get_tightbbox()] if box)
        style.keep_inside(axes)
        (after,) = (box.x0 for box in [axes.yaxis.get_tightbbox()] if box)
        assert before < 0 < after
        assert axes.get_position().x1 == pytest.approx(0.92)
