"""Bundles: gathered, written, read and merged without loss, and what follows from them."""

import itertools
import json
import math
import os
import random

import pandas as pd
import pytest

from benchmarks import records
from benchmarks.records.bundle import bundle_files, valid_bundle_files
from benchmarks.records.schema import KEYS
from tests.records.examples import changed, make_ceilings, make_record, make_speed


def random_bundle(draw: random.Random) -> records.Bundle:
    """Some of the runs that there are: any two such bundles agree where they overlap. What cards say differs
    from seed to seed.
    """
    there_are = list(itertools.product(range(2), (("digits", ""), ("digits", "relu")), (2, 16)))
    chosen = [
        make_record(seed, *data, cores=cores, story=f"Told {seed} times.")
        for seed, data, cores in draw.sample(there_are, draw.randint(0, 5))
    ]
    ceilings = [make_ceilings(make_record(cores=2))]
    return records.from_records(
        chosen, ceilings=ceilings if draw.random() < 0.5 else (), source=f"bundle {draw.random()}"
    )


@pytest.mark.parametrize("seed", range(5))
def test_merging_is_commutative_associative_and_idempotent_and_loses_nothing(seed):
    draw = random.Random(seed)
    a, b, c = (random_bundle(draw) for _ in range(3))
    merge = records.merge
    assert bundle_files(merge(a, b)) == bundle_files(merge(b, a))
    assert (
        bundle_files(merge(a, merge(b, c)))
        == bundle_files(merge(merge(a, b), c))
        == bundle_files(merge(c, a, b))
    )
    assert bundle_files(merge(a, a)) == bundle_files(merge(a)) == bundle_files(a)
    whole = merge(a, b)
    assert bundle_files(merge(whole, b)) == bundle_files(whole)
    for table, key in KEYS.items():
        rows = [
            set(
                map(
                    tuple,
                    getattr(bundle, table)[list(key)]
                    .astype(object)
                    .where(lambda x: x.notna(), None)
                    .to_numpy(),
                )
            )
            for bundle in (a, b, whole)
        ]
        assert rows[0] | rows[1] == rows[2]
        assert len(getattr(whole, table)) == len(rows[2])
    assert whole.specs == a.specs | b.specs and whole.pictures == a.pictures | b.pictures


def test_the_order_of_records_does_not_matter():
    some = [make_record(seed, variant=variant) for seed in range(3) for variant in ("", "relu")]
    expected = bundle_files(records.from_records(some))
    for seed in range(5):
        shuffled = random.Random(seed).sample(some, len(some))
        assert bundle_files(records.from_records([*shuffled, *shuffled[:2]])) == expected


def test_a_bundle_reads_back_as_it_was_written(tmp_path):
    bundle = records.from_records([make_record(0), make_record(1, variant="relu"), make_record(2, cores=16)])
    records.write_bundle(bundle, tmp_path)
    read = records.read_bundle(tmp_path)
    for table in records.TABLES:
        pd.testing.assert_frame_equal(getattr(read, table), getattr(bundle, table), check_exact=True)
    assert (read.specs, read.pictures) == (bundle.specs, bundle.pictures)
    written = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    assert bundle_files(read) == valid_bundle_files(read) == written


def test_an_empty_bundle_reads_back_with_its_columns(tmp_path):
    records.write_bundle(records.from_records([]), tmp_path)
    read = records.read_bundle(tmp_path)
    assert {table: list(getattr(read, table).columns) for table in records.TABLES} == {
        t: [c.name for c in cs] for t, cs in records.TABLES.items()
    }


def test_the_frames_tell_null_from_empty_and_keep_numbers_exactly(tmp_path):
    record = make_record()
    record["measures"][0]["value"], record["measures"][1]["value"], record["measures"][2]["value"] = (
        0.1 + 0.2,
        5e-324,
        None,
    )
    record = changed(
        changed(record, "run.status", "error"),
        "run.reason",
        'NaN, "null",\r\nNone ü <script>alert(1)</script>',
    )
    records.write_bundle(records.from_records([records.identified(record)]), tmp_path)
    read = records.read_bundle(tmp_path)
    assert read.measures["value"].tolist()[:2] == [0.30000000000000004, 5e-324] and math.isnan(
        read.measures["value"][2]
    )
    assert read.measures["epoch"].tolist()[:3] == [1, 2, 3] and read.measures["epoch"].isna().tolist() == [
        False,
        False,
        False,
        True,
    ]
    assert read.runs["variant"].tolist() == [""] and read.machines["accelerators"].tolist() == [""]
    assert read.runs["reason"].tolist() == ['NaN, "null",\r\nNone ü <script>alert(1)</script>']
    assert read.runs["peak_memory_bytes"].isna().all() and read.runs["xla"].tolist() == [True]
    assert b"\r\n" not in (tmp_path / "measures.csv").read_bytes()


