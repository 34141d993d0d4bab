"""The runs that a configuration asks for, and their distribution over jobs.

`python -m benchmarks.commands.select tier=pocket seeds=5` prints them. This loads entries but no
framework, since the workflow selects again in every process that it starts.
"""

import functools
import itertools
import json
import math
import sys
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

import yaml

from benchmarks import catalogue
from benchmarks.commands import budget, duration, needs, past
from benchmarks.records import is_text
from benchmarks.records.identity import digest
from benchmarks.spec import FAMILIES, Entry, Recipe, Tier

SCHEMA = Path(__file__).resolve().parents[2] / "workflow" / "schemas" / "config.schema.yaml"
#: At most this many entries of the pocket tier share a job, and with it one import of the framework. Larger
#: jobs save imports, but leave cores idle at the end. By the times of 44 entries, six jobs take as long as
#: four on two cores, and two thirds as long on eight.
ENTRIES_PER_JOB = 8
#: Runs share a job as long as they take no more than these seconds together. One that takes half as long by
#: itself has a job to itself.
TOGETHER_S = 20 * 60.0
POCKET_TOGETHER_S = 30 * 60.0
#: Of more jobs Snakemake would take minutes to plan them: where there would be more, they take longer.
MOST_JOBS = 2000

Run = dict[str, Any]


def normalised(config: Mapping[str, Any], most_seeds: int) -> dict[str, Any]:
    """The configuration with the short forms of the command line written out.

    `entries=a,b` becomes a list of names, `seeds=5` the seeds 0 to 4, `seeds=0,3` a list; a key
    without a value takes its default. Names that Snakemake took for numbers are text again, and whole numbers
    such as 2.0 integers. Values that fit no form are left to the schema, which refuses them, and so is a
    number of more than `most_seeds`.
    """
    written = {key: value for key, value in config.items() if value is not None}
    for key in {"machine_name", "data_dir", "entries", "family", "bundles"} & set(written):
        written[key] = _each(_text, written[key])
    for key in {"seeds", "threads", "devices", "executions"} & set(written):
        written[key] = _each(_whole, written[key])
    for key in ("entries", "family", "bundles"):
        if isinstance(written.get(key), str):
            names = [name.strip() for name in written[key].split(",") if name.strip()]
            if names or not written[key].strip():
                written[key] = names
    seeds = written.get("seeds")
    if isinstance(seeds, str):
        seeds = int(seeds) if seeds.strip().isdecimal() else seeds.split(",")
    if isinstance(seeds, list):
        written["seeds"] = [
            int(seed) if isinstance(seed, str) and seed.strip().isdecimal() else seed for seed in seeds
        ]
    elif isinstance(seeds, int) and not isinstance(seeds, bool) and 0 < seeds <= most_seeds:
        written["seeds"] = list(range(seeds))
    return written


def _each(function: Callable[[Any], Any], value: Any) -> Any:
    """The function of a value, or of each item of a list."""
    return [function(item) for item in value] if isinstance(value, list) else function(value)


def _text(value: Any) -> Any:
    return str(value) if isinstance(value, int | float) and not isinstance(value, bool) else value


def _whole(value: Any) -> Any:
    return int(value) if isinstance(value, float) and value.is_integer() else value


