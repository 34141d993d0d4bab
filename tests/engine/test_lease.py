"""Leases of cores and GPUs between processes."""

import os
import select
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks.engine import lease
from tests.engine.conftest import ROOT

#: Takes GPUs of the list given and tells which; ends when its input is closed.
TAKE = """
import os, sys
from benchmarks.engine import lease
count, names = int(sys.argv[1]), sys.argv[2:]
print(*lease._take("gpu", names, count, lambda line: print(line, flush=True)), flush=True)
sys.stdin.read()
"""


class Holder:
    """Another process that leases."""

    def __init__(self, folder: Path, count: int, *names: str) -> None:
        command = [sys.executable, "-c", TAKE, str(count), *names]
        environment = {**os.environ, "TMPDIR": str(folder)}
        self.process = subprocess.Popen(command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT)

    def line(self) -> str:
        assert self.process.stdout
        return self.process.stdout.readline().strip()

    def silent(self) -> bool:
        assert self.process.stdout
        return not select.select([self.process.stdout], [], [], 1.5)[0]

    def end(self) -> None:
        assert self.process.stdin and self.process.stdout
        self.process.stdin.close()
        self.process.wait()
        self.process.stdout.close()


@pytest.fixture
def holders() -> Iterator[list[Holder]]:
    started: list[Holder] = []
    yield started
    for holder in started:
        holder.end()


def test_two_processes_take_different_ones_and_a_third_waits(tmp_path: Path, holders: list[Holder]) -> None:
    for _ in range(2):
        holders.append(Holder(tmp_path, 1, "0", "1"))
        holders[-1].first = holders[-1].line()  # type: ignore[attr-defined]
    assert {holder.first for holder in holders} == {"0", "1"}  # type: ignore[attr-defined]
    third = Holder(tmp_path, 1, "0", "1")
    holders.append(third)
    assert third.line() == "waiting for 1 gpu(s): of 0, 1 only 0 are free of other runs"
    assert third.silent()
    holders[0].end()
    assert third.line() == holders[0].first  # type: ignore[attr-defined]


def test_who_cannot_have_all_holds_none(tmp_path: Path, holders: list[Holder]) -> None:
    """Two that each kept a part while waiting for the rest would wait for ever."""
    one, both, other = Holder(tmp_path, 1, "0"), None, None
    holders.append(one)
    assert one.line() == "0"
    both = Holder(tmp_path, 2, "0", "1")
    holders.append(both)
    assert both.line().startswith("waiting for 2 gpu(s)")
    other = Holder(tmp_path, 1, "1")
    holders.append(other)
    while (line := other.line()).startswith("waiting"):
        pass
    assert line == "1"
    one.end()
    other.end()
    assert both.line() == "0 1"


def test_a_killed_process_holds_nothing(tmp_path: Path, holders: list[Holder]) -> None:
    first = Holder(tmp_path, 1, "0")
    holders.append(first)
    assert first.line() == "0"
    first.process.kill()
    first.process.wait()
    second = Holder(tmp_path, 1, "0")
    holders.append(second)
    assert second.line() == "0"


def test_one_gpu_is_shown_to_the_backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lease.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(lease, "_held", [])
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    lease.gpu([], print)
    assert os.environ["CUDA_VISIBLE_DEVICES"] == ""
    lease.gpu(["GPU-aaaa", "GPU-bbbb"], print)
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "GPU-aaaa"
    lease.gpu(["GPU-aaaa", "GPU-bbbb"], print)
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "GPU-bbbb", "the first one is taken"
    for file in lease._held:
        file.close()


@pytest.mark.parametrize("count", [0, -1])
def test_fewer_cores_than_one_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match=rf"--threads is {count}; give at least 1"):
        lease.cores(count, print)


def test_more_cores_than_there_are_are_refused() -> None:
    usable = len(os.sched_getaffinity(0))
    with pytest.raises(ValueError, match=f"--threads {usable + 1} exceeds the {usable} cores"):
        lease.cores(usable + 1, print)


def test_a_process_is_pinned_to_the_cores_that_it_leased(tmp_path: Path) -> None:
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("one core: nothing is pinned")
    code = "import os; from benchmarks.engine import lease; lease.cores(1, print); print(*os.sched_getaffinity(0), flush=True); input()"
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            env={**os.environ, "TMPDIR": str(tmp_path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for _ in range(2)
    ]
    cores = [process.stdout.readline().split() for process in both if process.stdout]
    for process in both:
        process.communicate("\n")
    assert [len(found) for found in cores] == [1, 1]
    assert cores[0] != cores[1]


def test_linear_algebra_that_was_loaded_before_the_lease_keeps_to_the_threads_of_the_run() -> None:
    if len(os.sched_getaffinity(0)) < 2:
        pytest.skip("one core: there is nothing to keep to")
    code = (
        "import numpy, threadpoolctl; from benchmarks.engine import jobs; from benchmarks.engine.identity import Options\n"
        "count = lambda: max(pool['num_threads'] for pool in threadpoolctl.threadpool_info())\n"
        "before = count(); jobs._bring_up(Options(backend='jax', threads=1), print); print(before, count())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    before, after = map(int, done.stdout.split()[-2:])
    assert before > 1
    assert after == 1
