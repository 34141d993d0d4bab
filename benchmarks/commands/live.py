"""One view of a call of the workflow: `python -m benchmarks.commands.live -- snakemake ARGUMENTS`.

On a terminal it shows how many runs are done, what trains now with its score, and the time left; where there
is none, it prints a line for each run. Failures are said as they happen. What Snakemake and its jobs print
goes to results/logs/snakemake.log; if nothing trains, it is printed as it is. The exit code is Snakemake's.
"""

import argparse
import contextlib
import ctypes
import fcntl
import io
import os
import signal
import subprocess
import sys
import tempfile
import time
import traceback
from collections.abc import Callable
from pathlib import Path
from types import FrameType
from typing import IO

from benchmarks.commands import closing, estimate, past, view
from benchmarks.commands.course import CALL_FILE, Course
from benchmarks.commands.view import relative, say

ROOT = Path(__file__).resolve().parents[2]
LOG = Path("results", "logs", "snakemake.log")
REPORT = Path("results", "report", "index.html")
#: Seconds between two looks at the child, and how many of them there are for one at the files: what trains is
#: timed, and must not be disturbed.
EVERY_S = 0.2
LOOKS = 5
#: What ends a call: a terminal, a scheduler or a person sends it.
ENDING = (signal.SIGINT, signal.SIGTERM, signal.SIGHUP, signal.SIGQUIT)


def main() -> int:
    """Run the command and show it. Returns its exit code; 128 + n if signal n ended it."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.commands.live", description="Run the workflow, and show how far it is."
    )
    parser.add_argument("--set-up-seconds", type=float, help="seconds that the set-up of the software took")
    parser.add_argument("command", nargs="+", metavar="COMMAND", help="snakemake and its arguments, after --")
    arguments = parser.parse_args()
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding=None if view.speaks_utf8() else "ascii", errors="replace")
    try:
        log, file = open_log(LOG)
    except OSError as error:
        print(f"error: {error.filename}: cannot be written ({error.strerror})", file=sys.stderr)
        return 2
    with file, tempfile.TemporaryDirectory(prefix="history-") as folder:
        watch = Watch(arguments.command, log, file, Path(folder, "call.json"), arguments.set_up_seconds)
        return watch.run()


def open_log(path: Path) -> tuple[Path, IO[bytes]]:
    """Empty this log for what a call prints. While another call writes there, it is a file beside it.

    The log is locked until the call and all its jobs have ended.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    file = open(path, "ab")  # noqa: SIM115 (the caller closes it)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        file.close()
        path = path.with_stem(f"{path.stem}-{os.getpid()}")
        file = open(path, "ab")  # noqa: SIM115 (the caller closes it)
    except OSError:
        pass  # a file system without locks
    file.truncate(0)
    return path, file


def die_with_parent() -> None:
    """End this process, which becomes Snakemake, when the one that shows it is killed (Linux)."""
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG


