"""What version 1 of the suite wrote, read in the newest version."""

import csv
import json
from pathlib import Path

import pytest

from benchmarks import records
from benchmarks.records.bundle import bundle_files
from tests.records.examples import changed

HERE = Path(__file__).parent / "schema_1"


def rows(table: str) -> list[dict[str, str]]:
    with open(HERE / "bundle" / f"{table}.csv", newline="") as file:
        return list(csv.DictReader(file))


def test_a_bundle_of_version_1_is_upgraded_and_loses_nothing(tmp_path):
    bundle = records.read_bundle(HERE / "bundle")
    old = rows("runs")
    assert (
        len(bundle.runs) == len(old)
        and bundle.runs["execution_id"].is_unique
        and bundle.runs["run_id"].is_unique
    )
    for column in ("spec_hash", "spec_id", "entry", "recipe", "weights_sha256", "started"):
        assert sorted(bundle.runs[column]) == sorted(row[column] for row in old)
    for table, column in (("epochs", "train_s"), ("measures", "value")):
        assert sorted(getattr(bundle, table)[column]) == sorted(float(row[column]) for row in rows(table))
    records.write_bundle(bundle, tmp_path)
    assert json.loads((tmp_path / "bundle.json").read_text())["schema_version"] == records.SCHEMA_VERSION
    assert bundle_files(records.read_bundle(tmp_path)) == bundle_files(bundle)


def test_what_version_1_did_not_know_is_unknown():
    bundle = records.read_bundle(HERE / "bundle")
    (machine,) = bundle.machines.to_dict("records")
    assert (
        machine["processor"],
        machine["processor_vendor"],
        machine["instruction_sets"],
        machine["environment"],
    ) == ("AMD EPYC", "", "", "")
    assert (
        bundle.machines["available_cores"].isna().all()
        and bundle.runs["dirty"].isna().all()
        and set(bundle.runs["commit"]) == set(bundle.runs["source_sha256"]) == {""}
    )
    assert bundle.epochs["other_cores"].isna().all()


def test_ceilings_leave_the_machine_and_the_first_leg_carries_warm_up():
    bundle = records.read_bundle(HERE / "bundle")
    (machine,) = rows("machines")
    assert bundle.ceilings["matmul_flops"].tolist() == [float(machine["matmul_flops"])]
    assert bundle.ceilings["machine_id"].tolist() == bundle.machines["machine_id"].tolist()
    first = bundle.epochs.groupby("execution_id")["epoch"].transform("min") == bundle.epochs["epoch"]
    assert bundle.epochs["warm_up"].tolist() == first.tolist()


def test_a_record_of_version_1_is_upgraded_with_its_pictures():
    old = json.loads((HERE / "record.json").read_text())
    record = records.read_record(HERE / "record.json")
    assert record["schema_version"] == records.SCHEMA_VERSION
    assert (
        record["run"]["weights_sha256"] == old["run"]["weights_sha256"]
        and record["pictures"] == old["pictures"] != {}
    )
    assert {row["execution_id"] for row in (*record["epochs"], *record["measures"])} == {
        record["run"]["execution_id"]
    }
    (picture,) = records.from_records([record]).pictures
    assert picture == record["run"]["execution_id"]


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("run.seed", KeyError, "runs row 1, column 'seed': is missing"),
        ("run.speed", 3, "runs row 1, column 'speed': is unknown to schema version 1"),
        ("machine.cores", KeyError, "machines row 1, column 'cores': is missing"),
        ("epochs.0", 7, "epochs row 1: 7 is not an object"),
        ("run.total_s", 10**400, "has values that have no id"),
        ("run.machine_id", [], "has values that have no id"),
        ("run.seed", "0", "runs row 1, column seed: '0' is not an integer"),
    ],
)
def test_a_spoilt_record_of_version_1_is_refused(tmp_path, path, value, message):
    (tmp_path / "a.json").write_text(
        json.dumps(changed(json.loads((HERE / "record.json").read_text()), path, value))
    )
    with pytest.raises(records.RecordError, match=message):
        records.read_record(tmp_path / "a.json")
