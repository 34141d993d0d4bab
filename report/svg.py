"""SVG for the page: figures made fit to stand in it, and the drawings that are ours (layers, curves)."""

import math
import re
import xml.etree.ElementTree as ET
from typing import Any

from markupsafe import Markup, escape

from report.style import FAINT, INK, WASH
from report.text import clip, count

_SVG = "{http://www.w3.org/2000/svg}"
_LINK = "{http://www.w3.org/1999/xlink}href"
_URL = re.compile(r"url\(#([^)]*)\)")
_LONG, _SHORT = re.compile(r"(\d+\.\d{2})\d+"), r"\1"
_ROLES = ((INK, "currentColor"), (FAINT, "var(--grid)"), (WASH, "var(--wash)"))
_GEOMETRY = ("d", "points", "x", "y", "width", "height", "transform", "cx", "cy", "r")


def inline(svg: str, prefix: str, alt: str) -> Markup:
    """A saved figure as an element of the page.

    Ids start with `prefix` (they would clash between figures otherwise) and only those referred to
    are kept; text and axes take the page's colours and font; coordinates have two decimals.
    """
    ET.register_namespace("", "http://www.w3.org/2000/svg")
    ET.register_namespace("xlink", "http://www.w3.org/1999/xlink")
    root = ET.fromstring(svg)
    for parent in list(root.iter()):
        for child in list(parent):
            if child.tag in (f"{_SVG}metadata", f"{_SVG}style"):
                parent.remove(child)
    used = set()
    for element in root.iter():
        for key, value in element.attrib.items():
            used.update(_URL.findall(value))
            if key == _LINK:
                used.add(value.removeprefix("#"))
    for element in root.iter():
        attributes = element.attrib
        if "id" in attributes:
            if attributes["id"] in used:
                attributes["id"] = f"{prefix}-{attributes['id']}"
            else:
                del attributes["id"]
        for key, value in list(attributes.items()):
            if key == _LINK:
                del attributes[key]
                attributes["href"] = f"#{prefix}-{value.removeprefix('#')}"
                continue
            value = _URL.sub(lambda match: f"url(#{prefix}-{match[1]})", value)
            if key == "style":
                value = _restyle(value, element.tag == f"{_SVG}text")
            elif key in _GEOMETRY:
                value = _LONG.sub(_SHORT, value)
            attributes[key] = value
    width, height = (float(side) for side in root.attrib["viewBox"].split()[2:])
    root.attrib.pop("width", None), root.attrib.pop("height", None), root.attrib.pop("version", None)
    root.attrib.update(
        {
            "role": "img",
            "aria-label": alt,
            "style": f"--w:{width / 72:.2f}in",
            "viewBox": f"0 0 {width:g} {height:g}",
        }
    )
    _drop_empty(root)
    text = ET.tostring(root, encoding="unicode", short_empty_elements=True)
    return Markup(re.sub(r">\s+<", "><", text))


def _restyle(style: str, is_text: bool) -> str:
    for role, replacement in _ROLES:
        style = style.replace(role, replacement)
    parts = [part.strip() for part in style.split(";") if part.strip()]
    kept = []
    for part in parts:
        name, _, value = part.partition(":")
        value = value.strip()
        if name == "font":  # the page's own font, at the figure's size
            size = re.search(r"([\d.]+)px", value)
            weight = "font-weight:bold" if "bold" in value or "700" in value else ""
            kept += [f"font-size:{size[1] if size else 9}px"] + ([weight] if weight else [])
        elif name in ("stroke-linejoin", "stroke-linecap") and value in ("miter", "butt"):
            continue
        else:
            kept.append(f"{name}:{value if name == 'fill' else _LONG.sub(_SHORT, value)}")
    if is_text and not any(part.startswith("fill:") for part in kept):
        kept.append("fill:currentColor")
    return ";".join(kept)


def _drop_empty(root: ET.Element) -> None:
    """Replaces groups that carry nothing by their content, and drops empty ones."""
    for parent in list(root.iter()):
        changed = True
        while changed:
            changed = False
            for i, child in enumerate(list(parent)):
                if child.tag in (f"{_SVG}g", f"{_SVG}defs") and not len(child):
                    parent.remove(child)
                    changed = True
                    break
                if child.tag == f"{_SVG}g" and not child.attrib:
                    parent.remove(child)
                    for j, grandchild in enumerate(list(child)):
                        parent.insert(i + j, grandchild)
                    changed = True
                    break


# Drawings of ours

_KINDS = (
    ("input", "input"),
    ("conv", "convolution"),
    ("pool", "pooling"),
    ("subsampl", "pooling"),
    ("lstm", "recurrent"),
    ("gru", "recurrent"),
    ("rnn", "recurrent"),
    ("recurrent", "recurrent"),
    ("attention", "attention"),
    ("norm", "other"),
    ("drop", "other"),
    ("embed", "embedding"),
    ("dense", "dense"),
    ("rbf", "dense"),
    ("feedforward", "dense"),
    ("threshold", "dense"),
)
KIND_COLOURS = {
    "input": "#666666",
    "convolution": "#d95f02",
    "pooling": "#a6761d",
    "recurrent": "#7570b3",
    "attention": "#e7298a",
    "embedding": "#66a61e",
    "dense": "#1b9e77",
    "other": "#666666",
}
_MOST_ROWS = 36


