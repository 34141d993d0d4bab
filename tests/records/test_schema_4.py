"""What version 4 of the suite wrote, read in the newest version."""

from pathlib import Path

import pytest

from benchmarks import records
from benchmarks.records import schema_4
from benchmarks.records.bundle import bundle_files
from benchmarks.records.csv_tables import parse_csv
from tests.records.examples import make_ceilings, make_record

#: Two recipes of a bundle as it was published in version 4.
BUNDLE = Path(__file__).parent / "schema_4/bundle"


def test_a_bundle_of_version_4_keeps_its_runs_and_loses_nothing(tmp_path: Path) -> None:
    old = {
        table: parse_csv(table, (BUNDLE / f"{table}.csv").read_bytes(), table, 4) for table in records.TABLES
    }
    bundle = records.read_bundle(BUNDLE)
    for table, column in (("runs", "execution_id"), ("runs", "run_id"), ("machines", "software_id")):
        assert sorted(getattr(bundle, table)[column]) == sorted(row[column] for row in old[table]) != []
    for table, column in (("epochs", "train_s"), ("ceilings", "launch_s"), ("speeds", "seconds")):
        assert sorted(getattr(bundle, table)[column]) == sorted(row[column] for row in old[table]) != []
    assert set(bundle.runs["devices"]) == set(bundle.speeds["devices"]) == {1}
    assert bundle.epochs["energy_j"].isna().all()
    records.write_bundle(bundle, tmp_path)
    assert bundle_files(records.read_bundle(tmp_path)) == bundle_files(bundle)


def test_rows_of_the_newest_version_stay_as_they_are() -> None:
    record = make_record()
    row = make_ceilings(record)
    assert schema_4.row_of("ceilings", row) == row
    assert schema_4.row_of("runs", record["run"]) == record["run"]
    assert schema_4.row_of("runs", "spoilt") == "spoilt"


def test_a_table_with_a_column_of_version_5_is_refused() -> None:
    with pytest.raises(records.RecordError, match="column 'energy_j': is unknown to schema version 4"):
        parse_csv("epochs", b"execution_id,energy_j\n", "epochs.csv", 4)
