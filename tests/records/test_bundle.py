"""Bundles: gathered, written, read and merged without loss, and what follows from them."""

import itertools
import math
import random

import pandas as pd
import pytest

from benchmarks import records
from benchmarks.records.bundle import bundle_files
from benchmarks.records.schema import KEYS
from tests.records.examples import changed, make_record


def random_bundle(draw: random.Random) -> records.Bundle:
    """Some of the runs that there are: any two such bundles agree where they overlap. What cards say differs from seed to seed."""
    there_are = list(itertools.product(range(2), (("digits", ""), ("digits", "relu")), (2, 16)))
    chosen = [make_record(seed, *data, cores=cores, story=f"Told {seed} times.") for seed, data, cores in draw.sample(there_are, draw.randint(0, 5))]
    machine = make_record(cores=2)["machine"]
    ceilings = [{"machine_id": machine["machine_id"], "software_id": machine["software_id"], "matmul_flops": 1e11, "bandwidth": 2e10}]
    return records.from_records(chosen, ceilings=ceilings if draw.random() < 0.5 else (), source=f"bundle {draw.random()}")


@pytest.mark.parametrize("seed", range(5))
def test_merging_is_commutative_associative_and_idempotent_and_loses_nothing(seed):
    draw = random.Random(seed)
    a, b, c = (random_bundle(draw) for _ in range(3))
    merge = records.merge
    assert bundle_files(merge(a, b)) == bundle_files(merge(b, a))
    assert bundle_files(merge(a, merge(b, c))) == bundle_files(merge(merge(a, b), c)) == bundle_files(merge(c, a, b))
    assert bundle_files(merge(a, a)) == bundle_files(merge(a)) == bundle_files(a)
    whole = merge(a, b)
    assert bundle_files(merge(whole, b)) == bundle_files(whole)
    for table, key in KEYS.items():
        rows = [
            set(map(tuple, getattr(bundle, table)[list(key)].astype(object).where(lambda x: x.notna(), None).to_numpy())) for bundle in (a, b, whole)
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
    assert bundle_files(read) == {path.name: path.read_bytes() for path in tmp_path.iterdir()}


def test_an_empty_bundle_reads_back_with_its_columns(tmp_path):
    records.write_bundle(records.from_records([]), tmp_path)
    read = records.read_bundle(tmp_path)
    assert {table: list(getattr(read, table).columns) for table in records.TABLES} == {t: [c.name for c in cs] for t, cs in records.TABLES.items()}


def test_the_frames_tell_null_from_empty_and_keep_numbers_exactly(tmp_path):
    record = make_record()
    record["measures"][0]["value"], record["measures"][1]["value"], record["measures"][2]["value"] = 0.1 + 0.2, 5e-324, None
    record = changed(changed(record, "run.status", "error"), "run.reason", 'NaN, "null",\r\nNone ü <script>alert(1)</script>')
    records.write_bundle(records.from_records([record]), tmp_path)
    read = records.read_bundle(tmp_path)
    assert read.measures["value"].tolist()[:2] == [0.30000000000000004, 5e-324] and math.isnan(read.measures["value"][2])
    assert read.measures["epoch"].tolist()[:3] == [1, 2, 3] and read.measures["epoch"].isna().tolist() == [False, False, False, True]
    assert read.runs["variant"].tolist() == [""] and read.machines["accelerators"].tolist() == [""]
    assert read.runs["reason"].tolist() == ['NaN, "null",\r\nNone ü <script>alert(1)</script>']
    assert read.runs["peak_memory_bytes"].isna().all() and read.runs["xla"].tolist() == [True]
    assert b"\r\n" not in (tmp_path / "measures.csv").read_bytes()


def test_names_that_look_like_numbers_or_nulls_stay_strings(tmp_path):
    some = [make_record(dataset=name) for name in ("007", "1e5", "NaN", "null", "NA", "True")]
    records.write_bundle(records.from_records(some), tmp_path)
    assert sorted(records.read_bundle(tmp_path).runs["dataset"]) == ["007", "1e5", "NA", "NaN", "True", "null"]


def test_one_question_described_in_two_ways_keeps_both_descriptions():
    older, newer = make_record(0, story="It was 1998."), make_record(1, story="It was the year 1998.")
    bundle = records.from_records([older, newer])
    assert bundle.runs["spec_hash"].nunique() == 1
    assert [bundle.specs[id]["card"]["story"] for id in bundle.runs["spec_id"]] == ["It was 1998.", "It was the year 1998."]


def test_two_different_rows_with_one_key_are_an_error_that_names_both(tmp_path):
    for name, luck in (("here", 0), ("there", 1)):
        records.write_bundle(records.from_records([make_record(5, luck=luck)]), tmp_path / name)
    here, there = (records.read_bundle(tmp_path / name) for name in ("here", "there"))
    with pytest.raises(records.RecordError) as error:
        records.merge(here, there)
    about_run = next(sentence for sentence in error.value.defects if sentence.startswith("runs:"))
    for part in (
        str(tmp_path / "here"),
        str(tmp_path / "there"),
        "lenet5_1998 on digits, seed 5",
        here.runs["run_id"][0],
        here.machines["machine_id"][0],
        "train_s (",
    ):
        assert part in about_run
    assert "status" not in about_run
    assert {sentence.partition(":")[0] for sentence in error.value.defects} == {"runs", "epochs", "measures", "pictures"}


def test_two_records_of_one_run_name_their_files():
    with pytest.raises(records.RecordError, match=r"runs/a\.json and runs/b\.json hold different rows for run_id"):
        records.from_records([make_record(luck=0), make_record(luck=1)], names=["runs/a.json", "runs/b.json"])


def test_two_ceilings_of_one_machine_are_a_conflict_between_bundles():
    record = make_record()
    ids = {name: record["machine"][name] for name in ("machine_id", "software_id")}
    one, other, none = (
        records.from_records([record], ceilings=[{**ids, "matmul_flops": flops, "bandwidth": 1e10}] if flops else (), source=f"with {flops}")
        for flops in (123.5, 200.5, None)
    )
    assert bundle_files(records.merge(one, none)) == bundle_files(records.merge(none, one)) == bundle_files(one)
    with pytest.raises(
        records.RecordError,
        match=r"machines: with 123\.5 and with 200\.5 hold different rows .*AMD EPYC.* differ in matmul_flops \(123\.5 and 200\.5\)",
    ):
        records.merge(one, none, other)


def test_of_several_measurements_the_highest_is_the_ceiling():
    record = make_record()
    ids = {name: record["machine"][name] for name in ("machine_id", "software_id")}
    ceilings = [
        {**ids, "matmul_flops": 1e11, "bandwidth": 3e10},
        {**ids, "matmul_flops": 2e11, "bandwidth": 1e10},
        {"machine_id": "x", "software_id": "y", "matmul_flops": 1, "bandwidth": 1},
    ]
    machine = records.from_records([record], ceilings=ceilings).machines.iloc[0]
    assert (machine["matmul_flops"], machine["bandwidth"]) == (2e11, 3e10)


def test_a_price_is_set_when_records_are_gathered():
    bundle = records.from_records([make_record(0), make_record(1, cores=16)], price_per_hour=2.5, currency="EUR")
    assert bundle.machines["price_per_hour"].tolist() == [2.5, 2.5] and bundle.machines["currency"].tolist() == ["EUR", "EUR"]


def test_a_price_on_record_stays():
    priced = make_record(0)
    priced["machine"] |= {"price_per_hour": 30.0, "currency": "USD"}
    found = records.from_records([priced, make_record(1, cores=16)], price_per_hour=2.5, currency="EUR").machines
    assert set(zip(found["price_per_hour"], found["currency"], strict=True)) == {(30.0, "USD"), (2.5, "EUR")}


def test_throughput_leaves_the_first_leg_out():
    epochs = pd.DataFrame(
        [("a", 2, 100, 1.0), ("a", 1, 100, 50.0), ("a", 3, 100, 0.5), ("a", 4, 100, 0.25), ("b", 1, 100, 1.0), ("c", 1, 9, 1.0), ("c", 2, 9, 0.0)],
        columns=["run_id", "epoch", "examples", "train_s"],
    )
    found = records.throughput(epochs)
    assert found["run_id"].tolist() == ["a", "b", "c"] and found["legs"].tolist() == [4, 1, 2]
    assert found["examples_per_s"].fillna(-1).tolist() == [200.0, -1, -1]
    assert found["samples"].tolist() == [[100.0, 200.0, 400.0], [], []]


def test_throughput_of_no_runs_is_an_empty_frame():
    found = records.throughput(records.from_records([]).epochs)
    assert list(found.columns) == ["run_id", "legs", "examples_per_s", "samples"] and found.empty
