"""The page of claims: counts, causes and reasons."""

from pathlib import Path
from typing import Any

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
    missed = loaded.claims[loaded.claims["verdict"] == "missed"]
    found = claims.causes(loaded)
    listed = [claim for cause in found for claim in cause["claims"]]
    assert len(listed) == len(missed.drop_duplicates(claims.CLAIM)) < len(missed)
    assert sum(len(claim["ours"]) for claim in listed) == len(missed)
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
