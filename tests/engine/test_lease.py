"""Leases of cores and GPUs between processes."""

import os
import select
import stat
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import cores
from benchmarks.engine import lease
from tests.engine.conftest import ROOT

#: Takes GPUs of the list given and tells which; ends when its input is closed.
TAKE = """
import os, sys
from benchmarks.engine import lease
lease.AGAIN_S = float(os.environ.get("AGAIN_S", 60))
count, names = int(sys.argv[1]), sys.argv[2:]
progress = lambda line: print(line, flush=True)
print(*lease._take("gpu", names, count, progress, "lenet5_1998 digits seed 0"), flush=True)
sys.stdin.read()
"""


class Holder:
    """Another process that leases."""

    def __init__(self, folder: Path, count: int, *names: str) -> None:
        command = [sys.executable, "-c", TAKE, str(count), *names]
        environment = {**os.environ, "XDG_RUNTIME_DIR": str(folder)}
        self.process = subprocess.Popen(
            command, env=environment, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, cwd=ROOT
        )

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


@pytest.fixture(autouse=True)
def no_folder_yet() -> Iterator[None]:
    """The folder of the locks is looked for anew."""
    lease._folder.cache_clear()
    yield
    lease._folder.cache_clear()


@pytest.fixture
def holders() -> Iterator[list[Holder]]:
    started: list[Holder] = []
    yield started
    for holder in started:
        holder.end()


def test_two_processes_take_different_ones_and_a_third_waits(tmp_path: Path, holders: list[Holder]) -> None:
    for _ in range(2):
        holders.append(Holder(tmp_path, 1, "0", "1"))
    held = [holder.line() for holder in holders]
    assert set(held) == {"0", "1"}
    third = Holder(tmp_path, 1, "0", "1")
    holders.append(third)
    by = [
        f"gpu {name} is held by process {holder.process.pid} (lenet5_1998 digits seed 0)"
        for name, holder in zip(held, holders[:2], strict=True)
    ]
    assert (
        third.line()
        == f"waiting for 1 gpu(s): of 0, 1 only 0 are free of other runs: {'; '.join(sorted(by))}"
    )
    assert third.silent()
    holders[0].end()
    assert third.line() == held[0]


