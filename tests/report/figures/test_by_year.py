"""The figures of size by year: what a point says, which sizes count in the line, and that it is drawn."""

from typing import Any

import numpy as np
import pytest

from benchmarks import catalogue
from report import style
from report.figures import _by_year, compute_by_year, parameters_by_year
from report.loading import from_bundle
from report.results import Results
from tests.report import bundles


def sized(**sizes: list[dict[str, Any]]) -> Results:
    """Results in which entries have these sizes on their cards."""
    results = from_bundle(bundles.bundle(tiers=("pocket",), seeds=1))
    for spec in results.specs.values():
        if spec["entry"]["id"] in sizes:
            spec["entry"]["parameters"] = [
                {"published": None, "confidence": "computed", "variant": "", **size}
                for size in sizes[spec["entry"]["id"]]
            ]
    return results


def point(results: Results, entry: str) -> dict[Any, Any]:
    points = _by_year.points(results, "parameters").set_index("id")
    return points.loc[entry].to_dict()


@pytest.mark.parametrize(
    ("entry", "chosen"),
    [
        ("hebb_1949", True),
        ("gpu_nn_oh_jung_2004", True),
        ("denoising_autoencoder_2008", True),
        ("wavenet_2016", True),
        ("mlp_mnist_1998", False),
        ("drqn_2015", False),
        ("unet_2015", False),
    ],
)
def test_a_card_says_whether_the_suite_chose_its_size(entry: str, chosen: bool) -> None:
    sizes = catalogue.load(entry).parameters
    assert any(_by_year.CHOSEN_HERE.search(size.where) for size in sizes) == chosen


def test_a_point_quotes_its_card_and_takes_no_size_of_ours_for_a_published_one() -> None:
    results = sized(
        lenet5_1998=[
            {"trainable": 60_000, "where": "section II.B"},
            {"trainable": 90_000, "where": "not the paper: notebook 3", "variant": "notebook"},
        ],
        lstm_1997=[
            {"trainable": 500, "where": "counted; the size is ours"},
            {"trainable": 700, "where": "counted", "variant": "wide"},
        ],
    )
    lenet, lstm = point(results, "lenet5_1998"), point(results, "lstm_1997")
    assert (lenet["value"], lenet["note"], lenet["chosen"]) == (60_000, "section II.B", False)
    assert (lstm["value"], lstm["note"], lstm["chosen"]) == (700, "wide: counted", True)


def test_sizes_that_the_suite_chose_are_left_out_of_the_line() -> None:
    small = sized(lstm_1997=[{"trainable": 3, "where": "counted; the size is ours"}])
    large = sized(lstm_1997=[{"trainable": 10**15, "where": "counted; the size is ours"}])
    years = [_by_year.tenfold(_by_year.points(results, "parameters")) for results in (small, large)]
    assert years[0] == years[1]
    with style.theme():
        (drawn,) = parameters_by_year.draw(small)
    assert "This suite chose 1 size (pale), which the line leaves out." in drawn.caption
    data = drawn.data.set_index("name")["chosen by this suite"]
    assert data[small.entries["lstm_1997"]["name"]] == "yes" and (data == "yes").sum() == 1


@pytest.mark.parametrize(("figure", "lines"), [(parameters_by_year, 1), (compute_by_year, 2)])
def test_the_line_that_a_caption_speaks_of_is_drawn(results: Results, figure: Any, lines: int) -> None:
    what = {parameters_by_year: "parameters", compute_by_year: "training_flop"}[figure]
    points = _by_year.points(results, what)
    with style.theme():
        (drawn,) = figure.draw(results)
    (axes,) = drawn.figure.axes
    assert len(axes.lines) == lines and "Along the line (least squares)" in drawn.caption
    x, y = np.asarray(axes.lines[0].get_data(), dtype=float)
    assert (x[1] - x[0]) / np.log10(y[1] / y[0]) == pytest.approx(_by_year.tenfold(points))
    assert np.polyval(np.polyfit(points["x"], np.log10(points["value"].astype(float)), 1), x) == (
        pytest.approx(np.log10(y))
    )


def test_the_caption_counts_the_points_without_a_name(results: Results) -> None:
    with style.theme():
        (drawn,) = parameters_by_year.draw(results)
    named = len(drawn.figure.axes[0].texts) - len(_by_year.WAVES)
    assert f"{len(drawn.data) - named} points; the table has all names." in drawn.caption
