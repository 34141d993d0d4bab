# One call of Snakemake at a time, and a report at the end of each, whatever happened.
from benchmarks import environment

environment.check_system()  # before the import of fcntl, which Windows lacks

import fcntl
import subprocess
import threading
import time

from snakemake.logging import logger

from benchmarks.commands import course


def only_reads():
    """Whether the call trains and gathers nothing, so that it may run at the same time as one that does."""
    return bool(workflow.dag_settings.targets) and set(workflow.dag_settings.targets) <= {"report", "compare"}


def wanted_all():
    """Whether the call asks for everything."""
    return set(workflow.dag_settings.targets) <= {"all", "default"}


def lock():
    """Lock the results until this process ends. Raises WorkflowError if another call holds the lock."""
    Path("results").mkdir(exist_ok=True)
    workflow.results_lock = open("results/.lock", "w")
    try:
        fcntl.flock(workflow.results_lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        raise WorkflowError(
            f"another call of Snakemake is running in {Path('results').resolve()}: wait for it, or end it first"
        ) from None
    except OSError as error:
        logger.warning(
            f"results/.lock cannot be locked on this file system ({error.strerror}): make sure that only one call is running"
        )


def clear_logs():
    """Remove the logs of unfinished jobs, so that none is mistaken for a log of this call."""
    for job in JOBS:
        if not Path(f"results/jobs/{job}.json").exists():
            Path(f"results/logs/train/{job}.log").unlink(missing_ok=True)


def tell_the_view():
    """Tell what shows this call, if anything does, which runs are asked for and which jobs train them."""
    if course.CALL_FILE in os.environ:
        trains = [job.wildcards.job for job in workflow.dag.needrun_jobs() if job.rule.name == "train"]
        at_once = max(1, (workflow.resource_settings.cores or THREADS) // THREADS)
        said = course.Call(
            Path("results").absolute(), CONFIG["tier"], CONFIG["backend"], JOBS, tuple(trains), at_once
        )
        course.write_call(said, Path(os.environ[course.CALL_FILE]))


def warn_of_waiting_jobs():
    """Warn why SLURM has not started jobs, whenever the reasons change, once a minute: some jobs can never start."""
    warned = ""
    while True:
        time.sleep(60)
        waiting = subprocess.run(
            ["squeue", "--me", "--noheader", "--states=PENDING", "--format=%r"],
            capture_output=True,
            text=True,
        ).stdout.split("\n")
        reasons = sorted(set(filter(None, waiting)))
        now = "; ".join(f"{waiting.count(reason)} because of {reason}" for reason in reasons)
        if now and now != warned:
            logger.warning(
                f"jobs wait in SLURM's queue: {now}. If the reason is neither Resources nor Priority, they may never start:"
                " perhaps no node has what they ask for (threads, memory, GPUs, time). Change that with"
                " --config threads=N and --set-resources train:mem_mb=N train:gpu=N machine:gpu=N."
            )
        warned = now


def render_what_exists():
    """Render the report again if results are newer: after a job that failed, or ceilings that came late."""
    page = Path("results/report/index.html")
    results = [*Path("results/runs").glob("*/*.json"), *Path("results/machines").glob("*.json")]
    shown = page.stat().st_mtime if page.exists() else 0
    late = wanted_all() and any(path.stat().st_mtime > shown for path in results)
    if late and subprocess.run(GATHER).returncode == 0:
        subprocess.run(RENDER)


onstart:
    if workflow.is_main_process and not only_reads():
        lock()
        clear_logs()
        tell_the_view()
        if workflow.non_local_exec:
            threading.Thread(target=warn_of_waiting_jobs, daemon=True).start()


onsuccess:
    if workflow.is_main_process:
        render_what_exists()


onerror:
    if workflow.is_main_process:
        render_what_exists()
        if wanted_all() and not all(Path(f"results/jobs/{job}.json").exists() for job in JOBS):
            subprocess.run(VERDICT)  # its own rule had to wait for them
