"""Leases of cores and GPUs by file locks, so that runs side by side do not time each other."""

import fcntl
import os
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

_held: list[IO[str]] = []


def _lock(name: str) -> bool:
    folder = Path(tempfile.gettempdir()) / f"deep-learning-history-{os.getuid()}"
    folder.mkdir(mode=0o700, exist_ok=True)
    file = open(folder / f"{name}.lock", "w")  # noqa: SIM115 -- held until the process ends
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        return False
    _held.append(file)
    return True


def _take(kind: str, names: list[str], count: int, report: Callable[[str], None]) -> list[str]:
    """Lock `count` of the names, waiting for others to let go of them."""
    taken: list[str] = []
    waited = False
    while True:
        for name in names:
            if len(taken) < count and name not in taken and _lock(f"{kind}-{name}"):
                taken.append(name)
        if len(taken) == count:
            return taken
        if not waited:
            report(f"waiting for {count - len(taken)} {kind}(s): all of {', '.join(names)} are in use by other runs")
            waited = True
        time.sleep(0.5)


def cores(count: int, report: Callable[[str], None]) -> None:
    """Pin this process to `count` cores of its own. With as many as there are, nothing is pinned.

    Raises ValueError where the process may use fewer than `count`.
    """
    usable = sorted(os.sched_getaffinity(0))
    if count > len(usable):
        raise ValueError(f"--threads {count} exceeds the {len(usable)} cores that this process may use; give at most {len(usable)}")
    if count < len(usable):
        os.sched_setaffinity(0, {int(name) for name in _take("core", [str(core) for core in usable], count, report)})


def gpu(available: list[str], report: Callable[[str], None]) -> None:
    """Lease one of the available GPUs (their indices) and show only that one to the backend.

    An existing CUDA_VISIBLE_DEVICES (a scheduler's, a user's) is respected: nothing is leased.
    """
    if available and "CUDA_VISIBLE_DEVICES" not in os.environ:
        os.environ["CUDA_VISIBLE_DEVICES"] = _take("gpu", available, 1, report)[0]
