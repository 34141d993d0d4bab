"""Choose a recipe: train it in several settings, and score each on the validation split.

`python -m benchmarks.commands.tune elman_1990 --dataset digits --try optimizer.learning_rate=0.1 epochs=20
--try` scores two settings: those values in place of the recipe's, and the recipe as it stands. The test
split is never scored. docs/tries.md says how a recipe of a track is chosen.
"""

import argparse
import csv
import dataclasses
import io
import json
import math
import os
import re
import sys
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import catalogue, datasets, machine, measures, tracks
from benchmarks.engine import backend, jobs, lease, seeds
from benchmarks.engine.__main__ import progress
from benchmarks.engine.clock import Clock
from benchmarks.engine.runs import Options, Run
from benchmarks.engine.workbench import Workbench
from benchmarks.records import write_bytes_atomic
from benchmarks.spec import TIERS, Entry, Recipe

#: A seed of no published run, and the first of those that repeat: what was chosen is measured with others.
SEED = 1_000
#: The fields of a recipe that say what is trained and how; all others say what is asked.
CHANGEABLE = ("model", "stages", *catalogue.LEARNING)
#: Those of them that count passes, steps or examples.
COUNTS = ("epochs", "batch_size", "steps_per_epoch", "evaluate_every", "limit")
COLUMNS = ("entry", "tier", "recipe", "measure", "setting", "validation", "chosen")

#: Values of a recipe by their names: "epochs", "optimizer.learning_rate", "stages.1.epochs".
Setting = Mapping[str, Any]


def read_setting(words: Sequence[str]) -> dict[str, Any]:
    """The setting that is written as `name=value` words, a value being JSON, or else text.

    Raises ValueError for a word without a name, and for a name that comes twice.
    """
    setting: dict[str, Any] = {}
    for word in words:
        name, equals, text = word.partition("=")
        if not equals or not name:
            raise ValueError(f"{word!r} is no setting: write name=value, such as optimizer.learning_rate=0.1")
        if name in setting:
            raise ValueError(f"{word!r} sets {name} again; give it once, and another --try to compare")
        try:
            setting[name] = json.loads(text)
        except ValueError:  # not JSON, or a number of too many digits
            setting[name] = text
    return setting


def write_setting(setting: Setting) -> str:
    """One line that `read_setting` reads when it is split at "; "."""
    return "; ".join(f"{name}={json.dumps(value)}" for name, value in setting.items())


def value(recipe: Recipe, name: str) -> Any:
    """The value of a recipe that a setting names. Raises ValueError for a name that the recipe lacks."""
    inner: Any = {field: getattr(recipe, field) for field in CHANGEABLE}
    for part in name.split("."):
        inner = _parts(inner, part, recipe, name)[part]
    return inner


def changed(recipe: Recipe, setting: Setting) -> Recipe:
    """The recipe with the values of a setting. Raises ValueError for a name that the recipe lacks."""
    for name, new in setting.items():
        value(recipe, name)
        field, *path = name.split(".")
        recipe = dataclasses.replace(recipe, **{field: _replaced(getattr(recipe, field), path, new)})
    return recipe


def check(recipe: Recipe, setting: Setting) -> None:
    """Raises ValueError for a name that the recipe lacks, and for a value that cannot stand in its place."""
    for name, new in setting.items():
        if wanted := _wanted(name, value(recipe, name), new):
            raise ValueError(f"{write_setting({name: new})} cannot be tried: it has to be {wanted}")


def _wanted(name: str, old: Any, new: Any) -> str:
    """What a value of a recipe has to be, in words; empty if `new`, in the place of `old`, is that."""
    field = re.sub(r"^stages\.\d+\.", "", name)
    number = isinstance(new, int | float) and not isinstance(new, bool)
    if not all(map(math.isfinite, _numbers(new))):
        return "finite"
    if field in COUNTS:
        may_lack = field in ("steps_per_epoch", "limit") or (field == "evaluate_every" and field != name)
        fits = (isinstance(new, int) and number and new >= 1) or (may_lack and new is None)
        return "" if fits else f"a whole number from 1{', or null' if may_lack else ''}"
    if field == "clip_norm":
        return "" if new is None or (number and new > 0) else "a number above 0, or null"
    if name.split(".")[-1] == "learning_rate" and number:
        return "" if new > 0 else "above 0"
    if name == "stages" or dataclasses.is_dataclass(old):
        return "given by its parts, such as stages.0.epochs"
    if isinstance(old, bool):
        return "" if isinstance(new, bool) else "true or false"
    if isinstance(old, str):
        return "" if isinstance(new, str) else "text"
    if isinstance(old, Mapping):
        return "" if isinstance(new, Mapping) else "an object of JSON"
    if isinstance(old, int | float | list | tuple):
        # A list may stand in the place of a number, and so may a schedule in that of a rate.
        return "" if number or isinstance(new, list | Mapping) else "a number, or a list of them"
    return ""


