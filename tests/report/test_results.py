"""The frames that the report is made of."""

import dataclasses
import re
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from report import findings, tables
from report.loading import from_bundle
from report.site.build import build
from tests.report import bundles
from tests.report.variations import edited, few, loaded


@pytest.mark.parametrize(("seeds", "median"), [([1.0, 2.0, np.nan], 2.0), ([1.0, np.nan, np.nan], None)])
def test_a_run_that_never_reached_the_criterion_counts_as_worse_than_any_number(
    seeds: list[float], median: float | None
) -> None:
    bundle = bundles.bundle(tiers=("standard",))
    mine = bundle.runs.loc[bundle.runs["entry"] == "lenet5_1998", "execution_id"]
    final = (
        bundle.measures["execution_id"].isin(mine)
        & bundle.measures["epoch"].isna()
        & (bundle.measures["measure"] == "error")
    )
    bundle.measures.loc[final, "value"] = seeds
    loaded = from_bundle(bundle)
    claim = loaded.claims[
        (loaded.claims["entry"] == "lenet5_1998") & (loaded.claims["metric"] == "error")
    ].iloc[0]
    every = tables.measures(loaded).frame
    for row in (
        tables.entries(loaded).frame.set_index("entry").loc["lenet5_1998"],
        every[(every["entry"] == "lenet5_1998") & (every["measure"] == "error")].iloc[0],
        claim,
    ):
        assert row["n"] == 3, "all runs are counted, and what was measured is said all the same"
        assert row["median"] == median if median else pd.isna(row["median"])


def test_warm_up_is_left_out_after_a_resumption_too(tmp_path: Path) -> None:
    """Every second leg here is of another speed, and says that it carries warm-up."""
    one = few()
    calm = loaded(tmp_path / "a", one).throughput.set_index(["entry", "recipe", "seed"])["examples_per_s"]

    def warm(row: dict[str, Any]) -> None:
        if row["epoch"] % 2 == 0:
            row.update(warm_up=True, train_s=row["train_s"] / 100)

    resumed = loaded(tmp_path / "b", edited(one, epochs=warm)).throughput.set_index(
        ["entry", "recipe", "seed"]
    )["examples_per_s"]
    ratio = (resumed / calm).dropna()
    assert len(ratio) > 20 and ratio.between(0.9, 1.1).all()


def test_another_source_is_another_row_and_no_broken_promise(tmp_path: Path) -> None:
    one = few()
    later = edited(
        bundles.again(one, 1),
        runs=lambda row: row.update(
            source_sha256="9" * 64, weights_sha256=row["weights_sha256"] and "f" * 64
        ),
    )
    results = loaded(tmp_path, one, later)
    assert results.nondeterministic.empty
    shown = tables.measures(results)
    assert "source_sha256" in [column.key for column in shown.columns] and shown.frame["n"].max() == 3
    assert set(results.representatives["source_sha256"]) == {"9" * 64}, (
        "the source that ran last stands for the entry"
    )


def test_executions_of_one_run_with_other_weights_are_shown_side_by_side(tmp_path: Path) -> None:
    one = few()
    run = one.runs[(one.runs["entry"] == "lenet5_1998") & (one.runs["seed"] == 1)].iloc[0]["run_id"]
    second = edited(
        bundles.again(one, 1),
        runs=lambda row: row.update(weights_sha256="f" * 64) if row["run_id"] == run else None,
    )
    results = loaded(tmp_path, one, second)
    table = tables.determinism(results)
    assert table.frame["run_id"].tolist() == [run, run] and set(table.frame["weights_sha256"].str[:4]) >= {
        "ffff"
    }
    assert "The executions of 1 run ended differently" in " ".join(findings.findings(results))
    build(results, tmp_path / "page")
    assert 'id="determinism"' in (tmp_path / "page" / "runs.html").read_text(encoding="utf-8")
    assert tables.measures(results).frame["n"].max() == 3


def test_one_machine_measured_twice_is_one_machine_and_calls_nothing_different(tmp_path: Path) -> None:
    one = few()
    results = loaded(tmp_path, one, bundles.again(one, 1, between=0.1))
    assert results.machines["machine"].tolist() == ["A"]
    assert len(results.runs) == 2 * len(one.runs) and results.nondeterministic.empty
    measures = tables.measures(results).frame
    assert measures["n"].max() == 3, "each seed counts once"
    assert tables.throughput(results).frame["n"].max() == 6, "every execution counts"
    assert tables.entries(results).frame["runs"].sum() == one.runs["run_id"].nunique()
    html = build(results, tmp_path / "page", compare=True).read_text(encoding="utf-8")
    counts = f"{2 * len(one.runs)} executions of {len(one.runs)} runs"
    assert f"Machine A is in 2 of the 2 bundles, which together hold {counts} on it." in html
    assert "faster" not in re.sub(r"<section id=\"(methods|then)\".*?</section>", "", html, flags=re.DOTALL)


def test_only_the_last_stage_is_timed(tmp_path: Path) -> None:
    """The first half of the legs is another stage, a hundred times faster; so is its warm-up."""
    one = few()
    key = ["entry", "recipe", "seed"]
    last = one.epochs.groupby("execution_id")["epoch"].max().to_dict()

    def two_stages(row: dict[str, Any]) -> None:
        first = row["epoch"] <= last[row["execution_id"]] / 2
        row.update(stage="pretraining" if first else "fine-tuning")
        if first:
            row.update(train_s=row["train_s"] / 100, warm_up=False, other_cores=2.0)

    plain = loaded(tmp_path / "a", one)
    staged = loaded(tmp_path / "b", edited(one, epochs=two_stages))
    ratio = (
        staged.throughput.set_index(key)["examples_per_s"] / plain.throughput.set_index(key)["examples_per_s"]
    )
    assert len(ratio.dropna()) > 20 and ratio.dropna().between(0.9, 1.1).all()
    assert (staged.throughput["disturbed"] == 0).all(), "disturbance of another stage does not count"
    assert sum(map(len, (legs.rates for legs in staged.legs.values()))) < 0.6 * len(one.epochs)


def test_results_without_the_column_of_stages_are_timed_as_a_whole() -> None:
    bundle = bundles.bundle(tiers=("standard",))
    with_stages, without = from_bundle(bundle), from_bundle(bundle)
    del without.epochs["stage"]
    pd.testing.assert_frame_equal(with_stages.throughput, without.throughput)


def test_results_of_a_round_are_not_the_final_result() -> None:
    """The test split is scored after each round, too: those rows have an epoch."""
    bundle = bundles.bundle(tiers=("standard",))
    final = bundle.measures[bundle.measures["epoch"].isna()]
    rounds = [final.assign(epoch=epoch, value=final["value"] * 0 + 77.0) for epoch in (1, 2)]
    measures = pd.concat([bundle.measures, *rounds], ignore_index=True).astype(
        bundle.measures.dtypes.to_dict()
    )
    expected, results = (from_bundle(one) for one in (bundle, dataclasses.replace(bundle, measures=measures)))
    for name in ("final_measures", "headline_values", "claims"):
        pd.testing.assert_frame_equal(getattr(results, name), getattr(expected, name))
    for table in ("measures", "runs", "entries"):
        pd.testing.assert_frame_equal(
            getattr(tables, table)(results).frame, getattr(tables, table)(expected).frame
        )
    assert results.nondeterministic.empty
