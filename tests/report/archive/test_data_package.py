"""The Data Package, read and checked by the library of its authors."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
from frictionless import Package

from benchmarks.records.schema import KEYS, TABLES
from tests.report.archive.conftest import Published


def errors(folder: Path) -> set[str]:
    """The kinds of errors that the library finds in the package and its data."""
    report = Package(str(folder / "datapackage.json")).validate()
    assert not [warning for task in report.tasks for warning in task.warnings]
    return {type for (type,) in report.flatten(["type"])}


def test_the_library_finds_nothing_wrong(published: Published) -> None:
    package = Package(str(published.folder / "datapackage.json"))
    assert [resource.name for resource in package.resources] == [*TABLES, "specs", "pictures", "bundle"]
    assert errors(published.folder) == set()


def test_it_reads_what_was_written(published: Published) -> None:
    """Types and nulls: the empty string stays one, an empty number is null."""
    package = Package(str(published.folder / "datapackage.json"))
    for table in TABLES:
        frame = getattr(published.results.union, table)
        rows = [row.to_dict() for row in package.get_resource(table).read_rows()]
        expected = frame.astype(object).where(frame.notna(), None).to_dict("records")
        assert [{name: _number(value) for name, value in row.items()} for row in rows] == expected


def _number(value: object) -> object:
    """The library reads numbers as decimals."""
    return float(value) if type(value).__name__ == "Decimal" else value  # type: ignore[arg-type]


def _drop_a_machine(text: str) -> str:
    return "\n".join(text.splitlines()[:-1]) + "\n"


def _repeat_a_row(text: str) -> str:
    return text + text.splitlines()[1] + "\n"


@pytest.mark.parametrize(
    "table, change, error",
    [
        ("machines", _drop_a_machine, "foreign-key"),
        ("runs", _repeat_a_row, "primary-key"),
        ("runs", lambda text: text.replace(",pocket,", ",pocket,,", 1), "extra-cell"),
        ("epochs", lambda text: text.replace(",true,", ",perhaps,", 1), "type-error"),
        ("ceilings", lambda text: text.replace("2026-", "2025-", 1), "hash-count"),
    ],
)
def test_it_says_enough_to_find_what_is_wrong(
    published: Published, tmp_path: Path, table: str, change: Callable[[str], str], error: str
) -> None:
    folder = tmp_path / "changed"
    shutil.copytree(published.folder, folder)
    file = folder / f"{table}.csv"
    file.write_text(change(file.read_text(encoding="utf-8")), encoding="utf-8")
    assert error in errors(folder)


def test_every_column_has_its_unit_and_meaning(published: Published) -> None:
    resources = {resource["name"]: resource for resource in published.json("datapackage.json")["resources"]}
    for table, columns in TABLES.items():
        schema = resources[table]["schema"]
        assert [
            (field["name"], field["type"], field.get("unit", ""), field["description"])
            for field in schema["fields"]
        ] == [(column.name, column.type, column.unit, column.meaning) for column in columns]
        key = schema.get("primaryKey") or schema["uniqueKeys"][0]
        assert tuple(key) == KEYS[table]
    # A primary key has no nulls; the epoch of a final measure is null.
    assert "primaryKey" not in resources["measures"]["schema"]
