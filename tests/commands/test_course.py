"""The course of a call, from what the workflow, Snakemake and the engine write."""

import json
import os
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from benchmarks import catalogue
from benchmarks.commands import course
from benchmarks.commands.course import Began, Call, Course, Ended, Lost, Step, Tail, Warned, label, score
from benchmarks.engine.run import Trainer
from benchmarks.engine.runs import Run
from tests.commands import pretended_workflow as pretended
from tests.commands.examples import record_of, written

LENET = catalogue.load("lenet5_1998")
FIRST, SECOND, THIRD, FOURTH, FIFTH = (label(pretended.asked(seed)) for seed in range(5))


@pytest.fixture
def begun(tmp_path: Path) -> Course:
    """A call that has said what it will train, and trains nothing yet."""
    seen = Course(tmp_path / "call.json", tmp_path / "snakemake.log")
    (tmp_path / "snakemake.log").touch()
    said = Call(tmp_path / "results", "pocket", "jax", pretended.JOBS, pretended.TRAINS, at_once=2)
    course.write_call(said, tmp_path / "call.json")
    assert seen.look() == []
    assert seen.call == said
    return seen


def engine(begun: Course, job: str, *lines: str) -> None:
    """The engine prints lines."""
    assert begun.call
    log = begun.call.results / "logs" / "train" / f"{job}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    with open(log, "a") as file:
        file.writelines(f"[10:00:00] {line}\n" for line in lines)


def snakemake(begun: Course, text: str) -> None:
    """Snakemake prints a text."""
    with open(begun.log.path, "a") as file:
        file.write(text)


def test_names_are_those_that_the_engine_prints() -> None:
    for execution in (1, 2):
        run = Run(LENET, catalogue.recipe(LENET, "pocket", "digits"), 3, execution)
        assert label({**pretended.asked(3), "execution": execution}) == run.label


def test_before_the_call_file_is_there_nothing_is_known(tmp_path: Path) -> None:
    seen = Course(tmp_path / "call.json", tmp_path / "snakemake.log")
    assert seen.look() == []
    assert seen.call is None
    assert seen.counts() == (0, 0, 0)


def test_a_job_that_does_not_train_is_recorded(begun: Course) -> None:
    assert begun.counts() == (1, 5, 0)
    assert begun.training() == []


@pytest.mark.parametrize(
    ("stage", "values", "disturbance", "said"),
    [
        ("", {"loss": 0.51, "validation error": 3.25}, "", "epoch 3/8, validation error 3.25"),
        ("fine-tuning", {"loss": 2.0}, "", "epoch 3/8, loss 2"),
        (
            "",
            {"validation cross_entropy": 1e-7, "validation legal": 90.0},
            "",
            "epoch 3/8, validation cross entropy 1e-07",
        ),
        ("", {}, "", "epoch 3/8"),
        ("", {"loss": 2.0}, "clocks slowed by heat", "epoch 3/8, loss 2, clocks slowed by heat"),
    ],
)
def test_lines_of_progress_are_understood(
    begun: Course, stage: str, values: dict[str, float], disturbance: str, said: str
) -> None:
    """They come from the engine itself, so that the two cannot part."""
    run = Run(LENET, catalogue.recipe(LENET, "pocket", "digits"), 0)
    printed: list[str] = []
    trainer: Any = SimpleNamespace(
        run=run,
        outcome=SimpleNamespace(epoch=3),
        epochs=8,
        progress=printed.append,
        device=SimpleNamespace(disturbance=disturbance),
    )
    Trainer._report(trainer, stage, values, 12.4)
    engine(begun, "job-a", *printed)
    begun.look()
    (job,) = begun.training()
    assert job.current() == FIRST
    assert job.said and (job.said.text, job.said.left_s) == (said, 12.0)


def test_a_run_is_told_with_its_score_once_its_record_is_there(begun: Course) -> None:
    assert begun.call
    engine(begun, "job-a", f"{FIRST}: ok after 12.3 s")
    assert begun.look() == []
    assert begun.counts() == (2, 5, 0)
    record = record_of(seed=0)
    written(begun.call.results, record, "digits-pocket-seed0-0123456789abcdef")
    error = next(
        row["value"] for row in record["measures"] if row["epoch"] is None and row["split"] == "test"
    )
    assert begun.look() == [Ended(pretended.asked(0), "job-a", "ok", "", 12.3, f"error {error:.3g} %")]
    assert begun.training()[0].current() == SECOND


def test_a_run_of_which_there_is_no_record_is_told_without_a_score(begun: Course) -> None:
    engine(begun, "job-a", f"{FIRST}: ok after 12.3 s")
    assert begun.look(at_the_end=True) == [Ended(pretended.asked(0), "job-a", "ok", "", 12.3)]


