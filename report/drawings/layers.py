"""Draws the layers of a model, from input to output."""

import math
from typing import Any

from markupsafe import Markup, escape

from benchmarks.records import clip
from report.formats import count

#: part of a layer's kind, in lower case -> its group
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
#: group of layers -> its colour
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
#: rows of one drawing
_MOST_ROWS = 36


def fold(layers: list[dict[str, Any]]) -> list[tuple[list[dict[str, Any]], int]]:
    """Layers as blocks with their number of repetitions.

    A block is repeated if kinds, shapes and parameters are. Greedy from the top: at each layer, the
    repetition that saves most rows is taken.
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
    """The layers of a model from input to output, None if there are none.

    Each has its kind, shape and parameters, and a bar as wide as the logarithm of its output size.
    """
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
    shape = layer["shape_text"] or " × ".join("?" if side is None else str(side) for side in layer["shape"])
    # The names of one block do not hold for its repetitions.
    plain = repeated or not layer["name"] or kind.replace("_", "") in layer["name"].lower().replace("_", "")
    label = layer["kind"] if plain else f"{layer['name']} · {layer['kind']}"
    parameters = f"{count(layer['parameters'])} par." if layer["parameters"] else ""
    numbers = clip(" · ".join(part for part in (shape, parameters) if part), 34)
    label = clip(label, max(12, 50 - len(numbers)))
    return (
        f'<rect x="12" y="{y + 16}" width="{width:.1f}" height="7" rx="1.5" fill="{KIND_COLOURS[group]}"/>'
        f'<text x="12" y="{y + 12}">{escape(label)}</text>'
        f'<text x="340" y="{y + 12}" text-anchor="end" class="soft">{escape(numbers)}</text>'
    )
