"""Which runs a configuration asks for, and how they are dealt into jobs.

Loads entries but no framework: the workflow asks anew in every process it starts.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any

import yaml

from benchmarks import catalogue
from benchmarks.records.identity import digest
from benchmarks.spec import FAMILIES, Entry, Tier

SCHEMA = Path(__file__).resolve().parents[1] / "workflow" / "schemas" / "config.schema.yaml"
#: At most this many entries of the pocket tier share a job, and with it the import of the framework: six seconds, of seven
#: for the runs of an entry. So large jobs are cheap, but fewer than there are cores leave some idle: 110 entries make eight.
ENTRIES_PER_JOB = 14

Run = dict[str, Any]


def normalised(config: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration with the short forms of the command line written out.

    `entries=a,b` becomes a list of names, `seeds=5` the seeds 0 to 4, `seeds=0,3` a list; a key
    without a value takes its default. Values that fit no form are left for the schema to refuse.
    """
    written = {key: value for key, value in config.items() if value is not None}
    for key in ("entries", "family", "bundles"):
        if isinstance(written.get(key), str):
            written[key] = [name.strip() for name in written[key].split(",") if name.strip()]
    seeds = written.get("seeds")
    if isinstance(seeds, str):
        seeds = int(seeds) if seeds.strip().isdecimal() else seeds.split(",")
    if isinstance(seeds, list):
        written["seeds"] = [
            int(seed) if isinstance(seed, str) and seed.strip().isdecimal() else seed for seed in seeds
        ]
    elif isinstance(seeds, int) and not isinstance(seeds, bool) and seeds > 0:
        written["seeds"] = list(range(seeds))
    return written


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration with its short forms written out and its defaults filled in.

    Raises ValueError, in one sentence, for an unknown key (with the nearest valid ones), a value that
    the schema does not allow, and a folder that is not there.
    """
    from snakemake.exceptions import WorkflowError
    from snakemake.utils import validate

    schema = yaml.safe_load(SCHEMA.read_text())
    for key in given:
        if key not in schema["properties"]:
            raise ValueError(
                f"unknown configuration key {key!r}: {catalogue.nearest(key, list(schema['properties']))}"
            )
    asked = normalised(given)
    try:
        validate(asked, str(SCHEMA))
    except WorkflowError as error:
        # Snakemake wraps jsonschema's error, which knows the place of the violation; an empty path is the whole configuration.
        path: Any = getattr(error.__context__, "absolute_path", ())
        if not path:
            given_one, lacking = ("price", "currency") if "price" in asked else ("currency", "price")
            raise ValueError(
                f"configuration key {given_one!r} needs {lacking!r} beside it, such as price=2.50 currency=EUR"
            ) from None
        raise ValueError(refusal(schema, path[0], given[path[0]])) from None
    if asked["data_dir"] and not Path(asked["data_dir"]).is_dir():
        raise ValueError(
            f"configuration key 'data_dir': there is no folder {asked['data_dir']!r}; name one, or leave the key empty to download"
        )
    for bundle in asked["bundles"]:
        if not Path(bundle, "bundle.json").is_file():
            raise ValueError(f"configuration key 'bundles': {bundle!r} is no bundle: it has no bundle.json")
    return asked


def refusal(schema: Mapping[str, Any], key: str, value: Any) -> str:
    """One sentence on a value that the schema does not allow."""
    wanted = schema["properties"][key]
    if "enum" in wanted and isinstance(value, str):
        return (
            f"configuration key {key!r}: unknown value {value!r}: {catalogue.nearest(value, wanted['enum'])}"
        )
    return f"configuration key {key!r} is {value!r}, but has to be {wanted['description']}"


def entries(config: Mapping[str, Any]) -> list[Entry]:
    """The selected entries that have a recipe in the selected tier, in order of year.

    Raises ValueError for an unknown entry or family, and where nothing is left to run.
    """
    tier: Tier = config["tier"]
    for family in config["family"]:
        if family not in FAMILIES:
            raise ValueError(f"unknown family {family!r}: {catalogue.nearest(family, list(FAMILIES))}")
    ids = catalogue.ids()
    for id in config["entries"]:
        if id not in ids:
            raise ValueError(f"unknown entry {id!r}: {catalogue.nearest(id, ids)}")
    chosen = [catalogue.load(id) for id in ids if id in (config["entries"] or ids)]
    for entry in chosen:
        if config["entries"] and not catalogue.recipes(entry, tier):
            tiers = sorted({recipe.tier for recipe in entry.recipes})
            raise ValueError(
                f"entry {entry.id!r} has no recipe in tier {tier!r}: it has recipes in {', '.join(tiers) or 'none'}"
            )
    chosen = [
        entry
        for entry in chosen
        if entry.family in (config["family"] or FAMILIES) and catalogue.recipes(entry, tier)
    ]
    if not chosen:
        asked = "".join(f", {key} {', '.join(config[key])}" for key in ("family", "entries") if config[key])
        raise ValueError(f"nothing to run: no entry matches tier {tier}{asked}")
    return chosen


def runs(entry: Entry, config: Mapping[str, Any], execution: int) -> list[Run]:
    """Every recipe of one entry in the tier of the configuration with every seed, measured for the `execution`-th time."""
    tier: Tier = config["tier"]
    return [
        {"entry": entry.id, "recipe": recipe.name, "tier": tier, "seed": seed, "execution": execution}
        for recipe in catalogue.recipes(entry, tier)
        for seed in config["seeds"]
    ]


def jobs(config: Mapping[str, Any], machine: str = "") -> dict[str, list[Run]]:
    """The runs of each job, by the job's name.

    In the pocket tier a job takes several entries, since importing the framework takes longer than
    many a run. They are dealt round in order of year: neighbours in time, often of like cost, go to
    different jobs, and a newer entry leaves the older ones where they are until one more job is
    needed. Elsewhere each run is a job of its own, that a cluster can place.

    Where runs are measured several times, each is measured once before any is measured again, so that
    what is compared does not come from one busy minute.

    A job's name ends in a digest of all that it was asked, and of the `machine`: what is asked otherwise,
    or on another machine, is another job. Raises ValueError as `entries` does.
    """
    tier: Tier = config["tier"]
    how = [
        config["backend"],
        config["precision"],
        *([config["determinism"]] if config.get("determinism", "bitwise") != "bitwise" else []),
    ]
    found = entries(config)
    turns = range(1, config["executions"] + 1)
    if tier == "pocket":
        # An even number of jobs keeps two cores busy to the end.
        count = min(len(found), 2 * -(-len(found) // (2 * ENTRIES_PER_JOB)))
        dealt = [found[first::count] for first in range(count)]
        parts = [
            (
                "-".join([tier, *how]),
                [run for turn in turns for entry in hand for run in runs(entry, config, turn)],
            )
            for hand in dealt
        ]
    else:
        every = [run for turn in turns for entry in found for run in runs(entry, config, turn)]
        parts = [
            ("-".join([run["entry"], run["recipe"], f"seed{run['seed']}", tier, *how]), [run])
            for run in every
        ]
    return {
        f"{label}-{digest([asked, *how, config['threads'], machine])[:8]}": asked for label, asked in parts
    }


def remark(jobs: Mapping[str, list[Run]], accelerators: str) -> str:
    """What is to be said before these jobs run on a machine with these accelerators, empty for nothing."""
    ids = sorted({run["entry"] for runs in jobs.values() for run in runs})
    slow = [id for id in ids if accelerators and catalogue.load(id).family == "recurrent"]
    if not slow:
        return ""
    return f"{', '.join(slow)}: small recurrent nets are slower on the {accelerators} than on a processor; CUDA_VISIBLE_DEVICES= keeps them there"


def datasets(runs: list[Run]) -> list[str]:
    """The ids of the data sets that these runs need."""
    return sorted(
        {catalogue.recipe(catalogue.load(run["entry"]), run["tier"], run["recipe"]).dataset for run in runs}
    )
