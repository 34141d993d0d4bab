"""Stands in for Snakemake: writes what a call of the workflow writes, and trains nothing.

`python -m tests.commands.pretended_workflow SCENARIO`, in the folder that has the results. At its N-th pause
it waits while there is a file `wait-N`.
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
import os, signal, time
def note(number, frame):  # may come while something is being printed
    os.write(1, b"job " + signal.Signals(number).name.encode() + bytes([10]))
for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
    signal.signal(number, note)
print("job up", flush=True)
time.sleep(150)
"""
#: How the runs of these seeds end; the others end well.
ENDS = {3: ("diverged", "loss is nan in epoch 2")}


passed = 0


def pause() -> None:
    """Wait as long as somebody wants to look."""
    global passed
    passed += 1
    while Path(f"wait-{passed}").exists():
        time.sleep(0.02)


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


def train(job: str, number: int, lose: bool = False) -> None:
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
                pause()
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


def whole(lose: bool = False) -> int:
    """A call from its beginning to its end."""
    call()
    began("machine", 9, "backend=jax, machine=0", "results/logs/machine.log")
    pause()
    ended("machine", 9)
    train("job-a", 1)
    train("job-b", 2, lose)
    began("page", 3, "", "results/logs/page.log")
    pause()
    (RESULTS / "report").mkdir(exist_ok=True)
    (RESULTS / "report" / "index.html").write_text("<html>")
    ended("page", 3)
    return 1


def interrupted(times: int) -> int:
    """A call with a job of its own; both note the signals that they get. So many signals end them."""
    call()
    path = Path("signals.txt")
    notes = open(path, "a", buffering=1)  # noqa: SIM115

    def note(number: int, frame: types.FrameType | None) -> None:
        print("call", signal.Signals(number).name, file=notes)

    for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
        signal.signal(number, note)
    process = subprocess.Popen([sys.executable, "-c", JOB], stdout=notes)
    deadline = time.monotonic() + 120
    while min(path.read_text().count(f"{who} SIG") for who in ("call", "job")) < times:
        if time.monotonic() > deadline:
            return 1
        time.sleep(0.02)
    process.kill()
    return 7


def main() -> int:
    """Play a scenario. Returns the exit code."""
    scenario = sys.argv[1]
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
        time.sleep(60)
        return 0
    if scenario == "interrupted":
        return interrupted(int(sys.argv[2]))
    return whole(lose=scenario == "lost")


if __name__ == "__main__":
    sys.exit(main())
