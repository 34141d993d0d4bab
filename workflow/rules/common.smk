# The configuration, checked, and the functions that the rules take their parameters from.
import json
import os
import sys
from pathlib import Path

import yaml
from snakemake.exceptions import WorkflowError

ROOT = Path(workflow.current_basedir.get_path_or_uri(secret_free=True)).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from benchmarks import catalogue, datasets, selection
from benchmarks.engine.run import source_sha256

# `python` in a rule is the one that runs Snakemake, and finds the packages of this checkout from
# any working directory. A conda environment, where one is deployed, goes before it.
os.environ.update(PATH=os.pathsep.join([str(Path(sys.executable).parent), *os.get_exec_path()]), PYTHONPATH=str(ROOT))


def checked(given):
    """The configuration with its defaults. Raises WorkflowError, in one sentence, for what it may not say."""
    schema = yaml.safe_load((ROOT / "workflow/schemas/config.schema.yaml").read_text())
    try:
        selection.check_keys(given, schema)
    except ValueError as error:
        raise WorkflowError(str(error)) from None
    asked = selection.normalised(given)
    try:
        validate(asked, "../schemas/config.schema.yaml")
    except WorkflowError as error:
        violation = error.__context__
        if not violation.absolute_path:
            raise WorkflowError("configuration key 'price' needs 'currency' beside it, such as currency=EUR") from None
        key = violation.absolute_path[0]
        raise WorkflowError(selection.refusal(schema, key, given[key])) from None
    if asked["data_dir"] and not Path(asked["data_dir"]).is_dir():
        raise WorkflowError(f"configuration key 'data_dir': there is no folder {asked['data_dir']!r}; name one, or leave the key empty to download")
    for bundle in asked["bundles"]:
        if not Path(bundle, "bundle.json").is_file():
            raise WorkflowError(f"configuration key 'bundles': {bundle!r} is no bundle: it has no bundle.json")
    return asked


def planned(asked):
    """The runs of each job. Raises WorkflowError for an unknown entry or family, or where nothing is left to run."""
    try:
        return selection.jobs(asked)
    except ValueError as error:
        raise WorkflowError(str(error)) from None


CONFIG = checked(config)
JOBS = planned(CONFIG)
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
    return [source_sha256(catalogue.load(id)) for id in dict.fromkeys(run["entry"] for run in JOBS[wildcards.job])]


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
    return ["--speed", "results/speed.json"] if Path("results/speed.json").is_file() else []


def compared(wildcards):
    """The bundles to compare."""
    if len(CONFIG["bundles"]) < 2:
        raise WorkflowError("compare needs two bundles or more: snakemake compare --config bundles=FOLDER,FOLDER")
    return [f"{bundle}/bundle.json" for bundle in CONFIG["bundles"]]
