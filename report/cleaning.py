"""Cleans text, numbers and addresses from bundles so that they can be shown safely."""

import re
import unicodedata
from typing import Any
from urllib.parse import urlsplit

#: line ends other than the newline
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")

#: What no page, SVG or CSV should contain: controls (except tab and newline), lone surrogates, code points
#: that are not characters, marks that reverse the direction of text, and everything else that Unicode calls
#: default ignorable, which cannot be seen and makes different names look alike.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f"
    "\u202a-\u202e\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)

_COMBINING = "".join(
    mark for mark in map(chr, range(0x300, 0x20000)) if unicodedata.category(mark) in ("Mn", "Me")
)

#: Marks that combine with the letter before them, including variation selectors: more than four in a row pile
#: up over other lines.
_PILE = re.compile(f"([{_COMBINING}]{{4}})[{_COMBINING}]+")

#: characters of the longest text that is kept
LONGEST = 20_000

#: shown for an empty name
UNNAMED = "(unnamed)"

#: Nothing was measured beyond what a float32 holds, and figures and sums would overflow: larger numbers count
#: as not finite, numbers smaller than its inverse as 0.
LARGEST = 1e39


def clip(text: str, longest: int) -> str:
    """The text, cut to `longest` characters with an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def clean(value: Any, longest: int = LONGEST) -> Any:
    """The value with every string in it, keys included, cleaned and cut to `longest` characters.

    Characters that cannot be seen or spoil the page are removed. Every text from a file passes through here
    before it is shown. A blank text becomes empty, an empty key `UNNAMED`.
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
    """A number from a bundle, within `LARGEST`: None if it is larger, 0 if it is smaller than its inverse."""
    if not -LARGEST <= value <= LARGEST:  # also true of nan; compares integers of any size
        return None
    return float(value) if abs(value) >= 1 / LARGEST else 0.0


def web(url: Any) -> str | None:
    """The address if it is an http(s) address that is safe to link, otherwise None."""
    if not isinstance(url, str) or len(url) > 2000 or re.search(r"[\s<>\"'`\\]", url):
        return None
    try:
        parts = urlsplit(url)
    except ValueError:
        return None
    return url if parts.scheme in ("http", "https") and parts.netloc else None


def slug(text: str) -> str:
    """The text as an id in a page: only letters, digits and _ . + -."""
    return re.sub(r"[^A-Za-z0-9_.+-]+", "-", text)[:100] or "x"
