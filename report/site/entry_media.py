"""The learning curves and the pictures of each entry."""

from typing import Any

from markupsafe import Markup

from benchmarks import records
from benchmarks.records import clip
from benchmarks.spec import Picture
from report import statistics, style
from report.drawings.curves import curves as draw_curves
from report.formats import number, several
from report.learning_curves import curve
from report.pictures import markup
from report.results import Results
from report.room import shared
from report.site.tiles import png

#: learning curves on the page of an entry, and the lines of each
MOST_CURVES = 40
MOST_LINES = 20
#: pictures on the page of an entry, and their bytes
MOST_PICTURES = 24
MOST_PICTURE_BYTES = 600_000

Row = dict[Any, Any]


def curves(results: Results) -> dict[str, list[Row]]:
    """Entry id -> small learning curves, one per recipe: of the group of seeds that ran last."""
    groups = results.groups[results.groups["ok"] > 0].sort_values("started", ascending=False, kind="stable")
    groups = results.in_order(groups).drop_duplicates(["entry", "recipe", "tier"])
    by_entry: dict[str, list[Row]] = {}
    for group in groups.to_dict("records"):
        shown = by_entry.setdefault(group["entry"], [])
        if len(shown) < MOST_CURVES and (drawing := _curve(results, group)):
            shown.append(drawing)
    return by_entry


def _curve(results: Results, group: Row) -> Row | None:
    name = results.headline_measures.get((group["entry"], group["recipe"], group["tier"]), "loss")
    what, rows = curve(results, group, name)
    by_seed: dict[int, list[tuple[float, float]]] = {}
    for seed, *point in zip(*(rows[key].tolist() for key in ("seed", "epoch", "value")), strict=True):
        by_seed.setdefault(seed, []).append((point[0], point[1]))
    lines = list(by_seed.values())
    if not lines:
        return None
    first = statistics.median([line[0][1] for line in lines])
    last = statistics.median([line[-1][1] for line in lines])
    change = ""
    if first and last:
        change = f"{number(first.median)} to {number(last.median)} in {number(rows['epoch'].max())} epochs"
    seeds = several(len(lines), "seed")
    if len(lines) > MOST_LINES:
        seeds += f", of which {MOST_LINES} are drawn"
    alt = f"{group['recipe']}, {what}: {change}, {seeds}"
    drawing = draw_curves(lines[:MOST_LINES], style.colour(group["family"]), alt, rows["unit"].iloc[0])
    if drawing is None:
        return None
    return {
        **{key: group[key] for key in ("recipe", "tier")},
        "what": what,
        "change": change,
        "seeds": seeds,
        "svg": drawing,
    }


def pictures(results: Results, runs: list[Row]) -> tuple[list[Row], int]:
    """The pictures of the first seed of each recipe, and how many more there is no room for.

    `runs` are those of one entry. There is a row per recipe, with its `pictures`; every recipe gets an equal
    share of the room.
    """
    recipes: list[Row] = []
    for run in _first_seeds(results, runs):
        every = [picture for _, picture in sorted(results.pictures[run["execution_id"]].items())]
        recipes.append({**{key: run[key] for key in ("recipe", "tier", "seed")}, "pictures": every})
    all_of_them = sum(len(recipe["pictures"]) for recipe in recipes)
    drawn = [
        [{"html": _picture(one), "caption": clip(one["caption"], 400)} for one in recipe["pictures"][:most]]
        for recipe, most in zip(
            recipes, shared([[1] * len(one["pictures"]) for one in recipes], MOST_PICTURES), strict=True
        )
    ]
    # One large picture must not take the room of all others.
    drawn = [[one for one in row if len(one["html"]) <= MOST_PICTURE_BYTES / 2] for row in drawn]
    kept = shared([[len(one["html"]) for one in row] for row in drawn], MOST_PICTURE_BYTES)
    shown = [
        {**recipe, "pictures": row[:most]}
        for recipe, row, most in zip(recipes, drawn, kept, strict=True)
        if most
    ]
    return shown, all_of_them - sum(kept)


def _first_seeds(results: Results, runs: list[Row]) -> list[Row]:
    """The run of each recipe with the lowest seed that has pictures."""
    with_pictures = [run for run in runs if results.pictures.get(run["execution_id"])]
    found: dict[tuple[str, str], Row] = {}
    for run in sorted(with_pictures, key=lambda run: run["seed"]):
        found.setdefault((run["recipe"], run["tier"]), run)
    return list(found.values())


def _picture(encoded: Any) -> Markup:
    """A picture of any kind as HTML, without its caption."""
    picture = records.decode_picture(encoded)
    if not isinstance(picture, Picture):
        return markup(picture)
    source, width = png(picture)
    return Markup('<img src="{}" width="{}" alt="{}">').format(source, width, encoded["caption"])
