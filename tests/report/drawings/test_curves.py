"""Small learning curves."""

import re
from xml.etree import ElementTree

from report.drawings.curves import curves

SVG = "{http://www.w3.org/2000/svg}"
LINES = [[(1.0, 40.0), (2.0, 12.5), (5.0, 3.25)], [(1.0, 38.0), (5.0, 4.0)]]


def test_axes_are_labelled_at_their_ends() -> None:
    root = ElementTree.fromstring(str(curves(LINES, "#d95f02", "error over epochs", "%")))
    assert [node.text for node in root.iter(f"{SVG}text")] == ["40%", "3.25%", "1", "epoch 5"]
    assert [node.text for node in ElementTree.fromstring(str(curves(LINES, "red", "x"))).iter(f"{SVG}text")][
        :2
    ] == ["40", "3.25"]


def test_a_line_leads_from_the_greatest_value_to_the_least() -> None:
    """The first seed holds both ends of the axis, whose height its line must take in full."""
    drawing = str(curves(LINES, "#d95f02", "error over epochs"))
    axis = re.search(r'd="M([\d.]+) (\d+)V(\d+)H(\d+)"', drawing)
    assert axis is not None
    left, top, bottom, right = map(float, axis.groups())
    lines = re.findall(r'points="([^"]*)"', drawing)
    assert len(lines) == 2, "one line for each seed"
    assert lines[0].startswith(f"{left:.1f} {top:.1f} ") and lines[0].endswith(f" {right:.1f} {bottom:.1f}")


def test_there_is_nothing_to_draw_of_a_single_epoch() -> None:
    assert curves([[(1.0, 4.0)], [(1.0, 3.0)]], "red", "x") is None


def test_a_constant_has_one_label() -> None:
    drawing = ElementTree.fromstring(str(curves([[(0.0, 7.0), (9.0, 7.0)]], "red", "x")))
    assert [node.text for node in drawing.iter(f"{SVG}text")] == ["7", "0", "epoch 9"]


def test_texts_are_escaped() -> None:
    root = ElementTree.fromstring(str(curves(LINES, '"><script>', '"<script>', "<script>")))
    assert root.get("aria-label") == '"<script>'
    assert all(
        node.tag in (f"{SVG}svg", f"{SVG}path", f"{SVG}text", f"{SVG}polyline") for node in root.iter()
    )
