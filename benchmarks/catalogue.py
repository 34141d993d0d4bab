"""The catalogue: the folder listing of `benchmarks/entries` is the registry."""

import dataclasses
import difflib
import functools
import importlib
from pathlib import Path
from typing import Any

from benchmarks.spec import Entry, Recipe, Stage, Tier

ENTRIES = Path(__file__).parent / "entries"
#: The fields of a recipe that say how it learns: they are a stage's, too.
LEARNING = tuple(
    field.name
    for field in dataclasses.fields(Recipe)
    if field.name in {of_stage.name for of_stage in dataclasses.fields(Stage)} - {"dataset", "task"}
)
#: Fields of a recipe that came after results were published. At their defaults they are left out of what is
#: hashed, so that the published results keep the hash of their question.
LATER = ("stages", "further_tasks", "starts_from", "tries", "stops_at_criterion")


def nearest(name: str, valid: list[str]) -> str:
    """The end of an error sentence about an unknown name: the nearest valid ones, or all of them."""
    near = difflib.get_close_matches(name, valid, n=3, cutoff=0.5)
    return f"did you mean {' or '.join(near)}?" if near else f"valid are: {', '.join(sorted(valid))}"


@functools.cache
def _families() -> dict[str, str]:
    return {path.stem: path.parent.name for path in ENTRIES.glob("*/*.py") if not path.stem.startswith("_")}


def ids(family: str | None = None) -> list[str]:
    """The ids of all entries (of one family), in order of year, then of name."""
    chosen = [id for id, folder in _families().items() if family in (None, folder)]
    return sorted(chosen, key=lambda id: (int(id.rsplit("_", 1)[1]), id))


def source_file(id: str) -> Path:
    """The file of one entry. Raises KeyError with the nearest valid ids for an unknown one."""
    families = _families()
    if id not in families:
        raise KeyError(f"unknown entry {id!r}: {nearest(id, list(families))}")
    return ENTRIES / families[id] / f"{id}.py"


def load(id: str) -> Entry:
    """The entry of this id. Imports its file, but no framework."""
    family = source_file(id).parent.name
    module = importlib.import_module(f"benchmarks.entries.{family}.{id}")
    entry: Entry = module.ENTRY
    if (entry.id, entry.family) != (id, family):
        raise ValueError(
            f"{source_file(id)}: ENTRY says id {entry.id!r} in family {entry.family!r}, its path"
            f" {id!r} in {family!r}"
        )
    return dataclasses.replace(entry, story=(module.__doc__ or "").strip())


def recipes(entry: Entry, tier: Tier) -> list[Recipe]:
    """The recipes of one entry in one tier, in the order of the file."""
    return [recipe for recipe in entry.recipes if recipe.tier == tier]


def recipe(entry: Entry, tier: Tier, name: str) -> Recipe:
    """One recipe by its name. Raises KeyError with the nearest valid names for an unknown one."""
    by_name = {recipe.name: recipe for recipe in recipes(entry, tier)}
    if name not in by_name:
        raise KeyError(f"{entry.id} has no recipe {name!r} in tier {tier!r}: {nearest(name, list(by_name))}")
    return by_name[name]


def stages(recipe: Recipe) -> tuple[Stage, ...]:
    """The stages of a recipe's learning, one at least; the single stage of a plain recipe has no name.

    Raises ValueError for a recipe that lists stages and also sets fields that its stages have, or
    whose stages share a name.
    """
    if not recipe.stages:
        return (Stage("", **{name: getattr(recipe, name) for name in LEARNING}),)
    plain = Recipe(recipe.dataset, recipe.tier, recipe.source)
    if mixed := [name for name in LEARNING if getattr(recipe, name) != getattr(plain, name)]:
        raise ValueError(
            f"recipe {recipe.name}: {mixed[0]} is set besides stages; set it in the stages that need it"
        )
    names = [stage.name for stage in recipe.stages]
    if len(set(names)) < len(names) or "" in names:
        raise ValueError(f"recipe {recipe.name}: the stages are named {names}; give each another name")
    return recipe.stages


def epochs(recipe: Recipe) -> int:
    """The epochs of all stages together."""
    return sum(stage.epochs for stage in stages(recipe))


def datasets(recipe: Recipe) -> tuple[str, ...]:
    """The ids of all data sets that a recipe uses, its own first."""
    others = (stage.dataset for stage in stages(recipe) if stage.dataset)
    return tuple(dict.fromkeys((recipe.dataset, *others)))


def tasks(entry: Entry, recipe: Recipe) -> tuple[str, ...]:
    """The names of all tasks that a recipe of this entry uses, its own first."""
    own = recipe.task or entry.task
    others = (stage.task for stage in stages(recipe) if stage.task)
    return tuple(dict.fromkeys((own, *others, *recipe.further_tasks)))


def ancestors(entry: Entry, recipe: Recipe) -> list[tuple[Entry, Recipe]]:
    """The recipes that must be trained before this one, first to last: what it starts from, and so on.

    Raises ValueError for a recipe that starts from one that does not exist, or, in the end, from itself.
    """
    chain = [(entry, recipe)]
    while named := chain[0][1].starts_from:
        id, _, name = named.partition("/")
        try:
            parent = load(id)
            start = (parent, next(other for other in recipes(parent, recipe.tier) if other.name == name))
        except (KeyError, StopIteration):
            raise ValueError(
                f"{chain[0][0].id}, recipe {chain[0][1].name!r}: starts_from is {named!r}, but tier"
                f" {recipe.tier!r} has no such recipe; write 'entry/recipe'"
            ) from None
        if any((start[0].id, start[1].name) == (known.id, other.name) for known, other in chain):
            raise ValueError(
                f"{entry.id}, recipe {recipe.name!r}: starts_from leads back to {named!r}; break the cycle"
            )
        chain.insert(0, start)
    return chain[:-1]


def plain(recipe: Recipe) -> dict[str, Any]:
    """A recipe as plain data, as it is hashed: fields of `LATER` at their defaults are left out."""
    return {name: value for name, value in dataclasses.asdict(recipe).items() if value or name not in LATER}


def card(entry: Entry) -> dict[str, Any]:
    """What an entry says of itself, as plain data that JSON can hold (no functions)."""
    plain = dataclasses.asdict(dataclasses.replace(entry, build=str, loss=None, pictures=None))
    return {key: value for key, value in plain.items() if key not in ("build", "loss", "pictures")}
