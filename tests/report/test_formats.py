"""Numbers and durations as text."""

from typing import Any

import pytest

from report import formats


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.95, "0.950"),
        (60000, "60,000"),
        (-3.9, "−3.90"),
        (0.0, "0"),
        (1.5e-5, "1.50 × 10⁻⁵"),
        (3.14e23, "3.14 × 10²³"),
        (None, "—"),
        (float("nan"), "—"),
        (12.345, "12.3"),
    ],
)
def test_numbers_as_text(value: Any, shown: str) -> None:
    assert formats.number(value) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.0, "0 s"), (0.0123, "12.3 ms"), (59, "59 s"), (3600, "60 min"), (7200, "2 h"), (216000, "2.5 d")],
)
def test_durations_as_text(seconds: float, shown: str) -> None:
    assert formats.duration(seconds) == shown
