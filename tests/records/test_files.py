"""Files that are whole or absent, and JSON that is strict."""

import json
import os
import pickle
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks import records
from benchmarks.records.files import json_bytes, parse_json

ROOT = Path(__file__).parents[2]


def test_a_writer_that_is_killed_leaves_no_half_file(tmp_path):
    target = tmp_path / "a.json"
    code = """
import itertools, sys
from benchmarks import records
from benchmarks.records.files import json_bytes, parse_json
for i in itertools.count():
    records.write_json_atomic([i] * 300_000, sys.argv[1])
    print(i, flush=True)
"""
    for kill in range(6):
        writer = subprocess.Popen([sys.executable, "-c", code, str(target)], cwd=ROOT, stdout=subprocess.PIPE)
        assert writer.stdout is not None
        writer.stdout.readline()  # it is now writing its second file, and so on without end
        time.sleep(0.03 * kill)
        writer.send_signal(signal.SIGKILL)
        assert writer.wait() == -signal.SIGKILL
        writer.stdout.close()
        values = json.loads(target.read_bytes())
        assert len(values) == 300_000 and len(set(values)) == 1
    records.remove_temporaries(target)
    assert [path.name for path in tmp_path.iterdir()] == ["a.json"]


def test_a_failed_write_leaves_the_old_file_and_nothing_else(tmp_path, monkeypatch):
    records.write_bytes_atomic(b"old", tmp_path / "a")

    def full(descriptor: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        records.write_bytes_atomic(b"new", tmp_path / "a")
    assert [(path.name, path.read_bytes()) for path in tmp_path.iterdir()] == [("a", b"old")]


def test_clearing_up_spares_other_files(tmp_path):
    for name in ("a.json", ".a.json.12.tmp", ".ab.json.12.tmp", "b.json"):
        (tmp_path / name).write_text("")
    records.remove_temporaries(tmp_path / "a.json")
    assert sorted(path.name for path in tmp_path.iterdir()) == [".ab.json.12.tmp", "a.json", "b.json"]


@pytest.mark.parametrize(
    ("content", "message"),
    [
        (b"", "is not strict JSON"),
        (b'{"run": ', "is not strict JSON"),
        (b'{"schema_version": 1, "schema_version": 1}', "'schema_version' occurs twice"),
        (b'{"schema_version": NaN}', "NaN is not JSON"),
        (b'{"schema_version": -Infinity}', "Infinity is not JSON"),
        (b"[" * 100_000, "is nested"),
        (b'{"spec": ' * 300 + b"1" + b"}" * 300, "is nested more than 50 levels deep"),
        (b"1" * 10_000, "is not strict JSON"),
        (b"\xff\xfe", "is not strict JSON"),
        (b"[1]", "is not an object"),
        (pickle.dumps({"run": 1}), "is not strict JSON"),
    ],
)
def test_what_is_no_strict_json_is_refused(tmp_path, content, message):
    (tmp_path / "a.json").write_bytes(content)
    with pytest.raises(records.RecordError, match=message):
        records.read_record(tmp_path / "a.json")


def test_half_a_surrogate_pair_is_written_as_it_can_be_read() -> None:
    """JSON can escape what UTF-8 cannot hold."""
    document = {"name": "a\ud800b"}
    assert parse_json(json_bytes(document), "a document") == document