def checked(given: Mapping[str, Any]) -> dict[str, Any]:
    """The configuration with its short forms written out and its defaults filled in.

    Raises ValueError, in one sentence, for an unknown key (with the nearest valid ones), a value that
    the schema does not allow or that is no number, and a folder that does not exist.
    """
    from snakemake.exceptions import WorkflowError
    from snakemake.utils import validate

    schema = yaml.safe_load(SCHEMA.read_text())
    for key in given:
        if key not in schema["properties"]:
            near = catalogue.nearest(str(key), list(schema["properties"]))
            raise ValueError(f"unknown configuration key {key!r}: {near}")
    asked = normalised(given, schema["properties"]["seeds"]["maxItems"])
    try:
        validate(asked, str(SCHEMA))
    except WorkflowError as error:
        # Snakemake wraps jsonschema's error, which knows the place of the violation. An empty path means the
        # whole configuration.
        path: Any = getattr(error.__context__, "absolute_path", ())
        if not path:
            present, lacking = ("price", "currency") if "price" in asked else ("currency", "price")
            raise ValueError(
                f"configuration key {present!r} needs {lacking!r} as well, such as price=2.50 currency=EUR"
            ) from None
        key = path[0]
        if getattr(error.__context__, "validator", "") == "uniqueItems":
            twice = next(item for place, item in enumerate(asked[key]) if item in asked[key][:place])
            raise ValueError(
                f"configuration key {key!r} is {given[key]!r}, but has {twice!r} twice; give it once"
            ) from None
        raise ValueError(refusal(schema, key, given[key])) from None
    # NaN is within every limit of a schema, and bytes that are no UTF-8 are a string to it.
    bad = [key for key, value in asked.items() if isinstance(value, float) and math.isnan(value)]
    bad += [] if is_text(asked["machine_name"]) else ["machine_name"]
    if bad:
        raise ValueError(refusal(schema, bad[0], given[bad[0]]))
    if asked["devices"] > 1 and asked["backend"] != "jax":
        raise ValueError(
            f"configuration key 'devices' is {asked['devices']}, but {asked['backend']} trains on one device"
            " here; choose backend=jax, or devices=1"
        )
    if asked["budget"] != "":
        duration.in_seconds("configuration key 'budget':", str(asked["budget"]))
    if asked["data_dir"] and not Path(asked["data_dir"]).is_dir():
        raise ValueError(
            f"configuration key 'data_dir': there is no folder {asked['data_dir']!r}; name one, "
            "or leave the key empty to download"
        )
    for bundle in asked["bundles"]:
        if not Path(bundle, "bundle.json").is_file():
            raise ValueError(
                f"configuration key 'bundles': {bundle!r} is not a bundle: it has no bundle.json"
            )
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

    Raises ValueError for an unknown entry or family, and if nothing is left to run.
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
                f"entry {entry.id!r} has no recipe in tier {tier!r}: it has recipes in "
                f"{', '.join(tiers) or 'none'}"
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


def by_depth(config: Mapping[str, Any]) -> list[list[tuple[Entry, Recipe]]]:
    """The recipes to train, in order of year, grouped by how many others must be trained before them.

    Recipes that start from the weights of another come after it, and include it even if the configuration
    does not select its entry. Raises ValueError as `entries` does, and for a recipe that starts from
    an impossible one.
    """
    tier: Tier = config["tier"]
    levels: list[dict[tuple[str, str], tuple[Entry, Recipe]]] = []
    for entry in entries(config):
        for recipe in catalogue.recipes(entry, tier):
            for depth, member in enumerate([*catalogue.ancestors(entry, recipe), (entry, recipe)]):
                levels += [{}] if depth == len(levels) else []
                levels[depth][member[0].id, member[1].name] = member
    place = {id: number for number, id in enumerate(catalogue.ids())}
    return [sorted(level.values(), key=lambda member: place[member[0].id]) for level in levels]


def runs(
    members: Sequence[tuple[Entry, Recipe]],
    config: Mapping[str, Any],
    execution: int,
    parents: Collection[tuple[str, str]],
) -> list[Run]:
    """The runs of these recipes with every seed, in their `execution`-th execution.

    The first execution of `parents`, which are given by entry and recipe, keeps its weights for others.
    """
    return [
        {
            "entry": entry.id,
            "recipe": recipe.name,
            "tier": recipe.tier,
            "seed": seed,
            "execution": execution,
            **({"keep_weights": True} if execution == 1 and (entry.id, recipe.name) in parents else {}),
        }
        for entry, recipe in members
        for seed in config["seeds"]
    ]


