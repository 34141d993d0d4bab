"""Pictures of all kinds as pieces of a page: well-formed, escaped, in the page's own colour, and said in
words.
"""

import base64
import dataclasses
import io
import re
import wave
from pathlib import Path
from typing import Any
from xml.etree import ElementTree

import numpy as np
import pytest

from benchmarks import records
from benchmarks.pictures import Axis, Curves, LabelledMap, Series, Sound, Texts
from report import pictures
from report.loading import from_bundle
from report.site.build import build
from tests.report import bundles

BAD = "<script>alert(1)</script>\"' onload=x & \u202e"
TAGS = {"div", "svg", "title", "path", "text", "polyline", "circle", "rect", "pre", "audio"}


def curves(series: Any, logarithmic: bool = False, text: str = "loss") -> Curves:
    return Curves(series, Axis(text), Axis(text, text, logarithmic), text)


def tree(piece: str) -> ElementTree.Element:
    return ElementTree.fromstring(f"<div>{piece}</div>")


def labels(piece: str) -> list[str]:
    return [node.text or "" for node in tree(piece).iter("text")]


EVERY: list[Any] = [
    curves([Series(BAD, [1, 2], [3, 4]), Series(BAD, [1], [2])], text=BAD),
    LabelledMap(np.eye(2), [BAD, "b"], ["c", BAD], BAD, BAD, BAD, BAD),
    Texts([BAD, "two\nlines"], BAD),
    Sound(np.arange(1000, dtype="int16"), 8_000, BAD),
]


@pytest.mark.parametrize("picture", EVERY, ids=lambda one: type(one).__name__)
def test_every_text_is_escaped_and_every_piece_said_in_words(picture: Any) -> None:
    piece = str(pictures.markup(picture))
    assert "<script" not in piece and "\u202e" not in piece
    nodes = list(tree(piece).iter())
    assert {node.tag for node in nodes} <= TAGS
    assert not [name for node in nodes for name in node.attrib if name.startswith("on")]
    assert not re.search("#[0-9a-fA-F]{3}|rgb", piece), (
        "a colour that does not suit both a light and a dark page"
    )
    for node in tree(piece).iter("svg"):
        assert node.attrib["role"] == "img" and "alert(1)" in node.attrib["aria-label"]


def test_points_lie_where_their_numbers_say() -> None:
    piece = pictures.curves(curves([Series("a", [0, 5, 10], [1, 100, 10])], logarithmic=True))
    (line,) = tree(piece).iter("polyline")
    points = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
    left, right = pictures.LEFT, pictures.WIDTH - pictures.RIGHT
    top, bottom = pictures.TOP, pictures.HEIGHT - pictures.BELOW
    assert points == [(left, bottom), ((left + right) / 2, top), (right, (top + bottom) / 2)]
    assert {"0", "10", "1", "100"} <= set(labels(piece))
    assert "loss (loss)" in labels(piece)


def test_several_lines_have_a_legend_and_differ_without_colour() -> None:
    lines = [Series(f"line {i}", [0, 1], [0, i]) for i in range(16)]
    piece = pictures.curves(curves(lines))
    assert {f"line {i}" for i in range(16)} <= set(labels(piece))
    drawn = [
        (node.attrib.get("stroke-dasharray"), node.attrib.get("stroke-opacity"))
        for node in tree(piece).iter("polyline")
    ]
    assert len(set(drawn)) == 16
    assert not {"line 0"} & set(labels(pictures.curves(curves(lines[:1]))))
    dots = pictures.curves(curves([Series("one", [1], [2]), Series("other", [3], [4])]))
    assert len(list(tree(dots).iter("circle"))) == 4, "two points, and their marks in the legend"


@pytest.mark.parametrize(
    "y", [[0.0, 0.0], [1e308, -1e308], [5e-324, 0.0], [1e-300, 2e-300], [7.0], [1e15, 1e15 + 1]]
)
@pytest.mark.parametrize("logarithmic", [False, True])
def test_any_finite_numbers_can_be_drawn(y: list[float], logarithmic: bool) -> None:
    if logarithmic:
        y = [abs(value) or 1.0 for value in y]
    piece = str(pictures.curves(curves([Series("a", range(len(y)), y)], logarithmic)))
    assert "nan" not in piece and "inf" not in piece
    assert len(labels(piece)) <= 2 * (pictures.MOST_TICKS + 2) + 2


def test_a_long_line_is_thinned_and_keeps_its_peak() -> None:
    y = np.zeros(20_000)
    y[12_345] = 1.0
    piece = pictures.curves(curves([Series("a", np.arange(20_000), y)]))
    (line,) = tree(piece).iter("polyline")
    points = [tuple(map(float, point.split(","))) for point in line.attrib["points"].split()]
    assert len(points) < 1_000 and min(height for _, height in points) == pictures.TOP


def test_cells_are_as_full_as_their_values_and_say_them() -> None:
    picture = LabelledMap(
        [[0.0, 50.0], [100.0, 25.0]], "ab", "cd", "true class", "decision", "%", "Mistakes."
    )
    piece = pictures.labelled_map(picture)
    cells = list(tree(piece).iter("rect"))
    full = [float(cell.attrib["fill-opacity"]) / 0.85 for cell in cells]
    assert full == pytest.approx([0.0, 0.5, 1.0, 0.25], abs=1e-3)
    assert [cell[0].text for cell in cells] == ["a, c: 0 %", "a, d: 50 %", "b, c: 100 %", "b, d: 25 %"]
    assert {"a", "b", "c", "d", "true class", "decision", "empty 0, full 100 %"} <= set(labels(piece))


def test_texts_keep_their_line_ends() -> None:
    assert [node.text for node in tree(pictures.texts(Texts(("To be,\nor not", " x"), ""))).iter("pre")] == [
        "To be,\nor not",
        " x",
    ]


def test_a_sound_plays() -> None:
    samples = np.array([0, 1, -32768, 32767], "int16")
    (player,) = tree(pictures.sound(Sound(samples, 11_025, "A click."))).iter("audio")
    kind, data = player.attrib["src"].split(";base64,")
    assert kind == "data:audio/wav"
    with wave.open(io.BytesIO(base64.b64decode(data))) as file:
        assert file.getparams()[:4] == (1, 2, 11_025, 4)
        assert np.array_equal(np.frombuffer(file.readframes(4), "<i2"), samples)


def test_a_page_shows_every_kind(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(bundles, "ENTRIES", [row for row in bundles.ENTRIES if row[0] == "lenet5_1998"])
    small = bundles.bundle(machines=1, seeds=1)
    named = {f"picture{i}": records.encode_picture(picture) for i, picture in enumerate(EVERY)}
    bundle = dataclasses.replace(small, pictures=dict.fromkeys(small.runs["execution_id"].head(1), named))
    build(from_bundle(bundle), tmp_path)
    html = (tmp_path / "entries" / "lenet5_1998.html").read_text(encoding="utf-8")
    assert all(f"<{tag}" in html for tag in ("polyline", "rect", 'pre class="sample"', "audio"))
    assert "<script>alert" not in html and "media-src data:" in html
