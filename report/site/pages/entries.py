"""A page for each entry: entries/<id>.html. `entry_list` writes entries.html, which lists them."""

from typing import Any

from report import citation, style
from report.addresses import entry_page
from report.cleaning import web
from report.drawings.layers import diagram
from report.results import Results
from report.site import assets, entry_media, entry_results
from report.site.entry_source import source
from report.site.site import Site
from report.tables.columns import provenance_of
from report.tracks import gained

#: claims and measures on the page of an entry
MOST_ROWS = 300
#: A page with fewer sections has no table of contents.
FEW_SECTIONS = 4
#: Below more results than these there is no room for the layers, which then follow the story.
FEW_RESULTS = 5
#: what is read of each run
OF_RUNS = [
    *("entry", "recipe", "tier", "seed", "backend", "status", "run_id", "execution_id", "spec_id"),
    "source_sha256",
]

Row = dict[Any, Any]


def write(site: Site) -> None:
    """Writes entries/<id>.html for each entry."""
    results = site.results
    ids = list(results.entries)
    cards = _cards(results)
    shared: Row = {
        "style": assets.style("entry.css"),
        "fingerprint": results.fingerprint,
        "suites": sorted(set(results.machines["suite"])),
        "suite_address": web(site.source) or "",
        "columns": entry_results.columns(results),
        "machines": len(results.machines) > 1,
    }
    for i, id in enumerate(ids):
        card = cards[id]
        path = f"benchmarks/entries/{card['family']}/{id}.py"
        site.write(
            entry_page(id),
            "entry.html",
            card=card,
            path=path,
            file=web(site.source.rstrip("/") + "/" + path) if site.source else None,
            earlier=results.entries[ids[i - 1]] if i else None,
            later=results.entries[ids[i + 1]] if i + 1 < len(ids) else None,
            **shared,
        )


def _cards(results: Results) -> dict[str, Row]:
    """Entry id -> all that is shown of it. Every frame is divided by entry once."""
    outcomes = entry_results.outcomes(results)
    recipes = entry_results.recipes(results, outcomes)
    curves = entry_media.curves(results)
    claims = results.claims.assign(provenance=provenance_of(results, results.claims))
    verdicts = _by_entry(claims.to_dict("records"))
    runs = _by_entry(results.in_order(results.runs)[OF_RUNS].to_dict("records"))
    specs = dict(zip(results.foremost["entry"], results.foremost["spec_id"], strict=True))
    cards = {}
    for id, card in results.entries.items():
        place = {(one["recipe"], one["tier"]): i for i, one in enumerate(recipes[id])}
        pictures, pictures_left = entry_media.pictures(results, runs[id])
        spec = results.specs[str(specs.get(id, runs[id][0]["spec_id"]))]
        cards[id] = {
            **card,
            "colour": style.colour(card["family"]),
            "bibtex": citation.of_paper(card),
            "bought": [
                (found.track, gained(found, one))
                for found in results.tracks
                for one in found.standings
                if one.entry == id
            ],
            "result": entry_results.first_result(recipes[id]),
            "sentence": entry_results.in_a_sentence(card, recipes[id]),
            "paragraphs": [" ".join(part.split()) for part in card["story"].split("\n\n") if part.strip()],
            "diagram": diagram(spec["layers"], card["name"]),
            "diagram_of": spec["recipe"],
            "recipes": recipes[id],
            "model_left": sum(len(one["groups"]) for one in recipes[id]) > FEW_RESULTS,
            "verdicts": verdicts.get(id, [])[:MOST_ROWS],
            "outcomes": outcomes.get(id, [])[:MOST_ROWS],
            "curves": sorted(curves.get(id, []), key=lambda one: place[one["recipe"], one["tier"]]),
            "pictures": sorted(pictures, key=lambda one: place[one["recipe"], one["tier"]]),
            "code": source(results, id, runs[id]),
            "left": {
                "verdicts": max(0, len(verdicts.get(id, [])) - MOST_ROWS),
                "outcomes": max(0, len(outcomes.get(id, [])) - MOST_ROWS),
                "pictures": pictures_left,
            },
            "runs": len({run["run_id"] for run in runs[id]}),
            "ok": len({run["run_id"] for run in runs[id] if run["status"] == "ok"}),
        }
        cards[id]["contents"] = _contents(cards[id])
    return cards


def _by_entry(rows: list[Row]) -> dict[str, list[Row]]:
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row["entry"], []).append(row)
    return found


def _contents(card: Row) -> list[tuple[str, str]]:
    """(anchor, title) of the sections of an entry's page; empty if there are few."""
    sections = (
        ("results", "Results", True),
        ("story", "Story", card["paragraphs"]),
        ("bought", "What did it buy?", card["bought"]),
        ("departures", "Departures from the paper", card["deviations"]),
        ("variants", "Variants", card["variants"]),
        ("layers", "Layers", card["diagram"]),
        ("parameters", "Parameters", card["parameters"]),
        ("claims", "Claims", card["verdicts"]),
        ("measures", "All measures", card["outcomes"]),
        ("curves", "Learning curves", card["curves"]),
        ("pictures", "Pictures", card["pictures"] or card["left"]["pictures"]),
        ("source", "Source code", True),
    )
    shown = [(anchor, title) for anchor, title, present in sections if present]
    return shown if len(shown) >= FEW_SECTIONS else []
