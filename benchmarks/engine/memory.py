"""The main memory of a process: the peak of a run, and who goes first when there is no more (Linux)."""

import contextlib
import re
from pathlib import Path

#: Whether the kernel's high-water mark is that of what runs now, not of what ran before in this process.
_own = False


def reset_peak_memory() -> None:
    """Let the high-water mark begin anew, as a run begins; where the system cannot, the run's peak is unknown."""
    global _own
    try:
        Path("/proc/self/clear_refs").write_text("5")
    except OSError:
        _own = False
        return
    resident, peak = _bytes("VmRSS"), _bytes("VmHWM")
    # Some sandboxes take the word and do nothing. A mark that fell is close to what is resident.
    _own = resident is not None and peak is not None and peak - resident < max(16 << 20, resident // 20)


def peak_memory() -> int | None:
    """Highest resident memory since `reset_peak_memory`, in bytes; None where the system does not tell."""
    return _bytes("VmHWM") if _own else None


def _bytes(name: str) -> int | None:
    try:
        found = re.search(rf"^{name}:\s*(\d+) kB$", Path("/proc/self/status").read_text(), re.MULTILINE)
    except OSError:
        return None
    return int(found[1]) * 1024 if found else None


def goes_first() -> None:
    """Have the kernel end this process before others where memory runs out: its parent lives on, to record it."""
    with contextlib.suppress(OSError):
        Path("/proc/self/oom_score_adj").write_text("1000")