def test_who_waits_is_told_for_whom_again_and_again(
    tmp_path: Path, holders: list[Holder], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AGAIN_S", "0.1")
    first = Holder(tmp_path, 1, "0")
    holders.append(first)
    assert first.line() == "0"
    second = Holder(tmp_path, 1, "0")
    holders.append(second)
    assert second.line() == second.line() == second.line()
    first.end()
    while (line := second.line()).startswith("waiting"):
        assert f"process {first.process.pid} " in line
    assert line == "0"


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


def test_leased_gpus_are_shown_to_the_backend(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    monkeypatch.setattr(lease, "_held", [])
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    lease.gpus([], 2, print)
    assert os.environ["CUDA_VISIBLE_DEVICES"] == ""
    four = [f"GPU-{name}" for name in "abcd"]
    lease.gpus(four, 1, print)
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "GPU-a"
    lease.gpus(four, 2, print)
    assert os.environ["CUDA_VISIBLE_DEVICES"] == "GPU-b,GPU-c", "the first one is taken"
    for file in lease._held:
        file.close()


@pytest.mark.parametrize("count", [0, -1])
def test_fewer_cores_than_one_are_refused(count: int) -> None:
    with pytest.raises(ValueError, match=rf"--threads is {count}; give at least 1"):
        lease.cores(count, print)


def test_more_cores_than_there_are_are_refused() -> None:
    usable = len(cores.usable())
    with pytest.raises(ValueError, match=f"--threads {usable + 1} exceeds the {usable} cores"):
        lease.cores(usable + 1, print)


@pytest.mark.skipif(not cores.can_pin(), reason="the system does not pin processes")
def test_a_process_is_pinned_to_the_cores_that_it_leased(tmp_path: Path) -> None:
    if len(cores.usable()) < 2:
        pytest.skip("one core: nothing is pinned")
    code = (
        "import os; from benchmarks.engine import lease; lease.cores(1, print)\n"
        "print(*os.sched_getaffinity(0), flush=True); input()"
    )
    both = [
        subprocess.Popen(
            [sys.executable, "-c", code],
            env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )
        for _ in range(2)
    ]
    taken = [process.stdout.readline().split() for process in both if process.stdout]
    for process in both:
        process.communicate("\n")
    assert [len(found) for found in taken] == [1, 1]
    assert taken[0] != taken[1]


def test_linear_algebra_that_was_loaded_before_the_lease_keeps_to_the_threads_of_the_run() -> None:
    if len(cores.usable()) < 2:
        pytest.skip("one core: there is nothing to keep to")
    code = (
        "import numpy, threadpoolctl\n"
        "from benchmarks.engine import jobs; from benchmarks.engine.runs import Options\n"
        "count = lambda: max(pool['num_threads'] for pool in threadpoolctl.threadpool_info())\n"
        "before = count(); jobs.bring_up(Options(backend='jax', threads=1), print); print(before, count())"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    before, after = map(int, done.stdout.split()[-2:])
    assert before > 1
    assert after == 1


def test_a_run_on_all_cores_waits_for_the_others_and_they_for_it(tmp_path: Path) -> None:
    """Otherwise each would time the other."""
    usable = len(cores.usable())
    code = (
        "import sys; from benchmarks.engine import lease\n"
        "lease.cores(int(sys.argv[1]), lambda line: print(line, flush=True))\n"
        "print('has them', flush=True); input()"
    )

    def start(count: int) -> subprocess.Popen[str]:
        return subprocess.Popen(
            [sys.executable, "-c", code, str(count)],
            env={**os.environ, "XDG_RUNTIME_DIR": str(tmp_path)},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            cwd=ROOT,
        )

    all_of_them = start(usable)
    assert all_of_them.stdout and all_of_them.stdout.readline() == "has them\n"
    one = start(1)
    assert one.stdout and one.stdout.readline().startswith("waiting for 1 core(s)")
    all_of_them.communicate("\n")
    assert one.stdout.readline() == "has them\n"
    one.communicate("\n")


def places(monkeypatch: pytest.MonkeyPatch, *folders: Path) -> None:
    monkeypatch.setattr(lease, "_places", lambda: list(folders))


def content(folder: Path) -> dict[str, bytes]:
    return {path.name: path.read_bytes() for path in folder.iterdir()}


def test_the_folder_of_the_locks_is_closed_to_others(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", str(tmp_path))
    (tmp_path / "deep-learning-history").mkdir(mode=0o777)
    file = lease._lock("core-0", "")
    assert file
    assert stat.S_IMODE((tmp_path / "deep-learning-history").stat().st_mode) == 0o700
    assert stat.S_IMODE((tmp_path / "deep-learning-history" / "core-0.lock").stat().st_mode) == 0o600
    file.close()


def test_no_link_is_followed_and_nothing_is_cut(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Somebody's file stays unchanged if a link in the folder, or in place of it, points to the file."""
    precious = tmp_path / "precious"
    precious.mkdir()
    (precious / "core-0.lock").write_text("x" * 1000)
    linked, foreign, good = tmp_path / "linked", tmp_path / "foreign", tmp_path / "good"
    linked.symlink_to(precious)
    foreign.write_text("no folder")
    places(monkeypatch, linked, foreign, good)
    file = lease._lock("core-0", "a run")
    assert file and (good / "core-0.lock").exists()
    assert content(precious) == {"core-0.lock": b"x" * 1000}
    (good / "core-1.lock").symlink_to(precious / "core-0.lock")
    with pytest.raises(
        ValueError, match=r"core-1\.lock cannot be opened \(Too many levels of symbolic links\); delete it"
    ):
        lease._lock("core-1", "")
    os.mkfifo(good / "core-2.lock")
    with pytest.raises(ValueError, match=r"core-2\.lock is not a regular file"):
        lease._lock("core-2", "")
    (good / "core-3.lock").write_text("y" * 1000)
    other = lease._lock("core-3", "a run")
    assert other and len((good / "core-3.lock").read_bytes()) == 1000
    assert content(precious) == {"core-0.lock": b"x" * 1000}
    file.close()
    other.close()


@pytest.mark.skipif(os.getuid() != 0, reason="only root can make a folder another user's")
def test_a_folder_of_another_user_is_passed_over(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "foreign").mkdir(mode=0o777)
    os.chown(tmp_path / "foreign", 12345, 12345)
    places(monkeypatch, tmp_path / "foreign", tmp_path / "own")
    file = lease._lock("core-0", "")
    assert file and (tmp_path / "own" / "core-0.lock").exists()
    assert not list((tmp_path / "foreign").iterdir())
    file.close()


def test_where_there_is_no_folder_one_sentence_says_what_to_set(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (tmp_path / "file").write_text("")
    places(monkeypatch, tmp_path / "file", tmp_path / "none" / "below")
    with pytest.raises(
        ValueError,
        match=(
            r"set XDG_RUNTIME_DIR to a folder of your own .*file: File exists;"
            r" .*below: No such file or directory"
        ),
    ):
        lease._lock("core-0", "")


@pytest.mark.parametrize("runtime", ["", "relative", "/dev/null/none"])
def test_without_a_runtime_folder_and_a_home_there_is_a_place(
    runtime: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_RUNTIME_DIR", runtime)
    monkeypatch.setattr(lease.tempfile, "gettempdir", lambda: str(tmp_path))
    monkeypatch.setattr(lease.Path, "home", lambda: (_ for _ in ()).throw(RuntimeError("no home")))
    monkeypatch.setattr(lease.os, "getuid", lambda: 4321)
    assert lease._places()[-1] == tmp_path / "deep-learning-history-4321"
    assert all(place.is_absolute() for place in lease._places())
