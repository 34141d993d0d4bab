"""The runs that are worth most in a given time, and how fast this machine is beside the published ones."""

from collections.abc import Collection, Mapping, Sequence
from pathlib import Path
from typing import Any

from benchmarks import catalogue, records
from benchmarks.commands import needs, past
from benchmarks.commands.past import Recipe
from benchmarks.commands.reading import is_number, read_objects
from benchmarks.records.identity import digest

Run = dict[str, Any]

#: Seconds of a call that are not training: reading the catalogue, measuring the ceilings, making the report.
BESIDE_S = 60.0
#: Recipes that share one import of the framework.
SHARE_AN_IMPORT = 8
#: Seconds of runs below which their speed says little of this machine.
LITTLE_S = 5.0


def pace(own: Mapping[Recipe, float], published: Mapping[Recipe, float]) -> tuple[float, int]:
    """How many times as long as the published runs those of this machine take, and from how many recipes
    that is known. 1 where nothing is."""
    common = own.keys() & published.keys()
    taken = sum(own[key] for key in common) + LITTLE_S
    return taken / (sum(published[key] for key in common) + LITTLE_S), len(common)


def here(results: Path, tier: str, backend: str) -> tuple[float, int]:
    """The `pace` of the machine whose results these are."""
    own = past.earlier([results / "bundle"], tier, backend)[0]
    return pace(own, past.earlier(past.published(), tier, backend)[0])


def affords(
    config: Mapping[str, Any], budget_s: float, at_once: int, results: Path, keep: bool
) -> tuple[float, float]:
    """The seconds that all runs may take on the published machines, and the seconds that one run may take.

    What the first call of a configuration has found is kept in the folder of results (if `keep`), so that a
    second call chooses the same runs though more is known of the machine by then.
    """
    asked = [budget_s, at_once, {key: value for key, value in config.items() if key != "affords"}]
    note = results / "plans" / f"budget-{digest(asked)[:8]}.json"
    found, _ = read_objects([note] if note.exists() else [], ("all_s", "one_s"), "delete it")
    if note in found and all(map(is_number, (found[note]["all_s"], found[note]["one_s"]))):
        return float(found[note]["all_s"]), float(found[note]["one_s"])
    one_s = max(0.0, budget_s - BESIDE_S) / here(results, config["tier"], config["backend"])[0]
    if keep:
        records.write_json_atomic({"all_s": one_s * at_once, "one_s": one_s}, note)
    return one_s * at_once, one_s


def worth(entry: str, recipe: str, tier: Any) -> int:
    """What a recipe shows: that the architecture learns, and the claims of its paper that it answers."""
    loaded = catalogue.load(entry)
    asked = catalogue.recipe(loaded, tier, recipe)
    return 1 + sum(
        (claim.dataset, claim.variant) == (asked.dataset, asked.variant) and not claim.not_comparable
        for claim in loaded.claims
    )


def chosen(
    runs: Sequence[Run], known: Mapping[Recipe, float], import_s: float, all_s: float, one_s: float
) -> list[Run]:
    """Of these runs those that are worth most in `all_s` seconds, in the given order.

    The n-th run of a recipe is worth the n-th part of the first. Runs are taken by worth per second until no
    other fits; none takes more than `one_s`, and none of which nothing is known. A run that starts from the
    weights of another comes with it.
    """
    count: dict[Recipe, int] = {}
    offers: list[tuple[float, int]] = []
    place = {_key(run): number for number, run in enumerate(runs)}
    worths = {needs.of(run): worth(*needs.of(run), run["tier"]) for run in runs}
    for number, run in enumerate(runs):
        recipe = needs.of(run)
        count[recipe] = count.get(recipe, 0) + 1
        if (seconds := known.get(recipe)) is not None and seconds <= one_s:
            offers.append((worths[recipe] / count[recipe] / (seconds + 0.1), number))
    taken: set[int] = set()
    imported: set[Recipe] = set()
    left = all_s
    for _, number in sorted(offers, key=lambda offer: (-offer[0], offer[1])):
        family = [number, *_parents(runs[number], place)]
        lacking = [member for member in family if member not in taken]
        new = {needs.of(runs[member]) for member in lacking} - imported
        if any(known.get(needs.of(runs[member]), one_s + 1) > one_s for member in lacking):
            continue
        cost = (
            sum(known[needs.of(runs[member])] for member in lacking) + len(new) * import_s / SHARE_AN_IMPORT
        )
        if cost <= left:
            left -= cost
            taken |= set(lacking)
            imported |= new
    return [run for number, run in enumerate(runs) if number in taken]


def _key(run: Run) -> tuple[str, str, int, int]:
    return run["entry"], run["recipe"], run["seed"], run["execution"]


def _parents(run: Run, place: Mapping[tuple[str, str, int, int], int]) -> list[int]:
    """Where the first executions of the runs are from whose weights a run starts."""
    entry = catalogue.load(run["entry"])
    ancestors = catalogue.ancestors(entry, catalogue.recipe(entry, run["tier"], run["recipe"]))
    return [place[parent.id, recipe.name, run["seed"], 1] for parent, recipe in ancestors]


def remark(asked: Collection[Run], kept: Collection[Run], known: Mapping[Recipe, float]) -> str:
    """A sentence on what is left out."""
    unknown = {needs.of(run) for run in asked} - known.keys()
    more = f"; of {len(unknown)} recipes nobody knows how long they take" if unknown else ""
    return (
        f"within the budget are {len(kept)} of {len(asked)} runs, chosen by what they show in a second{more}"
    )
