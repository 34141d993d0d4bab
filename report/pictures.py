"""Curves, labelled maps, texts and sounds of a bundle as pieces of HTML.

A bundle may come from anybody: sizes are bounded and numbers finite (`records.decode_picture`), and every
text is cleaned and escaped here. All strokes and fills are `currentColor`, so that a piece suits light and
dark pages; lines differ by their dashes, cells by their opacity. Each piece says in words what it shows.
"""

import base64
import math
import struct
from collections.abc import Callable
from typing import Any

import numpy as np
from markupsafe import Markup, escape

from benchmarks import records
from benchmarks.pictures import Axis, Curves, LabelledMap, Sound, Texts
from benchmarks.records.picture_encoding import MAX_TEXT

#: The plot of curves, in pixels: width and height of the whole, and its margins.
WIDTH, HEIGHT = 420, 260
LEFT, RIGHT, TOP, BELOW = 62, 18, 10, 44
LINE = 14
#: One dash pattern for each line, so that no colour is needed; further lines repeat them at half the opacity.
DASHES = ("", "6 3", "2 2", "8 3 2 3", "12 4", "1 4", "10 2 2 2 2 2", "4 4")
#: The most ticks of an axis, and the most columns of a waveform.
MOST_TICKS, COLUMNS = 6, 400
#: Of a map, in pixels: a cell's side, its smallest side, the width of a character, and the longest label.
CELL, LEAST_CELL, CHARACTER, MOST_LABEL = 24, 8, 6.2, 150


def markup(picture: Curves | LabelledMap | Texts | Sound) -> Markup:
    """The picture as HTML without its caption: an SVG, a list of texts, or a player with its waveform."""
    drawers: dict[type, Callable[[Any], Markup]] = {
        Curves: curves,
        LabelledMap: labelled_map,
        Texts: texts,
        Sound: sound,
    }
    return drawers[type(picture)](picture)


def curves(picture: Curves) -> Markup:
    """Lines over common axes with ticks and units, and a legend below if there are several lines."""
    x, y = (_Scale(axis, values) for axis, values in _values(picture))
    right, bottom = WIDTH - RIGHT, HEIGHT - BELOW
    x.place(LEFT, right)
    y.place(bottom, TOP)
    parts = [f'<path d="M{LEFT},{TOP}V{bottom}H{right}" fill="none" stroke="currentColor" opacity=".6"/>']
    for value in x.ticks:
        at = _pixel(x(value))
        parts.append(f'<path d="M{at},{bottom}v4" stroke="currentColor" opacity=".6"/>')
        parts.append(_label(x(value), bottom + 16, _number(value), "middle"))
    for value in y.ticks:
        at = _pixel(y(value))
        parts.append(f'<path d="M{LEFT},{at}H{right}" stroke="currentColor" opacity=".12"/>')
        parts.append(_label(LEFT - 6, y(value) + 4, _number(value), "end"))
    parts.append(_label((LEFT + right) / 2, HEIGHT - 8, _axis(picture.x), "middle"))
    middle = (TOP + bottom) / 2
    parts.append(
        _label(12, middle, _axis(picture.y), "middle", f' transform="rotate(-90 12 {_pixel(middle)})"')
    )
    legend = len(picture.series) > 1
    for i, line in enumerate(picture.series):
        points = " ".join(f"{_pixel(x(a))},{_pixel(y(b))}" for a, b in _thinned(line.x, line.y))
        name = _clean(line.name)
        style = _stroke(i)
        single = len(line.x) == 1
        if single:
            parts.append(_dot(x(float(line.x[0])), y(float(line.y[0])), i))
        else:
            parts.append(f'<polyline points="{points}" {style}><title>{escape(name)}</title></polyline>')
        if legend:
            below = HEIGHT + LINE * i + 4
            mark = _dot(LEFT + 14, below, i) if single else f'<path d="M{LEFT},{below}h28" {style}/>'
            parts.append(mark)
            parts.append(_label(LEFT + 34, below + 4, name, "start"))
    height = HEIGHT + (LINE * len(picture.series) + 4 if legend else 0)
    names = ", ".join(_clean(line.name, 60) for line in picture.series)
    description = f"{picture.caption} {_axis(picture.y)} over {_axis(picture.x)}: {names}."
    return _svg("".join(parts), WIDTH, height, description)


