"""Durations as a user writes them."""

import math
import re

SECONDS = {"": 1, "s": 1, "m": 60, "min": 60, "h": 3600}


def in_seconds(option: str, text: str) -> float:
    """Seconds in "540", "540s", "9m", "9min" or "2h". Raises ValueError, naming the option, for others."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*(s|m|min|h|)", text)
    seconds = float(match[1]) * SECONDS[match[2]] if match else 0.0
    if not 0 < seconds < math.inf:
        raise ValueError(
            f"{option} {text!r} is not a duration: give seconds, minutes or hours, such as 540s, 9m or 2h"
        )
    return seconds
