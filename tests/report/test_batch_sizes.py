"""Speeds at growing batch sizes, as the report reads them."""

import dataclasses
from pathlib import Path
from typing import Any

import pytest

from report import batch_sizes, tables
from report.results import Results
from tests.report import bundles
from tests.report.variations import edited, few, loaded, with_speeds


def test_medians_extremes_and_percentiles_are_those_of_the_repeats(tmp_path: Path) -> None:
    frame = loaded(tmp_path, with_speeds(few())).speeds
    (training, larger) = frame[frame["work"] == "training"].to_dict("records")[:2]
    assert (training["batch_size"], larger["batch_size"]) == (10, 40)
    assert (training["examples_per_s"], training["low"], training["high"]) == (1000, 500, 2000)
    single = frame[frame["work"] == "latency"].iloc[0]
    assert single["p50_s"] == pytest.approx(0.0505)
    assert single["p95_s"] == pytest.approx(0.09505)
    assert single["p99_s"] == pytest.approx(0.09901)
    assert frame[frame["work"] == "latency"]["examples_per_s"].isna().all()
    assert set(frame["load"]) == {"calm"}


def test_the_energy_of_an_example_is_that_of_all_repeats_over_their_examples(tmp_path: Path) -> None:
    def metered(row: dict[str, object]) -> None:
        if row["work"] != "inference":
            row["energy_j"] = 30.0

    results = loaded(tmp_path, edited(with_speeds(few()), speeds=metered))
    joules = (
        results.speeds.set_index(["work", "batch_size"])["joules_per_example"].groupby(level=[0, 1]).first()
    )
    assert joules["training", 10] == pytest.approx(30 / (3 * 1000))
    assert joules["latency", 1] == pytest.approx(30 / 100)
    assert joules["inference"].isna().all()
    assert "J/example" in [column.label for column in tables.batch_sizes(results).columns]
    without = loaded(tmp_path / "without", with_speeds(few()))
    assert "J/example" not in [column.label for column in tables.batch_sizes(without).columns]


def test_entries_and_machines_are_in_the_report_s_order(tmp_path: Path) -> None:
    one = few()
    results = loaded(tmp_path, with_speeds(one), with_speeds(bundles.again(one, 1, caches="L2 4 MiB"), 3.0))
    frame = results.speeds
    assert list(dict.fromkeys(frame["entry"])) == [id for id in results.entries if id in set(frame["entry"])]
    first = frame[(frame["entry"] == frame["entry"].iloc[0]) & (frame["work"] == "training")]
    assert first["machine"].tolist() == ["A", "A", "B", "B"]
    assert first["examples_per_s"].tolist() == [1000, 1500, 3000, 4500]


def test_what_failed_has_no_speed_and_a_busy_machine_is_called_so(tmp_path: Path) -> None:
    def spoil(row: dict[str, object]) -> None:
        row["other_cores"] = 1.5
        if row["batch_size"] == 40:
            row |= {"status": "oom", "reason": "no memory", "seconds": "", "examples": None}

    frame = loaded(tmp_path, edited(with_speeds(few()), speeds=spoil)).speeds
    full = frame[frame["batch_size"] == 40]
    assert set(full["status"]) == {"oom"}
    assert full["examples_per_s"].isna().all()
    assert set(frame["load"]) == {"busy"}
    assert batch_sizes.shared(frame) == [], "one size is no curve"


def test_what_most_machines_share_comes_first(tmp_path: Path) -> None:
    one = few()
    both = with_speeds(bundles.again(one, 1, caches="L2 4 MiB"))
    last = list(loaded(tmp_path / "a", one).entries)[-1]
    alone = with_speeds(one)
    kept = alone.speeds[alone.speeds["entry"] == last].reset_index(drop=True)
    frame = loaded(tmp_path / "b", dataclasses.replace(alone, speeds=kept), both).speeds
    shared = batch_sizes.shared(frame)
    assert shared[0][0] == last
    assert {entry for entry, *_ in shared} == set(both.speeds["entry"])


def test_an_edited_recipe_is_not_compared_with_what_it_was(tmp_path: Path) -> None:
    one = few()
    later = edited(
        with_speeds(bundles.again(one, 1, caches="L2 4 MiB")),
        speeds=lambda row: row.update(recipe_hash="1" * 16),
    )
    frame = loaded(tmp_path, with_speeds(one), later).speeds
    shared = batch_sizes.shared(frame)
    assert len(shared) == 2 * frame["entry"].nunique()
    assert {hash for *_, hash in shared} == {"0" * 16, "1" * 16}


def test_machines_are_compared_at_the_recipes_own_batches_and_at_the_best(tmp_path: Path) -> None:
    """B trains batches of 10 three times as fast as A, those of 40 five times, and answers as fast."""

    def faster(row: dict[str, Any]) -> None:
        if row["work"] == "training":
            row["examples"] *= 3 if row["batch_size"] == 10 else 5

    one = few()
    other = edited(with_speeds(bundles.again(one, 1, caches="L2 4 MiB")), speeds=faster)
    results = loaded(tmp_path, with_speeds(one), other)
    n = results.speeds["entry"].nunique()
    rows = batch_sizes.against_first(results.speeds).to_dict("records")
    assert [(row["machine"], row["base"], row["work"], row["entries"]) for row in rows] == [
        ("B", "A", work, n) for work in ("training", "inference", "latency")
    ]
    assert [row["own"] for row in rows] == pytest.approx([3, 1, 1])
    assert [row["best"] for row in rows[:2]] == pytest.approx([5, 1])
    assert batch_sizes.sentences(results.speeds)[0] == (
        "B trains 3.00 times as fast as A at the recipes' own batch sizes, and 5.00 times where each takes"
        f" its best, over {n} entries."
    )


def test_a_machine_alone_and_other_settings_are_compared_with_nothing(tmp_path: Path) -> None:
    one = few()
    assert batch_sizes.sentences(loaded(tmp_path / "a", with_speeds(one)).speeds) == []
    other = edited(
        with_speeds(bundles.again(one, 1, caches="L2 4 MiB")), speeds=lambda row: row.update(threads=1)
    )
    assert batch_sizes.sentences(loaded(tmp_path / "b", with_speeds(one), other).speeds) == []


def test_a_bundle_without_speeds_has_none(results: Results) -> None:
    assert results.speeds.empty
    assert batch_sizes.sentences(results.speeds) == []
