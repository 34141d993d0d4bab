"""A job ends with its workflow, however that was killed; tested with real shells, pipes and signals."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.engine import orphans
from tests.engine.conftest import ROOT

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="looks at Linux's processes")

#: What a job is while it trains: a process that waits for its child.
ENGINE = """
import os, signal, sys, time
from benchmarks.engine import jobs, orphans
orphans.EVERY_S = 0.1
orphans.end_with_the_workflow(lambda line: print(line, file=sys.stderr, flush=True))
job = os.getpid()
child = os.fork()
if not child:
    jobs._die_with(job)
    time.sleep(600)
    os._exit(0)
print(job, child, flush=True)
jobs._wait(child)
"""
#: What Snakemake is: a process of that name that runs a shell's line and waits.
WORKFLOW = """
import subprocess, sys
subprocess.run(["bash", "-c", 'set -euo pipefail; "$0" "$1" 2>&1 | tee "$2"', *sys.argv[1:4]])
"""


def gone(process: int) -> bool:
    try:
        return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()[0] == "Z"
    except OSError:
        return True


def wait_until_gone(*processes: int) -> bool:
    deadline = time.monotonic() + 20
    while not all(gone(process) for process in processes) and time.monotonic() < deadline:
        time.sleep(0.05)
    return all(gone(process) for process in processes)


class Tree:
    """workflow -> shell -> job -> child, and `tee` beside the job."""

    def __init__(self, folder: Path, name: str) -> None:
        workflow, engine, self.log = folder / name, folder / "engine.py", folder / "log"
        workflow.write_text(WORKFLOW)
        engine.write_text(ENGINE)
        self.workflow = subprocess.Popen(
            [sys.executable, str(workflow), sys.executable, str(engine), str(self.log)],
            stdout=subprocess.DEVNULL,
            env={**os.environ, "PYTHONPATH": str(ROOT)},
        )
        deadline = time.monotonic() + 60
        while not (self.log.exists() and self.log.read_text().endswith("\n")) and time.monotonic() < deadline:
            time.sleep(0.05)
        self.job, self.child = map(int, self.log.read_text().split())
        self.shell = orphans.parent_of(self.job) or 0
        assert orphans.parent_of(self.shell) == self.workflow.pid

    def end(self) -> None:
        for process in (self.child, self.job, self.shell, self.workflow.pid):
            if not gone(process):
                os.kill(process, signal.SIGKILL)
        self.workflow.wait()


@pytest.fixture
def trees() -> Iterator[list[Tree]]:
    grown: list[Tree] = []
    yield grown
    for tree in grown:
        tree.end()


def test_a_workflow_that_is_killed_takes_its_job_along(tmp_path: Path, trees: list[Tree]) -> None:
    """The shell between them lives on until then."""
    tree = Tree(tmp_path, "snakemake")
    trees.append(tree)
    time.sleep(0.5)
    assert not gone(tree.job) and not gone(tree.child)
    tree.workflow.kill()
    tree.workflow.wait()
    assert wait_until_gone(tree.job, tree.child, tree.shell)
    assert "the process that started this job is gone" in tree.log.read_text()


def test_a_shell_that_is_killed_takes_its_job_along(tmp_path: Path, trees: list[Tree]) -> None:
    tree = Tree(tmp_path, "by_hand")
    trees.append(tree)
    os.kill(tree.shell, signal.SIGKILL)
    assert wait_until_gone(tree.job, tree.child)


def test_without_snakemake_above_only_the_parent_counts(tmp_path: Path, trees: list[Tree]) -> None:
    """Somebody logs out of the shell in which they started it with nohup."""
    tree = Tree(tmp_path, "by_hand")
    trees.append(tree)
    tree.workflow.kill()
    tree.workflow.wait()
    time.sleep(1)
    assert not gone(tree.job) and not gone(tree.child)


def test_a_job_that_waits_for_cores_ends_too(tmp_path: Path) -> None:
    """The timer interrupts whatever it waits for."""
    code = (
        "import sys, time; from benchmarks.engine import lease, orphans\n"
        "orphans.EVERY_S = 0.1; orphans.end_with_the_workflow(lambda line: None)\n"
        "held = lease._lock('gpu-0', ''); print('waits', flush=True)\n"
        "lease._take('gpu', ['0'], 1, lambda line: None)"
    )
    shell = subprocess.Popen(
        ["bash", "-c", '"$0" -c "$1" & echo $!; wait', sys.executable, code],
        stdout=subprocess.PIPE,
        text=True,
        cwd=ROOT,
        env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
    )
    assert shell.stdout
    job = int(shell.stdout.readline())
    assert shell.stdout.readline() == "waits\n"
    shell.kill()
    shell.wait()
    assert wait_until_gone(job)
    shell.stdout.close()


def test_a_job_that_ends_is_not_ended_by_its_own_timer() -> None:
    code = (
        "from benchmarks.engine import orphans\n"
        "orphans.EVERY_S = 1e-4; orphans.end_with_the_workflow(print)\n"
        "import numpy, json, ssl"
    )
    assert [subprocess.run([sys.executable, "-c", code], cwd=ROOT).returncode for _ in range(5)] == [0] * 5


def test_the_line_goes_up_to_the_topmost_snakemake(monkeypatch: pytest.MonkeyPatch) -> None:
    above = {os.getppid(): 70, 70: 60, 60: 50, 50: 40, 40: 1}
    monkeypatch.setattr(orphans, "parent_of", above.get)
    monkeypatch.setattr(orphans, "_is_snakemake", lambda process: process in (70, 50))
    line = orphans.line_of_descent()
    assert line == [os.getpid(), os.getppid(), 70, 60, 50]
    assert orphans.unbroken(line)
    above[60] = 1
    assert not orphans.unbroken(line)
    monkeypatch.setattr(orphans, "_is_snakemake", lambda process: False)
    assert orphans.line_of_descent() == [os.getpid(), os.getppid()]
