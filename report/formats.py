"""Numbers and words as the report prints them."""

import math
from typing import Any

_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")


def power(value: float) -> str:
    """A power of ten as an axis label: 1, 10, 100, 1,000, 10⁴."""
    exponent = round(math.log10(value))
    return f"{10**exponent:,}" if 0 <= exponent <= 3 else "10" + str(exponent).translate(_SUPERSCRIPT)


def number(value: Any, digits: int = 3) -> str:
    """A number with `digits` significant digits; whole numbers in full with separators; — for null."""
    if value is None or (isinstance(value, float) and not math.isfinite(value)):
        return "—"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if float(value).is_integer() and abs(value) < 1e6:
        return f"{int(value):,}".replace("-", "−")
    magnitude = abs(float(value))
    if magnitude >= 1e6 or magnitude < 1e-3:
        mantissa, exponent = f"{float(value):.{digits - 1}e}".split("e")
        return f"{mantissa} × 10{str(int(exponent)).translate(_SUPERSCRIPT)}".replace("-", "−")
    decimals = max(0, digits - 1 - math.floor(math.log10(magnitude)))
    return f"{float(value):,.{decimals}f}".replace("-", "−")


def count(value: float | None) -> str:
    """A count, in words if it is large: 61,706; 1.7 million; 175 billion; 3.00 × 10²⁴."""
    if value is None or not math.isfinite(value):
        return "—"
    if abs(value) >= 1e15:
        return number(float(value))
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(value) >= size:
            return f"{value / size:.3g} {word}"
    return f"{round(value):,}"


def whole(value: float) -> str:
    """A count in full, with separators, unless it has too many digits to read: 61,706; 3.00 × 10²⁴."""
    return f"{value:,.0f}" if abs(value) < 1e15 else number(value)


def duration(seconds: float | None) -> str:
    """Seconds in the unit that a person would choose."""
    if seconds is None or not math.isfinite(seconds):
        return "—"
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s" if seconds >= 1 or seconds == 0 else f"{seconds * 1e3:.3g} ms"


def size(bytes: float | None) -> str:
    """Bytes in GiB, MiB or KiB."""
    if bytes is None or not math.isfinite(bytes):
        return "—"
    for unit, name in ((2**30, "GiB"), (2**20, "MiB")):
        if bytes >= unit:
            return f"{bytes / unit:.3g} {name}"
    return f"{bytes / 2**10:.3g} KiB"


def rate(value: float | None, unit: str) -> str:
    """A rate with an SI prefix: 160 GFLOP/s."""
    if value is None or not math.isfinite(value):
        return "—"
    for factor, prefix in ((1e15, "P"), (1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k")):
        if value >= factor:
            return f"{value / factor:.3g} {prefix}{unit}"
    return f"{value:.3g} {unit}"


def several(n: int, word: str) -> str:
    """`1 run`, `3 runs`, `2 entries`."""
    plural = word[:-1] + "ies" if word.endswith("y") else word + "s"
    return f"{n:,} {word if n == 1 else plural}"


def listed(words: list[str]) -> str:
    """`a`, `a and b`, `a, b and c`."""
    return words[0] if len(words) == 1 else ", ".join(words[:-1]) + " and " + words[-1] if words else ""


def with_unit(value: float | None, unit: str) -> str:
    """A number with its unit: 0.95%, 33 BLEU."""
    return number(value) + ("" if not unit else "%" if unit == "%" else f" {unit}")
