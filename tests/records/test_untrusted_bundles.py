"""Bundles from people whom nobody trusts."""

import hashlib
import json
import os
import pickle
import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from benchmarks import records
from benchmarks.records import bundle
from benchmarks.records.csv_tables import parse_csv, to_frame
from benchmarks.records.files import json_bytes, parse_json
from benchmarks.records.schema import FILES
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
    with pytest.raises(
        records.RecordError,
        match=r"epochs\.csv: has SHA-256 .* but bundle\.json expects .*: it was changed or cut short",
    ):
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
    with pytest.raises(records.RecordError, match=r"runs\.csv: is larger than the 209715200 bytes"):
        records.read_bundle(folder)


def test_files_that_are_too_much_together_are_not_read(folder, monkeypatch):
    whole = sum((folder / name).stat().st_size for name in FILES)
    monkeypatch.setattr(bundle, "MAX_BUNDLE_BYTES", whole)
    read = records.read_bundle(folder)
    monkeypatch.setattr(bundle, "MAX_BUNDLE_BYTES", whole - 1)
    with pytest.raises(records.RecordError, match=r"is larger than the \d+ bytes that are read at most"):
        records.read_bundle(folder)
    with pytest.raises(
        records.RecordError, match=r"has \d+ bytes, more than the \d+ that are read: split the bundle"
    ):
        records.write_bundle(read, folder / "again")


FORGERIES: list[tuple[str, str, str, str]] = [
    (
        "runs.csv",
        "lenet5_1998",
        "../../../tmp/x",
        r"runs\.csv: runs row 1, column entry: '\.\./\.\./\.\./tmp/x' is not a name",
    ),
    (
        "runs.csv",
        "lenet5_1998",
        "<script>alert(1)</script>",
        "column entry: '<script>alert\\(1\\)</script>' is not a name",
    ),
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
    ("epochs.csv", ",45,1437,", ",45,1437,0,", "epochs row 1 has 14 fields, its header 13"),
    ("epochs.csv", "stage,steps", "stage,stage", "a column occurs twice"),
    ("epochs.csv", "stage,steps", "stage,stepz", "column steps: is missing"),
    ("epochs.csv", "execution_id", 'execution"_id', r"epochs\.csv: .*is missing"),
    ("epochs.csv", ",45,1437,", ',45,"1437,', r"epochs\.csv: is not a CSV file"),
    ("pictures.json", '"filters"', '"../filters"', r"'\.\./filters' is not a name"),
    ("pictures.json", '"filters": {', '"filters": {"data": "",', "'data' occurs twice"),
    ("specs.json", '"shape"', '"form"', "layers row 1: shape is missing"),
    ("bundle.json", '"schema_version": 5', '"schema_version": 99', "schema_version 99 is newer than 5"),
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


HEADER = (",".join(column.name for column in records.TABLES["epochs"]) + "\n").encode()
MIB = 1 << 20


@contextmanager
def memory_below(limit: float) -> Iterator[None]:
    """The block takes less memory than so many bytes."""
    tracemalloc.start()
    try:
        yield
        assert tracemalloc.get_traced_memory()[1] < limit
    finally:
        tracemalloc.stop()


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (HEADER + b"\n" * (4 * MIB), "has 4194305 lines in .* bytes, more than the"),
        (HEADER + b",,,,\n" * MIB, "has 1048577 lines in .* bytes, more than the"),
        (HEADER + b'"\n",' * MIB, "has 1048577 lines in .* bytes, more than the"),
        (HEADER + b"," * (8 * MIB), "has a line of more than the 4194304 bytes"),
        (HEADER + b"a" * (8 * MIB), "has a line of more than the 4194304 bytes"),
        (HEADER + b'"' + b"a" * (2 * MIB) + b'"', "field larger than field limit"),
        (HEADER.replace(b"\n", b"\r") * 200_000, "has a line of more than the 4194304 bytes"),
    ],
    ids=["line ends", "commas", "quoted line ends", "columns", "field", "quoted field", "carriage returns"],
)
def test_a_table_that_would_fill_the_memory_is_refused_before_it_does(content, message):
    with memory_below(3 * len(content)), pytest.raises(records.RecordError, match=message):
        parse_csv("epochs", content, "epochs.csv", records.SCHEMA_VERSION)


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"[" + b"[]," * (2 * MIB) + b"[]]", "has 4194306 values .* more than the"),
        (b"[" + b"{}," * (2 * MIB) + b"{}]", "has 4194306 values .* more than the"),
        (b"[" + b"1," * (2 * MIB) + b"1]", "has 2097153 values .* more than the"),
        (b"[" * (4 * MIB), "has 4194304 values .* more than the"),
        (
            b"{" + b",".join(b'"%032d": 0' % i for i in range(250_000)) + b"}",
            "has more than the 200000 different keys",
        ),
    ],
    ids=["lists", "objects", "numbers", "depth", "keys"],
)
def test_a_document_that_would_fill_the_memory_is_refused_before_it_does(content, message):
    with memory_below(4 * len(content)), pytest.raises(records.RecordError, match=message):
        parse_json(content, "specs.json")


def test_a_gigantic_string_takes_a_few_times_its_size():
    content = b'["' + b"a" * (8 * MIB) + b'"]'
    with memory_below(5 * len(content)):
        parse_json(content, "specs.json")


def test_large_tables_and_documents_of_real_form_are_read_within_ten_times_their_size():
    names = [column.name for column in records.TABLES["epochs"]]
    row = dict.fromkeys(names, "") | {
        "epoch": "%(epoch)d",
        "steps": "6000",
        "examples": "60000",
        "train_s": "18.8550%(no)012d",
        "warm_up": "false",
        "other_cores": "1.0559%(no)012d",
        "stolen_cores": "0.0",
        "available_cores": "2.0",
    }
    row[names[0]] = "%(run)016x"
    form = ",".join(row.values()) + "\n"
    table = (
        HEADER
        + "".join(form % {"run": no // 200, "epoch": no % 200, "no": no} for no in range(40_000)).encode()
    )
    with memory_below(10 * len(table)):
        rows = parse_csv("epochs", table, "epochs.csv", records.SCHEMA_VERSION)
        assert len(to_frame("epochs", rows)) == 40_000
    layers = [
        {"name": f"layer {i}", "kind": "Conv2D", "shape": [28, 28, 6], "parameters": 156} for i in range(200)
    ]
    document = json_bytes({f"{no:016x}": {"layers": layers} for no in range(300)})
    with memory_below(10 * len(document)):
        assert len(parse_json(document, "specs.json")) == 300


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", r"epochs\.csv: is empty: the table epochs needs a header"),
        (b"\n", r"epochs\.csv: is empty"),
        (b"execution_id\n", r"epochs\.csv: header of epochs, column steps: is missing"),
        (HEADER.replace(b"\n", b",more\n"), r"epochs\.csv: header of epochs, column 'more': is unknown"),
    ],
)
def test_a_table_without_rows_has_a_header_all_the_same(folder, content, message):
    forge(folder, "epochs.csv", content)
    with pytest.raises(records.RecordError, match=message):
        records.read_bundle(folder)
    forge(folder, "epochs.csv", HEADER)
    assert records.read_bundle(folder).epochs.empty


def test_runs_of_an_unknown_machine_are_named(folder):
    header, *_ = (folder / "machines.csv").read_text().splitlines()
    forge(folder, "machines.csv", f"{header}\n".encode())
    with pytest.raises(
        records.RecordError,
        match=r"runs\.csv: runs row 1, column machine_id: '[0-9a-f]{16}' "
        r"with software '[0-9a-f]{16}' is not in machines",
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
