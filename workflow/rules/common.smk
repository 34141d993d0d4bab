# The checked configuration, and the functions that give the rules their inputs and parameters.
import functools
import json
import os
import re
import shlex
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

ROOT = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import catalogue, datasets, machine, sources
from benchmarks.commands import budget, cluster, duration, forecast, missing, needs, select, verdict
from benchmarks.records.identity import digest

# `python` in a rule is the one that runs Snakemake, and it finds the packages of this checkout from any
# working directory. A conda environment, where one is deployed, takes precedence.
os.environ.update(
    PATH=os.pathsep.join([str(Path(sys.executable).parent), *os.get_exec_path()]),
    PYTHONPATH=os.pathsep.join([str(ROOT), *filter(None, [os.getenv("PYTHONPATH")])]),
)


# The working directory's own configuration, else the one next to the workflow.
configfile: next(path for path in ("config/config.yaml", f"{ROOT}/config/config.yaml") if os.path.exists(path))


# The arguments of this call, without the one with which the verdict asks for it again.
TYPED = [word for word in sys.argv[1:] if word != "--forcerun=train"]


def on_cluster():
    """Whether jobs are sent to a cluster; `jobs` in a profile says so."""
    return workflow.resource_settings.nodes is not None


def profile_says(resource):
    """What `default-resources` of the profile or the command line say of a resource; empty if nothing."""
    said = dict(workflow.resource_settings._parsed_default_resources).get(resource)
    return str(said.raw or "").strip("'\"") if said else ""


def affords(keep):
    """The seconds that the budget gives to all runs and to one; kept for a second call as a call begins."""
    seconds = duration.in_seconds("budget", str(CONFIG["budget"]))
    return budget.affords(CONFIG, seconds, AT_ONCE, Path("results"), keep)


# The profile `gpu` says so.
EVERY_JOB_WANTS_GPU = profile_says("gpu_for") == "every-job"


