"""Bundles from people whom nobody trusts."""

import hashlib
import json
import os
import pickle
import tracemalloc
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from benchmarks import records
from benchmarks.records.schema import FILES
from benchmarks.records.tables import parse_csv
from tests.records.examples import make_record


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    records.write_bundle(records.from_records([make_record(0), make_record(1)]), tmp_path / "bundle")
    return tmp_path / "bundle"


def forge(folder: Path, name: str, content: bytes) -> None:
    """Replace a file and its checksum, as somebody with ill will would."""
    (folder / name).write_bytes(content)
    manifest = json.loads((folder / "bundle.json").read_text())
    manifest["files"][name] = hashlib.sha256(content).hexdigest()
    (folder / "bundle.json").write_text(json.dumps(manifest))


def edited(folder: Path, name: str, old: str, new: str) -> None:
    text = (folder / name).read_text()
    assert old in text
    forge(folder, name, text.replace(old, new, 1).encode())


def test_a_folder_without_its_last_file_is_incomplete(folder):
    (folder / "bundle.json").unlink()
    with pytest.raises(records.RecordError, match=r"is not a complete bundle, it has no bundle\.json"):
        records.read_bundle(folder)


def test_a_file_that_was_changed_or_cut_short_is_named(folder):
    lines = (folder / "epochs.csv").read_text().splitlines(keepends=True)
    (folder / "epochs.csv").write_text("".join(lines[:-1]))
    with pytest.raises(records.RecordError, match=r"epochs\.csv: has SHA-256 .* but bundle\.json expects .*: it was changed or cut short"):
        records.read_bundle(folder)


def test_a_file_that_is_missing_is_named(folder):
    (folder / "specs.json").unlink()
    with pytest.raises(records.RecordError, match=r"specs\.json: there is no such file"):
        records.read_bundle(folder)


@pytest.mark.parametrize("name", [*FILES, "bundle.json"])
def test_links_and_pipes_are_refused(folder, name):
    (folder / name).rename(folder / "elsewhere")
    (folder / name).symlink_to("elsewhere")
    with pytest.raises(records.RecordError, match=f"{name}: is a symbolic link"):
        records.read_bundle(folder)
    (folder / name).unlink()
    os.mkfifo(folder / name)
    with pytest.raises(records.RecordError, match=f"{name}: is not a regular file"):
        records.read_bundle(folder)


def test_giant_files_are_not_read(folder):
    with open(folder / "runs.csv", "wb") as file:
        file.truncate(1 << 40)  # sparse: takes no space
    with pytest.raises(records.RecordError, match=r"runs\.csv: is larger than the 268435456 bytes"):
        records.read_bundle(folder)


FORGERIES: list[tuple[str, str, str, str]] = [
    ("runs.csv", "lenet5_1998", "../../../tmp/x", r"runs\.csv: runs row 1, column entry: '\.\./\.\./\.\./tmp/x' is not a name"),
    ("runs.csv", "lenet5_1998", "<script>alert(1)</script>", "column entry: '<script>alert\\(1\\)</script>' is not a name"),
    ("runs.csv", "true", "yes", "runs row 1, column xla: 'yes' is neither true nor false"),
    (
        "measures.csv",
        "validation,error,",
        "validation,error,nan,%\n0000000000000000,1,validation,error,",
        r"measures row 1, column value: 'nan' is not a number",
    ),
    (
        "measures.csv",
        "validation,error,",
        "validation,error,1e999,%\n0000000000000000,1,validation,error,",
        r"measures row 1, column value: inf is not finite",
    ),
    ("epochs.csv", ",45,1437,", ",45.5,1437,", "epochs row 1, column steps: '45.5' is not an integer"),
    ("epochs.csv", ",45,1437,", ",,1437,", "epochs row 1, column steps: None is null"),
    ("epochs.csv", ",45,1437,", ",45,1437,0,", "epochs row 1 has 10 fields, its header 9"),
    ("epochs.csv", "epoch,steps", "epoch,epoch", "a column occurs twice"),
    ("epochs.csv", "epoch,steps", "epoch,stepz", "column steps: is missing"),
    ("epochs.csv", "execution_id", 'execution"_id', r"epochs\.csv: .*is missing"),
    ("epochs.csv", ",45,1437,", ',45,"1437,', r"epochs\.csv: is not a CSV file"),
    ("pictures.json", '"filters"', '"../filters"', r"'\.\./filters' is not a name"),
    ("pictures.json", '"filters": {', '"filters": {"data": "",', "'data' occurs twice"),
    ("specs.json", '"shape"', '"form"', "layers row 1: shape is missing"),
    ("bundle.json", '"schema_version": 2', '"schema_version": 99', "schema_version 99 is newer than 2"),
    ("bundle.json", '"runs.csv"', '"../runs.csv"', "files does not list exactly"),
]


@pytest.mark.parametrize(("name", "old", "new", "message"), FORGERIES)
def test_forged_bundles_are_refused_with_a_reason(folder, name, old, new, message):
    if name == "bundle.json":
        (folder / name).write_text((folder / name).read_text().replace(old, new, 1))
    else:
        edited(folder, name, old, new)
    with pytest.raises(records.RecordError, match=message):
        records.read_bundle(folder)


def test_a_table_of_nothing_but_line_ends_does_not_fill_the_memory():
    content = (",".join(column.name for column in records.TABLES["runs"]) + "\n").encode() + b"\n" * 2**20
    tracemalloc.start()
    with pytest.raises(records.RecordError, match="runs row 1 has 0 fields, its header 49"):
        parse_csv("runs", content, "runs.csv", records.SCHEMA_VERSION)
    assert tracemalloc.get_traced_memory()[1] < 10 * len(content)
    tracemalloc.stop()


def test_runs_of_an_unknown_machine_are_named(folder):
    header, *_ = (folder / "machines.csv").read_text().splitlines()
    forge(folder, "machines.csv", f"{header}\n".encode())
    with pytest.raises(
        records.RecordError, match=r"runs\.csv: runs row 1, column machine_id: '[0-9a-f]{16}' with software '[0-9a-f]{16}' is not in machines"
    ):
        records.read_bundle(folder)


class Exploit:
    def __reduce__(self) -> tuple[Callable[..., Any], tuple[str]]:
        return (os.mkdir, ("exploited",))


@pytest.mark.parametrize("name", FILES)
def test_pickles_are_refused_and_never_run(folder, name, tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    forge(folder, name, pickle.dumps(Exploit()))
    with pytest.raises(records.RecordError, match=f"{name}: "):
        records.read_bundle(folder)
    assert not (tmp_path / "exploited").exists()


def test_markup_in_strings_is_kept_as_it_is(tmp_path):
    story = "<img src=x onerror=alert(1)> {{ 7 * 7 }} =cmd|'/c calc'!A1"
    records.write_bundle(records.from_records([make_record(story=story)]), tmp_path)
    (spec,) = records.read_bundle(tmp_path).specs.values()
    assert spec["card"]["story"] == story
