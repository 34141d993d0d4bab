"""Durations as a user writes them."""

import pytest

from benchmarks.commands.duration import in_seconds


@pytest.mark.parametrize(("text", "seconds"), [("9m", 540), ("60s", 60), ("90", 90), ("1.5m", 90)])
def test_the_budget_is_in_seconds_or_minutes(text: str, seconds: float) -> None:
    assert in_seconds("--budget", text) == seconds


@pytest.mark.parametrize("text", ["", "soon", "-3", "0", "9h"])
def test_another_budget_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="give seconds or minutes"):
        in_seconds("--budget", text)