def _numbers(value: Any) -> Iterator[float]:
    """All numbers of plain data, those that no float can hold as infinite ones."""
    if isinstance(value, int | float):
        yield float(value) if abs(value) <= sys.float_info.max else math.inf
    for item in value.values() if isinstance(value, Mapping) else value if isinstance(value, list) else ():
        yield from _numbers(item)


def _parts(whole: Any, part: str, recipe: Recipe, name: str) -> dict[str, Any]:
    """The parts of a mapping, a sequence or a stage by name; one of them is `part`."""
    if dataclasses.is_dataclass(whole):
        parts = {field.name: getattr(whole, field.name) for field in dataclasses.fields(whole)}
    elif isinstance(whole, Mapping):
        parts = dict(whole)
    elif isinstance(whole, tuple | list):
        parts = {str(place): item for place, item in enumerate(whole)}
    else:
        parts = {}
    if part not in parts:
        known = catalogue.nearest(part, list(parts)) if parts else "it has no parts"
        raise ValueError(f"recipe {recipe.name} has no {name!r} to change: {known}")
    return parts


def _replaced(whole: Any, path: Sequence[str], new: Any) -> Any:
    """A copy of plain data, or of a stage, with another value at the end of this path."""
    if not path:
        return new
    if isinstance(whole, Mapping):
        return {**whole, path[0]: _replaced(whole[path[0]], path[1:], new)}
    if isinstance(whole, tuple | list):
        return tuple(
            _replaced(item, path[1:], new) if str(place) == path[0] else item
            for place, item in enumerate(whole)
        )
    return dataclasses.replace(whole, **{path[0]: _replaced(getattr(whole, path[0]), path[1:], new)})


def in_full(recipe: Recipe, settings: Sequence[Setting]) -> list[dict[str, Any]]:
    """The settings, each with all names that any of them has; a value that it lacks is the recipe's."""
    names = dict.fromkeys(name for setting in settings for name in setting)
    return [{name: setting.get(name, value(recipe, name)) for name in names} for setting in settings]


def check_models(entry: Entry, recipe: Recipe, settings: Sequence[Setting], options: Options) -> None:
    """Raises ValueError for the first setting with which there is no model, or no rule to train it.

    All are made, and none trained.
    """
    for setting in in_full(recipe, settings):
        try:
            Workbench(entry, changed(recipe, setting), options, Clock(), SEED, compiled=False)
        except datasets.DataError:
            raise
        except Exception as error:  # whatever Keras raises for an argument
            why = f"{type(error).__name__}: {error}".splitlines()[0]
            raise ValueError(f"{write_setting(setting) or recipe.name} cannot be tried: {why}") from error


def validation_scores(entry: Entry, recipe: Recipe, options: Options, seed: int = SEED) -> dict[str, float]:
    """What a recipe reaches on the validation split, by measure; empty if its training diverged.

    It trains on the training split alone, whatever `train_on` says. Raises ValueError for a recipe that
    starts from another one's weights, which are not there.
    """
    if recipe.starts_from:
        raise ValueError(f"recipe {recipe.name} starts from {recipe.starts_from}; choose that one first")
    recipe = dataclasses.replace(recipe, train_on="train", further_tasks={})
    clock = Clock()
    own_seed = seeds.derive(entry.id, recipe.dataset, seed)
    bench = Workbench(entry, recipe, options, clock, own_seed)
    bench.data = dataclasses.replace(bench.data, test={})  # so that nothing can score it
    bench.reset(own_seed, clock)
    for number, ready in enumerate(bench.stages):
        bench.begin(number, clock)
        end = bench.ends[number]
        for first in range(end - ready.stage.epochs, end, ready.leg):
            logs = bench.train_leg(first, min(first + ready.leg, end))[2]
            if not all(map(math.isfinite, logs.values())):
                return {}
    return bench.evaluate("validation") if bench.finite() else {}


