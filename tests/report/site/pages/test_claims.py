"""The page of claims: counts, causes and reasons."""

import math
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchmarks import records
from report import verdicts
from report.loading import from_bundle
from report.site.pages import claims
from tests.report.variations import lenet_changed


def test_comparisons_are_counted_by_verdict(results: Any) -> None:
    (bar,) = claims.bars(results)
    expected = results.claims["verdict"].value_counts()
    assert dict(bar["counts"]) == {v: expected[v] for v in verdicts.VERDICTS[:4] if v in expected}


def test_misses_are_listed_by_cause_once_for_all_machines(two: Path) -> None:
    loaded = from_bundle(records.read_bundle(two))
    settled = loaded.settled_claims
    missed = settled[settled["verdict"] == "missed"]
    found = claims.causes(loaded)
    listed = [claim for cause in found for claim in cause["claims"]]
    assert len(listed) == len(missed) == len(missed.drop_duplicates(claims.CLAIM))
    assert sum(len(claim["ours"]) for claim in listed) == len(loaded.claims.merge(missed[claims.CLAIM]))
    assert all(address.startswith("provenance/") for claim in listed for _, address in claim["ours"])
    assert any(text.endswith("(B)") for claim in listed for text, _ in claim["ours"])


@pytest.mark.parametrize(
    ("part", "values", "kind", "reason"),
    [
        ("recipe", {"limit": 1000}, verdicts.PROTOCOL, "trained on only 1,000 examples"),
        ("claim", {"metric": "bleu"}, verdicts.NOT_MEASURED, "the runs on mnist do not report bleu"),
        ("claim", {"variant": "relu"}, verdicts.NOT_RUN, "mnist"),
        ("claim", {"not_comparable": "another protocol"}, verdicts.CARD_SAYS, "another protocol"),
    ],
)
def test_reasons_are_grouped_by_kind(part: str, values: dict[str, Any], kind: str, reason: str) -> None:
    found = {one["name"]: one for one in claims.kinds(lenet_changed(part, **values))}
    assert list(found) == [name for name in verdicts.UNANSWERED if name in found]
    reasons = {words: (n, entries) for words, n, entries in found[kind]["reasons"]}
    n, entries = reasons[reason]
    assert n == 1 and "entries/lenet5_1998.html" in entries[0]


def test_every_claim_that_is_not_compared_has_a_kind(results: Any) -> None:
    rows = results.claims
    assert set(rows.loc[rows["verdict"] == "not comparable", "unanswered"]) <= set(verdicts.UNANSWERED)
    assert set(rows.loc[rows["verdict"] != "not comparable", "unanswered"]) == {""}
    apart = rows[rows["verdict"] == "not comparable"].drop_duplicates([*claims.CLAIM, "unanswered", "reason"])
    assert sum(kind["claims"] for kind in claims.kinds(results)) == len(apart)


def test_a_miss_names_answers_that_did_better_and_equal_ones_once() -> None:
    """On A one of two runs got there; B reached the number, and C, with two threads, twice the same."""
    row = {
        **{"entry": "backprop_1986", "name": "Back-propagation net", "metric": "epochs_to_criterion"},
        **{"dataset": "parity_4", "variant": "", "claimed": 2825.0, "unit": "epochs", "evidence": "why"},
        **{"machine": "A", "ours": math.nan, "values": [9.0, math.inf], "n": 2, "verdict": "missed"},
        "provenance": "a.html",
    }
    good = row | {"machine": "B", "ours": 2000.0, "verdict": "reproduced", "provenance": "b.html"}
    slow = row | {"machine": "C", "ours": 4000.0, "provenance": "c.html"}
    found = claims._miss(row, pd.DataFrame([row, good, slow, slow]))
    assert found["ours"] == [
        ("not reached by 1 of 2 runs (A)", "a.html"),
        ("2,000 epochs (B, reproduced)", "b.html"),
        ("4,000 epochs (C)", "c.html"),
    ]
