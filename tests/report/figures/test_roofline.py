"""The figure of operations for each byte against operations per second."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from report import style
from report.figures import roofline
from report.results import Results
from tests.report import bundles
from tests.report.variations import edited, few, loaded

#: Operations of a step of each entry; each moves 1000 bytes, and the ridge lies at 100 operations a byte.
FLOP = {"perceptron_1958": 2e3, "lenet5_1998": 2e6, "lstm_1997": 2e4}


def counted(row: dict[str, Any]) -> None:
    """All runs of an entry move 1000 bytes a step, and a host-driven one is not counted."""
    known = row["entry"] in FLOP
    row |= {"step_flop": FLOP.get(row["entry"]), "step_bytes": 1000.0 if known else None}


def ceilings(row: dict[str, Any]) -> None:
    row |= {"matmul_flops": 1e12, "bandwidth": 1e10}


def results_of(tmp_path: Path, *more: Any) -> Results:
    one = edited(few(), runs=counted, ceilings=ceilings)
    return loaded(tmp_path, one, *more)


def drawn(results: Results) -> style.Drawn:
    with style.theme():
        (figure,) = roofline.draw(results)
    return figure


def test_each_entry_stands_at_its_intensity_and_rate(tmp_path: Path) -> None:
    results = results_of(tmp_path)
    figure = drawn(results)
    data = figure.data.set_index("entry")
    assert data["FLOP/B"].to_dict() == {entry: flop / 1000 for entry, flop in FLOP.items()}
    for entry, flop in FLOP.items():
        row = data.loc[entry]
        (rate,) = {
            found.estimate.median
            for key, found in results.group_rates.items()
            if isinstance(key, tuple) and key[:3] == (entry, row["recipe"], row["tier"])
        }
        assert row["FLOP/s"] == pytest.approx(rate * flop / 32)
        assert row["roof, FLOP/s"] == min(1e12, flop / 1000 * 1e10)
        assert row["% of the roof"] == pytest.approx(100 * row["FLOP/s"] / row["roof, FLOP/s"])
    assert data["bound by"].to_dict() == {
        "perceptron_1958": "memory",
        "lenet5_1998": "compute",
        "lstm_1997": "memory",
    }
    (axes,) = figure.figure.axes
    points = {tuple(point) for marks in axes.collections for point in np.asarray(marks.get_offsets())}
    assert points == set(zip(figure.data["FLOP/B"], figure.data["FLOP/s"], strict=True))
    assert {point.entry for point in figure.points} == set(FLOP)


def test_the_roof_slopes_up_to_the_ridge_and_is_level_behind_it(tmp_path: Path) -> None:
    (line,) = drawn(results_of(tmp_path)).figure.axes[0].lines
    (x0, x1, x2), (y0, y1, y2) = np.asarray(line.get_xydata()).T
    assert y0 == pytest.approx(1e10 * x0) and (x1, y1) == (100, 1e12) and x2 > 100 and y2 == 1e12


def test_the_caption_says_what_is_missing_and_what_the_bytes_leave_out(tmp_path: Path) -> None:
    caption = drawn(results_of(tmp_path)).caption
    assert "of 3 points, memory bounds 2 and the matrix product 1;" in caption
    assert "Not drawn: 1 of 4 entries" in caption
    assert "may stand above the sloping roof" in caption


def test_each_machine_has_a_panel(tmp_path: Path) -> None:
    other = edited(bundles.again(few(), 1, caches="L2 4 MiB"), runs=counted, ceilings=ceilings)
    figure = drawn(results_of(tmp_path, other))
    assert [axes.get_title(loc="left") for axes in figure.figure.axes] == ["machine A", "machine B"]
    assert len(figure.data) == 2 * len(FLOP) and "on 2 machines" in figure.alt


def test_without_ceilings_there_are_points_and_no_roof(tmp_path: Path) -> None:
    bundle = edited(few(), runs=counted, ceilings=lambda row: row.update(bandwidth=None))
    figure = drawn(loaded(tmp_path, bundle))
    assert len(figure.data) == len(FLOP) and not figure.figure.axes[0].lines
    assert "the ceilings of no machine were measured" in figure.caption


def test_what_nobody_timed_has_no_figure(tmp_path: Path) -> None:
    results = loaded(tmp_path, edited(few(), runs=counted, epochs=lambda row: row.update(warm_up=True)))
    assert results.roofline.empty and roofline.draw(results) == []


def test_without_bytes_there_is_no_figure(tmp_path: Path) -> None:
    assert roofline.draw(loaded(tmp_path, edited(few(), runs=lambda row: row.update(step_bytes=None)))) == []
