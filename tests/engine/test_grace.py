"""A job that is asked to end writes a checkpoint first, and goes on from it; with real processes."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks import records
from benchmarks.engine import grace
from tests.compilation import HASTILY
from tests.engine.conftest import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="a child survives its parent elsewhere")


def test_seconds_between_checkpoints_are_over_once_the_job_is_asked_to_end(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    asked = bytearray(1)
    monkeypatch.setattr(grace, "_asked", asked)
    every = grace.UntilAsked(30)
    assert [waited >= every for waited in (0.0, 29.9, 30.0)] == [False, False, True]
    asked[0] = 1
    assert every <= 0.0
    assert json.dumps({"checkpoint_s": every}) == '{"checkpoint_s": 30.0}'


#: A hundred epochs, some seconds in all.
RUN = {"entry": "lstm_1997", "recipe": "embedded_reber-online", "tier": "pocket", "seed": 0}
#: The engine with time enough to compile on a busy machine.
PATIENT = """
import sys
from benchmarks.engine import __main__, grace
grace.GRACE_S = 300.0
sys.exit(__main__.main())
"""


def start(folder: Path, runs: list[dict[str, object]]) -> "subprocess.Popen[str]":
    """The engine on these runs, as the workflow calls it; it would write no checkpoint by itself."""
    (folder / "plan.json").write_text(json.dumps(runs))
    words = ["--job", "job", "--runs", "plan.json", "--out", "out", "--backend", "jax"]
    return subprocess.Popen(
        [sys.executable, "-c", PATIENT, *words, "--checkpoint-seconds", "1e9"],
        cwd=folder,
        env={**os.environ, "PYTHONPATH": str(ROOT), "XLA_FLAGS": HASTILY},
        stderr=subprocess.PIPE,
        text=True,
        start_new_session=True,
    )


def children(process: int) -> list[int]:
    """The children of a process."""
    return [int(word) for word in Path(f"/proc/{process}/task/{process}/children").read_text().split()]


def test_asked_to_end_it_saves_its_work_and_goes_on_from_there(tmp_path: Path) -> None:
    """All processes of the job are asked at once, as a cluster does."""
    process = start(tmp_path, [RUN])
    deadline = time.monotonic() + 120
    while not [run for job in children(process.pid) for run in children(job)]:
        assert process.poll() is None and time.monotonic() < deadline
        time.sleep(0.05)
    os.killpg(process.pid, signal.SIGTERM)
    _, said = process.communicate(timeout=300)
    assert process.returncode == 128 + signal.SIGKILL, said
    assert "the job was asked to end: its work is saved" in said
    checkpoints = list((tmp_path / "out/checkpoints").glob("*.checkpoint"))
    assert len(checkpoints) == 1
    assert not list(tmp_path.glob("out/runs/*/*.json")), "it was asked too late to show anything"
    again = start(tmp_path, [RUN])
    _, said = again.communicate(timeout=300)
    assert again.returncode == 0, said
    assert "resumed after epoch" in said
    (record,) = map(records.read_record, tmp_path.glob("out/runs/*/*.json"))
    assert (record["run"]["status"], record["run"]["resumed"]) == ("ok", 1)


def test_where_nothing_can_be_saved_it_ends_all_the_same() -> None:
    code = (
        "import os, signal, time; from benchmarks.engine import grace; grace.GRACE_S = 0.3\n"
        "grace.split(lambda: [], lambda line: print(line, flush=True))\n"
        "print('child', flush=True); time.sleep(600)\n"
    )
    environment = {**os.environ, "PYTHONPATH": str(ROOT)}
    with subprocess.Popen(
        [sys.executable, "-c", code], stdout=subprocess.PIPE, text=True, env=environment
    ) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "child\n"
        began = time.monotonic()
        process.terminate()
        assert "nothing could be saved in time" in process.stdout.read()
        assert process.wait() == 128 + signal.SIGKILL
        assert time.monotonic() - began < 10


@pytest.mark.parametrize(("ends", "code"), [("raise SystemExit(2)", 2), ("os.abort()", 128 + signal.SIGABRT)])
def test_it_ends_as_its_child_does(ends: str, code: int) -> None:
    program = f"import os; from benchmarks.engine import grace; grace.split(lambda: [], print); {ends}"
    done = subprocess.run(
        [sys.executable, "-c", program], env={**os.environ, "PYTHONPATH": str(ROOT)}, timeout=60
    )
    assert done.returncode == code
