"""What version 3 of the suite wrote, read in the newest version."""

from pathlib import Path

import pytest

from benchmarks import records
from benchmarks.records import schema_3
from benchmarks.records.bundle import bundle_files
from benchmarks.records.csv_tables import parse_csv
from tests.records.examples import make_ceilings, make_record

#: One recipe of a bundle as it was published in version 3.
BUNDLE = Path(__file__).parent / "schema_3/bundle"


def test_a_bundle_of_version_3_loses_nothing_and_its_ceilings_get_new_ids(tmp_path: Path) -> None:
    old = parse_csv("ceilings", (BUNDLE / "ceilings.csv").read_bytes(), "ceilings.csv", 3)
    bundle = records.read_bundle(BUNDLE)
    assert bundle.ceilings["matmul_flops"].tolist() == [row["matmul_flops"] for row in old] != []
    assert bundle.ceilings["bfloat16_flops"].isna().all()
    assert not set(bundle.ceilings["ceiling_id"]) & {row["ceiling_id"] for row in old}
    assert bundle.speeds.empty
    records.write_bundle(bundle, tmp_path)
    assert bundle_files(records.read_bundle(tmp_path)) == bundle_files(bundle)


def test_a_row_of_ceilings_of_the_newest_version_stays_as_it_is() -> None:
    row = make_ceilings(make_record())
    assert schema_3.ceilings(row) == row
    assert schema_3.ceilings("spoilt") == "spoilt"


def test_a_table_with_a_column_of_version_4_is_refused() -> None:
    with pytest.raises(records.RecordError, match="column 'launch_s': is unknown to schema version 3"):
        parse_csv("ceilings", b"ceiling_id,launch_s\n", "ceilings.csv", 3)
