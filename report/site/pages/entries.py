"""entries.html, which lists all entries, and a page for each of them: entries/<id>.html."""

from typing import Any

from markupsafe import Markup

from benchmarks import records
from benchmarks.records import clip
from benchmarks.spec import Picture
from report import statistics, style
from report.addresses import entry_page
from report.cleaning import web
from report.drawings.curves import curves as draw_curves
from report.drawings.layers import diagram
from report.figures.curves import curve
from report.formats import number, several
from report.grouping import GROUP
from report.pictures import markup
from report.results import Results
from report.site.cells import show
from report.site.site import Site
from report.site.tiles import png
from report.tables.columns import HEADINGS, provenance_of

#: pictures on the page of an entry, and their bytes
MOST_PICTURES = 24
MOST_PICTURE_BYTES = 1 << 20
#: learning curves, claims and measures on the page of an entry
MOST_CURVES = 40
MOST_ROWS = 300

Card = dict[str, Any]


def write(site: Site) -> None:
    """Writes entries.html, and entries/<id>.html for each entry."""
    results = site.results
    families = {card["family"] for card in results.entries.values()}
    site.write(
        "entries.html",
        "entries.html",
        cards=[{**card, "colour": style.colour(card["family"])} for card in results.entries.values()],
        families=[family for family in style.FAMILY_COLOURS if family in families],
    )
    ids = list(results.entries)
    for i, id in enumerate(ids):
        site.write(
            entry_page(id),
            "entry.html",
            card=_card(results, id, site.source),
            earlier=results.entries[ids[i - 1]] if i else None,
            later=results.entries[ids[i + 1]] if i + 1 < len(ids) else None,
        )


def _card(results: Results, id: str, source: str) -> Card:
    """What is shown of one entry; `left` counts what there is no room for."""
    card = results.entries[id]
    runs = results.runs[results.runs["entry"] == id]
    recipes = results.in_order(runs).drop_duplicates(["recipe", "tier"])
    group = results.representatives[results.representatives["entry"] == id]
    spec = results.specs[(group if len(group) else recipes)["spec_id"].iloc[0]]
    claims = results.claims[results.claims["entry"] == id]
    verdicts = claims.assign(provenance=provenance_of(results, claims)).to_dict("records")
    outcomes = _outcomes(results, id)
    pictures, pictures_left = _pictures(results, id)
    path = f"benchmarks/entries/{card['family']}/{id}.py"
    return {
        **card,
        "colour": style.colour(card["family"]),
        "paragraphs": [" ".join(part.split()) for part in card["story"].split("\n\n") if part.strip()],
        "diagram": diagram(spec["layers"], card["name"]),
        "diagram_of": spec["recipe"],
        "trained": [
            (run["recipe"], run["tier"], results.addresses[run["spec_hash"], run["machine"]])
            for run in recipes.to_dict("records")
        ],
        "verdicts": verdicts[:MOST_ROWS],
        "outcomes": outcomes[:MOST_ROWS],
        "columns": [HEADINGS.get(key, key) for key in results.distinguishing if key != "tier"],
        "curves": _curves(results, id),
        "pictures": pictures,
        "left": {
            "verdicts": len(verdicts) - len(verdicts[:MOST_ROWS]),
            "outcomes": len(outcomes) - len(outcomes[:MOST_ROWS]),
            "pictures": pictures_left,
        },
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


def _pictures(results: Results, id: str) -> tuple[list[dict[str, Any]], int]:
    """The pictures of one entry, and how many more there is no room for.

    They are those of the first seed of each recipe; each has html, caption and from.
    """
    pictures: list[dict[str, Any]] = []
    left, room = 0, MOST_PICTURE_BYTES
    runs = results.runs[results.runs["entry"] == id].sort_values("seed", kind="stable")
    runs = results.in_order(runs).drop_duplicates(["recipe", "tier"])
    for run in runs.to_dict("records"):
        for _, encoded in sorted(results.pictures.get(run["execution_id"], {}).items()):
            html = _picture(encoded) if len(pictures) < MOST_PICTURES else None
            if html is None or len(html) > room:
                left += 1
                continue
            room -= len(html)
            name = f"{run['recipe']}, {run['tier']} tier, seed {run['seed']}"
            pictures.append({"html": html, "caption": clip(encoded["caption"], 400), "from": name})
    return pictures, left


def _picture(encoded: Any) -> Markup:
    """A picture of any kind as HTML, without its caption."""
    picture = records.decode_picture(encoded)
    if not isinstance(picture, Picture):
        return markup(picture)
    source, width = png(picture)
    return Markup('<img src="{}" width="{}" alt="{}">').format(source, width, encoded["caption"])
