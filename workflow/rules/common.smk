# The configuration, checked, and the functions that the rules take their parameters from.
import json
import os
import sys
from pathlib import Path

from snakemake.exceptions import WorkflowError
from snakemake.logging import logger

ROOT = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import catalogue, datasets, selection, sources
from benchmarks.records.identity import digest

# `python` in a rule is the one that runs Snakemake, and finds the packages of this checkout from
# any working directory. A conda environment, where one is deployed, goes before it.
os.environ.update(
    PATH=os.pathsep.join([str(Path(sys.executable).parent), *os.get_exec_path()]),
    PYTHONPATH=os.pathsep.join([str(ROOT), *filter(None, [os.getenv("PYTHONPATH")])]),
)


try:
    CONFIG = selection.checked(config)
    JOBS = selection.jobs(CONFIG)
except ValueError as error:
    raise WorkflowError(str(error)) from None
# Threads, memory in MB and minutes that a job asks for; profiles override them.
ASK = {"pocket": (1, 4000, 60), "standard": (4, 16000, 240), "paper": (4, 32000, 2880)}[CONFIG["tier"]]
THREADS = CONFIG["threads"] or ASK[0]


wildcard_constraints:
    job="[^/]+",
    dataset="[a-z0-9_]+",
    backend="[a-z]+",


def option(flag, key):
    """`--flag value` where the configuration sets this key, nothing where it does not."""
    value = CONFIG.get(key)
    return [flag, str(value)] if value not in (None, "", 0) else []


def job_runs(wildcards):
    """The runs of one job, as the JSON that the engine reads."""
    return json.dumps(JOBS[wildcards.job])


def job_sources(wildcards):
    """Digests of the source that the job's runs depend on: after an edit they run again, after a mere touch they do not."""
    runs, backend = JOBS[wildcards.job], CONFIG["backend"]
    if workflow.is_main_process:
        say_what_changed(wildcards.job, runs, backend)
    loaded = {run["entry"]: catalogue.load(run["entry"]) for run in runs}
    recipes = dict.fromkeys((run["entry"], run["tier"], run["recipe"]) for run in runs)
    return [sources.source_sha256(loaded[id], catalogue.recipe(loaded[id], tier, name), backend) for id, tier, name in recipes]


SAID = set()


def say_what_changed(job, runs, backend):
    """Say, once, which entries train again and because of which file. Snakemake says no more than that params changed."""
    summary = Path(f"results/jobs/{job}.json")
    try:
        lines = sources.changes(json.loads(summary.read_text()), runs, backend)
    except (OSError, ValueError, KeyError, TypeError):
        return  # no summary yet, or none that can be read: the job runs in any case
    for line in lines:
        if line not in SAID:
            SAID.add(line)
            logger.info(f"{'would train' if workflow.dryrun else 'trains'} again: {line}")


def cards(wildcards):
    """Digest of what the entries say of themselves: an edited claim is collected anew, and trains nothing."""
    ids = sorted({run["entry"] for runs in JOBS.values() for run in runs})
    return digest({id: catalogue.card(catalogue.load(id)) for id in ids})


def job_data(wildcards):
    """The data sets whose files have to be at hand; that they are checked anew is no reason to train anew."""
    needed = [dataset for dataset in selection.datasets(JOBS[wildcards.job]) if datasets.card(dataset).files]
    return [ancient(f"results/data/{dataset}.json") for dataset in needed]


def all_cores(wildcards):
    """Every core of a machine, so that nothing runs beside the measurement of its ceilings."""
    return workflow.cores or THREADS


PRICE = option("--price", "price") + option("--currency", "currency")


def speed_option(wildcards):
    """The results of `make bench`, where there are any."""
    return ["--speed", "results/speed.csv"] if Path("results/speed.csv").is_file() else []


def compared(wildcards):
    """The bundles to compare."""
    if len(CONFIG["bundles"]) < 2:
        raise WorkflowError("compare needs two bundles or more: snakemake compare --config bundles=FOLDER,FOLDER")
    return [f"{bundle}/bundle.json" for bundle in CONFIG["bundles"]]
