# What holds for a whole call of Snakemake: one at a time, and a report at its end whatever happened.
from benchmarks import environment

environment.check_system()  # Windows lacks the next

import fcntl
import subprocess
import threading
import time

from snakemake.logging import logger


def only_reads():
    """Whether the call trains and collects nothing, so that it may go beside one that does."""
    return bool(workflow.dag_settings.targets) and set(workflow.dag_settings.targets) <= {"report", "compare"}


def wanted_all():
    """Whether the call is one for everything."""
    return set(workflow.dag_settings.targets) <= {"all", "default"}


def lock():
    """Hold the results until this process ends, however it ends. Raises WorkflowError where another call holds them."""
    Path("results").mkdir(exist_ok=True)
    workflow.results_lock = open("results/.lock", "w")
    try:
        fcntl.flock(workflow.results_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise WorkflowError(
            f"another call of Snakemake is at work in {Path('results').resolve()}: wait for it, or end it first"
        ) from None
    except OSError as error:
        logger.warning(
            f"results/.lock cannot be locked on this file system ({error.strerror}): see to it that only one call is at work"
        )


def clear_logs():
    """Remove the logs of jobs that are still to be done, so that none is taken for the log of this call."""
    for job in JOBS:
        if not Path(f"results/jobs/{job}.json").exists():
            Path(f"results/logs/train/{job}.log").unlink(missing_ok=True)


def say_what_waits():
    """Every minute, why jobs have not been started by SLURM, whenever the reasons change: some can never start."""
    said = ""
    while True:
        time.sleep(60)
        waiting = subprocess.run(
            ["squeue", "--me", "--noheader", "--states=PENDING", "--format=%r"],
            capture_output=True,
            text=True,
        ).stdout.split("\n")
        reasons = sorted(set(filter(None, waiting)))
        now = "; ".join(f"{waiting.count(reason)} because of {reason}" for reason in reasons)
        if now and now != said:
            logger.warning(
                f"jobs wait in SLURM's queue: {now}. Where the reason is neither Resources nor Priority they may never start:"
                " no node may have what they ask for (threads, memory, GPUs, time), which --config threads=N and"
                " --set-resources train:mem_mb=N train:gpu=N machine:gpu=N change."
            )
        said = now


def show_what_is_there():
    """Render the report anew where results are newer than it: after a job that failed, or ceilings that came late."""
    page = Path("results/report/index.html")
    found = [*Path("results/runs").glob("*/*.json"), *Path("results/machines").glob("*.json")]
    shown = page.stat().st_mtime if page.exists() else 0
    late = wanted_all() and any(path.stat().st_mtime > shown for path in found)
    if late and subprocess.run(COLLECT).returncode == 0:
        subprocess.run(RENDER)


onstart:
    if workflow.is_main_process and not only_reads():
        lock()
        clear_logs()
        if workflow.non_local_exec:
            threading.Thread(target=say_what_waits, daemon=True).start()


onsuccess:
    if workflow.is_main_process:
        show_what_is_there()


onerror:
    if workflow.is_main_process:
        show_what_is_there()
        if wanted_all() and not all(Path(f"results/jobs/{job}.json").exists() for job in JOBS):
            subprocess.run(VERDICT)  # whose own rule had to wait for them
