"""Draws small learning curves."""

from markupsafe import Markup, escape

from benchmarks.records import clip


def curves(lines: list[list[tuple[float, float]]], colour: str, alt: str) -> Markup | None:
    """Small learning curves, one line of (epoch, value) pairs per seed; None if there is nothing to draw."""
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
        '<svg class="curve" xmlns="http://www.w3.org/2000/svg" viewBox="0 0 240 90" role="img" '
        f'aria-label="{escape(clip(alt, 300))}">'
        f'<path d="M6 4V86H236" fill="none" stroke="currentColor" stroke-width=".6"/>'
        f'<g fill="none" stroke="{escape(colour)}" stroke-width="1.5" stroke-linejoin="round">{paths}</g>'
        "</svg>"
    )


def thin(line: list[tuple[float, float]], most: int = 60) -> list[tuple[float, float]]:
    """At most `most` of the points of a line, evenly spaced, including the first and the last."""
    if len(line) <= most:
        return line
    return [line[round(i * (len(line) - 1) / (most - 1))] for i in range(most)]
