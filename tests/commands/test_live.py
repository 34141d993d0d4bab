"""The view of a call, as a user sees it: on a terminal, without one, and when it is interrupted."""

import fcntl
import os
import re
import select
import signal
import struct
import subprocess
import sys
import termios
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from tests.workflow.workflow_runs import ROOT, environment


def command(*scenario: str) -> list[str]:
    """The view of a pretended call."""
    called = [sys.executable, "-m", "tests.commands.pretended_workflow", *scenario]
    return [sys.executable, "-m", "benchmarks.commands.live", "--", *called]


def variables(**more: str) -> dict[str, str]:
    """What a user's shell sets; that of parallel tests sets the size of a terminal, too."""
    dropped = ("CI", "NO_COLOR", "LC_ALL", "COLUMNS", "LINES")
    kept = {name: value for name, value in environment().items() if name not in dropped}
    return kept | {"PYTHONPATH": str(ROOT), "TERM": "xterm", "LANG": "C.UTF-8", "LC_CTYPE": "C.UTF-8"} | more


def without_terminal(folder: Path, *scenario: str) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        command(*scenario), cwd=folder, env=variables(), capture_output=True, text=True, timeout=150
    )


#: Takes a terminal for its own, and becomes the command.
LOGIN = "import os, sys; os.login_tty(int(sys.argv[1])); os.execv(sys.argv[2], sys.argv[2:])"


class Terminal:
    """A terminal of 24 lines, with the view in its foreground, and all that it was sent."""

    def __init__(self, folder: Path, *scenario: str, width: int, **more: str) -> None:
        self.output = b""
        self.file, tty = os.openpty()
        fcntl.ioctl(tty, termios.TIOCSWINSZ, struct.pack("HHHH", 24, width, 0, 0))
        # A process that has threads, as that of the tests may have, must not fork.
        self.process = subprocess.Popen(
            [sys.executable, "-c", LOGIN, str(tty), *command(*scenario)],
            cwd=folder,
            env=variables(**more),
            pass_fds=[tty],
        )
        os.close(tty)

    def read(self, until: Callable[[], bool] = lambda: False) -> str:
        """Everything up to a condition, or to the end."""
        deadline = time.monotonic() + 60
        while not until():
            assert time.monotonic() < deadline, self.output.decode(errors="replace")
            if select.select([self.file], [], [], 0.05)[0]:
                try:
                    new = os.read(self.file, 65536)
                except OSError:  # what Linux says at the end
                    break
                if not new:
                    break
                self.output += new
        return self.output.decode()

    def sees(self, text: str) -> bool:
        return text in plain(self.output.decode(errors="replace"))

    def press(self, key: str) -> None:
        """Press Ctrl and a key."""
        os.write(self.file, bytes([ord(key) & 0x1F]))

    def end(self) -> int:
        """Read to the end. Returns the exit code."""
        self.read()
        os.close(self.file)
        return self.process.wait(timeout=150)


def plain(output: str) -> str:
    """What a terminal was sent, line by line, without colours and movements of the cursor."""
    return re.sub(r"\x1b\[[0-9;?]*[A-Za-z]", "", output).replace("\r\n", "\n").replace("\r", "\n")


@pytest.fixture
def notes(tmp_path: Path) -> Iterator[Callable[[], list[str]]]:
    """What the processes of an interrupted call have noted."""
    path = tmp_path / "signals.txt"
    yield lambda: path.read_text().split("\n")[:-1] if path.exists() else []


def wait_for(condition: Callable[[], bool]) -> None:
    deadline = time.monotonic() + 30
    while not condition():
        assert time.monotonic() < deadline
        time.sleep(0.02)


def test_without_a_terminal_a_line_for_each_run_and_five_at_the_end(tmp_path: Path) -> None:
    done = without_terminal(tmp_path, "whole")
    assert done.returncode == 1
    assert done.stderr == ""
    assert done.stdout.isascii()
    lines = done.stdout.splitlines()
    told = [re.sub(r"\[ *\d+:\d\d\] ", "", re.sub("; (less|about).* left$", "", line)) for line in lines[:-5]]
    assert told[0] == "now     5 runs, 1 of them recorded already"
    for line in (
        r"now     training",
        r"done    2/5 lenet5_1998 \S+ seed 0: ok, error [\d.]+ %, 1 s",
        r"failed  5/5 lenet5_1998 \S+ seed 3: diverged, loss is nan in epoch 2, 1 s",
    ):
        assert len([one for one in told if re.fullmatch(line, one)]) == 1, told
    assert [line.split("  ")[0] for line in lines[-5:]] == [
        "ended",
        "learned best",
        "failed",
        "time",
        "report",
    ]
    assert "seed 3: diverged, loss is nan in epoch 2" in lines[-3]
    assert lines[-1].endswith("results/report/index.html")
    assert "Finished jobid: 1 (Rule: train)" in (tmp_path / "results/logs/snakemake.log").read_text()
    assert "sum over processes" in (tmp_path / "results/logs/times.txt").read_text()


