"""The course of a call of the workflow, read from the files that the call writes.

Three kinds of files tell it: the call file, in which the workflow says what it will train; Snakemake's log;
and the log of each training job. `Course.look` reads what is new in them. All of it may be missing, late or
cut short.
"""

import json
import os
import re
import time
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from benchmarks.commands.select import Run
from benchmarks.records import clean_text, in_words, write_json_atomic
from benchmarks.spec import STATUSES

#: The environment variable that names the call file; the workflow writes it where the variable is set.
CALL_FILE = "HISTORY_CALL_FILE"

#: What the engine prints (benchmarks/engine/run.py, jobs.py, lease.py).
_LINE = re.compile(r"\[\d\d:\d\d:\d\d\] (.*)")
_EPOCH = re.compile(r"(?:.+, )?(epoch \d+/\d+), (?:(.*), )?(\d+) s left(?:; (.+))?")
_ENDED = re.compile(rf"({'|'.join(STATUSES)})(?: after ([\d.]+) s)?(?:: (.*))?")
_RECORDED = re.compile(r"(\d+) of \d+ runs are already recorded")
_WAITS = re.compile(r"(waiting for [^:]+): ")
#: What Snakemake prints.
_RULE = re.compile(r"(?:local)?rule (\w+):")
_DETAIL = re.compile(r"    (\w+): (.*)")
_FINISHED = re.compile(r"Finished jobid: (\d+) ")
_FAILED = re.compile(r"Error in rule (\w+):")
#: What the workflow warns of in Snakemake's log, and what a user should see at once.
_WARNINGS = (
    "jobs wait in SLURM's queue",
    "SLURM job ",
    "results/.lock cannot be locked",
    "the ceilings of this machine could",
)


@dataclass(frozen=True)
class Call:
    """What a call of the workflow says as it starts.

    Its jobs with their runs, the names of those that will train, how many fit side by side, and the folder of
    its results.
    """

    results: Path
    tier: str
    backend: str
    jobs: dict[str, list[Run]]
    trains: tuple[str, ...]
    at_once: int


@dataclass(frozen=True)
class Step:
    """A job of Snakemake's: its rule, its wildcards (as Snakemake prints them) and its log."""

    rule: str
    wildcards: str = ""
    log: str = ""


@dataclass(frozen=True)
class Said:
    """The last that the engine said of a run: how far it is, and the seconds that were left at this time."""

    text: str
    left_s: float | None
    at: float


@dataclass(frozen=True)
class Ended:
    """How a run has ended. `score` says how well it learned, such as "error 1.2 %"; empty if unknown."""

    run: Run
    job: str
    status: str
    reason: str = ""
    seconds: float | None = None
    score: str = ""


@dataclass(frozen=True)
class Began:
    """A step has begun."""

    step: Step


@dataclass(frozen=True)
class Lost:
    """A step has failed."""

    step: Step


@dataclass(frozen=True)
class Warned:
    """The workflow warns."""

    text: str


News = Ended | Began | Lost | Warned


def label(run: Run) -> str:
    """A run's name as the engine prints it (`benchmarks.engine.runs.Run.label`)."""
    again = f", execution {run['execution']}" if run["execution"] > 1 else ""
    return f"{run['entry']} {run['recipe']} seed {run['seed']}{again}"


def write_call(call: Call, path: Path) -> None:
    """Write what `read_call` reads."""
    write_json_atomic({**asdict(call), "results": str(call.results)}, path)


def read_call(path: Path) -> Call | None:
    """What the workflow has said, or None if it has not (yet)."""
    try:
        said = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    return Call(**{**said, "results": Path(said["results"]), "trains": tuple(said["trains"])})


class Tail:
    """What is added to a file that grows.

    What it holds when this begins is not read unless the file changes, or changed after `since_ns`.
    """

    def __init__(self, path: Path, since_ns: int | None = None) -> None:
        self.path = path
        self.stamp = self._stamp()
        if self.stamp and since_ns is not None and self.stamp[2] >= since_ns:
            self.stamp = None
        self.inode, self.at = 0, 0

    def _stamp(self) -> tuple[int, int, int] | None:
        try:
            status = self.path.stat()
        except OSError:
            return None
        return status.st_ino, status.st_size, status.st_mtime_ns

    def lines(self) -> list[str]:
        """The complete lines that are new; all of them if the file was replaced or begins anew."""
        stamp = self._stamp()
        if stamp is None or stamp == self.stamp:
            return []
        self.stamp = stamp
        try:
            with open(self.path, "rb") as file:
                status = os.fstat(file.fileno())
                if status.st_ino != self.inode or status.st_size < self.at:
                    self.inode, self.at = status.st_ino, 0
                file.seek(self.at)
                new = file.read()
        except OSError:
            return []
        complete, newline, _ = new.rpartition(b"\n")
        self.at += len(complete) + len(newline)
        return complete.decode(errors="replace").splitlines()


