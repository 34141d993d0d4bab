"""The figures of tracks: points where the drawing has them, and the line of what nobody beats."""

import itertools
import re
import xml.etree.ElementTree as ET
from pathlib import Path

import numpy as np
import pytest

from report import style
from report.figures import tracks
from report.results import Results
from report.style import Drawn
from report.tracks import Standing
from tests.report.test_tracks import on_track, standing

SVG = "{http://www.w3.org/2000/svg}"


@pytest.fixture(scope="module")
def drawn(results: Results, tmp_path_factory: pytest.TempPathFactory) -> dict[str, tuple[Drawn, str]]:
    folder = tmp_path_factory.mktemp("figures")
    with style.theme():
        return {figure.name: (figure, style.save(figure, folder)) for figure in tracks.draw(results)}


def test_every_track_with_several_entries_has_both_figures(
    results: Results, drawn: dict[str, tuple[Drawn, str]]
) -> None:
    wanted = {found.track.id for found in results.tracks if len(found.standings) > 1}
    assert "digits" in wanted
    assert {f"track_{id}" for id in wanted} <= set(drawn)
    assert "track_digits_costs" in drawn


def test_points_are_where_the_drawing_has_its_marks(drawn: dict[str, tuple[Drawn, str]]) -> None:
    """Read back from the saved file: marks are `use` elements, or closed paths where there are few."""
    for figure, svg in drawn.values():
        root = ET.fromstring(svg)
        uses = [(float(use.get("x", 0)), float(use.get("y", 0))) for use in root.iter(f"{SVG}use")]
        outlines = [
            np.array(re.findall(r"-?[\d.]+", path.get("d", "")), dtype=float).reshape(-1, 2)
            for path in root.iter(f"{SVG}path")
            if re.fullmatch(r"[ML\sZzC\d.-]+", path.get("d", ""))
        ]
        middles = [(outline.max(0) + outline.min(0)) / 2 for outline in outlines if len(outline)]
        marks = np.array([*uses, *middles])
        for point in figure.points:
            assert np.abs(marks - (point.x, point.y)).sum(axis=1).min() < 0.5, (figure.name, point)


def test_a_point_says_name_year_value_and_seeds(drawn: dict[str, tuple[Drawn, str]]) -> None:
    figure, _ = drawn["track_digits"]
    lenet = next(point for point in figure.points if point.entry == "lenet5_1998")
    assert lenet.text.startswith("LeNet-5, 1998: ")
    assert ": error " in lenet.text and "of 3 seeds" in lenet.text


def test_the_data_have_every_seed(results: Results, drawn: dict[str, tuple[Drawn, str]]) -> None:
    found = next(found for found in results.tracks if found.track.id == "digits")
    data = drawn["track_digits"][0].data
    assert len(data) == sum(len(one.values) for one in found.standings)
    assert sorted(data["seed's value"]) == sorted(value for one in found.standings for value in one.values)


@pytest.mark.parametrize(("attribute", "less"), [("parameters", True), ("flop", True)])
def test_on_the_line_is_what_nobody_beats(attribute: str, less: bool) -> None:
    """Against the definition, on random results."""
    random = np.random.default_rng(1)
    some = [
        standing(
            f"net{i}_{1958 + i}",
            [float(random.integers(1, 30))],
            **{attribute: float(random.integers(1, 30))},
        )
        for i in range(40)
    ]
    found = on_track(*some)

    def beaten(one: Standing, other: Standing) -> bool:
        assert one.estimate and other.estimate
        costs = getattr(other, attribute), getattr(one, attribute)
        return (
            other.estimate.median <= one.estimate.median
            and costs[0] <= costs[1]
            and (other.estimate.median, costs[0]) != (one.estimate.median, costs[1])
        )

    front = tracks.pareto(found, some, attribute, less)
    best = [one for one in some if not any(beaten(one, other) for other in some)]

    def values(standings: list[Standing]) -> set[tuple[float, float]]:
        return {(one.estimate.median, getattr(one, attribute)) for one in standings if one.estimate}

    assert values(front) == values(best)
    assert all(getattr(a, attribute) <= getattr(b, attribute) for a, b in itertools.pairwise(front)), (
        "cheapest first"
    )


def test_captions_end_in_the_computed_sentence(drawn: dict[str, tuple[Drawn, str]], tmp_path: Path) -> None:
    figure, _ = drawn["track_digits"]
    assert figure.alt in figure.caption
    assert "bought on the 8×8 digits" in figure.alt or "did no better than" in figure.alt
