"""The figure that compares machines."""

from pathlib import Path

from report.figures import machines as figure
from report.loading import load
from report.results import Results


def test_the_figure_of_machines_is_bounded_and_its_median_is_that_of_all(forty: Results, two: Path) -> None:
    drawn = figure.draw(forty)
    assert len(drawn) == 1 and drawn[0].figure.get_size_inches()[1] < 16
    assert f"over all {len(forty.compared.speed):,} ratios" in drawn[0].caption
    few = figure.draw(load([two]))
    ratios = load([two]).compared.speed["ratio"]
    assert (
        f"over all {len(ratios)} ratios" in few[0].caption
        and f"the median is {ratios.median():.1f};" in few[0].caption
    )
    assert sum(len(one.data) for one in few) == len(ratios)