def test_a_terminal_shows_a_page_that_goes_and_the_failures_that_stay(tmp_path: Path) -> None:
    shown = {
        1: ("tier pocket: 1 of 5 runs", "measuring what this machine can do at most"),
        2: ("lenet5_1998 digits seed 0", "epoch 1/2, validation error 4.25"),
        10: ("5 of 5 runs, 1 failed", "rendering the report"),
    }
    for pause in shown:
        (tmp_path / f"wait-{pause}").touch()
    terminal = Terminal(tmp_path, "whole", width=80)
    for pause, texts in shown.items():
        terminal.read(lambda texts=texts: all(map(terminal.sees, texts)))  # type: ignore[misc]
        (tmp_path / f"wait-{pause}").unlink()
    assert terminal.end() == 1
    # Nothing is wider than the terminal, or a line would wrap and the page could not be taken away.
    page = plain(terminal.output.decode())
    assert max(len(line) for line in page.split("\n")) <= 80
    after = page[page.rindex("ended ") :]
    assert "learned best" in after and "Ctrl-C" not in after
    assert page.count("failed  lenet5_1998") == 1
    assert terminal.output.decode().rstrip().endswith("results/report/index.html")
    assert terminal.output.count(b"\x1b[?25l") == terminal.output.count(b"\x1b[?25h") > 0, (
        "the cursor is hidden"
    )


@pytest.mark.parametrize(("name", "value"), [("TERM", "dumb"), ("CI", "true")])
def test_a_terminal_that_cannot_be_drawn_on_gets_lines(tmp_path: Path, name: str, value: str) -> None:
    terminal = Terminal(tmp_path, "whole", width=80, **{name: value})
    assert terminal.end() == 1
    assert b"\x1b" not in terminal.output
    assert terminal.sees("ended         5 runs")


def test_ascii_and_no_colours_where_nothing_else_is_wanted(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "waits", width=40, LC_ALL="C", NO_COLOR="1")
    terminal.read(lambda: terminal.sees("tier pocket: 1 of 5 runs"))
    terminal.press("c")
    assert terminal.end() == 128 + signal.SIGINT
    assert terminal.output.isascii()
    assert not re.search(r"\x1b\[[0-9;]*3[0-7]", terminal.output.decode())
    pieces = re.split(r"\x1b\[[0-9;?]*[A-Za-z]|[\r\n]", terminal.output.decode())
    assert max(map(len, pieces)) <= 40


def test_what_trains_nothing_is_printed_as_it_is(tmp_path: Path) -> None:
    done = without_terminal(tmp_path, "nothing")
    assert (done.returncode, done.stdout, done.stderr) == (0, "Nothing to be done.\n", "")
    report = tmp_path / "results/report/index.html"
    report.parent.mkdir()
    report.touch()
    done = without_terminal(tmp_path, "nothing")
    assert done.stdout == "Nothing to be done.\nreport        results/report/index.html\n"


def test_what_is_refused_is_said_in_one_sentence(tmp_path: Path) -> None:
    done = without_terminal(tmp_path, "refused")
    assert done.returncode == 1
    assert done.stderr.splitlines()[0] == "error: there is no folder '/nowhere'"
    assert "results/logs/snakemake.log" in done.stderr


def test_an_unknown_end_shows_the_end_of_the_log(tmp_path: Path) -> None:
    done = without_terminal(tmp_path, "unknown")
    assert done.returncode == 5
    assert "line 38\n" in done.stderr and "line 49\n" in done.stderr and "line 10\n" not in done.stderr
    assert "exit code 5" in done.stderr and "results/logs/snakemake.log" in done.stderr


def test_a_command_that_is_not_there(tmp_path: Path) -> None:
    called = [sys.executable, "-m", "benchmarks.commands.live", "--", "no-such-snakemake"]
    done = subprocess.run(called, cwd=tmp_path, env=variables(), capture_output=True, text=True, timeout=150)
    assert done.returncode == 2
    assert done.stderr == "error: no-such-snakemake: cannot be started (No such file or directory)\n"


