"""What a call of the workflow looks like while it runs: a page on a terminal, otherwise plain lines."""

import os
import sys
import time
from collections import deque
from collections.abc import Iterable
from pathlib import Path
from typing import TYPE_CHECKING

from benchmarks.commands.course import Began, Call, Course, Ended, Lost, News, Step, Warned, label

if TYPE_CHECKING:
    from rich.console import OverflowMethod, RenderableType
    from rich.table import Table

#: The steps of the workflow that are shown, in words; `{}` stands for what the step is about.
STEPS = {
    "machine": "measuring what this machine can do at most; nothing trains meanwhile",
    "data": "fetching the data set {}",
    "gather": "gathering the records",
    "page": "rendering the report",
    "report": "rendering the report",
    "compare": "comparing the bundles",
}
#: How many of the runs that ended last are shown, and how many lines the page has besides its rows of runs.
LATEST, REST = 4, 9
#: Columns from which on a run and what is said of it have room in one line.
WIDE = 110

Line = tuple[str, str]  # what it is about, and the text


def duration(seconds: float) -> str:
    """Seconds as a person would say them: 45 s, 3 min 12 s, 2 h 5 min."""
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    if whole < 3600:
        return f"{whole // 60} min {whole % 60} s"
    return f"{whole // 3600} h {whole % 3600 // 60} min"


def about(seconds: float) -> str:
    """Seconds that are estimated: less than a minute, about 3 min, about 2.5 h."""
    if seconds < 60:
        return "less than a minute"
    return f"about {seconds / 60:.0f} min" if seconds < 5400 else f"about {seconds / 3600:.1f} h"


def several(n: int, word: str) -> str:
    """`1 run`, `3 runs`."""
    return f"{n} {word}{'' if n == 1 else 's'}"


def relative(path: Path) -> str:
    """The path as seen from the working folder, if it is inside."""
    seen = os.path.relpath(path)
    return str(path) if seen.startswith("..") else seen


def on_terminal() -> bool:
    """Whether standard output is a terminal that can be drawn on, and somebody looks at it.

    Not in continuous integration, which may have a terminal that nobody sees; nor in the background.
    """
    if not sys.stdout.isatty() or os.environ.get("TERM", "dumb") in ("dumb", "unknown") or "CI" in os.environ:
        return False
    return in_foreground()


def in_foreground() -> bool:
    """Whether what this process prints on the terminal does not disturb another that has it."""
    try:
        return os.tcgetpgrp(sys.stdout.fileno()) == os.getpgrp()
    except OSError:
        return False


def speaks_utf8() -> bool:
    """Whether the user's locale has more than ASCII. Python itself would print UTF-8 in the locale C."""
    named = os.environ.get("LC_ALL") or os.environ.get("LC_CTYPE") or os.environ.get("LANG") or ""
    return "utf" in named.lower() and "utf" in (sys.stdout.encoding or "").lower()


def say(text: str) -> None:
    """Print a line at once."""
    print(text, flush=True)


def in_words(step: Step) -> str:
    """What a step does; empty for those that are not shown."""
    return STEPS.get(step.rule, "").format(step.wildcards.partition("=")[2])


def lost(step: Step, call: Call | None) -> str:
    """A sentence on a step of the workflow that failed."""
    log = Path(step.log) if call is None else call.results.parent / step.log
    why = f"; {relative(log)} says why" if step.log else ""
    if step.rule == "train" and call:
        runs = call.jobs.get(step.wildcards.removeprefix("job="), [])
        return f"a job of {several(len(runs), 'run')} did not finish{why}"
    return f"{step.rule}{why}"


def sentence(news: News, course: Course) -> Line | None:
    """What has happened, and in which words; None for what is not told."""
    if isinstance(news, Ended):
        how = ", ".join(filter(None, (news.status, news.score if news.status == "ok" else news.reason)))
        took = f", {duration(news.seconds)}" if news.seconds is not None else ""
        return ("done" if news.status == "ok" else "failed"), f"{label(news.run)}: {how}{took}"
    if isinstance(news, Lost):
        # The step `verdict` fails because of runs that have been told.
        return None if news.step.rule == "verdict" else ("failed", lost(news.step, course.call))
    if isinstance(news, Warned):
        return "warning", news.text
    return ("now", in_words(news.step)) if in_words(news.step) else None


class Lines:
    """Plain lines: one for each run that has ended, each failure, and each step that begins."""

    def __init__(self, began: float) -> None:
        self.began = began
        self.told = 0
        self.announced = self.training = False

    def show(self, course: Course, news: Iterable[News], left_s: float | None, stopping: bool) -> None:
        """Print what has happened."""
        if course.call is None:
            return
        total = course.counts()[1]
        if not self.announced:
            self.announced = True
            open_runs = sum(len(job.runs) for job in course.jobs.values())
            self.line("now", f"{several(total, 'run')}, {total - open_runs} of them recorded already")
        rest = "" if left_s is None else f"; {about(left_s)} left"
        for one in news:
            told = sentence(one, course)
            if stopping and isinstance(one, Lost):
                continue  # it was told to end
            if isinstance(one, Ended) and told:
                self.told += 1
                self.line(told[0], f"{course.recorded() + self.told}/{total} {told[1]}{rest}")
            elif isinstance(one, Began) and one.step.rule == "train":
                if not self.training:
                    self.line("now", "training")
                self.training = True
            elif told:
                self.line(*told)

    def line(self, head: str, text: str) -> None:
        """A line with the time since the beginning."""
        seconds = round(time.monotonic() - self.began)
        say(f"[{seconds // 60:>3}:{seconds % 60:02}] {head:<8}{text}")

    def close(self) -> None:
        """Nothing is left to be cleaned up."""