def jobs(config: Mapping[str, Any], machine: str = "") -> dict[str, list[Run]]:
    """The runs of each job, by the job's name.

    Short runs share a job, since importing the framework takes longer than many of them; long runs have a job
    to themselves, which a cluster can place. How long they take is read from the published bundles, so that
    the same question gives the same jobs everywhere. Runs that start from the weights of others have separate
    jobs, and so have runs that want a GPU and runs that do not.

    In the pocket tier entries are dealt in order of year: entries of neighbouring years, often of similar
    cost, go to different jobs, and a new entry does not move the older ones until one more job is needed.

    If runs are measured several times, each is measured once before any is measured again, so that executions
    to be compared do not all fall into one busy minute.

    A job's name ends in a digest of everything that it is asked, and of the `machine`, so that another
    question or another machine is another job. Raises ValueError as `by_depth` does.
    """
    tier: Tier = config["tier"]
    how = [
        config["backend"],
        config["precision"],
        *([config["determinism"]] if config.get("determinism", "bitwise") != "bitwise" else []),
        *([f"{config['devices']}-devices"] if config.get("devices", 1) > 1 else []),
    ]
    turns = range(1, config["executions"] + 1)
    known = past.on_any_backend(past.published(), tier, config["backend"])
    levels, kept = within_budget(by_depth(config), config)
    parents = {
        (start[0].id, start[1].name)
        for level in levels
        for member in level
        for start in catalogue.ancestors(*member)[-1:]
    }
    parts: list[list[Run]] = []
    if tier == "pocket":
        for hand in [hand for level in levels for hand in dealt(level)]:
            every = [run for turn in turns for run in runs(hand, config, turn, parents) if kept(run)]
            parts += packed(every, known, POCKET_TOGETHER_S)
    else:
        groups = []
        for level, turn in itertools.product(levels, turns):
            every = [run for run in runs(level, config, turn, parents) if kept(run)]
            with_gpu = {(entry.id, recipe.name): False for entry, recipe in level}
            for key in with_gpu:
                with_gpu[key] = needs.wants_gpu({"entry": key[0], "recipe": key[1], "tier": tier}, known)
            groups += [[run for run in every if with_gpu[needs.of(run)] == gpu] for gpu in (False, True)]
        total = sum(needs.seconds(group, known) for group in groups)
        for group in groups:
            parts += packed(group, known, max(TOGETHER_S, 2 * total / MOST_JOBS))
    return {
        f"{label(asked, tier, how)}-{digest([asked, *how, config['threads'], machine])[:8]}": asked
        for asked in parts
    }


def within_budget(
    levels: list[list[tuple[Entry, Recipe]]], config: Mapping[str, Any]
) -> tuple[list[list[tuple[Entry, Recipe]]], Callable[[Run], bool]]:
    """The recipes of which the budget allows a run, and whether it allows a run.

    `config["affords"]` holds what `budget.affords` has found; without it everything is allowed. Raises
    ValueError if nothing is.
    """
    if not config.get("affords"):
        return levels, lambda run: True
    every = everything(levels, config)
    known, import_s = past.earlier(past.published(), config["tier"], config["backend"])
    chosen = budget.chosen(every, known, import_s, *config["affords"])
    if not chosen:
        raise ValueError(
            f"nothing to run: no run is known to fit into budget={config['budget']}; give more time"
        )
    keys = {_run_key(run) for run in chosen}
    recipes = {needs.of(run) for run in chosen}
    shorter = [[member for member in level if (member[0].id, member[1].name) in recipes] for level in levels]
    return [level for level in shorter if level], lambda run: _run_key(run) in keys


def everything(levels: list[list[tuple[Entry, Recipe]]], config: Mapping[str, Any]) -> list[Run]:
    """All runs that a configuration asks for, were there no budget."""
    turns = range(1, config["executions"] + 1)
    return [run for turn in turns for level in levels for run in runs(level, config, turn, ())]


def _run_key(run: Run) -> tuple[str, str, int, int]:
    return run["entry"], run["recipe"], run["seed"], run["execution"]


def label(asked: Sequence[Run], tier: Tier, how: Sequence[str]) -> str:
    """The part of a job's name that people read: of a single run, outside the pocket tier, what it is."""
    if len(asked) > 1 or tier == "pocket":
        return "-".join([tier, *how])
    return "-".join([asked[0]["entry"], asked[0]["recipe"], f"seed{asked[0]['seed']}", tier, *how])


