"""Leases of cores and GPUs by file locks, so that runs side by side do not time each other."""

import fcntl
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

_held: list[IO[str]] = []


def _lock(name: str, wait: bool = False) -> IO[str] | None:
    """The locked file of this name, or None where another process holds it. The lock lasts until the file is closed."""
    folder = Path(tempfile.gettempdir()) / f"deep-learning-history-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = open(folder / f"{name}.lock", "w")  # noqa: SIM115 -- the caller closes it
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        file.close()
        return None
    return file


def _take(kind: str, names: list[str], count: int, report: Callable[[str], None]) -> list[str]:
    """Lock `count` of the names until this process ends, waiting for others to let go of them."""
    waited = False
    while True:
        gate = _lock(f"{kind}-gate", wait=True)
        taken: dict[str, IO[str]] = {}
        for name in names:
            if len(taken) < count and (file := _lock(f"{kind}-{name}")):
                taken[name] = file
        enough = len(taken) == count
        if enough:
            _held.extend(taken.values())
        else:  # two processes that each kept a part would wait for each other for ever
            for file in taken.values():
                file.close()
        if gate:
            gate.close()
        if enough:
            return list(taken)
        if not waited:
            report(f"waiting for {count} {kind}(s): of {', '.join(names)} only {len(taken)} are free of other runs")
            waited = True
        time.sleep(0.5)


def cores(count: int, report: Callable[[str], None]) -> None:
    """Pin this process to `count` cores of its own. With as many as there are, nothing is pinned.

    Raises ValueError where the process may use fewer than `count`.
    """
    check(count)
    usable = sorted(os.sched_getaffinity(0))
    if count < len(usable):
        os.sched_setaffinity(0, {int(name) for name in _take("core", [str(core) for core in usable], count, report)})


def check(count: int) -> None:
    """Raises ValueError unless this process may use `count` cores."""
    if count < 1:
        raise ValueError(f"--threads is {count}; give at least 1")
    usable = os.sched_getaffinity(0)
    if count > len(usable):
        raise ValueError(f"--threads {count} exceeds the {len(usable)} cores that this process may use; give at most {len(usable)}")


def gpu(available: list[str], report: Callable[[str], None]) -> None:
    """Lease one of the available GPUs (their UUIDs: indices mean other GPUs to other tools) and show only that one to the backend."""
    if available:
        os.environ["CUDA_VISIBLE_DEVICES"] = _take("gpu", available, 1, report)[0]
