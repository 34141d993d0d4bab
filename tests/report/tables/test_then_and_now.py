"""Times then and now, and records."""

from typing import Any

import numpy as np
import pytest

from report import tables
from report.loading import from_bundle
from report.results import Results
from tests.report import bundles
from tests.report.variations import lenet_changed


def answered_by(loaded: Results, variant: str) -> None:
    """Lets the runs and the claims of LeNet-5 be those of a variant."""
    for frame in (loaded.representatives, loaded.claims):
        frame.loc[frame["entry"] == "lenet5_1998", "variant"] = variant


@pytest.mark.parametrize(
    ("variant", "hours", "same"), [("", 60.0, True), ("simplified", 2.0, True), ("another", 60.0, False)]
)
def test_a_time_is_compared_only_with_the_variant_that_it_is_recorded_for(
    variant: str, hours: float, same: bool
) -> None:
    loaded = from_bundle(bundles.bundle(tiers=("standard",)))
    for spec in loaded.specs.values():
        if spec["entry"]["id"] == "lenet5_1998":
            spec["entry"]["history"] = [
                {**spec["entry"]["history"][0], "value": v, "variant": of}
                for v, of in ((60.0, ""), (2.0, "simplified"))
            ]
    answered_by(loaded, variant)
    compared, others = (
        table(loaded).frame.set_index("entry") for table in (tables.times, tables.other_times)
    )
    shown = compared if same else others
    assert shown.loc["lenet5_1998", "then_s"] == hours * 3600
    assert ("lenet5_1998" in compared.index) == same


def test_a_time_of_the_public_record_is_that_of_the_papers_own_variant() -> None:
    loaded = from_bundle(bundles.bundle(tiers=("standard",)))
    for spec in loaded.specs.values():
        if spec["entry"]["id"] == "lenet5_1998":
            spec["entry"]["history"] = []
    assert "lenet5_1998" in set(tables.times(loaded).frame["entry"])
    answered_by(loaded, "distorted")
    assert "lenet5_1998" not in set(tables.times(loaded).frame["entry"])
    assert "lenet5_1998" in set(tables.other_times(loaded).frame["entry"])


def test_only_the_same_work_is_compared_with_the_time_of_the_paper() -> None:
    """LeNet-5 answers its claim on MNIST; on small digits it does other work."""
    standard = from_bundle(bundles.bundle(tiers=("standard",)))
    assert "lenet5_1998" in set(tables.times(standard).frame["entry"])
    pocket = from_bundle(bundles.bundle(tiers=("pocket",)))
    assert "lenet5_1998" not in set(tables.times(pocket).frame["entry"])
    assert "lenet5_1998" in set(tables.other_times(pocket).frame["entry"])


def beside_the_record(claimed: float, dataset: str = "mnist") -> list[dict[Any, Any]]:
    """The rows of the frontier, with two records of LeNet-5 and its claim changed."""
    loaded = lenet_changed("claim", value=claimed, dataset=dataset, tolerance=0.3)
    facts = [("record_seconds", 7.0, "one"), ("record_flop", 3e12, "one"), ("record_seconds", 5.0, "two")]
    for spec in loaded.specs.values():
        if spec["entry"]["id"] == "lenet5_1998":
            spec["entry"]["history"] += [
                {"what": w, "value": v, "unit": "", "source": s, "confidence": "verified"}
                for w, v, s in facts
            ]
    found: list[dict[Any, Any]] = tables.frontier(loaded).frame.to_dict("records")
    assert [(row["who"], row["value"], row["seconds"]) for row in found[:-1]] == [
        ("published: one", claimed, 7.0),
        ("published: two", claimed, 5.0),
    ]
    assert found[0]["flop"] == 3e12 and np.isnan(found[1]["flop"])
    return found


def test_time_and_operations_stand_beside_the_record() -> None:
    runs = bundles.bundle(tiers=("standard",)).runs
    mine = runs[runs["entry"] == "lenet5_1998"]
    row = beside_the_record(0.97)[-1]
    assert (
        row["verdict"] == "reproduced" and row["who"] == "here: machine A, tensorflow, float32, standard tier"
    )
    assert row["seconds"] == pytest.approx(float(np.median(mine["train_s"].astype(float))))
    assert row["flop"] == pytest.approx(
        float(np.median(mine["step_flop"].astype(float) * mine["steps"].astype(float)))
    )


@pytest.mark.parametrize(
    ("claimed", "dataset", "reason"),
    [
        (0.5, "mnist", "the claimed 0.5% was not reached: as good or better in 0"),
        (0.97, "usps", "no run on this data set in these results (usps)"),
    ],
)
def test_what_did_not_reach_the_measure_does_not_compare_with_the_record(
    claimed: float, dataset: str, reason: str
) -> None:
    row = beside_the_record(claimed, dataset)[-1]
    assert row["verdict"] == "not comparable" and row["reason"].startswith(reason)