def packed(asked: Sequence[Run], known: Mapping[past.Recipe, float], together_s: float) -> list[list[Run]]:
    """Runs in groups that follow one another, each of at most so many seconds; long runs are alone."""
    groups: list[list[Run]] = []
    filled = math.inf
    for run in asked:
        seconds = needs.seconds([run], known)
        alone = seconds >= together_s / 2
        if alone or filled + seconds > together_s:
            groups.append([])
            filled = 0.0
        groups[-1].append(run)
        filled = math.inf if alone else filled + seconds
    return groups


def dealt(members: list[tuple[Entry, Recipe]]) -> list[list[tuple[Entry, Recipe]]]:
    """Recipes in groups of a few entries. An even number of groups keeps two cores busy to the end."""
    ids = list(dict.fromkeys(entry.id for entry, _ in members))
    count = min(len(ids), 2 * -(-len(ids) // (2 * ENTRIES_PER_JOB)))
    hands = [ids[number::count] for number in range(count)]
    return [[member for id in hand for member in members if member[0].id == id] for hand in hands]


def waits_for(jobs: Mapping[str, list[Run]]) -> dict[str, list[str]]:
    """For each job, by name, the jobs that train the weights from which its runs start."""
    start = functools.cache(_start)
    starts = {key: start(*key) for asked in jobs.values() for run in asked for key in [_recipe_key(run)]}
    parents = {(*parent, key[2]) for key, parent in starts.items() if parent}
    holder = {
        (*_recipe_key(run), run["seed"]): job
        for job, asked in jobs.items()
        for run in asked
        if run["execution"] == 1 and (run["entry"], run["recipe"], run["tier"]) in parents
    }
    waiting: dict[str, list[str]] = {}
    for job, asked in jobs.items():
        needed = [
            holder[*parent, run["tier"], run["seed"]] for run in asked if (parent := starts[_recipe_key(run)])
        ]
        waiting[job] = list(dict.fromkeys(needed))
    return waiting


def _start(entry: str, recipe: str, tier: Tier) -> tuple[str, str] | None:
    """The entry and the recipe from whose weights a recipe starts."""
    loaded = catalogue.load(entry)
    chain = catalogue.ancestors(loaded, catalogue.recipe(loaded, tier, recipe))
    return (chain[-1][0].id, chain[-1][1].name) if chain else None


def _recipe_key(run: Run) -> tuple[str, str, Tier]:
    return run["entry"], run["recipe"], run["tier"]


def remark(jobs: Mapping[str, list[Run]], accelerators: str) -> str:
    """A hint for the user before these jobs run on a machine with these accelerators; usually empty."""
    ids = sorted({run["entry"] for runs in jobs.values() for run in runs})
    slow = [id for id in ids if accelerators and catalogue.load(id).family == "recurrent"]
    if not slow:
        return ""
    return (
        f"{', '.join(slow)}: small recurrent nets are slower on the {accelerators} than on a processor; "
        "CUDA_VISIBLE_DEVICES= keeps them on the processor"
    )


def budget_remark(config: Mapping[str, Any], jobs: Mapping[str, list[Run]]) -> str:
    """A sentence on what a budget leaves out."""
    known, _ = past.earlier(past.published(), config["tier"], config["backend"])
    every = everything(by_depth(config), config)
    return budget.remark(every, [run for asked in jobs.values() for run in asked], known)


def datasets(runs: list[Run]) -> list[str]:
    """The ids of the data sets that these runs need."""
    needed: set[str] = set()
    for entry, recipe, tier in {_recipe_key(run) for run in runs}:
        needed |= set(catalogue.datasets(catalogue.recipe(catalogue.load(entry), tier, recipe)))
    return sorted(needed)


def main() -> int:
    """Print the jobs of a configuration as JSON. Returns 2 for a configuration that is refused."""
    from snakemake.cli import parse_config

    try:
        config = checked(parse_config(sys.argv[1:]))
        print(json.dumps(jobs(config), indent=1))
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
