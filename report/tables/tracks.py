"""The table of each track: what every architecture reaches, what it costs, and what it gained."""

import pandas as pd

from report import statistics
from report.addresses import entry_page
from report.results import Results
from report.tables.columns import Column, Table
from report.tracks import TrackResults


def tracks(results: Results) -> list[Table]:
    """One table for each track, named track_<id>."""
    return [_table(found) for found in results.tracks]


def _table(found: TrackResults) -> Table:
    frame = pd.DataFrame([_row(found, i) for i in range(len(found.standings))])
    measure = found.measure
    columns = (
        Column("entry", "architecture", "entry"),
        Column("year", "year"),
        Column("family", "family", filterable=True),
        Column("recipe", "recipe"),
        Column("tier", "tier", filterable=True),
        *((Column("version", "version"),) if frame["version"].any() else ()),
        Column("median", measure, "number", link="provenance"),
        Column("low", "from", "number"),
        Column("high", "to", "number"),
        Column("n", "n", "count"),
        Column("parameters", "parameters", "count"),
        Column("flop", "FLOP of training", "number"),
        Column("seconds", "training time", "seconds"),
        Column("rate", "examples/s", "number"),
        Column("best_name", "best of earlier years", link="best_page"),
        Column("difference", "difference", "number"),
        Column("difference_low", "from", "number"),
        Column("difference_high", "to", "number"),
        Column("finding", "finding"),
        Column("parameters_ratio", "× parameters", "number"),
        Column("flop_ratio", "× FLOP", "number"),
        Column("seconds_ratio", "× time", "number"),
        *((Column("tries", "tries", "count"),) if frame["tries"].notna().any() else ()),
    )
    caption = (
        f"{found.track.title}: {measure}. Median, and {statistics.FROM_AND_TO}, over n seeds. Each "
        "architecture stands by the paper's own variant, or else by the first of its variants, in the "
        "fullest tier that was run; where the version says older, by a recipe that the catalogue has since "
        "replaced. What did it buy? Each is compared with the best of all earlier years: the difference is "
        "Hodges and Lehmann's, with its exact interval or, of too few runs for one, its range; then come the "
        "ratios of costs. Times are those of one machine. Tries: configurations scored on the validation "
        "split to choose the recipe."
    )
    return Table(f"track_{found.track.id}", caption, columns, frame)


def _row(found: TrackResults, i: int) -> dict[str, object]:
    one = found.standings[i]
    estimate, gain = one.estimate, found.gains.get(one.entry)
    return {
        "year": one.year,
        "entry": one.entry,
        "family": one.family,
        "recipe": one.recipe,
        "tier": one.tier,
        "version": one.version,
        "measure": found.track.measure,
        "unit": found.unit,
        "median": estimate.median if estimate else None,
        "low": estimate.low if estimate else None,
        "high": estimate.high if estimate else None,
        "n": len(one.values),
        "parameters": one.parameters,
        "flop": one.flop,
        "seconds": one.seconds if one.timed_alike else None,
        "rate": one.rate if one.timed_alike else None,
        "record": one.record,
        "best": gain.best.entry if gain else None,
        "best_name": gain.best.name if gain else "",
        "best_page": entry_page(gain.best.entry) if gain else "",
        "difference": gain.difference.effect if gain else None,
        "difference_low": gain.difference.low if gain else None,
        "difference_high": gain.difference.high if gain else None,
        "finding": gain.finding if gain else "",
        "parameters_ratio": gain.parameters if gain else None,
        "flop_ratio": gain.flop if gain else None,
        "seconds_ratio": gain.seconds if gain else None,
        "tries": one.tries,
        "provenance": one.address,
    }