def test_failures_and_their_reasons(begun: Course) -> None:
    engine(
        begun,
        "job-b",
        f"{THIRD}: diverged after 2.0 s: loss is nan in epoch 2",
        f"{FOURTH}: oom: the process was ended by SIGKILL: memory ran out",
    )
    told = begun.look(at_the_end=True)
    assert [(one.status, one.reason, one.seconds) for one in told if isinstance(one, Ended)] == [
        ("diverged", "loss is nan in epoch 2", 2.0),
        ("oom", "the process was ended by SIGKILL: memory ran out", None),
    ]
    assert begun.counts() == (3, 5, 2)


def test_what_else_is_in_a_log_is_no_news(begun: Course) -> None:
    engine(
        begun,
        "job-a",
        "ValueError: ok after 3.0 s",
        f"{FIFTH}: ok after 3.0 s",
        "Traceback (most recent call last):",
    )
    engine(
        begun,
        "job-a",
        f"{FIRST}: resumed after epoch 3",
        f"{FIRST}: starts from x/y, 3 weights",
        "\x1b[31mred",
    )
    assert begun.look(at_the_end=True) == []
    assert begun.counts() == (1, 5, 0)


def test_a_job_that_waits_for_cores_says_so(begun: Course) -> None:
    engine(
        begun, "job-a", "waiting for 1 core(s): of 0, 1 only 0 are free of other runs: core 0 is held by x"
    )
    begun.look()
    (job,) = begun.training()
    assert job.said and (job.said.text, job.said.left_s) == ("waiting for 1 core(s)", None)


def test_runs_that_were_recorded_are_skipped(begun: Course) -> None:
    """The engine says how many; which ones follows from the records that are there."""
    assert begun.call
    written(begun.call.results, record_of(seed=2), "digits-pocket-seed2-0123456789abcdef")
    engine(begun, "job-b", "1 of 2 runs are already recorded")
    begun.look()
    assert begun.counts() == (2, 5, 0)
    assert begun.training()[0].current() == FOURTH


def test_the_summary_ends_a_job(begun: Course) -> None:
    assert begun.call
    engine(begun, "job-a", f"{SECOND}: ok after 1.0 s")
    summary = begun.call.results / "jobs" / "job-a.json"
    summary.parent.mkdir(parents=True)
    summary.write_text(json.dumps({"runs": []}, indent=1) + "\n")
    begun.look()
    assert begun.training() == []
    assert begun.counts() == (3, 5, 0)
    assert begun.jobs["job-a"].left() == []


def test_what_an_earlier_call_left_is_not_taken_for_news(tmp_path: Path) -> None:
    """A job that trains again has a log and a summary of the time before; the new log begins it anew."""
    seen = Course(tmp_path / "call.json", tmp_path / "snakemake.log")
    logs, jobs = tmp_path / "results/logs/train", tmp_path / "results/jobs"
    for folder in (logs, jobs):
        folder.mkdir(parents=True)
    (jobs / "job-a.json").write_text("{}\n")
    log = logs / "job-a.log"
    log.write_text(f"[10:00:00] {FIRST}: ok after 1.0 s\n" * 3)
    for path in (log, jobs / "job-a.json"):
        os.utime(path, (1e9, 1e9))
    said = Call(tmp_path / "results", "pocket", "jax", pretended.JOBS, pretended.TRAINS, at_once=2)
    course.write_call(said, tmp_path / "call.json")
    assert seen.look(at_the_end=True) == []
    assert (seen.counts(), seen.training()) == ((1, 5, 0), [])
    log.write_text(f"[10:00:00] {SECOND}: ok after 1.0 s\n")
    assert [one.run["seed"] for one in seen.look(at_the_end=True) if isinstance(one, Ended)] == [1]


def test_a_call_that_was_quicker_than_the_view_is_read_as_well(tmp_path: Path) -> None:
    seen = Course(tmp_path / "call.json", tmp_path / "snakemake.log")
    said = Call(tmp_path / "results", "pocket", "jax", pretended.JOBS, pretended.TRAINS, at_once=2)
    course.write_call(said, tmp_path / "call.json")
    time.sleep(0.02)  # a clock of files may tick a hundred times a second
    log = tmp_path / "results/logs/train/job-a.log"
    log.parent.mkdir(parents=True)
    log.write_text(f"[10:00:00] {FIRST}: ok after 1.0 s\n")
    assert [one.run["seed"] for one in seen.look(at_the_end=True) if isinstance(one, Ended)] == [0]


TRAIN = """[Sat Nov 28 23:17:07 2026]
localrule train:
    input: results/plans/job-a.json
    log: results/logs/train/job-a.log
    jobid: 14
    wildcards: job=job-a
    priority: 49
"""


def test_steps_begin_and_end(begun: Course) -> None:
    snakemake(begun, "Select jobs to execute...\n" + TRAIN)
    step = Step("train", "job=job-a", "results/logs/train/job-a.log")
    assert begun.look() == [Began(step)]
    assert list(begun.steps.values()) == [step]
    assert begun.training()[0].current() == FIRST
    snakemake(
        begun, "[Sat Nov 28 23:17:07 2026]\nFinished jobid: 14 (Rule: train)\n1 of 3 steps (33%) done\n"
    )
    assert begun.look() == []
    assert begun.steps == {}


