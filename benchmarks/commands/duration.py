"""Durations as a user writes them."""

import re


def in_seconds(option: str, text: str) -> float:
    """Seconds in "540", "540s" or "9m". Raises ValueError, naming the option, for anything else."""
    match = re.fullmatch(r"(\d+(?:\.\d+)?)\s*([sm]?)", text)
    if not match or float(match[1]) <= 0:
        raise ValueError(f"{option} {text!r} is not a duration: give seconds or minutes, such as 540s or 9m")
    return float(match[1]) * (60 if match[2] == "m" else 1)
