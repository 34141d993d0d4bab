"""Ends a job whose workflow is gone, so that it does not hold cores, GPU and memory for nobody.

Snakemake starts a job through a shell, `engine | tee log`: when Snakemake is killed, that shell survives. So
the job checks all processes between itself and Snakemake every few seconds, by a timer, which also interrupts
waiting and needs no thread. Without Linux's /proc only the job's own parent is checked.
"""

import atexit
import itertools
import os
import signal
import types
from collections.abc import Callable
from pathlib import Path

EVERY_S = 2.0
PROC = Path("/proc")


def parent_of(process: int) -> int | None:
    """The parent of a process; None if unknown."""
    try:
        # The name before it, in brackets, may hold blanks and brackets.
        return int((PROC / str(process) / "stat").read_text().rpartition(")")[2].split()[1])
    except (OSError, ValueError, IndexError):
        return None


def _is_snakemake(process: int) -> bool:
    """Whether it is `snakemake`, `python .../snakemake` or `python -m snakemake`."""
    try:
        words = (PROC / str(process) / "cmdline").read_bytes().split(b"\0")
    except OSError:
        return False
    return any(os.path.basename(word) == b"snakemake" for word in words[:3])


def line_of_descent() -> list[int]:
    """This process, its parent, and so on up to the topmost Snakemake; without one, only the parent."""
    line = [os.getpid(), os.getppid()]
    while (above := parent_of(line[-1])) and above > 1:
        line.append(above)
    last = max([1, *(place for place, process in enumerate(line) if place and _is_snakemake(process))])
    return line[: last + 1]


def unbroken(line: list[int]) -> bool:
    """Whether each process of the line is still a child of the next; an orphan gets another parent."""
    return os.getppid() == line[1] and all(
        parent_of(child) == parent for child, parent in itertools.pairwise(line[1:])
    )


def end_with_the_workflow(progress: Callable[[str], None]) -> None:
    """From now on, end this process, by SIGTERM, once the process that started it is gone."""
    line = line_of_descent()
    if line[1] <= 1:
        return

    def look(number: int, frame: types.FrameType | None) -> None:
        if unbroken(line):
            return
        signal.setitimer(signal.ITIMER_REAL, 0)
        try:
            progress(
                "the process that started this job is gone: the job ends; called again, it resumes"
                " from its checkpoint"
            )
        except OSError:
            pass  # nobody reads
        finally:
            os.kill(os.getpid(), signal.SIGTERM)

    signal.signal(signal.SIGALRM, look)
    signal.setitimer(signal.ITIMER_REAL, EVERY_S, EVERY_S)
    # During Python's shutdown nothing handles the signal, which would end the process.
    atexit.register(signal.setitimer, signal.ITIMER_REAL, 0)
