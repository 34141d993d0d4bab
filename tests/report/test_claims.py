"""Claims and the runs that answer them."""

from typing import Any

import pandas as pd
import pytest

from benchmarks import records
from report import findings, tables
from report.claims import settled
from report.loading import from_bundle
from tests.report import bundles
from tests.report.variations import lenet_changed


def test_claims_are_answered_on_their_own_data_set_alone(results: Any) -> None:
    claims = results.claims.set_index(["entry", "dataset", "variant"])
    assert claims.loc[("lenet5_1998", "mnist", ""), "tier"] == "standard"
    assert claims.loc[("mlp_mnist_1998", "mnist", ""), "verdict"] == "exceeded"
    assert claims.loc[("mlp_mnist_1998", "mnist", "two_hidden"), "verdict"] == "missed"
    assert claims.loc[("dqn_2013", "atari", ""), "reason"] == "Atari games are not run"
    unasked = claims.loc[("transformer_2017", "wmt14", "")]
    assert (unasked["verdict"], unasked["n"]) == ("not comparable", 0)
    assert unasked["reason"].startswith("no run on this data set in these results")


@pytest.mark.parametrize(
    ("part", "values", "reason"),
    [
        ("recipe", {"limit": 1000}, "trained on only 1,000 examples"),
        ("claim", {"unit": "nats"}, "the claim is in nats, the measure in %"),
        ("claim", {"metric": "perplexity"}, "the runs on mnist do not report perplexity"),
        ("claim", {"variant": "relu"}, "no run on this data set in these results (mnist, variant relu)"),
        ("claim", {"not_comparable": "another protocol"}, "another protocol"),
    ],
)
def test_what_cannot_be_compared_says_why(part: str, values: dict[str, Any], reason: str) -> None:
    claims = lenet_changed(part, **values).claims
    row = claims[claims["entry"] == "lenet5_1998"].iloc[0]
    assert (row["verdict"], row["reason"]) == ("not comparable", reason)


@pytest.mark.parametrize(
    ("claimed", "shortened", "verdict", "reached"),
    [
        (0.5, "", "missed", None),
        (0.5, "a quarter", "partial", False),
        (5.0, "a quarter", "partial", True),
        (5.0, "", "exceeded", None),
    ],
)
def test_a_shortened_recipe_answers_in_part_whether_it_reaches_the_number_or_not(
    claimed: float, shortened: str, verdict: str, reached: bool | None
) -> None:
    """LeNet-5's three runs lie between 0.86 and 0.98%."""
    loaded = lenet_changed("recipe", shortened=shortened)
    for spec in loaded.specs.values():
        if spec["entry"]["id"] == "lenet5_1998":
            spec["entry"]["claims"][0]["value"] = claimed
    row = loaded.claims[loaded.claims["entry"] == "lenet5_1998"].iloc[0]
    assert row["verdict"] == verdict
    assert row["n"] == 3, "the number is shown all the same"
    assert pd.isna(row["reached"]) if reached is None else row["reached"] == reached
    assert ("a quarter" in row["reason"]) == (verdict == "partial")
    assert row["reason"].startswith("not reached by") == (reached is False)


def test_a_shortened_recipe_confirms_in_part_alone_that_a_net_fails() -> None:
    """A claim of 0% solved says that the net never learns, however long it is trained."""
    for value, shortened, verdict in (
        (0.0, "", "reproduced"),
        (0.0, "a quarter", "partial"),
        (100.0, "", "missed"),
    ):
        loaded = lenet_changed("claim", value=0.0, direction="equal", statistic="share")
        loaded.final_measures.loc[loaded.final_measures["entry"] == "lenet5_1998", "value"] = value
        for spec in loaded.specs.values():
            if spec["entry"]["id"] == "lenet5_1998":
                spec["recipe"]["shortened"] = shortened
        assert loaded.claims[loaded.claims["entry"] == "lenet5_1998"].iloc[0]["verdict"] == verdict


def test_a_seed_counts_once_and_a_single_one_is_indicative() -> None:
    one = bundles.bundle(tiers=("standard",), seeds=1)
    loaded = from_bundle(records.merge(one, bundles.again(one, 1), bundles.again(one, 2)))
    row = loaded.claims[loaded.claims["entry"] == "lenet5_1998"].iloc[0]
    assert row["n"] == 1 and row["indicative"]
    frame = tables.claims(loaded).frame.set_index("entry")
    assert frame.loc["lenet5_1998", "basis"] == "one run"
    said = findings._claims(loaded)[0]
    assert "each on a single run and so indicative: " in said


def test_runs_that_failed_are_said_to_have_failed() -> None:
    bundle = bundles.bundle(tiers=("standard",))
    bundle.runs.loc[bundle.runs["entry"] == "lenet5_1998", ["status", "reason"]] = ["oom", "no memory"]
    row = from_bundle(bundle).claims.set_index("entry").loc["lenet5_1998"]
    assert row["reason"] == "no run on mnist ended well (3 oom)"


def test_the_answer_that_counts_is_of_the_present_recipe_the_fullest_tier_and_the_most_runs() -> None:
    claim: dict[str, Any] = {"entry": "lenet5_1998", "dataset": "mnist", "variant": "", "metric": "error"}
    claim |= {"unit": "%", "claimed": 0.95, "where": "figure 9"}
    other = claim | {"where": "section III"}

    def answer(claim: dict[str, Any], verdict: str, version: str, tier: str, n: int) -> dict[str, Any]:
        return claim | {"verdict": verdict, "version": version, "tier": tier, "n": n}

    rows = [
        answer(claim, "reproduced", "older: epochs 9", "paper", 9),
        answer(claim, "missed", "", "pocket", 9),
        answer(claim, "exceeded", "", "standard", 3),
        answer(claim, "missed", "", "standard", 6),
        answer(claim, "reproduced", "", "standard", 6),
        answer(claim, "not comparable", "", "paper", 6),
        answer(other, "not comparable", "", "", 0),
    ]
    assert settled(pd.DataFrame(rows)).to_dict("records") == [rows[3], rows[6]]
