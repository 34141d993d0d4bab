"""The archive as a file: it is the union of the bundles, always the same bytes, and harmless."""

import dataclasses
import json
import zipfile
from datetime import date
from pathlib import Path

import fastparquet
import pandas as pd
import pytest

from benchmarks import records
from benchmarks.records import bundle as bundle_module
from report.archive import archive
from report.archive.about import FILES
from report.loading import from_bundle, load
from tests.report.archive.conftest import ADDRESSES, Published, given, publish, small
from tests.report.site.test_hostile_pages import HOSTILE, hostile_bundle
from tests.report.variations import edited, loaded


def test_the_archive_is_the_union_of_the_bundles(published: Published) -> None:
    union = records.merge(*given())
    again = records.read_bundle(published.folder)
    for table in records.TABLES:
        pd.testing.assert_frame_equal(getattr(again, table), getattr(union, table))
    assert (again.specs, again.pictures) == (union.specs, union.pictures)
    assert len(again.machines) == 3 and again.pictures


def test_it_is_read_as_a_bundle_and_gives_the_same_archive(published: Published, tmp_path: Path) -> None:
    results = load([published.folder])
    assert results.fingerprint == published.results.fingerprint
    again = publish(results, tmp_path)
    assert again.path.read_bytes() == published.path.read_bytes()


def test_it_holds_the_files_that_it_lists_and_no_date_of_its_own(published: Published) -> None:
    with zipfile.ZipFile(published.path) as packed:
        entries = packed.infolist()
    assert [entry.filename for entry in entries] == list(FILES)
    assert {entry.date_time for entry in entries} == {(1980, 1, 1, 0, 0, 0)}
    assert {(entry.external_attr >> 16, entry.create_system) for entry in entries} == {(0o100644, 3)}
    for name in FILES:
        if not name.endswith(".parquet"):
            assert date.today().isoformat() not in published.text(name)


@pytest.mark.parametrize("table", records.TABLES)
def test_parquet_holds_the_same_with_types(published: Published, table: str) -> None:
    with (published.folder / "parquet" / f"{table}.parquet").open("rb") as file:
        read = fastparquet.ParquetFile(file).to_pandas()
    frame = getattr(published.results.union, table)
    pd.testing.assert_frame_equal(read.astype(frame.dtypes.to_dict()), frame)
    for column in records.TABLES[table]:
        kinds = {"integer": "iu", "number": "f", "boolean": "b", "string": "OU"}
        kind = "O" if len(read) and read[column.name].isna().all() else read[column.name].dtype.kind
        assert kind in kinds[column.type] or read[column.name].isna().any()


def test_addresses_are_said_where_they_are_known(published: Published, tmp_path: Path) -> None:
    described = ("datapackage.json", "croissant.json", "ro-crate-metadata.json", "CITATION.cff")
    assert all(ADDRESSES[1] in published.text(name) for name in described)
    path = archive.write(published.results, tmp_path)
    assert path is not None
    with zipfile.ZipFile(path) as packed:
        texts = {name: packed.read(name).decode() for name in described}
    assert not [name for name, text in texts.items() if "example.org" in text]
    assert json.loads(texts["croissant.json"])["url"] == "./"


def test_a_bundle_without_legs_has_an_archive(tmp_path: Path) -> None:
    bundle = small()
    results = loaded(tmp_path, dataclasses.replace(bundle, epochs=bundle.epochs.iloc[:0]))
    again = records.read_bundle(publish(results, tmp_path / "out").folder)
    assert again.epochs.empty and len(again.runs) == len(bundle.runs)


def test_what_no_run_can_have_produced_is_in_the_archive(tmp_path: Path) -> None:
    """The report leaves such executions out, and would leave them out again."""
    measures = small().measures
    first = measures.loc[measures["unit"] == "%", "execution_id"].iloc[0]

    def impossible(row: dict[str, object]) -> None:
        if row["execution_id"] == first and row["unit"] == "%":
            row["value"] = 250.0

    results = loaded(tmp_path, edited(small(), measures=impossible))
    assert len(results.runs) == len(results.union.runs) - 1
    again = load([publish(results, tmp_path / "out").folder])
    assert (len(again.union.runs), len(again.runs)) == (len(results.union.runs), len(results.runs))


def test_more_than_a_bundle_may_hold_has_no_archive(
    published: Published, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bundle_module, "MAX_BUNDLE_BYTES", 1000)
    assert archive.write(published.results, tmp_path) is None
    assert not list(tmp_path.iterdir())


@pytest.mark.parametrize("attack", (HOSTILE[0], HOSTILE[6], HOSTILE[-1]), ids=("html", "latex", "formula"))
def test_hostile_texts_are_kept_and_do_nothing(attack: str, tmp_path: Path) -> None:
    """They are exact where the bundle is read again; what describes it holds no command of a stranger."""
    bundle = hostile_bundle(attack)
    hostile = publish(from_bundle(bundle), tmp_path)
    again = records.read_bundle(hostile.folder)
    for table in records.TABLES:
        pd.testing.assert_frame_equal(getattr(again, table), getattr(bundle, table))
    assert "command:" not in hostile.text("ro-crate-metadata.json")
    assert "<" not in hostile.text("README.md").replace("->", "")
    assert "\\input" not in hostile.text("citations.bib")
    assert ("spreadsheet may run some" in hostile.text("README.md")) == attack.startswith("=")
