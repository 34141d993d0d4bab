"""The curves of throughput by batch size."""

import dataclasses
from pathlib import Path

import numpy as np

from report import style
from report.figures import batch_sizes
from report.results import Results
from tests.report import bundles
from tests.report.variations import few, loaded, with_speeds


def test_there_is_a_panel_for_each_entry_and_the_caption_names_the_greatest_gain(tmp_path: Path) -> None:
    one = few()
    results = loaded(tmp_path, with_speeds(one), with_speeds(bundles.again(one, 1, caches="L2 4 MiB")))
    with style.theme():
        (drawn,) = batch_sizes.draw(results)
    visible = [axes for axes in drawn.figure.axes if axes.get_visible()]
    assert len(visible) == results.speeds["entry"].nunique()
    training = [line for line in visible[0].lines if line.get_linestyle() == "-"]
    assert [np.asarray(line.get_ydata()).tolist() for line in training] == [[1000, 1500], [1000, 1500]]
    assert "trains 1.50 times as fast with 40 as with 10" in drawn.caption


def test_the_legend_lists_the_machines_that_are_drawn_and_the_caption_names_the_others(
    tmp_path: Path,
) -> None:
    """A has speeds of a recipe at one batch size alone, which makes no panel."""
    one = with_speeds(few())
    rare = one.speeds[(one.speeds["entry"] == "lstm_1997") & (one.speeds["batch_size"] != 40)]
    two = with_speeds(bundles.again(few(), 1, caches="L2 4 MiB"))
    common = two.speeds[two.speeds["entry"] == "lenet5_1998"]
    results = loaded(tmp_path, dataclasses.replace(one, speeds=rare), dataclasses.replace(two, speeds=common))
    with style.theme():
        (drawn,) = batch_sizes.draw(results)
    assert set(results.speeds["machine"]) == {"A", "B"}
    (legend,) = drawn.figure.legends
    assert [text.get_text() for text in legend.get_texts()] == ["B", "training", "inference"]
    assert "A was measured on other recipes alone, which are in the table." in drawn.caption


def test_there_are_at_most_so_many_panels(tmp_path: Path) -> None:
    assert len(batch_sizes._spread([(str(i), "", "") for i in range(100)])) == batch_sizes.PANELS
    assert batch_sizes._spread([("a", "", ""), ("b", "", "")]) == [("a", "", ""), ("b", "", "")]


def test_at_most_four_batch_sizes_are_labelled() -> None:
    assert batch_sizes._ticks([4, 1, 4, 16]) == [1, 4, 16]
    assert batch_sizes._ticks([4**i for i in range(9)]) == [1, 4**3, 4**6]


def test_without_speeds_there_is_no_figure(results: Results) -> None:
    assert batch_sizes.draw(results) == []
