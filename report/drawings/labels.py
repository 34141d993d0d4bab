"""Names next to the points of a figure, so that none hides a point or another name."""

import textwrap
from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from report.formats import several
from report.style import INK

#: Size of the names, in points, and the characters of a line of them.
SIZE, LINE = 7.5, 22
#: A point's mark and a name's margin, in points.
MARK, MARGIN = 3.5, 1.0
#: How far from its point a name may go, in points: near ones first. From the second on a line leads to it.
DISTANCES = (5.0, 12.0, 20.0, 30.0)
#: A page's font, which is the reader's, may be so many times as wide as that of the drawing.
WIDER = 1.06
#: Lines that a name should not cross are sampled at this distance. Names may stand out to the right of the
#: axes by so much. Both in points.
STEP, OVERHANG = 3.0, 24.0

Box = tuple[float, float, float, float]
At = tuple[float, float]


@dataclass(frozen=True)
class Name:
    """A name of a point at (x, y) in the data of the axes."""

    text: str
    x: float
    y: float
    bold: bool = False


def place(
    figure: Any,
    axes: Any,
    names: Sequence[Name],
    marks: Sequence[At] = (),
    lines: Sequence[Sequence[At]] = (),
) -> int:
    """Writes the names next to their points, in this order of importance; returns how many found room.

    A name that has no place without hiding a mark, a line or another name is left out; so is one whose own
    line would cross another name or its line. `marks` are further marks and `lines` the corners of lines, in
    the data of the axes.
    """
    from matplotlib.backends.backend_agg import FigureCanvasAgg

    renderer = FigureCanvasAgg(figure).get_renderer()
    scale = 72 / figure.dpi

    def on_paper(points: Sequence[At]) -> list[At]:
        return [tuple(axes.transData.transform(point) * scale) for point in points]

    own = on_paper([(name.x, name.y) for name in names])
    hard = [(x - MARK, y - MARK, x + MARK, y + MARK) for x, y in [*on_paper(marks), *own]]
    hard += [dot for line in lines for dot in _dots(on_paper(line))]
    taken: list[Box] = []  # names, and the lines that lead to them
    left, bottom, right, top = axes.bbox.extents * scale
    right = min(right + OVERHANG, figure.get_figwidth() * 72 - 2)
    placed = 0
    for name, (x, y) in zip(names, own, strict=True):
        text = "\n".join(textwrap.wrap(name.text, LINE))
        wide, high = _size(axes, renderer, text, name.bold, scale)
        free = [
            (distance, dx, dy, box)
            for distance in DISTANCES
            for dx, dy, box in _around(x, y, wide, high, distance)
            if left <= box[0] and box[2] <= right and bottom <= box[1] and box[3] <= top + 4
            if not any(_overlap(box, other) for other in [*hard, *taken])
            if not any(_overlap(dot, other) for dot in _leader(x, y, box, distance) for other in taken)
        ]
        if free:
            distance, dx, dy, box = free[0]
            _write(axes, name, text, (dx, dy), far=distance > DISTANCES[0])
            taken += [box, *_leader(x, y, box, distance)]
            placed += 1
    return placed


def _dots(corners: Sequence[At]) -> list[Box]:
    """A line as boxes along it that touch."""
    dots = []
    for (x0, y0), (x1, y1) in pairwise(corners):
        n = max(1, int(max(abs(x1 - x0), abs(y1 - y0)) / STEP))
        points = [(x0 + (x1 - x0) * i / n, y0 + (y1 - y0) * i / n) for i in range(n + 1)]
        dots += [(x - STEP / 2, y - STEP / 2, x + STEP / 2, y + STEP / 2) for x, y in points]
    return dots


def _leader(x: float, y: float, box: Box, distance: float) -> list[Box]:
    """The line from a point to its name; none if the name is near."""
    if distance == DISTANCES[0]:
        return []
    middle = ((box[0] + box[2]) / 2, (box[1] + box[3]) / 2)
    return [dot for dot in _dots([(x, y), middle]) if not _overlap(dot, box)]


def _size(axes: Any, renderer: Any, text: str, bold: bool, scale: float) -> tuple[float, float]:
    """Width and height of a text in points."""
    drawn = axes.text(0, 0, text, fontsize=SIZE, fontweight="bold" if bold else "normal", linespacing=1)
    extent = drawn.get_window_extent(renderer)
    drawn.remove()
    return float(extent.width * scale * WIDER), float(extent.height * scale)


def _around(x: float, y: float, wide: float, high: float, far: float) -> list[tuple[float, float, Box]]:
    """(dx, dy) from a point to the lower left corner of a name around it, and the box that it covers."""
    near = far * 0.8
    offsets = [
        (far, -high / 2),
        (-far - wide, -high / 2),
        (near, near),
        (near, -near - high),
        (-near - wide, near),
        (-near - wide, -near - high),
        *((-wide * share, far) for share in (0.5, 0.2, 0.8)),
        *((-wide * share, -far - high) for share in (0.5, 0.2, 0.8)),
    ]
    return [
        (dx, dy, (x + dx - MARGIN, y + dy - MARGIN, x + dx + wide + MARGIN, y + dy + high + MARGIN))
        for dx, dy in offsets
    ]


def _overlap(a: Box, b: Box) -> bool:
    return a[0] <= b[2] and b[0] <= a[2] and a[1] <= b[3] and b[1] <= a[3]


def _write(axes: Any, name: Name, text: str, offset: At, far: bool) -> None:
    """The name, and a line to it if it is far from its point."""
    axes.annotate(
        text,
        (name.x, name.y),
        xytext=offset,
        textcoords="offset points",
        fontsize=SIZE,
        fontweight="bold" if name.bold else "normal",
        linespacing=1,
        va="bottom",
        ha="left",
        annotation_clip=False,
        arrowprops={"arrowstyle": "-", "color": INK, "linewidth": 0.5, "shrinkA": 0, "shrinkB": 3}
        if far
        else None,
    )


def left_out(n: int) -> str:
    """A sentence on points whose names found no room; empty if there are none."""
    return f" Without a name, for want of room: {several(n, 'point')}; the table has all names." if n else ""
