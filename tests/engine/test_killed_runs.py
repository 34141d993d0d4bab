"""A run that is killed at any moment resumes, and ends with the same record as one that was not."""

import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import records
from tests.engine.killed_runs import LOST, MOMENTS
from tests.engine.occasions import numbers

ROOT = Path(__file__).parents[2]
#: Compiled steps, steps on the host, and stages; then those that are killed inside stages of many kinds. What
#: other rules keep is tested in `contract/test_learning`.
ENTRIES = ["mlp_mnist_1998", "dqn_2013", "jarrett_unsup_cnn_2009", *LOST]

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def results(tmp_path_factory: pytest.TempPathFactory) -> Path:
    out = tmp_path_factory.mktemp("killed")
    command = [
        sys.executable,
        "-m",
        "tests.engine.killed_runs",
        os.environ.get("KERAS_BACKEND", "tensorflow"),
        str(out),
        *ENTRIES,
    ]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert done.returncode == 0, done.stderr
    return out


def read(folder: Path, entry: str) -> list[dict[str, Any]]:
    return [records.read_record(path) for path in sorted((folder / "runs" / entry).glob("*.json"))]


@pytest.mark.parametrize("entry", ENTRIES)
def test_a_killed_run_ends_in_the_same_record(entry: str, results: Path) -> None:
    (reference,), (killed,) = read(results / "never", entry), read(results / "killed", entry)
    assert numbers(killed) == numbers(reference)
    assert killed["run"]["weights_sha256"]
    # The call that was killed inside its first checkpoint left nothing to know it by.
    times = len(LOST[entry]) if entry in LOST else len(MOMENTS) - 1
    assert (reference["run"]["resumed"], killed["run"]["resumed"]) == (0, times)


def test_nothing_half_written_is_left(results: Path) -> None:
    left = [path for path in (results / "killed").rglob("*") if path.is_file() and path.suffix != ".json"]
    assert left == []
