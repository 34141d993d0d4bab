# One call of Snakemake at a time, and a report at the end of each, whatever happened.
from benchmarks import environment

environment.check_system()  # before the import of fcntl, which Windows lacks

import fcntl
import subprocess
import threading
import time

from snakemake.logging import logger

from benchmarks import records
from benchmarks.commands import course

if os.path.lexists("results") and not os.path.isdir("results"):
    raise WorkflowError(
        f"{Path('results').absolute()} is neither a folder nor a link to one that is there: remove it, or make the folder"
    )

# Seconds between two looks into SLURM's queue.
LOOK_S = 20


def wanted_only(*rules):
    """Whether the call asks for some of these rules and for nothing else."""
    return bool(workflow.dag_settings.targets) and set(workflow.dag_settings.targets) <= set(rules)


def wanted_all():
    """Whether the call asks for everything."""
    return set(workflow.dag_settings.targets) <= {"all", "default"}


def trains():
    """The names of the jobs that this call trains."""
    return [job.wildcards.job for job in workflow.dag.needrun_jobs() if job.rule.name == "train"]


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
    """Tell what shows this call, if anything does, which runs are asked for and which jobs train them.

    Where nothing is told, what the call prints is shown instead: the speeds of `snakemake speed`, for one.
    """
    if course.CALL_FILE in os.environ and (wanted_all() or trains()):
        said = course.Call(
            Path("results").absolute(), CONFIG["tier"], CONFIG["backend"], JOBS, tuple(trains()), AT_ONCE
        )
        course.write_call(said, Path(os.environ[course.CALL_FILE]))


def say_what_is_expected():
    """Say how long the call will take, and for how many runs."""
    if trains():
        said = forecast.forecast(JOBS, Path("results"), CONFIG, AT_ONCE, trains())
        logger.info(forecast.line(said, AT_ONCE))


def write_asked():
    """Note what is asked for, so that the report can say what is missing, however the call ends."""
    if wanted_all():
        missing.write_asked(CONFIG, MACHINE, shlex.join(["snakemake", *TYPED]), Path("results"))


def forget_the_verdict():
    """Remove a verdict that no longer holds, because runs are trained again. As long as it is there, a later call would
    not notice that the summary of a job that was lost is missing."""
    if trains():
        Path("results/verdict.txt").unlink(missing_ok=True)


def write_plans():
    """Write the runs of each job that will train, for the engine. A job's name says what is in its plan."""
    for job in trains():
        records.write_json_atomic(JOBS[job], Path(f"results/plans/{job}.json"))


def end_what_was_left_behind():
    """Cancel the jobs that an earlier call of this folder, which was killed, has left in SLURM's queue."""
    folder = Path.cwd()
    if jobs := cluster.left_behind(folder):
        logger.warning(
            f"{len(jobs)} jobs of an earlier call are still in SLURM's queue: they are cancelled, and go on from their"
            " checkpoints"
        )
        cluster.cancel(jobs, folder)


def send_again():
    """Let a job that needs more time than its partition allows be sent again, until it should be done."""
    longest = max(needs.minutes(runs, EXPECTED.seconds) for runs in JOBS.values())
    train = workflow.get_rule("train")
    train.restart_times = max(train.restart_times or 0, -(-longest // MOST_MINUTES))


def warn_of_waiting_jobs():
    """Warn why SLURM has not started jobs, whenever the reasons change: some jobs can never start."""
    warned = set()
    while True:
        time.sleep(LOOK_S)
        for sentence in cluster.remark(cluster.waiting()):
            if sentence not in warned:
                logger.warning(sentence)
                warned.add(sentence)


def unfinished():
    """Whether a job has left no summary."""
    return not all(Path(f"results/jobs/{job}.json").exists() for job in JOBS)


def render_what_exists():
    """Render the report again if it does not say what is there or what is missing: after a job that failed, or
    ceilings that came late."""
    page = Path("results/report/index.html")
    runs = list(Path("results/runs").glob("*/*.json"))
    told = [*runs, *Path("results/machines").glob("*.json"), Path("results", missing.ASKED)]
    shown = page.stat().st_mtime if page.exists() else 0
    late = unfinished() or any(path.stat().st_mtime > shown for path in told if path.exists())
    if wanted_all() and runs and late and subprocess.run(GATHER).returncode == 0:
        subprocess.run(RENDER)


onstart:
    # What gathers and renders would take away the files of another call that does.
    if workflow.is_main_process and not wanted_only("compare", "estimate"):
        lock()
    if workflow.is_main_process and not wanted_only("compare", "estimate", "report"):
        clear_logs()
        tell_the_view()
        write_asked()
        forget_the_verdict()
        write_plans()
        if CONFIG["budget"]:
            affords(keep=True)
        say_what_is_expected()
        if workflow.non_local_exec:
            end_what_was_left_behind()
            if MOST_MINUTES:
                send_again()
            threading.Thread(target=warn_of_waiting_jobs, daemon=True).start()


onsuccess:
    if workflow.is_main_process:
        render_what_exists()


onerror:
    if workflow.is_main_process:
        render_what_exists()
        if wanted_all() and unfinished():
            subprocess.run(VERDICT)  # its own rule had to wait for them
