"""claims.html: what became of every published number, and why some are missed or not compared."""

from typing import Any

import pandas as pd
from markupsafe import Markup

from benchmarks.records import clip, in_words
from benchmarks.spec import CAUSES
from report import verdicts
from report.addresses import entry_page
from report.findings import with_unit
from report.results import Results
from report.site.site import Site
from report.tables.claims import NOT_STATED
from report.tables.columns import provenance_of

#: columns that tell one claim from another; a row of claims also says which runs answer
CLAIM = ["entry", "dataset", "variant", "metric", "unit", "claimed", "where"]
#: machines that have a bar of their own
MOST_BARS = 12
#: misses of one cause, and reasons of one kind, that are listed
MOST_LISTED = 40
#: cause -> what it means
CAUSE_MEANINGS = {
    "budget": "too few passes, nets or examples",
    "data": "other data than the paper's",
    "rule": "another rule, or another net",
    "protocol unknown": "a procedure that the paper leaves open",
    "seeds": "too few seeds to tell",
    "defect": "a fault of ours",
    "not understood": "nobody knows yet",
    NOT_STATED: "the card names no cause",
}
#: kind of reason -> what it means
REASON_MEANINGS = {
    verdicts.NOT_RUN: "the catalogue may have a recipe for it, but these results have no run on its data set",
    verdicts.FAILED: "runs on its data set were made, and none ended well",
    verdicts.NOT_MEASURED: "runs on its data set do not report its measure",
    verdicts.PROTOCOL: "ours is measured in another unit, or trained on part of the examples",
    verdicts.CARD_SAYS: "the entry's card says why no run of this suite can answer",
}


def write(site: Site) -> None:
    """Writes claims.html."""
    results = site.results
    claims = results.claims
    answered = claims[claims["verdict"] != "not comparable"]
    of_machines = bars(results)
    site.write(
        "claims.html",
        "claims.html",
        every=len(claims.drop_duplicates(CLAIM)),
        answered=len(answered.drop_duplicates(CLAIM)),
        entries=claims["entry"].nunique(),
        bars=of_machines,
        longest=max((sum(n for _, n in bar["counts"]) for bar in of_machines), default=0),
        causes=causes(results),
        kinds=kinds(results),
    )


def bars(results: Results) -> list[dict[str, Any]]:
    """How many comparisons had each verdict, by machine; of many machines together."""
    claims = results.claims[results.claims["verdict"] != "not comparable"]
    letters = results.machines["machine"].tolist()
    parts = [("", claims)]
    if 1 < len(letters) <= MOST_BARS:
        parts = [(letter, claims[claims["machine"] == letter]) for letter in letters]
    found = []
    for letter, rows in parts:
        counts = rows["verdict"].value_counts()
        of_each = [(verdict, int(counts[verdict])) for verdict in verdicts.VERDICTS if verdict in counts]
        if of_each:
            found.append({"machine": letter, "counts": of_each})
    return found


def causes(results: Results) -> list[dict[str, Any]]:
    """The causes of misses in the order of `CAUSES`, each with the claims that are missed because of it."""
    missed = results.claims[results.claims["verdict"] == "missed"]
    missed = missed.assign(
        cause=missed["missed_because"].replace("", NOT_STATED), provenance=provenance_of(results, missed)
    )
    found = []
    for cause in (*CAUSES, NOT_STATED):
        claims = missed[missed["cause"] == cause].groupby([*CLAIM, "evidence"], sort=False)
        listed = [_miss(rows) for _, rows in claims]
        if listed:
            found.append(
                {
                    "name": cause,
                    "meaning": CAUSE_MEANINGS[cause],
                    "claims": listed[:MOST_LISTED],
                    "every": len(listed),
                }
            )
    return found


def _miss(rows: pd.DataFrame) -> dict[str, Any]:
    """One missed claim: what was claimed, and what each machine gave."""
    first = rows.iloc[0]
    many = rows["machine"].nunique() > 1
    ours = [
        (
            ("not reached by all runs" if pd.isna(row["ours"]) else with_unit(row["ours"], row["unit"]))
            + (f" ({row['machine']})" if many else ""),
            row["provenance"],
        )
        for row in rows.to_dict("records")
    ]
    data = first["dataset"] + (f"-{first['variant']}" if first["variant"] else "")
    return {
        "entry": first["entry"],
        "name": first["name"],
        "what": f"{in_words(first['metric'])} on {data}",
        "claimed": with_unit(first["claimed"], first["unit"]),
        "ours": ours,
        "evidence": first["evidence"],
    }


def kinds(results: Results) -> list[dict[str, Any]]:
    """Why claims are not compared: the kinds of reasons, each with its reasons, the most frequent first."""
    claims = results.claims
    claims = claims[claims["verdict"] == "not comparable"].drop_duplicates([*CLAIM, "unanswered", "reason"])
    found = []
    for kind in verdicts.UNANSWERED:
        of_kind = claims[claims["unanswered"] == kind]
        if of_kind.empty:
            continue
        # What was not run is a data set; its variants would be a list too long to read.
        what = of_kind["dataset"] if kind == verdicts.NOT_RUN else of_kind["reason"]
        reasons = [
            (str(reason), len(rows), [_entry(results, id) for id in rows["entry"].unique()])
            for reason, rows in of_kind.groupby(what, sort=False)
        ]
        reasons.sort(key=lambda reason: -reason[1])
        found.append(
            {
                "name": kind,
                "meaning": REASON_MEANINGS[kind],
                "claims": len(of_kind),
                "reasons": reasons[:MOST_LISTED],
                "every": len(reasons),
            }
        )
    return found


def _entry(results: Results, id: str) -> Markup:
    name = clip(results.entries[id]["name"], 60)
    return Markup('<a href="{}">{}</a>').format(entry_page(id), name)
