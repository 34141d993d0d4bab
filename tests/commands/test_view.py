"""What a call looks like: words, rows, and the page at several sizes."""

import io
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest
from rich.console import Console

from benchmarks.commands import view
from benchmarks.commands.course import Began, Call, Ended, Job, Lost, Said, Step, Warned, label
from benchmarks.commands.view import about, duration, lost, row_of, rows_of, sentence
from tests.commands import pretended_workflow as pretended

CALL = Call(Path("results").absolute(), "pocket", "jax", pretended.JOBS, pretended.TRAINS, at_once=2)


def course(jobs: int, said: str = "epoch 3/8, validation error 2.25") -> Any:
    """A call in which so many jobs train, and the machine is measured; 1 of 40 runs has failed."""
    training = []
    for number in range(jobs):
        job = Job(f"job-{number}", [pretended.asked(number)], CALL.results, 0)
        job.begin(0.0)
        job.said = Said(said, 90.0, 0.0)
        training.append(job)
    return SimpleNamespace(
        call=CALL,
        steps={"1": Step("machine"), "2": Step("train", "job=x")},
        counts=lambda: (12, 40, 1),
        training=lambda: training,
        jobs={job.name: job for job in training},
    )


@pytest.mark.parametrize(
    ("seconds", "words", "roughly"),
    [
        (0.4, "0 s", "less than a minute"),
        (59.7, "1 min 0 s", "less than a minute"),
        (192, "3 min 12 s", "about 3 min"),
        (7500, "2 h 5 min", "about 2.1 h"),
    ],
)
def test_times_in_words(seconds: float, words: str, roughly: str) -> None:
    assert (duration(seconds), about(seconds)) == (words, roughly)


def test_what_is_told_of_the_news() -> None:
    run, seen = pretended.asked(3), course(1)
    name = label(run)
    assert sentence(Ended(run, "job", "ok", "", 192.0, "error 2 %"), seen) == (
        "done",
        f"{name}: ok, error 2 %, 3 min 12 s",
    )
    assert sentence(Ended(run, "job", "diverged", "loss is nan", 1.0, "error 90 %"), seen) == (
        "failed",
        f"{name}: diverged, loss is nan, 1 s",
    )
    assert sentence(Ended(run, "job", "oom", "memory ran out"), seen) == (
        "failed",
        f"{name}: oom, memory ran out",
    )
    assert sentence(Warned("jobs wait"), seen) == ("warning", "jobs wait")
    assert sentence(Began(Step("data", "dataset=mnist")), seen) == ("now", "fetching the data set mnist")
    assert sentence(Began(Step("plan", "job=x")), seen) is None
    assert sentence(Lost(Step("gather", "", "results/logs/gather.log")), seen) == (
        "failed",
        "gather; results/logs/gather.log says why",
    )
    assert sentence(Lost(Step("verdict", "", "results/logs/verdict.log")), seen) is None


def test_a_job_that_was_lost_names_its_runs_and_its_log() -> None:
    step = Step("train", "job=job-a", "results/logs/train/job-a.log")
    assert lost(step, CALL) == "a job of 2 runs did not finish; results/logs/train/job-a.log says why"


def test_rows_of_what_trains() -> None:
    assert rows_of(course(1), now=30.0) == [
        ("now", label(pretended.asked(0)), "epoch 3/8, validation error 2.25", "1 min 0 s left"),
        ("now", view.STEPS["machine"], "", ""),
    ]
    unsaid = course(1)
    unsaid.training()[0].said = None
    assert rows_of(unsaid, now=30.0)[0] == ("now", label(pretended.asked(0)), "", "30 s")


def test_the_row_of_a_failure_gives_the_reason() -> None:
    assert row_of(Ended(pretended.asked(0), "job", "oom", "memory ran out")) == (
        "oom",
        label(pretended.asked(0)),
        "memory ran out",
        "",
    )


def drawn(
    monkeypatch: pytest.MonkeyPatch, seen: Any, width: int, height: int, encoding: str, **more: Any
) -> str:
    """The page as a terminal of this size gets it."""
    page = view.Page.__new__(view.Page)
    file = io.TextIOWrapper(io.BytesIO(), encoding=encoding)
    page.console = Console(
        file=file,
        width=width,
        height=height,
        highlight=False,
        markup=False,
        force_terminal=True,
        no_color=True,
    )
    page.ascii = page.console.options.ascii_only
    page.began = 0.0
    page.latest = view.deque([Ended(pretended.asked(n), "job", "ok", "", 1.0, "error 2 %") for n in range(4)])
    monkeypatch.setattr(view.time, "monotonic", lambda: 30.0)
    page.console.print(page.page(seen, more.get("left_s"), more.get("stopping", False)))
    file.flush()
    written: bytes = file.buffer.getvalue()
    return re.sub(r"\x1b\[[0-9;]*m", "", written.decode(encoding))


@pytest.mark.parametrize("width", [30, 80, 200])
@pytest.mark.parametrize("jobs", [0, 1, 64])
@pytest.mark.parametrize("encoding", ["ascii", "utf-8"])
def test_the_page_fits_every_terminal(
    monkeypatch: pytest.MonkeyPatch, width: int, jobs: int, encoding: str
) -> None:
    said = "epoch 3/8, " + "é" * 100 * (encoding == "utf-8")
    text = drawn(monkeypatch, course(jobs, said), width, 24, encoding, left_s=700.0)
    lines = text.splitlines()
    assert max(map(len, lines)) <= width
    assert len(lines) <= 24
    assert lines[0].startswith("tier pocket: 12 of 40 runs")


def test_what_the_page_says(monkeypatch: pytest.MonkeyPatch) -> None:
    text = drawn(monkeypatch, course(2), 80, 24, "utf-8", left_s=700.0)
    head, *_, foot, last = text.splitlines()
    assert head.split("  ")[0] == "tier pocket: 12 of 40 runs, 1 failed"
    assert head.endswith("30 s, about 12 min left")
    for words in (
        "lenet5_1998 digits seed 0",
        "epoch 3/8, validation error 2.25",
        "1 min 0 s left",
        "error 2 %",
    ):
        assert words in text
    assert (foot, last) == ("Ctrl-C stops; called again, it goes on from there", "")
    stopping = drawn(monkeypatch, course(2), 80, 24, "utf-8", stopping=True)
    assert "left" not in stopping.splitlines()[0]
    assert (
        stopping.splitlines()[-2] == "Stopping: jobs end, then the report is made; Ctrl-C again ends at once"
    )
    many = drawn(monkeypatch, course(64), 80, 24, "utf-8")
    assert re.search(r"and \d+ more", many)


@pytest.mark.parametrize(
    ("variables", "utf8"),
    [
        ({"LC_ALL": "C", "LANG": "en_GB.UTF-8"}, False),
        ({"LANG": "de_DE.ISO-8859-1"}, False),
        ({"LANG": "en_GB.UTF-8"}, True),
        ({"LC_CTYPE": "UTF-8"}, True),  # as a Mac says it
        ({}, False),
    ],
    ids=str,
)
def test_the_locale_says_whether_there_is_more_than_ascii(
    monkeypatch: pytest.MonkeyPatch, variables: dict[str, str], utf8: bool
) -> None:
    for name in ("LC_ALL", "LC_CTYPE", "LANG"):
        monkeypatch.delenv(name, raising=False)
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(view.sys, "stdout", io.TextIOWrapper(io.BytesIO(), encoding="utf-8"))
    assert view.speaks_utf8() is utf8