def labelled_map(picture: LabelledMap) -> Markup:
    """Cells from empty (0, or the smallest if negative) to full (the largest), with the names around."""
    values = np.asarray(picture.values, "float64")
    low, high = min(0.0, float(values.min())), float(values.max())
    span = high - low or 1.0
    rows, columns = ([_clean(name, 40) for name in names] for names in (picture.rows, picture.columns))
    cell = max(LEAST_CELL, min(CELL, 480 // max(values.shape)))
    left = 30 + min(MOST_LABEL, CHARACTER * max(map(len, rows)))
    upright = max(map(len, columns)) * CHARACTER <= cell
    top = 24 + (14 if upright else min(MOST_LABEL, CHARACTER * max(map(len, columns))))
    unit = _clean(picture.unit, 20)
    parts = []
    for i, row in enumerate(rows):
        parts.append(_label(left - 5, top + cell * (i + 0.5) + 3.5, row, "end"))
        for j, column in enumerate(columns):
            value = float(values[i, j])
            share = (value - low) / span
            title = f"{row}, {column}: {_number(value)}{f' {unit}' if unit else ''}"
            place = (
                f'x="{_pixel(left + cell * j)}" y="{_pixel(top + cell * i)}" width="{cell}" height="{cell}"'
            )
            look = f'fill="currentColor" fill-opacity="{0.85 * share:.3f}"'
            edge = 'stroke="currentColor" stroke-opacity=".15"'
            parts.append(f"<rect {place} {look} {edge}><title>{escape(title)}</title></rect>")
    for j, column in enumerate(columns):
        at = left + cell * (j + 0.5)
        turn = "" if upright else f' transform="rotate(-90 {_pixel(at + 3.5)} {_pixel(top - 5)})"'
        parts.append(
            _label(at + (0 if upright else 3.5), top - 5, column, "middle" if upright else "start", turn)
        )
    width, height = left + cell * len(columns) + 6, top + cell * len(rows) + 22
    middle = top + cell * len(rows) / 2
    parts.append(_label(left + cell * len(columns) / 2, 11, _clean(picture.column_axis, 60), "middle"))
    turn = f' transform="rotate(-90 11 {_pixel(middle)})"'
    parts.append(_label(11, middle, _clean(picture.row_axis, 60), "middle", turn))
    scale = f"empty {_number(low)}, full {_number(high)}{f' {unit}' if unit else ''}"
    parts.append(_label(left, height - 7, scale, "start"))
    description = (
        f"{picture.caption} A map of {len(rows)} rows ({picture.row_axis}) and {len(columns)} columns"
        f" ({picture.column_axis}), {scale}."
    )
    width = max(width, left + CHARACTER * len(scale))
    return _svg("".join(parts), math.ceil(width), math.ceil(height), description)


def texts(picture: Texts) -> Markup:
    """The texts, one below the other, with their line breaks."""
    style = 'style="white-space: pre-wrap; overflow-wrap: anywhere"'
    shown = (_clean(text, MAX_TEXT) for text in picture.texts)
    return Markup("".join(f'<pre class="sample" {style}>{escape(text)}</pre>' for text in shown))


def sound(picture: Sound) -> Markup:
    """The waveform, and below it a player whose WAV file is part of the page."""
    samples = np.asarray(picture.samples, "<i2")
    seconds = len(samples) / picture.rate
    parts = np.array_split(samples.astype("int32"), min(COLUMNS, len(samples)))
    step = COLUMNS / len(parts)
    lines = "".join(
        f"M{_pixel(step * (i + 0.5))},{_pixel(32 - part.max() / 1024)}V{_pixel(32.6 - part.min() / 1024)}"
        for i, part in enumerate(parts)
    )
    description = f"{picture.caption} Waveform of {seconds:.3g} s of sound."
    drawn = _svg(f'<path d="{lines}" stroke="currentColor" fill="none"/>', COLUMNS, 65, description)
    source = base64.b64encode(wav(samples, picture.rate)).decode("ascii")
    label = escape(_clean(picture.caption, 200))
    options = f'controls="" preload="none" aria-label="{label}"'
    return drawn + Markup(f'<audio {options} src="data:audio/wav;base64,{source}"></audio>')


def wav(samples: np.ndarray, rate: int) -> bytes:
    """A WAV file of one channel of 16-bit PCM: the 44 bytes of its header and the samples int16 [n]."""
    data = np.asarray(samples, "<i2").tobytes()
    header = struct.pack("<4sI4s", b"RIFF", 36 + len(data), b"WAVE")
    form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, rate, 2 * rate, 2, 16)
    return header + form + struct.pack("<4sI", b"data", len(data)) + data


class _Scale:
    """The pixels of an axis' numbers: linear or logarithmic, from the smallest to the largest."""

    def __init__(self, axis: Axis, values: np.ndarray) -> None:
        self.logarithmic = axis.logarithmic
        low, high = (float(bound) for bound in (values.min(), values.max()))
        if self.logarithmic:
            low, high = math.log10(low), math.log10(high)
        alike = high / 2 - low / 2 <= max(1e-12 * max(abs(low), abs(high)), 1e-300)
        room = 0.5 * (abs(low) * 1e-3 or 1.0) if alike else 0.0
        self.low, self.high = low - room, high + room
        self.start, self.end = 0.0, 1.0
        self.ticks = self._ticks()

    def place(self, start: float, end: float) -> None:
        """Put the smallest number at pixel `start`, the largest at `end`."""
        self.start, self.end = start, end

    def __call__(self, value: float) -> float:
        """The pixel of a number."""
        at = math.log10(value) if self.logarithmic else value
        # Each part is divided first: the difference of two large floats need not be finite.
        whole = self.high / 2 - self.low / 2
        return self.start + (self.end - self.start) * ((at / 2 - self.low / 2) / whole)

    def _ticks(self) -> list[float]:
        """Round numbers within the axis: powers of ten if it spans two or more, else steps of 1, 2 or 5."""
        if self.logarithmic and math.floor(self.high) - math.ceil(self.low) >= 1:
            powers = range(math.ceil(self.low), math.floor(self.high) + 1)
            return [10.0**power for power in powers[:: -(-len(powers) // MOST_TICKS)]]
        low, high = (10**self.low, 10**self.high) if self.logarithmic else (self.low, self.high)
        step = high / MOST_TICKS - low / MOST_TICKS
        if not math.isfinite(step) or step <= 0.0:
            return [low, high]
        size = 10.0 ** math.floor(math.log10(step))
        step = next((size * factor for factor in (1, 2, 5) if size * factor >= step), 10 * size)
        least = math.ceil(low / step)
        ticks = [step * (least + i) for i in range(MOST_TICKS + 1) if step * (least + i) <= high]
        return ticks if all(map(math.isfinite, ticks)) and ticks else [low, high]


def _values(picture: Curves) -> list[tuple[Axis, np.ndarray]]:
    """Both axes with all numbers along them."""
    return [
        (axis, np.concatenate([np.asarray(getattr(line, name), "float64") for line in picture.series]))
        for axis, name in ((picture.x, "x"), (picture.y, "y"))
    ]


def _thinned(x: Any, y: Any) -> list[tuple[float, float]]:
    """The points of a line. If there are many, the extremes of each stretch, so that no peak is lost."""
    points = list(zip(map(float, x), map(float, y), strict=True))
    if len(points) <= 2 * WIDTH:
        return points
    kept: set[int] = {0, len(points) - 1}
    for part in np.array_split(np.arange(len(points)), WIDTH // 2):
        stretch = np.asarray(y, "float64")[part]
        kept |= {int(part[stretch.argmin()]), int(part[stretch.argmax()])}
    return [points[i] for i in sorted(kept)]


def _stroke(i: int) -> str:
    """The stroke of line number `i`, as SVG attributes."""
    dash = DASHES[i % len(DASHES)]
    opacity = ' stroke-opacity=".5"' if i >= len(DASHES) else ""
    pattern = f' stroke-dasharray="{dash}"' if dash else ""
    return f'fill="none" stroke="currentColor" stroke-width="1.5"{pattern}{opacity}'


def _dot(x: float, y: float, i: int) -> str:
    """Line number `i` if it has only one point."""
    place = f'cx="{_pixel(x)}" cy="{_pixel(y)}" r="2.5"'
    return f'<circle {place} fill="currentColor" fill-opacity="{1 - i / 20:.2f}"/>'


def _label(x: float, y: float, text: str, anchor: str, more: str = "") -> str:
    """A text in an SVG; `more` is a further attribute, which must be safe."""
    place = f'x="{_pixel(x)}" y="{_pixel(y)}" text-anchor="{anchor}"'
    return f'<text {place} fill="currentColor" font-size="11"{more}>{escape(text)}</text>'


def _svg(inside: str, width: int, height: int, description: str) -> Markup:
    """An SVG that shrinks with the page, and what it shows in words."""
    title = escape(_clean(description, 500))
    return Markup(
        f'<svg viewBox="0 0 {width} {height}" width="{width}" style="max-width: 100%; height: auto"'
        f' role="img" aria-label="{title}"><title>{title}</title>{inside}</svg>'
    )


def _axis(axis: Axis) -> str:
    """What an axis measures, with its unit."""
    label, unit = _clean(axis.label, 60), _clean(axis.unit, 20)
    return f"{label} ({unit})" if unit else label


def _clean(text: str, longest: int = 80) -> str:
    """A text from a bundle, cleaned: on one line, unless it may be longer than 500 characters."""
    return records.clean_text(text if longest > 500 else " ".join(text.split()), longest)


def _number(value: float) -> str:
    """A number with four significant digits and a typographic minus sign."""
    return f"{value:.4g}".replace("-", "−")


def _pixel(value: float) -> str:
    """A coordinate to a tenth of a pixel."""
    return f"{value:.1f}".removesuffix(".0")