def measure_of(entry: Entry, recipe: Recipe, scores: Mapping[str, float] | None = None) -> str:
    """The measure by which a recipe is chosen: its track's, else the first of its task that can improve.

    Where `scores` lack it, as a net of squared errors has no cross-entropy, it is the first that they have.
    """
    task = recipe.task or entry.task
    of_track = [
        track.measure for track in tracks.TRACKS if task in track.tasks and track.dataset == recipe.dataset
    ]
    names = of_track + [one.name for one in measures.of(task) if one.direction != "equal"]
    return next((name for name in names if name in (scores or names)), names[0])


def direction_of(entry: Entry, recipe: Recipe, measure: str) -> str:
    """Which way the measure is better: "lower" or "higher"."""
    return {one.name: str(one.direction) for one in measures.of(recipe.task or entry.task)}[measure]


def rows(
    entry: Entry, recipe: Recipe, settings: Sequence[Setting], options: Options, repeats: int = 1
) -> list[dict[str, str]]:
    """Train each setting with so many seeds, from `SEED` on; a row of `COLUMNS` for each, none marked yet."""
    tried = []
    for setting in in_full(recipe, settings):
        one = changed(recipe, setting)
        scored = [validation_scores(entry, one, options, seed) for seed in range(SEED, SEED + repeats)]
        measure = measure_of(entry, recipe, next(filter(None, scored), None))
        scores = [each.get(measure) for each in scored]
        shown = "" if None in scores else " ".join(f"{score:.6g}" for score in scores)
        progress(f"{entry.id} {recipe.name}, {write_setting(setting)}: {measure} {shown or 'diverged'}")
        tried.append(
            {
                "entry": entry.id,
                "tier": recipe.tier,
                "recipe": recipe.name,
                "measure": measure,
                "setting": write_setting(setting),
                "validation": shown,
                "chosen": "",
            }
        )
    # Of a setting that diverged it is not known what it would have been scored by.
    measure = next((row["measure"] for row in tried if row["validation"]), measure_of(entry, recipe))
    return [{**row, "measure": measure} for row in tried]


def score(row: Mapping[str, str]) -> float | None:
    """The mean of a setting's scores; None if training diverged."""
    scores = [float(text) for text in row["validation"].split()]
    return sum(scores) / len(scores) if scores else None


def best(tried: Sequence[Mapping[str, str]], direction: str) -> int | None:
    """The place of the best setting, of equal ones the first; None if all training diverged."""
    scores = {place: known for place, row in enumerate(tried) if (known := score(row)) is not None}
    sign = -1.0 if direction == "higher" else 1.0
    return min(scores, key=lambda place: sign * scores[place], default=None)


def marked(tried: Sequence[Mapping[str, str]], direction: str) -> list[dict[str, str]]:
    """The rows, of which the best says that it is chosen."""
    place = best(tried, direction)
    return [{**row, "chosen": "yes" if number == place else ""} for number, row in enumerate(tried)]


def read(path: Path) -> list[dict[str, str]]:
    """The rows of a file of tries; none if there is no file. Raises ValueError for another file."""
    if not path.exists():
        return []
    with open(path, newline="", encoding="utf-8") as file:
        table = csv.DictReader(file, strict=True)
        try:
            rows = list(table)
        except (ValueError, csv.Error) as error:
            raise ValueError(f"{path} is no file of tries ({error}): name another file") from None
    whole = all(None not in row and None not in row.values() for row in rows)
    if tuple(table.fieldnames or ()) != COLUMNS or not whole:
        raise ValueError(f"{path} is no table of the columns {', '.join(COLUMNS)}: name another file")
    return rows


