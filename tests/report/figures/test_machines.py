"""The figure that compares machines."""

from pathlib import Path

from report.figures import machines as figure
from report.formats import number
from report.loading import load
from report.results import Results


def test_the_figure_of_machines_is_bounded_and_names_its_ends(forty: Results, two: Path) -> None:
    drawn = figure.draw(forty)
    ratios = forty.compared.speed
    assert len(drawn) == 1 and drawn[0].figure.get_size_inches()[1] < 16
    assert f"{len(ratios):,} ratios of throughputs, over 39 pairs of machines" in drawn[0].caption
    least = ratios.sort_values("ratio", kind="stable").to_dict("records")[0]
    assert f"from {number(least['ratio'])} ({forty.entries[least['entry']]['name']}, " in drawn[0].caption
    few = figure.draw(load([two]))
    ratios = load([two]).compared.speed
    assert f"{len(ratios)} ratios of throughputs, machines B / A, the first over the second" in few[0].caption
    # Ratios of pairs that are turned either way have no median that says anything.
    assert "median is" not in drawn[0].caption and "median is" not in few[0].caption
    assert sum(len(one.data) for one in few) == len(ratios)