class Job:
    """A job that trains: what its log and its summary say of its runs."""

    def __init__(self, name: str, runs: list[Run], results: Path, since_ns: int) -> None:
        self.name, self.results = name, results
        self.runs = {label(run): run for run in runs}
        self.log = Tail(results / "logs" / "train" / f"{name}.log", since_ns)
        self.summary = Tail(results / "jobs" / f"{name}.json", since_ns)
        self.ended: dict[str, Ended] = {}
        self.recorded: set[str] = set()
        self.state = "waiting"  # training, done, lost
        self.said: Said | None = None
        self.began = 0.0  # the present run

    def current(self) -> str | None:
        """The label of the run that is being trained: the first in order that has not ended."""
        left = (label for label in self.runs if label not in self.ended and label not in self.recorded)
        return next(left, None) if self.state == "training" else None

    def left(self) -> list[str]:
        """The labels of the runs that have not ended; none if the job was lost."""
        if self.state in ("done", "lost"):
            return []
        return [label for label in self.runs if label not in self.ended and label not in self.recorded]

    def begin(self, now: float) -> None:
        """The job has been started, perhaps for another time."""
        self.state, self.began = "training", now

    def look(self, now: float) -> list[Ended]:
        """Read what is new. Returns the runs that have ended since, with no score yet."""
        news = []
        for line in self.log.lines():
            if self.state == "waiting":
                self.begin(now)
            if (match := _LINE.fullmatch(line)) and (ended := self._read(match[1], now)):
                news.append(ended)
        if self.state != "lost" and self.summary.lines():
            self._finish()
        return news

    def _read(self, text: str, now: float) -> Ended | None:
        name, _, rest = text.partition(": ")
        run = self.runs.get(name)
        if match := _RECORDED.fullmatch(text):
            there = [label for label, run in self.runs.items() if record_files(run, self.results)]
            self.recorded = set(there[: int(match[1])])
        elif match := _WAITS.match(text):
            self.said = Said(match[1], None, now)
        elif run and (match := _EPOCH.fullmatch(rest)):
            words = (match[1], shown(match[2] or ""), match[4])
            self.said = Said(", ".join(filter(None, words)), float(match[3]), now)
        elif run and (match := _ENDED.fullmatch(rest)):
            self.said, self.began = None, now
            self.recorded.discard(name)
            seconds = float(match[2]) if match[2] else None
            ended = Ended(run, self.name, match[1], clean_text(match[3] or "", 500), seconds)
            self.ended[name] = ended
            return ended
        return None

    def _finish(self) -> None:
        """The summary is there: what it names and the log did not was recorded before."""
        self.state, self.said = "done", None
        self.recorded = set(self.runs) - set(self.ended)


def shown(values: str) -> str:
    """The one of the engine's values to show: the first on the validation split, otherwise the first."""
    words = values.split(", ")
    return in_words(next((word for word in words if word.startswith("validation ")), words[0]))


def record_files(run: Run, results: Path) -> list[Path]:
    """The records of this run, of any machine and way of computing, the newest last."""
    name = f"{run['recipe']}-{run['tier']}-seed{run['seed']}-*.json"
    found = []
    for path in (results / "runs" / run["entry"]).glob(name):
        again = path.stem.rpartition("-")[2]
        execution = int(again) if again.isdecimal() and len(again) < 16 else 1
        if execution == run["execution"]:
            found.append((path.stat().st_mtime_ns, path))
    return [path for _, path in sorted(found)]