def write(path: Path, tried: Sequence[Mapping[str, str]], direction: str) -> None:
    """Put the tries of one recipe into a file: in the place of the same setting, else behind its others.

    Among all tries of the recipe the best is marked. Entries are in order of year.
    """

    def recipe(row: Mapping[str, str]) -> tuple[int, str, str, str]:
        return int(row["entry"].rsplit("_", 1)[1]), row["entry"], row["tier"], row["recipe"]

    others, mine = [], {}
    for row in [*read(path), *tried]:
        if recipe(row) == recipe(tried[0]):
            mine[row["setting"]] = row
        else:
            others.append(row)
    file = io.StringIO()
    table = csv.DictWriter(file, COLUMNS, lineterminator="\n")
    table.writeheader()
    table.writerows(sorted([*others, *marked(list(mine.values()), direction)], key=recipe))
    write_bytes_atomic(file.getvalue().encode(), path)


def check_out(path: Path) -> None:
    """Raises ValueError, before anything is trained, if no tries can be put into this file."""
    if path.is_dir() or not path.parent.is_dir() or not os.access(path.parent, os.W_OK):
        raise ValueError(f"--out {path}: no file can be written there; name a file in a folder that exists")
    read(path)


def table(tried: Sequence[Mapping[str, str]]) -> str:
    """The tries as text, a line each."""
    wide = max(len(row["setting"]) for row in tried)
    lines = [f"{'setting':<{wide}}  validation {tried[0]['measure']}"]
    lines += [
        f"{row['setting']:<{wide}}  {row['validation'] or 'diverged'}{'  best' if row['chosen'] else ''}"
        for row in tried
    ]
    return "\n".join(lines)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(
        prog="python -m benchmarks.commands.tune",
        description="Train a recipe in several settings, and score each on the validation split.",
    )
    options.add_argument("entry", help="id of an entry, e.g. elman_1990")
    options.add_argument("--tier", default="pocket", choices=TIERS, help="(default: pocket)")
    options.add_argument("--dataset", required=True, help="the recipe's data set")
    options.add_argument("--variant", default="", help="the recipe's variant (default: the paper's own)")
    options.add_argument(
        "--try",
        dest="settings",
        action="append",
        nargs="*",
        required=True,
        metavar="NAME=VALUE",
        help="a setting: values in place of the recipe's; none: the recipe as it stands",
    )
    options.add_argument(
        "--repeats",
        type=int,
        default=1,
        help="seeds to train each setting with; their mean counts (default: 1)",
    )
    options.add_argument("--data-dir", type=Path, help="local mirror of the data sets")
    options.add_argument("--out", type=Path, help="CSV file to put the tries into, such as docs/tries.csv")
    return options


def bring_up(options: Options, holder: str) -> None:
    """Lease devices and import the backend, as for a run."""
    lease.accelerators(options.backend, progress, holder)
    lease.cores(options.threads, progress, holder)
    of_a_kind = [gpu.uuid for gpu in machine.gpus_of_a_kind(options.backend)]
    lease.gpus(of_a_kind, options.devices, progress, holder)
    backend.prepare(options.backend, options.precision, options.determinism)
    jobs.import_backend(options)


def main(arguments: list[str] | None = None) -> int:
    """0 if all settings were tried, 2 for bad arguments."""
    asked = parser().parse_args(arguments)
    try:
        entry = catalogue.load(asked.entry)
        name = f"{asked.dataset}-{asked.variant}" if asked.variant else asked.dataset
        recipe = catalogue.recipe(entry, asked.tier, name)
        settings = [read_setting(words) for words in asked.settings]
        for setting in settings:
            check(recipe, setting)
        if asked.repeats < 1:
            raise ValueError(f"--repeats is {asked.repeats}; give 1 or more")
        if asked.out:
            check_out(asked.out)
        options = Options(data_dir=asked.data_dir.absolute() if asked.data_dir else None)
        bring_up(options, Run(entry, recipe, SEED).label)
        check_models(entry, recipe, settings, options)
        tried = rows(entry, recipe, settings, options, asked.repeats)
    except (OSError, KeyError, ValueError, ImportError, datasets.DataError) as error:
        print(f"error: {error.args[0] if isinstance(error, KeyError) else error}", file=sys.stderr)
        return 2
    direction = direction_of(entry, recipe, tried[-1]["measure"])
    print(table(marked(tried, direction)))
    if asked.out:
        write(asked.out, tried, direction)
    return 0


if __name__ == "__main__":
    sys.exit(main())
