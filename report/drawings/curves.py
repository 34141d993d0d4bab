"""Draws small learning curves."""

from markupsafe import Markup, escape

from benchmarks.records import clip
from report.formats import number

#: the drawing in pixels: its size, the room right of, above and below the plot, and the width of a character
WIDTH, HEIGHT, RIGHT, TOP, BELOW, CHARACTER = 300, 156, 8, 12, 30, 6.3


def curves(lines: list[list[tuple[float, float]]], colour: str, alt: str, unit: str = "") -> Markup | None:
    """Small learning curves, one line of (epoch, value) pairs per seed; None if there is nothing to draw.

    The axes are labelled at their ends: with the first and last epoch, and with the least and greatest value
    in `unit`.
    """
    points = [point for line in lines for point in line]
    if len({x for x, _ in points}) < 2:
        return None
    first, last = min(x for x, _ in points), max(x for x, _ in points)
    low, high = min(y for _, y in points), max(y for _, y in points)
    span = (high - low) or 1.0
    ends = [high, low] if high > low else [high]
    labels = [clip(number(value) + ("%" if unit == "%" else ""), 16) for value in ends]
    left = 10 + CHARACTER * max(map(len, labels))
    bottom, right = HEIGHT - BELOW, WIDTH - RIGHT

    def place(x: float, y: float) -> tuple[float, float]:
        return left + (right - left) * ((x - first) / (last - first)), TOP + (bottom - TOP) * (
            high - y
        ) / span

    parts = [
        f'<path d="M{left:.1f} {TOP}V{bottom}H{right}" fill="none" stroke="currentColor" stroke-width=".7"/>'
    ]
    for value, label in zip(ends, labels, strict=True):
        y = place(first, value)[1]
        parts.append(
            f'<path d="M{left:.1f} {y:.1f}H{right}" stroke="currentColor" stroke-width=".7" opacity=".2"/>'
        )
        parts.append(f'<text x="{left - 5:.1f}" y="{y + 4:.1f}" text-anchor="end">{escape(label)}</text>')
    for x, label, anchor in ((left, number(first), "start"), (right, f"epoch {number(last)}", "end")):
        parts.append(f'<text x="{x:.1f}" y="{bottom + 17}" text-anchor="{anchor}">{escape(label)}</text>')
    for line in lines:
        if len(line) > 1:
            drawn = " ".join(f"{x:.1f} {y:.1f}" for x, y in (place(*point) for point in thin(line)))
            parts.append(
                f'<polyline points="{drawn}" fill="none" stroke="{escape(colour)}" stroke-width="1.5" '
                'stroke-linejoin="round"/>'
            )
    return Markup(
        f'<svg class="curve" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" '
        f'aria-label="{escape(clip(alt, 300))}">{"".join(parts)}</svg>'
    )


def thin(line: list[tuple[float, float]], most: int = 60) -> list[tuple[float, float]]:
    """At most `most` of the points of a line, evenly spaced, including the first and the last."""
    if len(line) <= most:
        return line
    return [line[round(i * (len(line) - 1) / (most - 1))] for i in range(most)]
