"""Grace for a job that is asked to end: it writes a checkpoint first.

A cluster asks a job to end by SIGTERM, when its time is over or its node is wanted, and kills it some seconds
later. It asks all processes of the job at once, so they must not die of the signal: the job trains in a
child that holds it back, and the process that was started waits.
"""

import contextlib
import ctypes
import mmap
import os
import signal
import sys
import time
import types
from collections.abc import Callable
from pathlib import Path

from benchmarks.engine import orphans

#: Seconds for which a checkpoint is awaited: SLURM kills a job 30 seconds after it has asked it to end.
GRACE_S = 25.0
#: One byte that the job's processes share: whether the job was asked to end.
_asked = mmap.mmap(-1, 1)


class UntilAsked(float):
    """Seconds between checkpoints: so many, and none once the job was asked to end.

    The engine compares the seconds since the last checkpoint with it.
    """

    def __le__(self, passed: float) -> bool:
        return _asked[0] != 0 or float(self) <= passed


def stamps(files: list[Path]) -> dict[Path, int]:
    """When each of these files was written; files that are missing are left out."""
    found = {}
    for file in files:
        try:
            found[file] = file.stat().st_mtime_ns
        except OSError:
            continue
    return found


def split(files: Callable[[], list[Path]], progress: Callable[[str], None]) -> None:
    """Go on in a child. This process waits for it, and ends with its exit code.

    Asked to end by SIGTERM, it waits until one of `files` is written, a checkpoint or a record, but no longer
    than `GRACE_S`; not at all if the workflow is gone. Elsewhere than on Linux nothing happens: there a child
    would survive its parent.
    """
    if sys.platform != "linux":
        return
    job = os.getpid()
    signal.pthread_sigmask(signal.SIG_BLOCK, {signal.SIGTERM})  # which the child inherits
    child = os.fork()
    if child:
        os._exit(wait(child, files, progress))
    # A child left behind would hold cores and checkpoints.
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG
    if os.getppid() != job:
        os._exit(1)


def wait(child: int, files: Callable[[], list[Path]], progress: Callable[[str], None]) -> int:
    """The exit code of the child, as a shell gives it."""
    line = orphans.line_of_descent()

    def end(number: int, frame: types.FrameType | None) -> None:
        signal.signal(signal.SIGTERM, signal.SIG_IGN)
        watched = files()
        before = stamps(watched)
        _asked[0] = 1
        deadline = time.monotonic() + GRACE_S
        while orphans.unbroken(line) and time.monotonic() < deadline and stamps(watched) == before:
            if os.waitid(os.P_PID, child, os.WEXITED | os.WNOHANG | os.WNOWAIT):
                break
            time.sleep(0.1)
        with contextlib.suppress(OSError):  # nobody reads
            how = "its work is saved" if stamps(watched) != before else "nothing could be saved in time"
            progress(f"the job was asked to end: {how}; sent again, it goes on from its last checkpoint")
        os.kill(child, signal.SIGKILL)

    signal.signal(signal.SIGTERM, end)
    signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGTERM})
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # a terminal sends it to the child as well
    code = os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])
    return code if code >= 0 else 128 - code
