"""What every claim must say, and that its verdict follows from published results. Imports no framework."""

import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchmarks import catalogue
from benchmarks.spec import CAUSES, STATISTICS, Entry
from report import cards, loading, verdicts

ROOT = Path(__file__).resolve().parents[2]
REFERENCES = sorted(path.parent for path in (ROOT / "results" / "reference").glob("*/bundle.json"))
#: an address, or the name of a public copy
ADDRESS = re.compile(
    r"https?://|\barXiv[ :]?\d|\bgithub [\w.-]+/[\w.-]+|\b[a-z0-9-]+\.(org|com|ai|edu|net|io|eu|fr)\b",
    re.IGNORECASE,
)
#: the entry's own paper
PAPER = re.compile(r"((the )?paper\b|abstract of the paper|text of the paper)")


@pytest.fixture(params=catalogue.ids())
def entry(request: pytest.FixtureRequest) -> Entry:
    return catalogue.load(request.param)


def can_be_looked_up(source: str, entry: Entry) -> bool:
    """Whether a reader can look it up: it names an address, or the entry's paper, which has one."""
    return bool(ADDRESS.search(source) or (PAPER.match(source) and entry.paper.url))


@pytest.mark.parametrize(
    ("source", "findable"),
    [
        ("paper text, section 4", True),
        ("the paper's abstract", True),
        ("README of github yell/boltzmann-machines", True),
        ("a table, yann.lecun.com/exdb/mnist", True),
        ("arXiv 1505.04366", True),
        ("an account of the paper", False),
        ("figures as quoted in lecture notes", False),
        ("", False),
    ],
)
def test_a_source_that_can_be_found_is_told_from_one_that_cannot(source: str, findable: bool) -> None:
    assert can_be_looked_up(source, catalogue.load("lenet5_1998")) == findable


def test_what_is_verified_can_be_found(entry: Entry) -> None:
    for confidence, source in [(one.confidence, one.source) for one in entry.claims] + [
        (one.confidence, one.source) for one in entry.history
    ]:
        assert confidence != "verified" or can_be_looked_up(source, entry), (
            f"{entry.id}: nobody can find {source!r}: name an address, or say recalled"
        )
    for count in entry.parameters:
        if count.confidence == "verified":
            assert entry.paper.url or ADDRESS.search(count.where), (
                f"{entry.id}: nobody can find {count.where!r}"
            )


def test_a_claim_says_what_kind_of_number_it_is_and_how_well_it_is_known(entry: Entry) -> None:
    for claim in entry.claims:
        assert claim.statistic in STATISTICS
        assert claim.direction in ("lower", "higher", "equal")
        assert claim.of is None or claim.of > 1, "a number of one run is single"
        assert claim.of is None or claim.statistic not in ("single", "bound")
        if claim.statistic == "share":
            assert claim.unit == "%" and claim.direction != "lower"
        if claim.statistic == "bound":
            assert claim.direction != "equal"
        assert (claim.tolerance is None) == (not claim.tolerance_why), (
            "a claim with its own tolerance says where that comes from"
        )
        for known in (claim.spread, claim.test_size, claim.resolution, claim.tolerance):
            assert known is None or known > 0
        one = cards.claim(vars(claim))
        assert one is not None
        slack, why = verdicts.tolerance(one)
        assert slack > 0 and why


def test_a_cause_is_one_of_the_words_and_has_its_evidence_in_a_sentence(entry: Entry) -> None:
    for claim in entry.claims:
        assert claim.missed_because in ("", *CAUSES)
        assert bool(claim.missed_because) == bool(claim.evidence)
        assert not claim.evidence or (claim.evidence[0].isupper() and claim.evidence.endswith("."))
        assert not (claim.missed_because and claim.not_comparable)


@pytest.fixture(scope="module")
def judged() -> pd.DataFrame:
    """Every claim of the catalogue as the published runs answer it: installed cards, published numbers."""
    assert REFERENCES, "no published bundle"
    return pd.concat([loading.load([folder]).claims for folder in REFERENCES])


def _key(row: Any) -> tuple[Any, ...]:
    return row["entry"], row["dataset"], row["variant"], row["metric"], float(row["claimed"]), row["where"]


def test_the_published_misses_and_no_others_say_why(judged: pd.DataFrame) -> None:
    missed = {_key(row) for row in judged[judged["verdict"] == "missed"].to_dict("records")}
    explained = {
        (id, claim.dataset, claim.variant, claim.metric, float(claim.value), claim.where)
        for id in catalogue.ids()
        for claim in catalogue.load(id).claims
        if claim.missed_because
    }
    assert missed - explained == set(), "missed, and nobody says why"
    assert explained - missed == set(), "a cause for what is not missed"
    assert len(missed) > 3, "the published results miss some"


@pytest.mark.parametrize(
    ("entry", "metric", "dataset", "expected"),
    [
        # Checked once in 32,000 sequences, not in 2,000: runs lost again what they had learned.
        ("lstm_1997", "wrong", "temporal_order", "reproduced"),
        (
            "lenet5_1998",
            "error",
            "mnist",
            "reproduced",
        ),  # an interval that holds the claim was called exceeded
        ("lecun_zip_1989", "error", "usps", "reproduced"),  # 14 of 2,007 digits were called a miss
        ("lenet1_1995", "error", "mnist", "reproduced"),
        ("backprop_1986", "epochs_to_criterion", "parity_4", "missed"),
        ("backprop_1986", "epochs_to_criterion", "symmetry_6", "reproduced"),  # with three runs: a miss
        ("dqn_2013", "return", "cartpole", "not comparable"),  # the best that can be reached, once
        # Published before its filter banks learned in stages: another recipe than the entry's.
        ("jarrett_unsup_cnn_2009", "error", "mnist", "missed"),
        ("mcdnn_2012", "error", "mnist", "partial"),
    ],
)
def test_verdicts_that_were_once_wrong(
    judged: pd.DataFrame, entry: str, metric: str, dataset: str, expected: str
) -> None:
    rows = judged[(judged["entry"] == entry) & (judged["metric"] == metric) & (judged["dataset"] == dataset)]
    answered = rows[rows["verdict"] != "not comparable"]
    fullest = answered[answered["tier"] == "standard"]
    assert set(fullest["verdict"]) == ({expected} if expected != "not comparable" else set())
    assert len(rows)
