"""Legends of all figures, for one machine and for many."""

import importlib

import pytest

from report import style
from report.results import Results
from report.site.figures import FIGURES
from tests.report import bundles
from tests.report.variations import few, loaded


@pytest.fixture(scope="session")
def twelve(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """As many machines as have letters in the legend of throughputs."""
    one = few()
    others = [bundles.again(one, i, slower=1 + i / 20, caches=f"L2 {i} MiB") for i in range(1, 12)]
    return loaded(tmp_path_factory.mktemp("twelve"), one, *others)


@pytest.mark.parametrize("figure", FIGURES)
@pytest.mark.parametrize("machines", ["results", "twelve", "forty"])
def test_a_legend_lies_within_its_figure(figure: str, machines: str, request: pytest.FixtureRequest) -> None:
    with style.theme():
        for drawn in importlib.import_module(f"report.figures.{figure}").draw(
            request.getfixturevalue(machines)
        ):
            drawn.figure.draw_without_rendering()
            whole = drawn.figure.bbox
            for axes in drawn.figure.axes:
                if legend := axes.get_legend():
                    inside = legend.get_window_extent()
                    # A pixel for what is rounded.
                    assert whole.x0 - 1 <= inside.x0 and inside.x1 <= whole.x1 + 1, drawn.name
                    assert whole.y0 - 1 <= inside.y0 and inside.y1 <= whole.y1 + 1, drawn.name