class Course:
    """How far a call is. Times are those of `time.monotonic`."""

    def __init__(self, call_file: Path, log: Path) -> None:
        self.call_file = call_file
        self.log = Tail(log)
        self.call: Call | None = None
        self.jobs: dict[str, Job] = {}
        self.steps: dict[str, Step] = {}  # those that run now, by Snakemake's job id
        self.lost: list[Step] = []
        self.at_once = 0
        self._block: tuple[str, str, dict[str, str]] | None = None  # what Snakemake's log is in the middle of
        self._unscored: list[Ended] = []

    def look(self, at_the_end: bool = False) -> list[News]:
        """Read what is new. Returns what has happened since.

        The engine prints a run's end just before it writes the record: a run is told at the next look, unless
        this is the last.
        """
        now = time.monotonic()
        if self.call is None and (call := read_call(self.call_file)):
            self.call = call
            since = self.call_file.stat().st_mtime_ns
            self.jobs = {name: Job(name, call.jobs[name], call.results, since) for name in call.trains}
        waiting, self._unscored = self._unscored, []
        news: list[News] = []
        for line in self.log.lines():
            news += self._read(line, now)
        news += self._close(now)  # Snakemake prints what belongs together at once
        for job in self.jobs.values():
            if job.state != "done":
                self._unscored += job.look(now)
        if at_the_end:
            waiting, self._unscored = waiting + self._unscored, []
        for ended in waiting:
            told = Ended(ended.run, ended.job, ended.status, ended.reason, ended.seconds, self._score(ended))
            self.jobs[ended.job].ended[label(ended.run)] = told
            news.append(told)
        self.at_once = max(self.at_once, len(self.training()))
        return news

    def training(self) -> list[Job]:
        """The jobs that train now."""
        return [job for job in self.jobs.values() if job.state == "training"]

    def ended(self) -> list[Ended]:
        """The runs that have ended in this call, in the order in which they did, job by job."""
        return [ended for job in self.jobs.values() for ended in job.ended.values()]

    def counts(self) -> tuple[int, int, int]:
        """The numbers of runs that are done, of all, and of those that failed in this call."""
        if self.call is None:
            return 0, 0, 0
        total = sum(len(runs) for runs in self.call.jobs.values())
        ended = self.ended()
        return self.recorded() + len(ended), total, sum(one.status != "ok" for one in ended)

    def recorded(self) -> int:
        """The number of runs that had a record before this call."""
        if self.call is None:
            return 0
        others = sum(len(runs) for name, runs in self.call.jobs.items() if name not in self.jobs)
        return others + sum(len(job.recorded) for job in self.jobs.values())

    def _score(self, ended: Ended) -> str:
        assert self.call is not None
        try:
            return score(json.loads(record_files(ended.run, self.call.results)[-1].read_bytes()))
        except (OSError, ValueError, LookupError, TypeError):
            return ""

    def _read(self, line: str, now: float) -> list[News]:
        """A line of Snakemake's log. The details of a rule are the indented lines below its name."""
        if self._block and (match := _DETAIL.fullmatch(line)):
            self._block[2].setdefault(match[1], match[2])
            return []
        news = self._close(now)
        if match := _RULE.fullmatch(line):
            self._block = ("began", match[1], {})
        elif match := _FAILED.fullmatch(line):
            self._block = ("lost", match[1], {})
        elif match := _FINISHED.match(line):
            self.steps.pop(match[1], None)
        elif any(line.startswith(beginning) for beginning in _WARNINGS):
            news.append(Warned(clean_text(line, 500)))
        return news

    def _close(self, now: float) -> list[News]:
        """The block of lines that has just ended."""
        if self._block is None:
            return []
        what, rule, details = self._block
        self._block = None
        log = details.get("log", "").split(" (check")[0].split(", ")[0]
        known = self.steps.pop(details.get("jobid", ""), Step(rule))
        step = Step(rule, details.get("wildcards", known.wildcards), log)
        job = self.jobs.get(step.wildcards.removeprefix("job=")) if rule == "train" else None
        if what == "began":
            self.steps[details.get("jobid", "")] = step
            if job:
                job.begin(now)
            return [Began(step)]
        self.lost.append(step)
        if job:
            job.state = "lost"
        return [Lost(step)]


def score(record: Any) -> str:
    """How well a run learned, such as "error 1.2 %": its final value of the measure that its recipe has to
    reach, otherwise of the first of its task's measures that is no loss. Empty if it was not scored.
    """
    final = final_measures(record)
    name = headline(record, final)
    if name is None:
        return ""
    unit = next(row["unit"] for row in record["measures"] if row["measure"] == name)
    return measured(name, final[name], unit)


def final_measures(record: Any) -> dict[str, float]:
    """The measures of the trained model on the test split."""
    return {
        row["measure"]: row["value"]
        for row in record["measures"]
        if row["split"] == "test" and row["epoch"] is None and row["value"] is not None
    }


def headline(record: Any, names: Iterable[str]) -> str | None:
    """The measure, of those named, that stands for a run."""
    floor = record["spec"]["asked"]["recipe"].get("floor")
    order = [
        *([floor[0]] if floor else []),
        *(measure["name"] for measure in record["spec"]["measures"] if "loss" not in measure["name"]),
    ]
    return next((name for name in order if name in names), None)


def measured(name: str, value: float, unit: str) -> str:
    """A measure in words: "error 1.2 %"."""
    return clean_text(f"{in_words(name)} {value:.3g}{f' {unit}' if unit else ''}", 60)