def test_names_that_look_like_numbers_or_nulls_stay_strings(tmp_path):
    some = [make_record(dataset=name) for name in ("007", "1e5", "NaN", "null", "NA", "True")]
    records.write_bundle(records.from_records(some), tmp_path)
    assert sorted(records.read_bundle(tmp_path).runs["dataset"]) == [
        "007",
        "1e5",
        "NA",
        "NaN",
        "True",
        "null",
    ]


def test_one_question_described_in_two_ways_keeps_both_descriptions():
    older, newer = make_record(0, story="It was 1998."), make_record(1, story="It was the year 1998.")
    bundle = records.from_records([older, newer])
    assert bundle.runs["spec_hash"].nunique() == 1
    assert [bundle.specs[id]["card"]["story"] for id in bundle.runs["spec_id"]] == [
        "It was 1998.",
        "It was the year 1998.",
    ]


def test_of_two_cards_of_one_execution_one_is_kept_whichever_comes_first():
    """Between two gathers of the same runs somebody edited the story."""
    before, after = (
        records.from_records([make_record(story=story), make_record(1)], source=story)
        for story in ("It was 1998.", "It was the year 1998.")
    )
    both = records.merge(before, after)
    assert bundle_files(both) == bundle_files(records.merge(after, before))
    assert bundle_files(both) == bundle_files(records.merge(both, before))
    assert set(both.specs) == set(both.runs["spec_id"]) <= {*before.specs, *after.specs}
    assert both.runs.drop(columns="spec_id").equals(before.runs.drop(columns="spec_id"))


def test_a_bundle_stays_whole_if_its_replacement_cannot_be_written(tmp_path, monkeypatch):
    bundle = records.from_records([make_record()])
    records.write_bundle(bundle, tmp_path)
    before = {path.name: path.read_bytes() for path in tmp_path.iterdir()}
    sync, synced = os.fsync, []

    def full(descriptor):
        synced.append(descriptor)
        if len(synced) == 4:
            raise OSError(28, "No space left on device")
        sync(descriptor)

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match=rf"No space left on device: '{tmp_path}/\w+\.csv'"):
        records.write_bundle(records.from_records([make_record(), make_record(1)]), tmp_path)
    assert {path.name: path.read_bytes() for path in tmp_path.iterdir()} == before


def test_a_run_measured_again_keeps_all_its_executions():
    once, again = (
        records.from_records([make_record(5, luck=luck)], source=f"bundle {luck}") for luck in (0, 1)
    )
    both = records.merge(once, again)
    assert both.runs["run_id"].nunique() == 1 and both.runs["execution_id"].nunique() == 2
    assert len(both.epochs) == 6 and len(both.measures) == 8 and len(both.pictures) == 2
    assert bundle_files(records.merge(both, again, once)) == bundle_files(both)
    assert bundle_files(
        records.from_records([make_record(5, luck=1), make_record(5, luck=0), make_record(5, luck=1)])
    ) == bundle_files(both)


def test_one_execution_told_in_two_ways_is_an_error_that_names_both(tmp_path):
    told = {"here": make_record(5), "there": changed(make_record(5), "epochs.1.train_s", 0.9)}
    for name, record in told.items():
        records.write_bundle(records.from_records([record]), tmp_path / name)
    here, there = (records.read_bundle(tmp_path / name) for name in told)
    with pytest.raises(records.RecordError) as error:
        records.merge(here, there)
    (sentence,) = error.value.defects
    for part in (
        str(tmp_path / "here"),
        str(tmp_path / "there"),
        here.runs["execution_id"][0],
        "epoch 2",
        "train_s (",
        "one of the two was changed",
    ):
        assert part in sentence


def test_two_records_of_one_execution_name_their_files():
    with pytest.raises(
        records.RecordError,
        match=r"runs/a\.json and runs/b\.json hold different rows for execution_id "
        r".*lenet5_1998 on digits, seed 0",
    ):
        records.from_records(
            [make_record(), changed(make_record(), "run.device", "gpu")], names=["runs/a.json", "runs/b.json"]
        )


def test_ceilings_of_one_machine_are_kept_beside_each_other():
    record = make_record()
    quiet, busy = (
        records.from_records([record], ceilings=[make_ceilings(record, flops)]) for flops in (4.8e11, 3e10)
    )
    both = records.merge(quiet, busy)
    assert sorted(both.ceilings["matmul_flops"]) == [3e10, 4.8e11]
    assert bundle_files(both) == bundle_files(records.merge(busy, quiet, busy))


