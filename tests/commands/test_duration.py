"""Durations as a user writes them."""

import pytest

from benchmarks.commands.duration import in_seconds


@pytest.mark.parametrize(
    ("text", "seconds"), [("9m", 540), ("60s", 60), ("90", 90), ("1.5m", 90), ("30min", 1800), ("2h", 7200)]
)
def test_the_budget_is_in_seconds_minutes_or_hours(text: str, seconds: float) -> None:
    assert in_seconds("--budget", text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "-3", "0", "9d", "9" * 400, "9" * 306 + "h"])
def test_another_budget_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="give seconds, minutes or hours"):
        in_seconds("--budget", text)
