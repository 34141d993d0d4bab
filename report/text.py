"""Words and numbers as the report prints them, and the cleaning of text that comes from a bundle."""

import math
import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit

#: line ends of other kinds than the newline
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
#: What no page, SVG or CSV should carry: controls (but tab and newline), lone surrogates, what is no character, marks that turn text around,
#: and all else that Unicode calls default ignorable: it cannot be seen, and makes different names look alike.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e\u2060-\u206f\u3164"
    "\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)
_COMBINING = "".join(
    mark for mark in map(chr, range(0x300, 0x20000)) if unicodedata.category(mark) in ("Mn", "Me")
)
#: Marks that combine with the letter before them, variation selectors among them: more than four in a row are a pile that covers other lines.
_PILE = re.compile(f"([{_COMBINING}]{{4}})[{_COMBINING}]+")
_SUPERSCRIPT = str.maketrans("-0123456789", "⁻⁰¹²³⁴⁵⁶⁷⁸⁹")
LONGEST = 20_000
#: what is shown for a name that is empty
UNNAMED = "(unnamed)"
#: Beyond what a float32 holds nothing was measured, and figures and sums run over: larger numbers count as not finite, smaller ones as 0.
LARGEST = 1e39


def clip(text: str, longest: int) -> str:
    """The text, cut to `longest` characters with an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def clean(value: Any, longest: int = LONGEST) -> Any:
    """The value with every string in it (keys too) freed of what cannot be seen or spoils the page, and cut to `longest`.

    Every text that comes from a file goes through here before it is shown. A text of blanks alone becomes empty, a key without name `UNNAMED`.
    """
    if isinstance(value, str):
        if not (value.isascii() and value.isprintable()):
            value = _PILE.sub(r"\1", _UNWANTED.sub("", _LINE_ENDS.sub("\n", value)))
        return clip(value, longest) if value.strip() else ""
    if isinstance(value, dict):
        return {clean(str(key), 200) or UNNAMED: clean(item, longest) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item, longest) for item in value]
    return value


def bounded(value: float) -> float | None:
    """A number from a bundle, within `LARGEST`: None for a greater one, 0 for one that is smaller than its inverse."""
    if not -LARGEST <= value <= LARGEST:  # nor nan; compares integers of any size
        return None
    return float(value) if abs(value) >= 1 / LARGEST else 0.0


def power(value: float) -> str:
    """A power of ten as it stands on an axis: 1, 10, 100, 1,000, 10⁴."""
    exponent = round(math.log10(value))
    return f"{10**exponent:,}" if 0 <= exponent <= 3 else "10" + str(exponent).translate(_SUPERSCRIPT)


def number(value: Any, digits: int = 3) -> str:
    """A number with `digits` significant digits; counts in full with separators; — for null."""
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
    """A count in words where it is large: 61,706; 1.7 million; 175 billion; 3.00 × 10²⁴."""
    if value is None or not math.isfinite(value):
        return "—"
    if abs(value) >= 1e15:
        return number(float(value))
    for size, word in ((1e12, "trillion"), (1e9, "billion"), (1e6, "million")):
        if abs(value) >= size:
            return f"{value / size:.3g} {word}"
    return f"{round(value):,}"


def whole(value: float) -> str:
    """A count in full, with separators, as far as a reader can take it in: 61,706; 3.00 × 10²⁴."""
    return f"{value:,.0f}" if abs(value) < 1e15 else number(value)


def duration(seconds: float | None) -> str:
    """Seconds as one unit that a person would choose."""
    if seconds is None or not math.isfinite(seconds):
        return "—"
    for size, unit in ((86400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 2 * size:
            return f"{seconds / size:.3g} {unit}"
    return f"{seconds:.3g} s" if seconds >= 1 or seconds == 0 else f"{seconds * 1e3:.3g} ms"


def size(bytes: float | None) -> str:
    """Bytes in GiB or MiB."""
    if bytes is None or not math.isfinite(bytes):
        return "—"
    return f"{bytes / 2**30:.3g} GiB" if bytes >= 2**30 else f"{bytes / 2**20:.3g} MiB"


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


def web(url: Any) -> str | None:
    """The address if it is an http(s) one that is safe to link, else None."""
    if not isinstance(url, str) or len(url) > 2000 or re.search(r"[\s<>\"'`\\]", url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def slug(text: str) -> str:
    """The text as an id in the page: letters, digits and _ . + - alone."""
    return re.sub(r"[^A-Za-z0-9_.+-]+", "-", text)[:100] or "x"


def measure(name: str) -> str:
    """A measure's name as words."""
    return name.replace("_", " ")
