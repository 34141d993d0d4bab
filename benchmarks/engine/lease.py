"""Leases of cores and GPUs by file locks, so that runs side by side do not time each other."""

import contextlib
import fcntl
import functools
import os
import platform
import stat
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import IO

from benchmarks import cores as available
from benchmarks.accelerators import plugins
from benchmarks.machine import is_nvidia

#: Seconds after which a waiting run repeats for whom it waits.
AGAIN_S = 60.0
#: A lock file holds one line of this length, which names the holder.
LINE = 120

_held: list[IO[bytes]] = []


def _places() -> list[Path]:
    """Possible folders for the locks, best first; each belongs to this machine and this user."""
    user = os.getuid()
    runtime = os.environ.get("XDG_RUNTIME_DIR", "")
    places = [
        Path(folder) / "deep-learning-history"
        for folder in (runtime, f"/run/user/{user}")
        if os.path.isabs(folder)
    ]
    with contextlib.suppress(RuntimeError):  # a user without a home
        # Several machines may share the disk of a home; each has its own cores.
        places.append(Path.home() / ".cache" / "deep-learning-history" / "locks" / platform.node())
    return [*places, Path(tempfile.gettempdir()) / f"deep-learning-history-{user}"]


@functools.cache
def _folder() -> int:
    """A descriptor of the folder of the locks, which only this user may read and write.

    Files are opened relative to the descriptor, so that nothing that others put in the folder's place later
    is followed. Raises ValueError if no such folder can be made.
    """
    failures = []
    for place in _places():
        try:
            if place.parent.name == "locks":
                place.parent.mkdir(parents=True, exist_ok=True)
            place.mkdir(mode=0o700, exist_ok=True)
            folder = os.open(place, os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW)
        except OSError as error:
            failures.append(f"{place}: {error.strerror}")
            continue
        try:
            if os.fstat(folder).st_uid != os.getuid():
                raise OSError(0, "belongs to another user")
            os.fchmod(folder, 0o700)
            fcntl.flock(folder, fcntl.LOCK_SH)  # some shared disks have no locks
            fcntl.flock(folder, fcntl.LOCK_UN)
            return folder
        except OSError as error:
            failures.append(f"{place}: {error.strerror}")
            os.close(folder)
    raise ValueError(
        "no folder for the locks of cores and GPUs: set XDG_RUNTIME_DIR to a folder of your own"
        f" ({'; '.join(failures)})"
    )


def _open(name: str) -> IO[bytes]:
    """The lock file of this name, made if needed. Raises ValueError if it is not a regular file."""
    try:
        descriptor = os.open(
            f"{name}.lock", os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW | os.O_NONBLOCK, 0o600, dir_fd=_folder()
        )
    except OSError as error:
        raise ValueError(f"the lock {name}.lock cannot be opened ({error.strerror}); delete it") from None
    if not stat.S_ISREG(os.fstat(descriptor).st_mode):
        os.close(descriptor)
        raise ValueError(f"the lock {name}.lock is not a regular file; delete it")
    return os.fdopen(descriptor, "r+b", buffering=0)


def _lock(name: str, holder: str, wait: bool = False) -> IO[bytes] | None:
    """The file of this name, locked until it is closed; None if another process holds the lock."""
    file = _open(name)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | (0 if wait else fcntl.LOCK_NB))
    except BlockingIOError:
        file.close()
        return None
    # Overwrites the earlier line, which has the same length, so that readers never see a part.
    line = f"process {os.getpid()}{f' ({holder})' if holder else ''}".encode(errors="replace")[: LINE - 1]
    os.pwrite(file.fileno(), line.ljust(LINE - 1) + b"\n", 0)
    return file


def _holder(name: str) -> str:
    """The holder that the lock file of this name names."""
    with _open(name) as file:
        line = file.read(LINE).decode(errors="replace").strip()
    return "".join(letter for letter in line if letter.isprintable()) or "a process"


def _take(
    kind: str, names: list[str], count: int, progress: Callable[[str], None], holder: str = ""
) -> list[str]:
    """Lock `count` of the names until this process ends, waiting until others release them."""
    reported = -AGAIN_S
    while True:
        gate = _lock(f"{kind}-gate", holder, wait=True)
        taken: dict[str, IO[bytes]] = {}
        for name in names:
            if len(taken) < count and (file := _lock(f"{kind}-{name}", holder)):
                taken[name] = file
        enough = len(taken) == count
        if enough:
            _held.extend(taken.values())
        else:  # two processes that each kept a part would wait for each other forever
            for file in taken.values():
                file.close()
        if gate:
            gate.close()
        if enough:
            return list(taken)
        if time.monotonic() - reported >= AGAIN_S:
            others = "; ".join(
                f"{kind} {name} is held by {_holder(f'{kind}-{name}')}" for name in names if name not in taken
            )
            progress(
                f"waiting for {count} {kind}(s): of {', '.join(names)} only {len(taken)} are free of other"
                f" runs: {others}"
            )
            reported = time.monotonic()
        time.sleep(0.5)


def cores(count: int, progress: Callable[[str], None], holder: str = "") -> None:
    """Lease `count` cores, and pin this process to them; `holder` says for whom.

    If the system cannot pin processes, as on macOS, this is reported to `progress`; the leases then only keep
    all runs together from using more cores than the machine has. Raises ValueError if the process may use
    fewer than `count`.
    """
    check(count)
    available.available_at_start()  # before it is pinned
    leased = _take("core", [str(core) for core in available.usable()], count, progress, holder)
    if available.can_pin():
        os.sched_setaffinity(0, {int(name) for name in leased})
    else:
        progress(f"this system cannot pin a run to cores: libraries will use {count} thread(s)")


def check(count: int) -> None:
    """Raises ValueError unless this process may use `count` cores."""
    if count < 1:
        raise ValueError(f"--threads is {count}; give at least 1")
    most = len(available.usable())
    if count > most:
        raise ValueError(
            f"--threads {count} exceeds the {most} cores that this process may use; give at most {most}"
        )


def gpus(uuids: list[str], count: int, progress: Callable[[str], None], holder: str = "") -> None:
    """Lease `count` of these GPUs, if there are any, and show only those to the backend.

    They are named by UUID, since an index may mean another GPU to another tool. Raises ValueError if there
    are some, but fewer than `count`. Of other makers' accelerators nothing is hidden: see `accelerators`.
    """
    if uuids and count > len(uuids):
        raise ValueError(
            f"--devices {count} exceeds the {len(uuids)} GPU(s) of one kind that this process may use;"
            f" give at most {len(uuids)}, or let CUDA_VISIBLE_DEVICES name more"
        )
    if uuids and is_nvidia(uuids[0]):
        os.environ["CUDA_VISIBLE_DEVICES"] = ",".join(_take("gpu", uuids, count, progress, holder))


def accelerators(backend: str, progress: Callable[[str], None], holder: str = "") -> None:
    """Lease the accelerators of other makers than NVIDIA, all together, if it has a plug-in for them.

    There is no common way to show a process a part of them, and some serve one process at a time, so that
    even asking for their names takes them.
    """
    if plugins(backend):
        _take("accelerator", ["all"], 1, progress, holder)


def ceilings(name: str, progress: Callable[[str], None]) -> None:
    """Lease the measuring of this machine's ceilings: jobs that start on it together take turns."""
    _take("ceiling", [name], 1, progress)
