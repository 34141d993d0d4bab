"""The summary's sentences."""

import math

import pytest

from report import findings
from report.loading import from_bundle
from tests.report import bundles


@pytest.mark.parametrize(
    ("ours", "words"), [(2900.0, "2,900 epochs here"), (math.nan, "not reached by 2 of 3 runs here")]
)
def test_a_missed_claim_says_what_came_out_instead(ours: float, words: str) -> None:
    row = {
        **{"entry": "backprop_1986", "name": "Back-propagation net", "dataset": "parity_4", "variant": ""},
        **{"unit": "epochs", "claimed": 2825.0, "ours": ours, "machine": "one"},
        **{"values": [2000.0, math.inf, math.inf], "n": 3},
    }
    assert f"on parity_4 (2,825 epochs claimed, {words})" in findings._claim(row, many_machines=False)


def test_findings_count_every_machine_by_itself() -> None:
    """Each of two machines answers every claim once: the sentences add up to the rows of the table."""
    loaded = from_bundle(bundles.bundle(machines=2, tiers=("standard",)))
    said = findings._claims(loaded)
    for machine in ("A", "B"):
        rows = loaded.claims[
            (loaded.claims["machine"] == machine) & (loaded.claims["verdict"] != "not comparable")
        ]
        sentence = next(
            one for one in said if one.startswith(f"On machine {machine}, {len(rows)} comparisons")
        )
        for verdict, n in rows["verdict"].value_counts().items():
            assert f"{n} {verdict}" in sentence
