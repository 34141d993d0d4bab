"""index.html: the history in eras, with the tracks in their place and what the runs say about each."""

from collections.abc import Mapping
from typing import Any

from markupsafe import Markup

from benchmarks import records
from benchmarks.spec import TIERS, Picture
from report import style
from report.eras import ERAS, Era
from report.findings import comparison, findings
from report.results import Results
from report.site.site import Site
from report.site.tiles import contrast, thumbnail
from report.tracks import TrackResults, bought, progress
from report.verdicts import VERDICTS

#: bytes of all thumbnails of the timeline
THUMBNAIL_BYTES = 400_000


def write(site: Site) -> None:
    """Writes index.html."""
    results = site.results
    runs = results.runs
    site.write(
        "index.html",
        "index.html",
        opening=opening(results),
        timeline=timeline(results),
        eras=eras(results),
        findings=findings(results),
        comparison=comparison(results),
        compare=site.compare or not results.compared.pairs.empty,
        verdicts=verdict_counts(results),
        tiers=[tier for tier in TIERS if tier in set(runs["tier"])],
        total=runs["total_s"].sum(),
        runs=runs["run_id"].nunique(),
    )


def opening(results: Results) -> str:
    """The sentence with which the page opens: what the years bought on the best attended track."""
    most = max(results.tracks, key=lambda found: len(found.standings), default=None)
    return bought(most) if most else ""


def timeline(results: Results) -> list[dict[str, Any]]:
    """Every entry by year, with a picture that its net made, as far as there is room."""
    tiles = []
    room = THUMBNAIL_BYTES
    for id, card in results.entries.items():
        image = _thumbnail(results, id)
        room -= len(image or "")
        tiles.append(
            {
                "card": card,
                "colour": style.colour(card["family"]),
                "image": image if image and room > 0 else None,
            }
        )
    return tiles


def _thumbnail(results: Results, id: str) -> Markup | None:
    """A small picture from the recipe that stands for the entry, or from its first run that has one.

    Of several the one that shows most.
    """
    runs = results.in_order(results.runs[results.runs["entry"] == id])
    stands = runs["spec_id"].isin(results.foremost["spec_id"])
    for execution in (*runs.loc[stands, "execution_id"], *runs.loc[~stands, "execution_id"]):
        decoded = {
            name: picture
            for name, encoded in sorted(results.pictures.get(execution, {}).items())
            if isinstance(picture := records.decode_picture(encoded), Picture)
        }
        if decoded:
            name = max(decoded, key=lambda name: contrast(decoded[name]))
            alt = f"{results.entries[id]['name']}: {name}"
            return Markup('<img src="{}" alt="{}" loading="lazy">').format(thumbnail(decoded[name]), alt)
    return None


def eras(results: Results) -> list[dict[str, Any]]:
    """The eras that have entries: their cards, their tracks with several entries, and their progress."""
    shown = []
    for era in ERAS:
        cards = [card for card in results.entries.values() if era.start <= card["year"] <= era.end]
        if cards:
            shown.append(
                {
                    "era": era,
                    "years": f"{cards[0]['year']} to {cards[-1]['year']}"
                    if cards[0]["year"] < cards[-1]["year"]
                    else f"{cards[0]['year']}",
                    "cards": cards,
                    "tracks": [found for found in results.tracks if _of_era(found, era)],
                    "progress": [
                        sentence
                        for found in results.tracks
                        if (sentence := progress(found, era.start, era.end))
                    ],
                }
            )
    return shown


def _of_era(found: TrackResults, era: Era) -> bool:
    """Whether a track has its place in this era, and a figure."""
    return (
        era.start <= found.track.year <= era.end and len([one for one in found.standings if one.estimate]) > 1
    )


def verdict_counts(results: Results) -> Mapping[str, int]:
    """How many claims got each verdict."""
    counts = results.settled_claims["verdict"].value_counts()
    return {name: int(counts.get(name, 0)) for name in VERDICTS}
