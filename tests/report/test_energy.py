"""What an example takes in joules and money, against sums over the legs that were written."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks import records
from benchmarks.records.csv_tables import to_rows
from report.results import Results
from tests.report import bundles
from tests.report.variations import POCKET, edited, few, loaded, only


def lenet(**edits: Callable[[dict[str, Any]], None]) -> records.Bundle:
    """Runs of one net on a processor without counter, and on an accelerator that costs 3.2 EUR/h."""
    return edited(only(bundles.bundle(tiers=POCKET, machines=2), {"lenet5_1998"}), **edits)


def metered(row: dict[str, Any]) -> None:
    """500 W in training, 900 W while it warms up."""
    if row["energy_j"] is not None:
        row["energy_j"] = (900.0 if row["warm_up"] else 500.0) * row["train_s"]


def known(results: Results) -> list[dict[Any, Any]]:
    found = results.energy[results.energy["power_w"].notna()].to_dict("records")
    assert 0 < len(found) < len(results.energy)
    return found


def legs_of(bundle: records.Bundle, id: str) -> list[dict[str, Any]]:
    return [row for row in to_rows("epochs", bundle.epochs) if row["execution_id"] == id]


def test_energy_of_examples_is_that_of_steady_legs_and_of_a_run_that_of_all(tmp_path: Path) -> None:
    bundle = lenet(epochs=metered)
    for row in known(loaded(tmp_path, bundle)):
        legs = legs_of(bundle, row["execution_id"])
        steady = legs[1:]
        assert [leg["warm_up"] for leg in legs] == [True] + [False] * len(steady)
        seconds, examples = sum(leg["train_s"] for leg in steady), sum(leg["examples"] for leg in steady)
        assert row["power_w"] == pytest.approx(500.0)
        assert row["joules_per_example"] == pytest.approx(500 * seconds / examples)
        assert row["energy_j"] == pytest.approx(500 * seconds + 900 * legs[0]["train_s"])
        # It draws 80 W at rest.
        idle = 80 * (seconds + legs[0]["train_s"])
        assert row["idle_share"] == pytest.approx(100 * idle / row["energy_j"])


def test_a_leg_without_energy_leaves_the_run_s_unknown_and_the_example_s_known(tmp_path: Path) -> None:
    def short(row: dict[str, Any]) -> None:
        metered(row)
        if row["epoch"] % 2:
            row["energy_j"] = None

    bundle = lenet(epochs=short)
    results = loaded(tmp_path, bundle)
    for row in known(results):
        counted = [leg for leg in legs_of(bundle, row["execution_id"]) if leg["energy_j"] is not None]
        assert row["joules_per_example"] == pytest.approx(
            500 * sum(leg["train_s"] for leg in counted) / sum(leg["examples"] for leg in counted)
        )
    assert results.energy[["energy_j", "idle_share"]].isna().all(axis=None)


def test_to_the_criterion_go_the_legs_up_to_its_epoch(tmp_path: Path) -> None:
    def reached(row: dict[str, Any]) -> None:
        if row["epoch"] is None and row["measure"] == "loss":
            row.update(split="validation", measure="epochs_to_criterion", value=3.0, unit="epochs")

    bundle = lenet(epochs=metered, measures=reached)
    for row in known(loaded(tmp_path, bundle)):
        first, second, third, *_ = legs_of(bundle, row["execution_id"])
        assert (first["epoch"], third["epoch"]) == (1, 3)
        steady = second["train_s"] + third["train_s"]
        assert row["to_criterion_j"] == pytest.approx(900 * first["train_s"] + 500 * steady)
        assert row["cost_to_criterion"] == pytest.approx(3.2 * (first["train_s"] + steady) / 3600)


def test_a_criterion_that_was_never_reached_has_no_price(tmp_path: Path) -> None:
    def missed(row: dict[str, Any]) -> None:
        if row["epoch"] is None and row["measure"] == "loss":
            row.update(split="validation", measure="epochs_to_criterion", value=None, unit="epochs")

    results = loaded(tmp_path, lenet(measures=missed))
    assert results.energy[["to_criterion_j", "cost_to_criterion"]].isna().all(axis=None)


def test_the_cost_of_a_million_examples_is_the_price_of_their_time(tmp_path: Path) -> None:
    results = loaded(tmp_path, lenet())
    speeds = results.throughput.set_index("execution_id")["examples_per_s"]
    for row in known(results):
        assert row["currency"] == "EUR"
        assert row["cost_of_a_million"] == pytest.approx(1e6 / speeds[row["execution_id"]] / 3600 * 3.2)


def test_a_bundle_without_counters_and_prices_has_neither(tmp_path: Path) -> None:
    results = loaded(tmp_path, few())
    assert len(results.energy) and results.energy.drop(columns=["execution_id", "currency"]).isna().all(
        axis=None
    )