def fold(layers: list[dict[str, Any]]) -> list[tuple[list[dict[str, Any]], int]]:
    """Layers as blocks with their number of repetitions: a block is repeated where kinds, shapes and parameters are.

    Greedy from the top: at each layer the repetition that saves most rows is taken.
    """
    keys = [(layer["kind"], tuple(layer["shape"]), layer["parameters"]) for layer in layers]
    blocks: list[tuple[list[dict[str, Any]], int]] = []
    i = 0
    while i < len(keys):
        best, saved = (1, 1), 0
        for length in range(1, min(24, (len(keys) - i) // 2) + 1):
            times = 1
            while keys[i + times * length : i + (times + 1) * length] == keys[i : i + length]:
                times += 1
            if (times - 1) * length > saved:
                best, saved = (length, times), (times - 1) * length
        length, times = best
        blocks.append((layers[i : i + length], times))
        i += length * times
    return blocks


def diagram(layers: list[dict[str, Any]], name: str) -> Markup | None:
    """The layers of a model from input to output: a bar as wide as the logarithm of what a layer puts out, its kind, shape and parameters."""
    if not layers:
        return None
    rows: list[tuple[str, Any]] = []
    for block, times in fold(layers):
        if times > 1:
            rows.append(("open", (len(block), times)))
        rows += [("layer", layer) for layer in block]
        if times > 1:
            rows.append(("close", None))
    total = sum(layer["parameters"] for layer in layers)
    cut = len(rows) - _MOST_ROWS
    if cut > 0:
        head = _MOST_ROWS - 6
        rows = [
            *rows[:head],
            ("gap", sum(kind == "layer" for kind, _ in rows[head:-5])),
            *[row for row in rows[-5:] if row[0] == "layer"],
        ]
        rows = _balanced(rows)
    widest = (
        max((math.log10(1 + _size(layer["shape"])) for kind, layer in rows if kind == "layer"), default=1)
        or 1
    )
    y, parts, opened = 8, [], None
    for kind, value in rows:
        if kind == "open":
            opened = (y, value[1])
            y += 4
        elif kind == "close":
            top, times = opened or (y, 1)
            parts.append(
                f'<path d="M344 {top + 2}h6v{y - top - 4}h-6" fill="none" stroke="currentColor"/>'
                f'<text x="354" y="{(top + y) / 2 + 4:g}">×{times}</text>'
            )
            opened = None
            y += 4
        elif kind == "gap":
            parts.append(f'<text x="12" y="{y + 14}" class="soft">… {value:,} more layers …</text>')
            y += 24
        else:
            parts.append(_layer(value, y, widest, opened is not None))
            y += 30
    alt = f"Layers of {name}, from input to output: {len(layers)} layers, {count(total)} parameters"
    body = "".join(parts)
    return Markup(
        f'<svg class="layers" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 392 {y + 4}" role="img" '
        f'aria-label="{escape(clip(alt, 200))}">{body}</svg>'
    )


def _balanced(rows: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Closes a repetition that a cut left open."""
    balanced, opened = [], False
    for row in rows:
        if row[0] == "gap" and opened:
            balanced.append(("close", None))
            opened = False
        opened = row[0] == "open" or (opened and row[0] != "close")
        balanced.append(row)
    return balanced


def _size(shape: list[int | None]) -> int:
    return math.prod(side for side in shape if side)


def _layer(layer: dict[str, Any], y: int, widest: float, repeated: bool) -> str:
    kind = layer["kind"].lower()
    group = next((group for part, group in _KINDS if part in kind), "other")
    width = max(4.0, 328 * math.log10(1 + _size(layer["shape"])) / widest)
    shape = layer["said"] or " × ".join("?" if side is None else str(side) for side in layer["shape"])
    # the names of one block say nothing of its repetitions
    plain = repeated or not layer["name"] or kind.replace("_", "") in layer["name"].lower().replace("_", "")
    label = layer["kind"] if plain else f"{layer['name']} · {layer['kind']}"
    numbers = clip(shape + (f" · {count(layer['parameters'])} par." if layer["parameters"] else ""), 34)
    label = clip(label, max(12, 50 - len(numbers)))
    return (
        f'<rect x="12" y="{y + 16}" width="{width:.1f}" height="7" rx="1.5" fill="{KIND_COLOURS[group]}"/>'
        f'<text x="12" y="{y + 12}">{escape(label)}</text><text x="340" y="{y + 12}" text-anchor="end" class="soft">{escape(numbers)}</text>'
    )


def curves(lines: list[list[tuple[float, float]]], colour: str, alt: str) -> Markup | None:
    """Small learning curves, one line a seed: (epoch, value) pairs. None where nothing can be drawn."""
    points = [point for line in lines for point in line]
    if len({x for x, _ in points}) < 2:
        return None
    left, right = min(x for x, _ in points), max(x for x, _ in points)
    low, high = min(y for _, y in points), max(y for _, y in points)
    span = (high - low) or 1.0

    def place(x: float, y: float) -> str:
        return f"{6 + 228 * (x - left) / (right - left):.1f} {8 + 74 * (high - y) / span:.1f}"

    paths = "".join(
        f'<polyline points="{" ".join(place(x, y) for x, y in thin(line))}"/>'
        for line in lines
        if len(line) > 1
    )
    return Markup(
        f'<svg class="curve" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 90" role="img" aria-label="{escape(clip(alt, 300))}">'
        f'<path d="M6 4V86H236" fill="none" stroke="currentColor" stroke-width=".6"/>'
        f'<g fill="none" stroke="{escape(colour)}" stroke-width="1.5" stroke-linejoin="round">{paths}</g></svg>'
    )


def thin(line: list[tuple[float, float]], most: int = 60) -> list[tuple[float, float]]:
    """At most `most` of the points of a line, evenly taken, the first and the last among them."""
    if len(line) <= most:
        return line
    return [line[round(i * (len(line) - 1) / (most - 1))] for i in range(most)]
