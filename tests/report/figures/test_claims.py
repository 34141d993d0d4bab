"""The figure of claims: gains in the right direction, and intervals of two-sided claims."""

from typing import Any

import pytest

from report import style
from report.figures import claims
from tests.report.variations import lenet_changed


def row(direction: str, **values: Any) -> dict[str, Any]:
    return {"claimed": 2.0, "direction": direction, "low": 1.0, "high": 3.0, **values}


@pytest.mark.parametrize(
    ("direction", "value", "gain"),
    [
        ("lower", 1.0, 50.0),
        ("lower", 3.0, -50.0),
        ("higher", 3.0, 50.0),
        ("equal", 3.0, -50.0),
        ("equal", 1.0, -50.0),
        ("equal", 2.0, 0.0),
    ],
)
def test_any_difference_from_a_two_sided_claim_is_worse(direction: str, value: float, gain: float) -> None:
    assert claims.gain(row(direction), value) == gain


@pytest.mark.parametrize(
    ("direction", "low", "high", "ends"),
    [
        ("lower", 1.0, 3.0, (-50.0, 50.0)),
        ("higher", 1.0, 4.0, (-50.0, 100.0)),
        ("equal", 1.0, 4.0, (-100.0, 0.0)),  # holds the claim: the bar reaches the line
        ("equal", 3.0, 4.0, (-100.0, -50.0)),
        ("lower", 1.0, float("nan"), None),
    ],
)
def test_an_interval_that_holds_a_two_sided_claim_reaches_the_line(
    direction: str, low: float, high: float, ends: tuple[float, float] | None
) -> None:
    assert claims.interval(row(direction, low=low, high=high)) == ends


def test_the_caption_says_how_two_sided_claims_are_drawn() -> None:
    for direction, said in (("equal", True), ("lower", False)):
        with style.theme():
            (drawn,) = claims.draw(lenet_changed("claim", direction=direction))
        assert ("Two-sided claims have all differences on the left." in drawn.caption) == said
        gains = drawn.data.loc[drawn.data["entry"] == "lenet5_1998", "better than claimed, %"].tolist()
        assert gains and (direction == "lower" or max(gains) <= 0)
