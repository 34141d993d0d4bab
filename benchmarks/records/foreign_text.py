"""Text from anywhere: what records may hold, how it is shown, and identifiers in words.

A string from a bundle, a library's message or a user's label is not trusted: it may be very long, break XML,
or make two names look alike. `is_text` is the one check of what a record may hold, `clean` the one cleaner.
"""

import functools
import re
import unicodedata
from typing import Any

#: The longest string of a record, in characters.
MAX_STRING = 100_000
#: The longest string that is shown.
MAX_SHOWN = 20_000
#: What is shown for a name that is empty.
UNNAMED = "(unnamed)"
#: XML, and with it SVG and HTML, cannot hold the other control characters; half a surrogate pair is not text.
_NOT_TEXT = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
#: Line ends of other kinds than the newline.
_LINE_ENDS = re.compile("\r\n?|[\x0b\x0c\x85\u2028\u2029]")
#: What no page, SVG or CSV should carry: control characters (but tab and newline), lone surrogates, code
#: points that are not characters, marks that turn text around, and whatever else Unicode calls default
#: ignorable, which cannot be seen and makes different names look alike.
_UNWANTED = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\xad\u034f\u061c\u115f\u1160\u17b4\u17b5\u180b-\u180f\u200b-\u200f\u202a-\u202e"
    "\u2060-\u206f\u3164\ud800-\udfff\ufdd0-\ufdef\ufeff\uffa0\ufff0-\ufffb\ufffe\uffff"
    "\U0001bca0-\U0001bca3\U0001d173-\U0001d17a\U000e0000-\U000e0fff"
    + "".join(f"{chr(plane + 0xFFFE)}{chr(plane + 0xFFFF)}" for plane in range(0x10000, 0x110000, 0x10000))
    + "]"
)


@functools.cache
def _pile() -> re.Pattern[str]:
    """More than four combining marks in a row: a pile that covers other lines."""
    marks = "".join(
        mark for mark in map(chr, range(0x300, 0x20000)) if unicodedata.category(mark) in ("Mn", "Me")
    )
    return re.compile(f"([{marks}]{{4}})[{marks}]+")


def is_text(value: str) -> bool:
    """Whether a record may hold this string: its length is bounded, and XML can contain it."""
    return len(value) <= MAX_STRING and not _NOT_TEXT.search(value)


def clip(text: str, longest: int) -> str:
    """The text, cut to `longest` characters with an ellipsis."""
    return text if len(text) <= longest else text[: longest - 1] + "…"


def clean_text(text: str, longest: int = MAX_SHOWN) -> str:
    """A string without what cannot be seen or spoils a page, cut to `longest`; empty if it is blank.

    What comes out can stand in a record (`is_text`), and cleaning it again changes nothing.
    """
    if not (text.isascii() and text.isprintable()):
        text = _pile().sub(r"\1", _UNWANTED.sub("", _LINE_ENDS.sub("\n", text)))
    return clip(text, longest) if text.strip() else ""


def clean(value: Any, longest: int = MAX_SHOWN) -> Any:
    """Plain data with every string in it cleaned, keys too; a key without a name becomes `UNNAMED`."""
    if isinstance(value, str):
        return clean_text(value, longest)
    if isinstance(value, dict):
        return {clean_text(str(key), 200) or UNNAMED: clean(item, longest) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [clean(item, longest) for item in value]
    return value


def in_words(identifier: str) -> str:
    """A task, measure or column as a reader sees it: `language_modelling` is "language modelling"."""
    return identifier.replace("_", " ")
