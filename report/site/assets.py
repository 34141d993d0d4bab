"""The style sheets and the scripts that the pages contain."""

import base64
import functools
import hashlib
from pathlib import Path

from markupsafe import Markup

_STATIC = Path(__file__).parent / "static"
#: one behaviour each, in the order in which they build on one another
_SCRIPTS = ("lists.js", "download.js", "address.js", "points.js", "copy.js", "start.js")


@functools.cache
def style(*more: str) -> Markup:
    """The style sheet of all pages, followed by those that only some pages have."""
    return Markup("".join((_STATIC / name).read_text(encoding="utf-8") for name in ("style.css", *more)))


@functools.cache
def script() -> Markup:
    """The scripts of all pages as one, which leaves no names behind."""
    parts = [(_STATIC / name).read_text(encoding="utf-8") for name in _SCRIPTS]
    return Markup('(() => {\n"use strict";\n' + "\n".join(parts) + "})();\n")


@functools.cache
def script_hash(script: str) -> str:
    """The hash by which a page's content security policy allows its script."""
    return base64.b64encode(hashlib.sha256(script.encode()).digest()).decode()
