"""What the page shows of each entry: story, layers, claims, measures, curves and pictures, within bounds."""

from collections.abc import Callable
from typing import Any

from markupsafe import Markup

from benchmarks import records
from benchmarks.records import clip
from benchmarks.spec import Picture
from report import statistics, style
from report.addresses import provenance_page
from report.budget import fair
from report.cleaning import slug, web
from report.drawings.curves import curves as draw_curves
from report.drawings.layers import diagram
from report.figures.curves import curve
from report.formats import number, several
from report.grouping import GROUP
from report.pictures import markup
from report.results import Results
from report.site.cells import show
from report.site.tiles import png
from report.tables.columns import provenance_of

#: pictures of one entry, and bytes of the pictures of all entries
MOST_PICTURES = 12
MOST_PICTURE_BYTES = 4 << 20
#: learning curves on one card
MOST_CURVES = 12
#: What fits on all cards of index.html together, so that it opens at once: rows of claims and of measures,
#: and bytes of curves and of pictures. What is left out is in tables/, in figures/ and on the provenance
#: pages.
CARD_CLAIMS = 200
CARD_OUTCOMES = 400
CARD_CURVE_BYTES = 120_000
CARD_PICTURE_BYTES = 250_000

Card = dict[str, Any]


def entry_cards(results: Results, source: str) -> tuple[list[Card], dict[str, list[Any]]]:
    """The cards of all entries as far as there is room, and by entry the pictures that did not fit.

    `source` is the address under which the suite's files can be read, or empty. `left` of a card counts what
    did not fit.
    """
    pictures = _pictures(results)
    cards = [_card(results, id, source, pictures[id]) for id in results.entries]
    return cards, _shorten(cards)


def _card(results: Results, id: str, source: str, pictures: list[dict[str, Any]]) -> Card:
    """What can be shown of one entry."""
    card = results.entries[id]
    runs = results.runs[results.runs["entry"] == id]
    recipes = results.in_order(runs).drop_duplicates(["recipe", "tier"])
    group = results.representatives[results.representatives["entry"] == id]
    spec = results.specs[(group if len(group) else recipes)["spec_id"].iloc[0]]
    claims = results.claims[results.claims["entry"] == id]
    path = f"benchmarks/entries/{card['family']}/{id}.py"
    return {
        **card,
        "slug": slug(id),
        "colour": style.colour(card["family"]),
        "paragraphs": [" ".join(part.split()) for part in card["story"].split("\n\n") if part.strip()],
        "diagram": diagram(spec["layers"], card["name"]),
        "diagram_of": spec["recipe"],
        "trained": [
            (run["recipe"], run["tier"], results.addresses[run["spec_hash"], run["machine"]])
            for run in recipes.to_dict("records")
        ],
        "outcomes": _outcomes(results, id),
        "verdicts": claims.assign(provenance=provenance_of(results, claims)).to_dict("records"),
        "curves": _curves(results, id),
        "pictures": pictures,
        "pictures_page": f"{provenance_page(id)}#pictures",
        "runs": runs["run_id"].nunique(),
        "ok": runs.loc[runs["status"] == "ok", "run_id"].nunique(),
        "path": path,
        "source": web(source.rstrip("/") + "/" + path) if source else None,
    }


def _outcomes(results: Results, id: str) -> list[dict[str, Any]]:
    """The final measures of one entry: one row per group of seeds and measure."""
    final = results.final_measures[results.final_measures["entry"] == id]
    outcomes = []
    for keys, values in final.groupby([*GROUP, "measure", "unit"], sort=True):
        group = dict(zip([*GROUP, "measure", "unit"], keys, strict=True))
        outcomes.append(
            {
                **group,
                "where": [
                    show(group[key], "hash" if key == "source_sha256" else "text")
                    for key in results.distinguishing
                    if key != "tier"
                ],
                "n": len(values),
                "estimate": statistics.median(values["value"].tolist()),
                "provenance": results.addresses.get((str(group["spec_hash"]), str(group["machine"])), ""),
            }
        )
    return outcomes


