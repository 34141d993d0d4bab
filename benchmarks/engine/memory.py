"""The main memory of a process: its peak in a run, and which process ends first when memory runs out.

Read from Linux's /proc; elsewhere the peak is unknown.
"""

import contextlib
import re
from pathlib import Path

PROC = Path("/proc")
#: Whether the kernel's high-water mark was reset for the present run.
_own = False


def reset_peak_memory() -> None:
    """Reset the high-water mark as a run begins; if the system cannot, the run's peak is unknown."""
    global _own
    try:
        (PROC / "self/clear_refs").write_text("5")
    except OSError:
        _own = False
        return
    resident, peak = _bytes("VmRSS"), _bytes("VmHWM")
    # Some sandboxes accept the write and do nothing. After a reset the mark is close to the resident memory.
    _own = resident is not None and peak is not None and peak - resident < max(16 << 20, resident // 20)


def peak_memory() -> int | None:
    """Highest resident memory since `reset_peak_memory`, in bytes; None if unknown."""
    return _bytes("VmHWM") if _own else None


def _bytes(name: str) -> int | None:
    try:
        line = re.search(rf"^{name}:\s*(\d+) kB$", (PROC / "self/status").read_text(), re.MULTILINE)
    except OSError:
        return None
    return int(line[1]) * 1024 if line else None


def goes_first() -> None:
    """Make the kernel end this process first when memory runs out, so that its parent can record it."""
    with contextlib.suppress(OSError):
        (PROC / "self/oom_score_adj").write_text("1000")