def test_a_job_that_is_lost_is_said_with_its_log(tmp_path: Path) -> None:
    done = without_terminal(tmp_path, "lost")
    assert done.returncode == 1
    sentence = "a job of 2 runs did not finish; results/logs/train/job-b.log says why"
    assert (
        len([line for line in done.stdout.splitlines() if sentence in line]) == 2
    )  # at once, and at the end


@pytest.mark.parametrize("times", [1, 2])
def test_ctrl_c_reaches_snakemake_and_its_jobs_once_for_each_time(
    tmp_path: Path, notes: Callable[[], list[str]], times: int
) -> None:
    terminal = Terminal(tmp_path, "interrupted", str(times), width=80)
    terminal.read(lambda: "job up" in notes() and terminal.sees("tier pocket"))
    for count in range(1, times + 1):
        terminal.press("c")
        both = {"call SIGINT": count, "job SIGINT": count}
        terminal.read(lambda both=both: all(notes().count(note) == n for note, n in both.items()))  # type: ignore[misc]
    assert terminal.end() == 7
    assert len(notes()) == 1 + 2 * times
    assert terminal.sees("stopped after 1 of 5 runs; the same command goes on from there")
    assert not terminal.sees("Traceback")


@pytest.mark.parametrize(
    ("number", "send"),
    [(signal.SIGINT, os.killpg), (signal.SIGTERM, os.kill), (signal.SIGHUP, os.kill)],
    ids=["SIGINT to the group", "SIGTERM", "SIGHUP"],
)
def test_other_signals_are_passed_on_as_well(
    tmp_path: Path,
    notes: Callable[[], list[str]],
    number: signal.Signals,
    send: Callable[[int, int], None],
) -> None:
    process = subprocess.Popen(
        command("interrupted", "1"),
        cwd=tmp_path,
        env=variables(),
        stdout=subprocess.DEVNULL,
        start_new_session=True,
    )
    wait_for(lambda: "job up" in notes())
    send(process.pid, number)
    assert process.wait(timeout=150) == 7
    assert sorted(notes()[1:]) == [f"call {number.name}", f"job {number.name}"]


def test_ctrl_z_stops_all_and_the_view_comes_back(tmp_path: Path) -> None:
    terminal = Terminal(tmp_path, "waits", width=80)
    terminal.read(lambda: terminal.sees("tier pocket") and (tmp_path / "pid.txt").exists())
    terminal.press("z")
    terminal.read(lambda: b"\x1b[?25h" in terminal.output)  # the cursor is back
    _, status = os.waitpid(terminal.process.pid, os.WUNTRACED)
    assert os.WIFSTOPPED(status)
    before = len(terminal.output)
    terminal.process.send_signal(signal.SIGCONT)
    terminal.read(lambda: b"tier pocket" in terminal.output[before:])
    terminal.press("c")
    assert terminal.end() == 128 + signal.SIGINT


@pytest.mark.skipif(
    sys.platform != "linux", reason="only Linux ends the children of a process that was killed"
)
def test_a_killed_view_leaves_nobody_behind(tmp_path: Path) -> None:
    process = subprocess.Popen(command("waits"), cwd=tmp_path, env=variables(), stdout=subprocess.DEVNULL)
    note = tmp_path / "pid.txt"
    wait_for(lambda: note.exists() and note.read_text() != "")
    process.kill()
    process.wait()
    wait_for(lambda: not Path("/proc", note.read_text()).exists())


def test_a_view_that_nobody_reads_costs_no_run(tmp_path: Path) -> None:
    """As in `make | head`: the pipe is closed, and the call goes on."""
    with subprocess.Popen(
        command("whole"), cwd=tmp_path, env=variables(), stdout=subprocess.PIPE, stderr=subprocess.PIPE
    ) as process:
        assert process.stdout and process.stderr
        process.stdout.readline()
        process.stdout.close()
        assert process.wait(timeout=150) == 1
        assert process.stderr.read() == b""
    assert len(list((tmp_path / "results/jobs").iterdir())) == 2


def test_a_second_call_leaves_the_log_of_the_first_alone(tmp_path: Path) -> None:
    first = subprocess.Popen(command("waits"), cwd=tmp_path, env=variables(), stdout=subprocess.DEVNULL)
    wait_for((tmp_path / "pid.txt").exists)
    log = tmp_path / "results/logs/snakemake.log"
    log.write_text("of the first\n")
    second = without_terminal(tmp_path, "refused")
    assert second.returncode == 1
    assert "error: there is no folder" in second.stderr
    assert log.read_text() == "of the first\n"
    first.terminate()
    assert first.wait(timeout=30) == 128 + signal.SIGTERM