def test_ceilings_of_a_machine_without_runs_are_left_out():
    record, elsewhere = make_record(), make_record(cores=16)
    bundle = records.from_records([record], ceilings=[make_ceilings(record), make_ceilings(elsewhere)])
    assert bundle.ceilings["machine_id"].tolist() == [record["machine"]["machine_id"]]


def test_speeds_are_written_read_and_merged_and_those_of_other_machines_left_out(tmp_path):
    record, elsewhere = make_record(), make_record(cores=16)
    rows = [make_speed(record), make_speed(record, work="latency", batch_size=1, examples=1)]
    bundle = records.from_records([record], speeds=[*rows, make_speed(elsewhere)])
    assert sorted(bundle.speeds["speed_id"]) == sorted(row["speed_id"] for row in rows)
    records.write_bundle(bundle, tmp_path)
    read = records.read_bundle(tmp_path)
    assert set(read.speeds["seconds"]) == {"0.5 0.25 1"}
    one, other = (records.from_records([record], speeds=[row]) for row in rows)
    assert bundle_files(records.merge(other, one, other)) == bundle_files(read)


def test_a_bundle_without_one_of_its_tables_is_refused(tmp_path):
    records.write_bundle(records.from_records([make_record()]), tmp_path)
    manifest = json.loads((tmp_path / "bundle.json").read_text())
    del manifest["files"]["speeds.csv"]
    (tmp_path / "bundle.json").write_text(json.dumps(manifest))
    with pytest.raises(records.RecordError, match="files does not list exactly"):
        records.read_bundle(tmp_path)


def test_a_price_is_set_when_records_are_gathered_and_one_on_record_stays():
    priced = changed(changed(make_record(0), "run.price_per_hour", 30.0), "run.currency", "USD")
    found = records.from_records([priced, make_record(1, cores=16)], price_per_hour=2.5, currency="EUR").runs
    assert set(zip(found["price_per_hour"], found["currency"], strict=True)) == {(30.0, "USD"), (2.5, "EUR")}


def test_names_and_prices_of_one_execution_are_united_whichever_comes_first():
    told = [("", None, ""), ("laptop", None, ""), ("", 2.5, "EUR"), ("node 7", 3.0, "EUR")]
    some = [
        records.from_records(
            [
                {
                    **make_record(),
                    "run": {
                        **make_record()["run"],
                        "machine_name": name,
                        "price_per_hour": price,
                        "currency": currency,
                    },
                }
            ]
        )
        for name, price, currency in told
    ]
    for order in itertools.permutations(some):
        (row,) = records.merge(*order).runs.to_dict("records")
        assert (row["machine_name"], row["price_per_hour"], row["currency"]) == ("node 7", 3.0, "EUR")


def test_throughput_leaves_legs_with_warm_up_out():
    epochs = pd.DataFrame(
        [
            *[
                ("a", 2, 100, 1.0, False),
                ("a", 1, 100, 50.0, True),
                ("a", 3, 100, 0.5, False),
                ("a", 4, 100, 9.0, True),
                ("a", 5, 100, 0.25, False),
            ],
            *[("b", 1, 100, 1.0, True), ("c", 1, 9, 1.0, True), ("c", 2, 9, 0.0, False)],
        ],
        columns=["execution_id", "epoch", "examples", "train_s", "warm_up"],
    ).assign(stage="")
    found = records.throughput(epochs)
    assert found["execution_id"].tolist() == ["a", "b", "c"] and found["legs"].tolist() == [5, 1, 2]
    assert found["examples_per_s"].fillna(-1).tolist() == [200.0, -1, -1]
    assert found["samples"].tolist() == [[100.0, 200.0, 400.0], [], []]


def test_throughput_is_that_of_the_last_stage():
    epochs = pd.DataFrame(
        [
            ("a", 1, "pre-training", 100, 1.0, True),
            ("a", 2, "pre-training", 100, 1.0, False),
            ("a", 3, "fine-tuning", 100, 1.0, True),
            ("a", 4, "fine-tuning", 100, 0.5, False),
        ],
        columns=["execution_id", "epoch", "stage", "examples", "train_s", "warm_up"],
    )
    assert records.throughput(epochs)["samples"].tolist() == [[200.0]]


def test_throughput_of_no_runs_is_an_empty_frame():
    found = records.throughput(records.from_records([]).epochs)
    assert list(found.columns) == ["execution_id", "legs", "examples_per_s", "samples"] and found.empty
