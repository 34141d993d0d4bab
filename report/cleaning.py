"""Numbers and addresses from bundles, made safe to show; `benchmarks.records.clean` does it for texts."""

import re
from typing import Any
from urllib.parse import urlsplit

#: Nothing was measured beyond what a float32 holds, and figures and sums would overflow: larger numbers count
#: as not finite, numbers smaller than its inverse as 0.
LARGEST = 1e39


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