class Page:
    """A page at the end of the terminal, drawn anew each time; what failed stays above it."""

    def __init__(self, began: float) -> None:
        from rich.console import Console
        from rich.live import Live

        self.began = began
        self.console = Console(highlight=False, markup=False, emoji=False, soft_wrap=False)
        self.ascii = self.console.options.ascii_only
        self.latest: deque[Ended] = deque(maxlen=LATEST)
        self.live = Live(console=self.console, auto_refresh=False, transient=True)
        self.live.start()

    def show(self, course: Course, news: Iterable[News], left_s: float | None, stopping: bool) -> None:
        """Draw the page."""
        for one in news:
            if isinstance(one, Ended):
                self.latest.append(one)
            if stopping and isinstance(one, Lost):
                continue  # it was told to end
            if (told := sentence(one, course)) and told[0] in ("failed", "warning"):
                self.console.print(paragraphs([told]))
        if in_foreground():
            self.live.update(self.page(course, left_s, stopping), refresh=True)

    def page(self, course: Course, left_s: float | None, stopping: bool) -> "RenderableType":
        """The whole page."""
        from rich.console import Group
        from rich.progress_bar import ProgressBar
        from rich.table import Table
        from rich.text import Text

        done, total, failed = course.counts()
        elapsed = duration(time.monotonic() - self.began)
        foot = "Ctrl-C stops; called again, it goes on from there"
        if stopping:
            foot = "Stopping: jobs end, then the report is made; Ctrl-C again ends at once"
        head = Table.grid(expand=True)
        head.add_column(no_wrap=True, overflow="crop")
        head.add_column(justify="right", no_wrap=True, overflow="crop")
        if course.call is None:
            steps = [in_words(step) for step in course.steps.values() if step.rule in ("report", "compare")]
            head.add_row(*steps[:1] or ["Snakemake works out what is to be done"], elapsed)
            return head
        counted = Text(f"tier {course.call.tier}: {done} of {total} runs", style="bold")
        if failed:
            counted.append(f", {failed} failed", style="red")
        rest = "" if left_s is None or done == total or stopping else f", {about(left_s)} left"
        # On a narrow terminal the estimate goes first, and never the count.
        timed = elapsed + rest
        head.add_row(counted, timed if counted.cell_len + len(timed) < self.console.width else elapsed)
        narrow = self.console.width < WIDE
        rows = rows_of(course, time.monotonic()) or [("now", "Snakemake is at work", "", "")]
        room = max(1, (self.console.height - REST - len(self.latest)) // (1 + narrow))
        more = len(rows) - room
        rows = [*rows[:room], *([("", f"and {more} more", "", "")] if more > 0 else [])]
        if narrow:
            rows = [part for row in rows for part in in_two(row)]
        return Group(
            head,
            ProgressBar(total=max(total, 1), completed=done),
            "",
            grid(rows, self.console.width, self.ascii),
            grid(map(row_of, self.latest), self.console.width, self.ascii),
            "",
            Text(foot, style="dim", no_wrap=True, overflow="crop"),
            "",  # for what the terminal echoes
        )

    def close(self) -> None:
        """Take the page away."""
        self.live.stop()


Row = tuple[str, str, str, str]  # state, name, how far or how well, time


def in_two(row: Row) -> list[Row]:
    """A row as two, for a narrow terminal: what is said of a run comes below its name."""
    state, name, said, when = row
    return [(state, name, "", when), ("", said, "", "")] if said else [row]


def row_of(ended: Ended) -> Row:
    """The row of a run that has ended."""
    took = "" if ended.seconds is None else duration(ended.seconds)
    return ended.status, label(ended.run), ended.score or ended.reason, took


def rows_of(course: Course, now: float) -> list[Row]:
    """A row for each job that trains now, and for each other step."""
    rows: list[Row] = []
    for job in course.training():
        if (name := job.current()) is None:
            continue
        if job.said is None:
            rows.append(("now", name, "", duration(now - job.began)))
        else:
            left = job.said.left_s
            rest = "" if left is None else f"{duration(max(0.0, left - (now - job.said.at)))} left"
            rows.append(("now", name, job.said.text, rest))
    return rows + [("now", in_words(step), "", "") for step in course.steps.values() if in_words(step)]


def paragraphs(lines: Iterable[Line]) -> "Table":
    """Lines with their heads in a column of their own; a long text goes on below its beginning."""
    from rich.table import Table

    columns = Table.grid(padding=(0, 2, 0, 0))
    columns.add_column(no_wrap=True, style="bold")
    columns.add_column(ratio=1)
    for head, text in lines:
        columns.add_row(head, text, style="red" if head == "failed" and text != "nothing" else None)
    return columns


def grid(rows: Iterable[Row], width: int, ascii_only: bool) -> "Table":
    """The rows in columns; what has no room is cut."""
    from rich.table import Table

    cut: OverflowMethod = "crop" if ascii_only else "ellipsis"
    columns = Table.grid(expand=True, padding=(0, 2, 0, 0))
    columns.add_column(no_wrap=True, style="bold", min_width=6)
    columns.add_column(no_wrap=True, ratio=1, overflow=cut)
    columns.add_column(no_wrap=True, max_width=width * 2 // 5, overflow=cut)
    columns.add_column(no_wrap=True, justify="right")
    for row in rows:
        columns.add_row(*row)
    return columns


def print_lines(lines: Iterable[Line]) -> None:
    """Print lines with their heads: wrapped on a terminal, otherwise each as one line."""
    if not on_terminal():
        for head, text in lines:
            say(f"{head:<14}{text}")
        return
    from rich.console import Console

    Console(highlight=False, markup=False, emoji=False).print(paragraphs(lines))