class Watch:
    """A call of the workflow, in a process group of its own, and the view of it.

    Ctrl-C in a terminal reaches this process alone, which passes it on to the whole group, once for each
    time. So Snakemake and its jobs get what they would get from the terminal.
    """

    def __init__(
        self, command: list[str], log: Path, file: IO[bytes], call_file: Path, set_up_s: float | None
    ) -> None:
        self.command, self.log, self.file, self.set_up_s = command, log, file, set_up_s
        self.began = time.monotonic()
        self.course = Course(call_file, log)
        self.known: tuple[dict[past.Recipe, float], float] | None = None
        self.child: subprocess.Popen[bytes] | None = None
        self.signals: list[int] = []
        self.suspended = self.broken = False
        self.view: view.Page | view.Lines | None = None

    def run(self) -> int:
        """Run the call to its end. Returns its exit code."""
        for number, handler in (
            *((number, self.pass_on) for number in ENDING),
            (signal.SIGTSTP, self.suspend),
        ):
            if signal.getsignal(number) != signal.SIG_IGN:  # as nohup leaves it
                signal.signal(number, handler)
        try:
            self.child = subprocess.Popen(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=self.file,
                stderr=self.file,
                env={**os.environ, CALL_FILE: str(self.course.call_file)},
                process_group=0,
                preexec_fn=die_with_parent,
            )
        except OSError as error:
            print(f"error: {self.command[0]}: cannot be started ({error.strerror})", file=sys.stderr)
            return 2
        for early in self.signals:  # before there was a child
            self.send(early)
        os.nice(10)  # what is timed comes first
        looks = 0
        while self.child.poll() is None:
            if looks % LOOKS == 0:
                self.guard(self.look)
            time.sleep(EVERY_S)
            looks += 1
            if self.suspended:
                self.rest()
        code = self.child.returncode
        code = code if code >= 0 else 128 - code
        self.broken = False  # a view that has failed may still say how it ended
        self.guard(lambda: self.end(code))
        if self.broken:
            say(f"Snakemake has ended with exit code {code}; what it printed is in {relative(self.log)}")
        return code

    def pass_on(self, number: int, frame: FrameType | None) -> None:
        """Handle a signal that ends a call: Snakemake and its jobs decide what to do."""
        self.signals.append(number)
        if self.child:
            self.send(number)

    def send(self, number: int) -> None:
        """Send a signal to Snakemake and its jobs."""
        assert self.child
        # The latter is macOS' word for a group that has ended.
        with contextlib.suppress(ProcessLookupError, PermissionError):
            os.killpg(self.child.pid, number)

    def suspend(self, number: int, frame: FrameType | None) -> None:
        """Handle Ctrl-Z, but not while something is being drawn."""
        self.suspended = True

    def rest(self) -> None:
        """Stop with Snakemake and its jobs, until this process is continued."""
        self.guard(self.close)
        self.send(signal.SIGTSTP)
        os.kill(os.getpid(), signal.SIGSTOP)
        self.suspended = False
        self.send(signal.SIGCONT)

    def guard(self, action: Callable[[], None]) -> None:
        """Do something for the view. If it fails, the call goes on, and is not shown any more."""
        if self.broken:
            return
        try:
            action()
        except Exception as error:
            self.broken = True
            self.file.write(traceback.format_exc().encode(errors="replace"))
            self.file.flush()
            self.silence(error)

    def silence(self, error: Exception) -> None:
        """Say that nothing is shown any more, unless it is because nobody reads it."""
        try:
            self.close()
            say(f"the view has failed ({error!r}); the call goes on, and prints to {relative(self.log)}")
        except OSError:
            os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())

    def look(self) -> None:
        """Read what is new, and show it."""
        if self.view is None:
            self.view = view.Page(self.began) if view.on_terminal() else view.Lines(self.began)
        news = self.course.look()
        self.view.show(self.course, news, self.left_s(), bool(self.signals))

    def left_s(self) -> float | None:
        """Seconds until the last run ends, as far as they can be estimated."""
        if self.course.call is None:
            return None
        if self.known is None:
            call = self.course.call
            self.known = past.earlier(past.bundles(call.results), call.tier, call.backend)
        return estimate.time_left(self.course, *self.known, time.monotonic())

    def close(self) -> None:
        """Take the page away, if there is one."""
        open_view, self.view = self.view, None
        if open_view:
            open_view.close()

    def end(self, code: int) -> None:
        """Say how the call has ended."""
        news = self.course.look(at_the_end=True)
        if self.view:
            self.view.show(self.course, news, None, bool(self.signals))
        self.close()
        if self.course.call is None:
            self.pass_through(code)
            return
        lines = closing.five_lines(
            self.course,
            self.course.call,
            code,
            bool(self.signals),
            time.monotonic() - self.began,
            self.set_up_s,
            self.log,
        )
        view.print_lines(lines)

    def pass_through(self, code: int) -> None:
        """Print what a call has printed that trained nothing, or why it could not begin."""
        output = self.log.read_bytes().decode(errors="replace")
        sentence = closing.why(output, ROOT)
        if code == 0:
            print(output, end="", flush=True)
            elsewhere = any(word == "-d" or word.startswith("--directory") for word in self.command)
            if "Nothing to be done" in output and REPORT.exists() and not elsewhere:
                view.print_lines([("report", str(REPORT))])
            if self.log != LOG:
                self.log.unlink()
        elif self.signals:
            say("stopped before anything was trained")
        elif sentence:
            print(f"error: {sentence}", file=sys.stderr)
            print(f"all that was printed is in {relative(self.log)}", file=sys.stderr)
        else:
            print("\n".join(closing.end_of(output)), file=sys.stderr)
            print(
                f"error: Snakemake ended with exit code {code} before anything was trained;"
                f" {relative(self.log)} has all that it printed",
                file=sys.stderr,
            )


if __name__ == "__main__":
    sys.exit(main())
