"""Stands in for Snakemake: writes what a call of the workflow writes, at once or slowly, and trains nothing.

`python -m tests.commands.pretended_workflow SCENARIO SECONDS`, in the folder that has the results.
"""

import os
import signal
import subprocess
import sys
import time
import types
from pathlib import Path

from benchmarks import records
from benchmarks.commands import course
from benchmarks.commands.course import label

RESULTS = Path("results")


def asked(seed: int) -> course.Run:
    return {"entry": "lenet5_1998", "recipe": "digits", "tier": "pocket", "seed": seed, "execution": 1}


JOBS = {"job-a": [asked(0), asked(1)], "job-b": [asked(2), asked(3)], "job-c": [asked(4)]}
#: The job `job-c` has nothing to do.
TRAINS = ("job-a", "job-b")
#: A job that notes the signals that it gets.
JOB = """
import signal, time
def note(number, frame):
    print("job", signal.Signals(number).name, flush=True)
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, note)
print("job up", flush=True)
time.sleep(60)
"""
#: How the runs of these seeds end; the others end well.
ENDS = {3: ("diverged", "loss is nan in epoch 2")}


def say(*lines: str) -> None:
    """Print lines at once, as Snakemake does with what belongs together."""
    print("\n".join(lines), flush=True)


def began(rule: str, number: int, wildcards: str, log: str) -> None:
    say(
        "[Sat Nov 28 23:17:07 2026]",
        f"localrule {rule}:",
        "    input: a, b",
        f"    log: {log}",
        f"    jobid: {number}",
        *([f"    wildcards: {wildcards}"] if wildcards else []),
        "    resources: tmpdir=/tmp",
    )


def ended(rule: str, number: int) -> None:
    say("[Sat Nov 28 23:17:08 2026]", f"Finished jobid: {number} (Rule: {rule})", "1 of 9 steps (11%) done")


def failed(rule: str, number: int, log: str) -> None:
    say(
        "[Sat Nov 28 23:17:08 2026]",
        f"Error in rule {rule}:",
        "    message: None",
        f"    jobid: {number}",
        f"    log: {log} (check log file(s) for error details)",
        "    shell:",
        "        exec python -m benchmarks.engine",
        f"Logfile {log}:",
        "Traceback (most recent call last):",
    )


def train(job: str, number: int, seconds: float, lose: bool = False) -> None:
    """A job of two epochs a run. If it is to be lost, it ends after its first run."""
    from tests.commands.examples import record_of, written  # takes a second

    log = RESULTS / "logs" / "train" / f"{job}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    began("train", number, f"job={job}", str(log))
    items = []
    with open(log, "w") as file:
        for run in JOBS[job]:
            seed = run["seed"]
            status, reason = ENDS.get(seed, ("ok", ""))
            for epoch in (1, 2):
                values = f"loss 0.5, validation error {5 - epoch}.25"
                line = f"{label(run)}: epoch {epoch}/2, {values}, {2 - epoch} s left"
                print(f"[10:00:0{epoch}] {line}", file=file, flush=True)
                time.sleep(seconds / 2)
            because = f": {reason}" if reason else ""
            print(f"[10:00:03] {label(run)}: {status} after 1.{seed} s{because}", file=file, flush=True)
            name = f"digits-pocket-seed{seed}-{seed:016x}"
            path = written(RESULTS, record_of(seed=seed, status=status, reason=reason), name)
            items.append(
                {**run, "status": status, "reason": reason, "record": str(path.relative_to(RESULTS))}
            )
            if lose:
                failed("train", number, str(log))
                return
    summary = {"job": job, "process_s": 10.0, "import_s": 5.0, "ended": "2026-01-02T00:00:00Z", "runs": items}
    records.write_json_atomic(summary, RESULTS / "jobs" / f"{job}.json")
    ended("train", number)


def call() -> None:
    """Say what will train, to whoever shows this."""
    said = course.Call(RESULTS.absolute(), "pocket", "jax", JOBS, TRAINS, at_once=1)
    course.write_call(said, Path(os.environ[course.CALL_FILE]))


def whole(seconds: float, lose: bool = False) -> int:
    """A call from its beginning to its end."""
    call()
    began("machine", 9, "backend=jax, machine=0", "results/logs/machine.log")
    time.sleep(seconds)
    ended("machine", 9)
    train("job-a", 1, seconds)
    train("job-b", 2, seconds, lose)
    began("page", 3, "", "results/logs/page.log")
    time.sleep(seconds)
    (RESULTS / "report").mkdir(exist_ok=True)
    (RESULTS / "report" / "index.html").write_text("<html>")
    ended("page", 3)
    return 1


def interrupted() -> int:
    """A call with a job of its own; both note the signals that they get. So many signals end them."""
    call()
    notes = open("signals.txt", "a", buffering=1)  # noqa: SIM115
    got: list[int] = []

    def note(number: int, frame: types.FrameType | None) -> None:
        got.append(number)
        print("call", signal.Signals(number).name, file=notes)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, note)
    process = subprocess.Popen([sys.executable, "-c", JOB], stdout=notes)
    while len(got) < int(sys.argv[2]):
        time.sleep(0.02)
    time.sleep(0.2)
    process.kill()
    return 7


def main() -> int:
    """Play a scenario. Returns the exit code."""
    scenario, seconds = sys.argv[1], float(sys.argv[2])
    if scenario == "refused":
        say('WorkflowError in file "/a/workflow/rules/common.smk", line 61:', "there is no folder '/nowhere'")
        return 1
    if scenario == "nothing":
        say("Nothing to be done.")
        return 0
    if scenario == "unknown":
        say(*(f"line {number}" for number in range(50)))
        return 5
    if scenario == "waits":
        call()
        Path("pid.txt").write_text(str(os.getpid()))
        time.sleep(seconds)
        return 0
    if scenario == "interrupted":
        return interrupted()
    return whole(seconds, lose=scenario == "lost")


if __name__ == "__main__":
    sys.exit(main())
