"""entries.html: all entries by year, each with its main result and the verdicts on its claims."""

from typing import Any

import pandas as pd

from benchmarks.records import in_words
from report import style, verdicts
from report.formats import several, with_unit
from report.site.site import Site


def write(site: Site) -> None:
    """Writes entries.html."""
    cards = entry_list(site)
    families, tasks = ({card[key] for card in cards} for key in ("family", "task"))
    site.write(
        "entries.html",
        "entries.html",
        cards=cards,
        families=[family for family in style.FAMILY_COLOURS if family in families],
        tasks=sorted(tasks),
    )


def entry_list(site: Site) -> list[dict[str, Any]]:
    """The cards of the entries, each with its colour, its main `result` in words and its `verdicts`."""
    results = site.results
    machines = results.foremost.set_index("entry")["machine"].to_dict()
    rows = {
        row["entry"]: row
        for row in site.tables["entries"].frame.to_dict("records")
        if machines.get(row["entry"]) == row["machine"]
    }
    counts = results.settled_claims.groupby(["entry", "verdict"]).size()
    return [
        {
            **card,
            "colour": style.colour(card["family"]),
            "task": in_words(card["task"]),
            "result": _result(rows[id]) if id in rows else "",
            "verdicts": [
                (verdict, int(counts[id, verdict]))
                for verdict in verdicts.VERDICTS[:4]
                if (id, verdict) in counts.index
            ],
        }
        for id, card in results.entries.items()
    ]


def _result(row: dict[Any, Any]) -> str:
    """The main measure of the recipe that stands for an entry; empty if no run of it ended with one."""
    if pd.isna(row["median"]):
        return ""
    measure = f"{in_words(row['measure'])} {with_unit(row['median'], row['unit'])}"
    return f"{measure} on {row['recipe']} ({row['tier']}, {several(int(row['n']), 'seed')})"
