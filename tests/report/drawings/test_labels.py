"""Names next to points: none hides a mark or another name, and nothing is written off the paper."""

from typing import Any

import numpy as np
import pytest
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from matplotlib.text import Annotation, Text

from report import style
from report.drawings.labels import Name, place

Box = tuple[float, float, float, float]


def drawn(
    names: list[Name], leaders: list[Any] | None = None, **more: Any
) -> tuple[int, list[Box], list[tuple[float, float]], Box]:
    """How many names were placed; their boxes, the marks and the paper, in pixels.

    The ends of the line that leads to each, None if there is none, are put into `leaders`.
    """
    with style.theme():
        figure = Figure(figsize=(7.4, 4.4))
        axes = figure.add_axes((0.1, 0.1, 0.85, 0.8))
        axes.set_xlim(0, 100)
        axes.set_ylim(0, 100)
        placed = place(figure, axes, names, **more)
        renderer = FigureCanvasAgg(figure).get_renderer()
        for text in axes.texts:
            assert isinstance(text, Annotation)
            text.update_positions(renderer)
            if leaders is not None:
                leaders.append(text.arrow_patch and np.array(text.arrow_patch.get_path().vertices)[[0, -1]])
        extents = [Text.get_window_extent(text, renderer) for text in axes.texts]  # without its line
        boxes = [(box.x0, box.y0, box.x1, box.y1) for box in extents]
        marks = [tuple(axes.transData.transform((name.x, name.y))) for name in names]
        paper = (0.0, 0.0, figure.bbox.width, figure.bbox.height)
    return placed, boxes, marks, paper


def apart(a: Box, b: Box) -> bool:
    return a[2] <= b[0] or b[2] <= a[0] or a[3] <= b[1] or b[3] <= a[1]


@pytest.fixture(scope="module")
def crowd() -> list[Name]:
    random = np.random.default_rng(0)
    return [Name(f"Architecture {i}", *random.uniform(20, 80, 2)) for i in range(40)]


def test_no_name_hides_another_or_a_mark(crowd: list[Name]) -> None:
    placed, boxes, marks, paper = drawn(crowd)
    assert placed == len(boxes) > 20
    wider = [(x0, y0, x0 + 1.05 * (x1 - x0), y1) for x0, y0, x1, y1 in boxes]
    assert all(apart(a, b) for i, a in enumerate(wider) for b in wider[:i]), "in a wider font, too"
    assert all(apart(box, (x - 2, y - 2, x + 2, y + 2)) for box in boxes for x, y in marks)
    assert all(box[0] >= paper[0] and box[2] <= paper[2] and box[3] <= paper[3] for box in boxes)


def test_no_line_to_a_name_crosses_another_name_or_its_line(crowd: list[Name]) -> None:
    leaders: list[Any] = []
    random = np.random.default_rng(1)
    _, boxes, *_ = drawn(
        [*crowd, *(Name(f"Net {i}", *random.uniform(45, 55, 2)) for i in range(40))], leaders
    )
    ends = [leader for leader in leaders if leader is not None]
    assert len(ends) > 5
    sampled = [np.linspace(leader[0], leader[1], 60) for leader in ends]
    for i, points in enumerate(sampled):
        assert not any(box[0] < x < box[2] and box[1] < y < box[3] for box in boxes for x, y in points)
        assert all(np.abs(points[:, None] - other).sum(-1).min() > 1 for other in sampled[:i])


def test_where_all_stand_in_one_place_most_names_are_left_out() -> None:
    placed, boxes, *_ = drawn([Name(f"Architecture number {i}", 50, 50) for i in range(300)])
    assert 2 < placed == len(boxes) < 300


def test_a_name_keeps_off_the_line_if_there_is_room() -> None:
    name = [Name("Perceptron", 50, 50)]
    _, (free,), *_ = drawn(name)
    _, (dodged,), ((_, y),), _ = drawn(name, lines=[[(0, 50), (100, 50)]])
    assert free[1] < y < free[3], "without a line it stands to the right of its mark"
    assert not dodged[1] < y < dodged[3]


def test_the_important_come_first() -> None:
    """Of thirty names of one place the first stands nearest to it."""
    _, boxes, marks, _ = drawn([Name(f"Architecture {i}", 50, 50) for i in range(30)])
    x, y = marks[0]
    far = [max(box[0] - x, x - box[2], box[1] - y, y - box[3]) for box in boxes]
    assert far[0] == min(far) < max(far)
