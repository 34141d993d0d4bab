# The checked configuration, and the functions that give the rules their inputs and parameters.
import json
import os
import shlex
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

ROOT = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import catalogue, datasets, machine, sources
from benchmarks.commands import select, verdict
from benchmarks.records.identity import digest

# `python` in a rule is the one that runs Snakemake, and it finds the packages of this checkout from any
# working directory. A conda environment, where one is deployed, takes precedence.
os.environ.update(
    PATH=os.pathsep.join([str(Path(sys.executable).parent), *os.get_exec_path()]),
    PYTHONPATH=os.pathsep.join([str(ROOT), *filter(None, [os.getenv("PYTHONPATH")])]),
)


# The working directory's own configuration, else the one next to the workflow.
configfile: next(path for path in ("config/config.yaml", f"{ROOT}/config/config.yaml") if os.path.exists(path))


try:
    CONFIG = select.checked(config)
    # Threads, memory in MB, minutes and GPUs that a job asks for; profiles override them.
    ASK = {"pocket": (1, 4000, 60, 0), "standard": (4, 16000, 240, 1), "paper": (4, 32000, 2880, 1)}[
        CONFIG["tier"]
    ]
    if workflow.is_main_process:
        facts = machine.facts(CONFIG["backend"])
        # No more threads than the call may use; Snakemake limits them in the same way.
        asked = CONFIG["threads"] or ASK[0]
        os.environ.update(
            HISTORY_THREADS=str(min(asked, workflow.resource_settings.cores or asked)),
            HISTORY_MACHINE=digest([facts["machine_id"], facts["software_id"]])[:8],
            HISTORY_COMMAND=shlex.join(
                [
                    "snakemake",
                    "--forcerun=train",
                    *(word for word in sys.argv[1:] if word != "--forcerun=train"),
                ]
            ),
        )
    # Jobs are named once, where the call was made; processes on other machines use these names.
    MACHINE = os.environ["HISTORY_MACHINE"]
    THREADS = CONFIG["threads"] = int(os.environ["HISTORY_THREADS"])
    JOBS = select.jobs(CONFIG, MACHINE)
    WAITS_FOR = select.waits_for(JOBS)
    if workflow.is_main_process:
        verdict.distrust(Path("results"), JOBS)
        if remark := select.remark(JOBS, facts["accelerators"]):
            logger.info(remark)
except ValueError as error:
    raise WorkflowError(str(error)) from None


envvars:
    "HISTORY_THREADS",
    "HISTORY_MACHINE",


wildcard_constraints:
    job="[^/]+",
    dataset="[a-z0-9_]+",
    backend="[a-z]+",


def option(flag, key):
    """`--flag value` if the configuration sets this key, else nothing."""
    value = CONFIG.get(key)
    return [flag, str(value)] if value not in (None, "", 0) else []


def job_runs(wildcards):
    """The runs of one job, as the JSON that the engine reads."""
    return json.dumps(JOBS[wildcards.job])


def job_parents(wildcards):
    """The summaries of the jobs that train the weights which this job's runs start from."""
    return [f"results/jobs/{job}.json" for job in WAITS_FOR[wildcards.job]]


def job_sources(wildcards):
    """Digests of the source that the job's runs depend on: an edit makes them run again, a new timestamp does not."""
    runs, backend = JOBS[wildcards.job], CONFIG["backend"]
    if workflow.is_main_process:
        say_what_changed(wildcards.job, runs, backend)
    loaded = {run["entry"]: catalogue.load(run["entry"]) for run in runs}
    recipes = dict.fromkeys((run["entry"], run["tier"], run["recipe"]) for run in runs)
    return [
        sources.source_sha256(loaded[id], catalogue.recipe(loaded[id], tier, name), backend)
        for id, tier, name in recipes
    ]


SAID = set()


def say_what_changed(job, runs, backend):
    """Say, once, which entries train again and because of which file. Snakemake itself says only that params changed."""
    summary = Path(f"results/jobs/{job}.json")
    try:
        lines = sources.changes(json.loads(summary.read_text()), runs, backend)
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


def job_data(wildcards):
    """The data sets whose files the job needs. `ancient`: checking them again must not cause training again."""
    needed = [dataset for dataset in select.datasets(JOBS[wildcards.job]) if datasets.card(dataset).files]
    return [ancient(f"results/data/{dataset}.json") for dataset in needed]


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
    ]


def verdict_command(wildcards):
    """The command that says which runs of this selection are ok."""
    return VERDICT


def first_executions_first(wildcards):
    """Every run is measured once before any is measured again."""
    return 50 - max(run["execution"] for run in JOBS[wildcards.job])


def memory_mb(wildcards, attempt):
    """Memory of a job in MB; a repeated attempt gets more."""
    return ASK[1] * attempt


def all_cores(wildcards):
    """All cores of this machine, so that nothing else runs while its ceilings are measured; on a cluster a run's cores."""
    cores = workflow.resource_settings.cores or 0
    return cores if workflow.local_exec and 0 < cores <= os.cpu_count() else THREADS


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
RENDER = ["python", "-m", "report", "--bundle", "results/bundle", "--out", "results/report", *SPEED]
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


def compared(wildcards):
    """The bundles to compare, in the order given, as arguments."""
    if len(CONFIG["bundles"]) < 2:
        raise WorkflowError(
            "compare needs two bundles or more: snakemake compare --config bundles=FOLDER,FOLDER"
        )
    return [argument for bundle in CONFIG["bundles"] for argument in ("--bundle", bundle)]
