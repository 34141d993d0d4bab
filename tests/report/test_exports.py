"""A bundle in other formats, read back by other programs or by the format's definition."""

from pathlib import Path

import fastparquet
import pandas as pd
import pytest
from tensorboardX.proto.event_pb2 import Event

from benchmarks import records
from report import exports
from report.loading import load
from report.results import Results
from tests.report.variations import few


@pytest.fixture(scope="module")
def small(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """The results of a small bundle."""
    folder = tmp_path_factory.mktemp("exports") / "small"
    records.write_bundle(few(), folder)
    return load([folder])


def test_the_flat_table_has_every_final_measure_with_its_run(small: Results, tmp_path: Path) -> None:
    exports.csv(small, tmp_path / "csv")
    frame = pd.read_csv(tmp_path / "csv" / "results.csv")
    held = small.union
    final = held.measures[held.measures["epoch"].isna()]
    assert len(frame.dropna(subset=["measure"])) == len(final)
    assert set(frame["execution_id"]) == set(held.runs["execution_id"])
    assert set(frame.loc[frame["entry"] == "lenet5_1998", "year"]) == {1998}
    assert set(frame["processor"]) == set(held.machines["processor"])
    exports.parquet(small, tmp_path / "parquet")
    with (tmp_path / "parquet" / "results.parquet").open("rb") as file:
        again = fastparquet.ParquetFile(file).to_pandas()
    pd.testing.assert_series_equal(again["value"], frame["value"], check_dtype=False)


def test_tables_for_latex_are_those_of_the_report(small: Results, tmp_path: Path) -> None:
    exports.latex(small, tmp_path / "latex")
    text = (tmp_path / "latex" / "measures.tex").read_text(encoding="utf-8")
    assert text.startswith(r"\begin{longtable}") and r"lenet5\_1998" in text


def test_tensorboard_reads_back_what_was_measured(small: Results, tmp_path: Path) -> None:
    """The files are read here by their format: length, checksum, event, checksum."""
    held = small.union
    exports.tensorboard(small, tmp_path / "tb")
    files = sorted((tmp_path / "tb").rglob("events.*"))
    assert len(files) == len(held.runs)
    values = []
    for file in files:
        data, at = file.read_bytes(), 0
        while at < len(data):
            length = int.from_bytes(data[at : at + 8], "little")
            event = Event.FromString(data[at + 12 : at + 12 + length])
            values += [value.simple_value for value in event.summary.value]
            at += 12 + length + 4
    assert sorted(values) == pytest.approx(sorted(held.measures["value"].dropna()), rel=1e-6)


def test_the_crate_is_a_bundle_that_can_be_read_again(small: Results, tmp_path: Path) -> None:
    exports.ro_crate(small, tmp_path / "crate")
    assert (tmp_path / "crate" / "ro-crate-metadata.json").exists()
    assert records.read_bundle(tmp_path / "crate").runs.equals(small.union.runs)