def at_once():
    """How many jobs fit side by side: into the nodes of a cluster, otherwise into the cores and GPUs of this machine."""
    settings = workflow.resource_settings
    if on_cluster():
        return settings.nodes
    fit = (settings.cores or THREADS) // THREADS
    if EVERY_JOB_WANTS_GPU and "gpu" in settings.resources:
        fit = min(fit, settings.resources["gpu"].value // DEVICES)
    return max(1, fit)


try:
    CONFIG = select.checked(config)
    if workflow.is_main_process:
        facts = machine.facts(CONFIG["backend"], CONFIG["devices"])
        # What the largest node has: cores, MB, minutes (0: any). Nothing is known of a single machine, or without SLURM.
        partitions = [
            profile_says("slurm_partition"),
            profile_says("gpu_partition") or profile_says("slurm_partition"),
        ]
        granted = cluster.granted(partitions if on_cluster() else [])
        # No more threads than the call may use; Snakemake limits them in the same way.
        asked = CONFIG["threads"] or needs.THREADS[CONFIG["tier"]]
        os.environ.update(
            HISTORY_THREADS=str(min(asked, workflow.resource_settings.cores or asked, granted[0] or asked)),
            HISTORY_GRANTED=",".join(map(str, granted)),
            HISTORY_MACHINE=digest([facts["machine_id"], facts["software_id"]])[:8],
            HISTORY_COMMAND=shlex.join(["snakemake", "--forcerun=train", *TYPED]),
        )
    # Jobs are named once, where the call was made; processes on other machines use these names.
    MACHINE = os.environ["HISTORY_MACHINE"]
    THREADS = CONFIG["threads"] = int(os.environ["HISTORY_THREADS"])
    DEVICES = CONFIG["devices"]
    MOST_MB, MOST_MINUTES = map(int, os.environ["HISTORY_GRANTED"].split(",")[1:])
    AT_ONCE = at_once()
    if workflow.is_main_process:
        may_take = affords(keep=False) if CONFIG["budget"] else None
        os.environ.update(HISTORY_AFFORDS=json.dumps(may_take))
    CONFIG["affords"] = json.loads(os.environ["HISTORY_AFFORDS"])
    JOBS = select.jobs(CONFIG, MACHINE)
    WAITS_FOR = select.waits_for(JOBS)
    EXPECTED = needs.Expected(Path("results"), CONFIG["tier"], CONFIG["backend"])
    if workflow.is_main_process:
        if CONFIG["budget"]:
            logger.info(select.budget_remark(CONFIG, JOBS))
        if remark := select.remark(JOBS, facts["accelerators"]):
            logger.info(remark)
except ValueError as error:
    raise WorkflowError(str(error)) from None


envvars:
    "HISTORY_THREADS",
    "HISTORY_MACHINE",
    "HISTORY_GRANTED",
    "HISTORY_AFFORDS",


wildcard_constraints:
    job="[^/]+",
    dataset="[a-z0-9_]+",
    backend="[a-z]+",


def option(flag, key):
    """`--flag value` if the configuration sets this key, else nothing."""
    value = CONFIG.get(key)
    return [flag, str(value)] if value not in (None, "", 0) else []


def job_parents(wildcards):
    """The summaries of the jobs that train the weights which this job's runs start from."""
    return [f"results/jobs/{job}.json" for job in WAITS_FOR[wildcards.job]]


def no_file(wildcards):
    """No file to wait for. Has Snakemake run a job again of which a record is gone or cut short."""
    summary = Path(f"results/jobs/{wildcards.job}.json")
    if workflow.is_main_process and summary.exists() and not verdict.is_whole(summary, Path("results")):
        workflow.dag.forcefiles.add(str(summary))
    return []


@functools.cache
def source(entry, recipe, backend):
    """The digest of the source that the runs of a recipe depend on."""
    loaded = catalogue.load(entry)
    return sources.source_sha256(loaded, catalogue.recipe(loaded, CONFIG["tier"], recipe), backend)


def job_sources(wildcards):
    """Digests of the source that the job's runs depend on: an edit makes them run again, a new timestamp does not."""
    if workflow.is_main_process:
        say_what_changed(wildcards.job)
    recipes = dict.fromkeys((run["entry"], run["recipe"]) for run in JOBS[wildcards.job])
    return [source(id, name, CONFIG["backend"]) for id, name in recipes]


SAID = set()


@functools.cache
def say_what_changed(job):
    """Say, once, which entries train again and because of which file. Snakemake itself says only that params changed."""
    runs, backend = JOBS[job], CONFIG["backend"]
    try:
        summary = json.loads(Path(f"results/jobs/{job}.json").read_text())
        digests = {(item["entry"], item["recipe"], item.get("source_sha256", "")) for item in summary["runs"]}
        if all(source(id, name, backend) == digest for id, name, digest in digests):
            return
        lines = sources.changes(summary, runs, backend)
    except (OSError, ValueError, KeyError, TypeError):
        return  # no readable summary: the job runs anyway
    for line in lines:
        if line not in SAID:
            SAID.add(line)
            logger.info(f"{'would train' if workflow.dryrun else 'trains'} again: {line}")


def cards(wildcards):
    """Digest of what the entries say of themselves: an edited claim is gathered again, and trains nothing."""
    ids = sorted({run["entry"] for runs in JOBS.values() for run in runs})
    return digest({id: catalogue.card(catalogue.load(id)) for id in ids})


def notes_on(needed):
    """The notes on those of these data sets that have files. `ancient`: checking them again must not cause training
    again."""
    return [ancient(f"results/data/{id}.json") for id in needed if datasets.card(id).files]


def job_data(wildcards):
    """The data sets whose files the job needs."""
    return notes_on(select.datasets(JOBS[wildcards.job]))


def speed_data(wildcards):
    """The data sets whose files are needed to time the selected entries (benchmarks/speed/batch_sizes.py)."""
    tier = CONFIG["tier"] if CONFIG["sizes"] == "recipes" else "paper"
    timed = [(catalogue.recipes(entry, tier) or entry.recipes)[0] for entry in select.entries(CONFIG)]
    return notes_on(sorted({id for recipe in timed for id in catalogue.datasets(recipe)}))


# Functions, since Snakemake would take braces in a plain string for wildcards.
def mirror(wildcards):
    """The folder with the data sets' files, as arguments."""
    return option("--data-dir", "data_dir")


def train_options(wildcards):
    """Further arguments of the engine."""
    named = option("--time-limit", "time_limit") + option("--machine-name", "machine_name")
    return [
        *mirror(wildcards),
        *named,
        *(option("--determinism", "determinism") if CONFIG["determinism"] != "bitwise" else []),
        *(option("--devices", "devices") if DEVICES > 1 else []),
    ]


def verdict_command(wildcards):
    """The command that says which runs of this selection are ok."""
    return VERDICT


@functools.cache
def longest_job():
    """The seconds that the longest job is expected to take."""
    return max(needs.seconds(runs, EXPECTED.seconds) for runs in JOBS.values())


def urgency(wildcards):
    """Every run is measured once before any is measured again. Long jobs begin first, so that no core waits long for
    the last one."""
    runs = JOBS[wildcards.job]
    length = needs.seconds(runs, EXPECTED.seconds) / longest_job()
    return 100 * (50 - max(run["execution"] for run in runs)) + round(99 * length)


@functools.cache
def job_wants_gpu(job):
    """Whether the runs of a job want a GPU. A job's runs all do, or none does."""
    return EVERY_JOB_WANTS_GPU or needs.wants_gpu(JOBS[job][0], EXPECTED.published)


ANY_WANTS_GPU = any(map(job_wants_gpu, JOBS))
# How the cluster names a GPU: as `gres`, such as gpu:1, or else by `--gpus`.
GRES = profile_says("gpu_gres")
GPU_PARTITION = profile_says("gpu_partition")
PARTITION = profile_says("slurm_partition")


def at_most(asked, most):
    """What is asked for, but no more than a node has, or a partition allows."""
    return min(asked, most or asked)


def memory_mb(wildcards, attempt):
    """Memory of a job in MB; a repeated attempt gets more."""
    asked = needs.memory_mb(JOBS[wildcards.job], EXPECTED.peaks, job_wants_gpu(wildcards.job))
    return at_most(asked * min(attempt, 2), MOST_MB)


def minutes(wildcards):
    """Minutes of a job. One that needs more than it may have goes on from its checkpoint when it is sent again."""
    return at_most(needs.minutes(JOBS[wildcards.job], EXPECTED.seconds), MOST_MINUTES)


def gpus(wanted, count=1):
    """GPUs of a job, where the cluster counts them by `--gpus`."""
    return count if wanted and not GRES else 0


def gres(wanted, count=1):
    """GPUs of a job, where the cluster wants `gres`; of several, their number takes the place of the profile's."""
    several = re.sub(r"(:\d+)?$", f":{count}", GRES, count=1) if count > 1 and GRES else GRES
    return several if wanted else ""


def partition(wanted):
    """The partition of a job; jobs that want a GPU may have one of their own."""
    return GPU_PARTITION or PARTITION if wanted else PARTITION


def job_gpus(wildcards):
    """See `gpus`."""
    return gpus(job_wants_gpu(wildcards.job), DEVICES)


def job_gres(wildcards):
    """See `gres`."""
    return gres(job_wants_gpu(wildcards.job), DEVICES)


def job_partition(wildcards):
    """See `partition`."""
    return partition(job_wants_gpu(wildcards.job))


def own_ceilings(wildcards):
    """The ceilings of this machine; on a cluster none, since jobs measure their nodes.

    A function, because Snakemake knows its executor only when it plans. A dry run has one of its own, and lists the step.
    """
    return [] if workflow.non_local_exec else f"results/machines/{CONFIG['backend']}-{MACHINE}.done"


def all_cores(wildcards):
    """All cores of this machine, so that nothing else runs while its ceilings are measured."""
    cores = workflow.resource_settings.cores or 0
    return cores if 0 < cores <= os.cpu_count() else THREADS


PRICE = option("--price", "price") + option("--currency", "currency")
# The results of `make bench`, where there are any.
SPEED = ["--speed", "results/speed.csv"] if Path("results/speed.csv").is_file() else []


# Called by rules, and again at the end of a call that lost a job.
GATHER = [
    "python",
    "-m",
    "benchmarks.commands.gather",
    "--results",
    "results",
    "--out",
    "results/bundle",
    *PRICE,
]
RENDER = [
    "python",
    "-m",
    "report",
    "--bundle",
    "results/bundle",
    "--missing",
    f"results/{missing.MISSING}",
    "--out",
    "results/report",
    *SPEED,
]
VERDICT = [
    "python",
    "-m",
    "benchmarks.commands.verdict",
    "--results",
    "results",
    "--machine",
    MACHINE,
    "--selection",
    json.dumps(CONFIG),
]

FORECAST = [
    "python",
    "-m",
    "benchmarks.commands.forecast",
    "--results",
    "results",
    "--machine",
    MACHINE,
    "--at-once",
    str(AT_ONCE),
    "--selection",
    json.dumps(CONFIG),
]


def forecast_command(wildcards):
    """The command that says how long this selection will take."""
    return FORECAST


def compared(wildcards):
    """The bundles to compare, in the order given, as arguments."""
    if len(CONFIG["bundles"]) < 2:
        raise WorkflowError(
            "compare needs two bundles or more: snakemake compare --config bundles=FOLDER,FOLDER"
        )
    return [argument for bundle in CONFIG["bundles"] for argument in ("--bundle", bundle)]
