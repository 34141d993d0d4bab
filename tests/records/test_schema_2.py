"""What version 2 of the suite wrote, read in the newest version."""

import csv
import json
from pathlib import Path

import pytest

from benchmarks import records
from benchmarks.records.bundle import bundle_files
from benchmarks.records.csv_tables import parse_csv
from tests.records.examples import changed

HERE = Path(__file__).parent / "schema_2"


def rows(table: str) -> list[dict[str, str]]:
    with open(HERE / "bundle" / f"{table}.csv", newline="") as file:
        return list(csv.DictReader(file))


def test_a_bundle_of_version_2_keeps_its_ids_and_loses_nothing(tmp_path: Path) -> None:
    bundle = records.read_bundle(HERE / "bundle")
    old = rows("runs")
    for column in ("execution_id", "run_id", "spec_hash", "spec_id", "weights_sha256", "started"):
        assert sorted(bundle.runs[column]) == sorted(row[column] for row in old)
    for table, column in (("epochs", "train_s"), ("measures", "value")):
        assert sorted(getattr(bundle, table)[column]) == sorted(float(row[column]) for row in rows(table))
    assert set(bundle.pictures) == set(json.loads((HERE / "bundle" / "pictures.json").read_text())) != set()
    records.write_bundle(bundle, tmp_path)
    assert json.loads((tmp_path / "bundle.json").read_text())["schema_version"] == records.SCHEMA_VERSION
    assert bundle_files(records.read_bundle(tmp_path)) == bundle_files(bundle)


def test_its_recipes_had_one_stage_and_its_samples_were_not_clocked() -> None:
    bundle = records.read_bundle(HERE / "bundle")
    assert set(bundle.epochs["stage"]) == {""}
    assert bundle.runs["sample_s"].isna().all()


def test_a_record_of_version_2_is_upgraded() -> None:
    old = json.loads((HERE / "record.json").read_text())
    record = records.read_record(HERE / "record.json")
    assert (old["schema_version"], record["schema_version"]) == (2, records.SCHEMA_VERSION)
    assert record["run"] == {
        **old["run"],
        **{"sample_s": None, "start_sha256": "", "devices": 1, "step_bytes": None, "idle_w": None},
    }
    assert (
        record["epochs"]
        == [
            {**leg, "stage": "", **dict.fromkeys(("throttled", "other_processes", "energy_j"))}
            for leg in old["epochs"]
        ]
        != []
    )
    assert record["measures"] == old["measures"]


@pytest.mark.parametrize(
    ("path", "value", "message"),
    [
        ("run.seed", KeyError, "runs row 1, column seed: is missing"),
        ("run.speed", 3, "runs row 1, column 'speed': is unknown to schema version"),
        ("epochs.0", 7, "epochs row 1: 7 is not an object"),
    ],
)
def test_a_spoilt_record_of_version_2_is_refused(
    tmp_path: Path, path: str, value: object, message: str
) -> None:
    spoilt = changed(json.loads((HERE / "record.json").read_text()), path, value)
    (tmp_path / "a.json").write_text(json.dumps(spoilt))
    with pytest.raises(records.RecordError, match=message):
        records.read_record(tmp_path / "a.json")


def test_a_table_with_a_column_of_version_3_is_refused(tmp_path: Path) -> None:
    with pytest.raises(records.RecordError, match="column 'stage': is unknown to schema version 2"):
        parse_csv("epochs", b"execution_id,epoch,stage\n", "epochs.csv", 2)
