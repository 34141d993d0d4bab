"""The summary's sentences."""

import math

import pytest

from report import findings


@pytest.mark.parametrize(
    ("ours", "said"), [(2900.0, "2,900 epochs here"), (math.nan, "not all runs here got there")]
)
def test_a_missed_claim_says_what_came_out_instead(ours: float, said: str) -> None:
    row = {
        "entry": "backprop_1986", "name": "Back-propagation net", "dataset": "parity_4", "variant": "", "unit": "epochs",
        "claimed": 2825.0, "ours": ours, "machine": "one",
    }  # fmt: skip
    assert f"on parity_4 (2,825 epochs claimed, {said})" in findings._claim(row, machines=False)