def test_a_job_that_is_lost_and_one_that_is_tried_again(begun: Course) -> None:
    engine(begun, "job-a", f"{FIRST}: ok after 1.0 s")
    snakemake(
        begun,
        TRAIN
        + """[Sat Nov 28 23:17:09 2026]
Error in rule train:
    message: None
    jobid: 14
    input: results/plans/job-a.json
    log: results/logs/train/job-a.log (check log file(s) for error details)
    shell:
        exec python -m benchmarks.engine --job job-a
        (command exited with non-zero exit code)
Logfile results/logs/train/job-a.log:
""",
    )
    step = Step("train", "job=job-a", "results/logs/train/job-a.log")
    assert [one for one in begun.look() if isinstance(one, Lost)] == [Lost(step)]
    assert begun.training() == []
    assert begun.jobs["job-a"].left() == []
    assert begun.counts() == (2, 5, 0), "the runs that were lost are not done"
    snakemake(begun, "Trying to restart job 14.\n" + TRAIN)
    begun.look()
    assert begun.training()[0].current() == SECOND


def test_warnings_of_the_workflow_are_told(begun: Course) -> None:
    """Each is a line that the workflow prints, as its files have it."""
    root = Path(__file__).parents[2]
    files = [*(root / "workflow/rules").glob("*.smk"), root / "benchmarks/commands/cluster.py"]
    text = " ".join(path.read_text() for path in files)
    for beginning in course._WARNINGS:
        assert beginning in text
        snakemake(begun, f"{beginning}: and so on\n")
        assert begun.look() == [Warned(f"{beginning}: and so on")]


def test_a_line_that_is_not_complete_is_read_later(tmp_path: Path) -> None:
    path = tmp_path / "log"
    tail = Tail(path)
    assert tail.lines() == []
    path.write_text("one\ntw")
    assert tail.lines() == ["one"]
    assert tail.lines() == []
    with open(path, "a") as file:
        file.write("o\nthree\n")
    assert tail.lines() == ["two", "three"]


def test_a_file_that_is_written_anew_is_read_anew(tmp_path: Path) -> None:
    path = tmp_path / "log"
    tail = Tail(path)
    path.write_text("one\ntwo\n")
    assert tail.lines() == ["one", "two"]
    path.write_text("1\n")  # cut, as `tee` does
    assert tail.lines() == ["1"]
    (tmp_path / "other").write_text("first\nsecond\nthird\n")
    (tmp_path / "other").replace(path)
    assert tail.lines() == ["first", "second", "third"]


def test_the_record_of_a_run_is_the_newest_of_its_execution(tmp_path: Path) -> None:
    folder = tmp_path / "runs" / "lenet5_1998"
    folder.mkdir(parents=True)
    names = {
        "digits-pocket-seed0-0123456789abcdef": 3,
        "digits-pocket-seed0-1123456789abcdef": 5,
        "digits-pocket-seed0-1123456789012345": 4,  # an id of digits only
        "digits-pocket-seed0-1123456789abcdef-2": 9,
        "digits-relu-pocket-seed0-0123456789abcdef": 9,
        "digits-pocket-seed01-0123456789abcdef": 9,
    }
    for name, when in names.items():
        (folder / f"{name}.json").touch()
        os.utime(folder / f"{name}.json", (when, when))
    found = course.record_files(pretended.asked(0), tmp_path)
    assert [path.stem[-16:] for path in found] == ["0123456789abcdef", "1123456789012345", "1123456789abcdef"]
    again = course.record_files({**pretended.asked(0), "execution": 2}, tmp_path)
    assert [path.stem for path in again] == ["digits-pocket-seed0-1123456789abcdef-2"]


def rows(**values: float | None) -> list[dict[str, Any]]:
    return [
        {"measure": name, "value": value, "split": "test", "epoch": None, "unit": "%"}
        for name, value in values.items()
    ]


def test_a_score_is_what_the_recipe_must_reach_or_the_first_measure_that_is_no_loss() -> None:
    measures = [{"name": name} for name in ("discriminator_loss", "frechet_distance", "feature_error")]
    record = {"spec": {"asked": {"recipe": {"floor": None}}, "measures": measures}}
    final = rows(discriminator_loss=1.0, frechet_distance=2.345, feature_error=7.0)
    assert score({**record, "measures": final}) == "frechet distance 2.35 %"
    assert score({**record, "measures": final[:1]}) == ""
    assert score({**record, "measures": rows(frechet_distance=None)}) == ""
    assert (
        score({**record, "measures": [{**final[1], "epoch": 3}, {**final[1], "split": "validation"}]}) == ""
    )
    record["spec"]["asked"] = {"recipe": {"floor": ["feature_error", 9.0]}}
    assert score({**record, "measures": final}) == "feature error 7 %"