def _curves(results: Results, id: str) -> list[dict[str, Any]]:
    """Small learning curves of one entry, one per recipe."""
    groups = results.groups[(results.groups["entry"] == id) & (results.groups["ok"] > 0)].sort_values(
        "started", ascending=False, kind="stable"
    )
    groups = results.in_order(groups).drop_duplicates(["recipe", "tier"])
    curves = []
    for group in groups.head(MOST_CURVES).to_dict("records"):
        name = results.headline_measures.get((id, group["recipe"], group["tier"]), "loss")
        what, rows = curve(results, group, name)
        lines = [list(zip(seed["epoch"], seed["value"], strict=True)) for _, seed in rows.groupby("seed")]
        if not lines:
            continue
        first = statistics.median([line[0][1] for line in lines])
        last = statistics.median([line[-1][1] for line in lines])
        if first and last:
            epochs = number(rows["epoch"].max())
            what = f"{what}: {number(first.median)} to {number(last.median)} in {epochs} epochs"
        alt = f"{group['recipe']}, {what}, {several(len(lines), 'seed')}"
        if drawing := draw_curves(lines, style.colour(group["family"]), alt):
            curves.append({"recipe": group["recipe"], "tier": group["tier"], "what": what, "svg": drawing})
    return curves


def _pictures(results: Results) -> dict[str, list[dict[str, Any]]]:
    """Pictures of each entry: those of the first seed of each recipe, as far as there is room.

    Each has html, caption and from. If some are left out, the last has no html and a caption that says so.
    """
    pictures_of: dict[str, list[dict[str, Any]]] = {}
    room = MOST_PICTURE_BYTES
    for id in results.entries:
        pictures: list[dict[str, Any]] = []
        pictures_of[id] = pictures
        seen = set()
        runs = results.in_order(results.runs[results.runs["entry"] == id]).sort_values("seed", kind="stable")
        for run in runs.to_dict("records"):
            for name, encoded in sorted(results.pictures.get(run["execution_id"], {}).items()):
                key = (run["recipe"], run["tier"], name)
                if key in seen:
                    continue
                seen.add(key)
                if len(seen) > MOST_PICTURES or room <= 0:
                    continue
                html = _picture(encoded)
                room -= len(html)
                run_name = f"{run['recipe']}, {run['tier']} tier, seed {run['seed']}"
                pictures.append({"html": html, "caption": clip(encoded["caption"], 400), "from": run_name})
        if left := len(seen) - len(pictures):
            caption = f"{several(left, 'more picture')}: see the bundle."
            pictures.append({"html": "", "caption": caption, "from": "no room here"})
    return pictures_of


def _picture(encoded: Any) -> Markup:
    """A picture of any kind as HTML, without its caption."""
    picture = records.decode_picture(encoded)
    if not isinstance(picture, Picture):
        return markup(picture)
    source, width = png(picture)
    return Markup('<img src="{}" width="{}" alt="{}">').format(source, width, encoded["caption"])


def _shorten(cards: list[Card]) -> dict[str, list[Any]]:
    """Keeps on the cards what there is room for. Returns the pictures that did not fit, by entry."""
    budgets: dict[str, tuple[Callable[[Any], int], int]] = {
        "verdicts": (lambda row: 1, CARD_CLAIMS),
        "outcomes": (lambda row: 1, CARD_OUTCOMES),
        "curves": (lambda drawing: len(drawing["svg"]), CARD_CURVE_BYTES),
        "pictures": (lambda picture: len(picture["html"]), CARD_PICTURE_BYTES),
    }
    pictures: dict[str, list[Any]] = {}
    for card in cards:
        card["left"] = {}
    for name, (cost, room) in budgets.items():
        kept = fair([[cost(item) for item in card[name]] for card in cards], room)
        for card, n in zip(cards, kept, strict=True):
            card["left"][name] = len(card[name]) - n
            if name == "pictures":
                pictures[card["id"]] = card[name][n:]
            card[name] = card[name][:n]
    return pictures
