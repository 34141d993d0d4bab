"""claims.html: what became of every published number, and why some are missed or not compared."""

from typing import Any

import pandas as pd
from markupsafe import Markup

from benchmarks.records import clip, in_words
from benchmarks.spec import CAUSES
from report import verdicts
from report.addresses import entry_page
from report.claims import CLAIM, ours_in_words
from report.formats import listed, with_unit
from report.results import Results
from report.site.site import Site
from report.tables.claims import NOT_STATED
from report.tables.columns import provenance_of

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
    counts = results.settled_claims["verdict"].value_counts()
    of_machines = bars(results)
    site.write(
        "claims.html",
        "claims.html",
        every=len(claims.drop_duplicates(CLAIM)),
        answered=len(answered.drop_duplicates(CLAIM)),
        outcome=listed([f"{counts[name]} {name}" for name in verdicts.VERDICTS[:-1] if name in counts]),
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
    """The causes of misses in the order of `CAUSES`, each with the claims that are missed because of it.

    A claim is listed if the answer that counts misses it, with all its answers.
    """
    answers = results.claims.assign(provenance=provenance_of(results, results.claims))
    answers_of = dict(list(answers[answers["verdict"] != "not comparable"].groupby(CLAIM, sort=False)))
    settled = results.settled_claims
    missed = settled[settled["verdict"] == "missed"]
    missed = missed.assign(cause=missed["missed_because"].replace("", NOT_STATED))
    found = []
    for cause in (*CAUSES, NOT_STATED):
        claims = missed[missed["cause"] == cause]
        listed = [
            _miss(row, answers_of[tuple(row[name] for name in CLAIM)]) for row in claims.to_dict("records")
        ]
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


def _miss(claim: dict[Any, Any], answers: pd.DataFrame) -> dict[str, Any]:
    """One missed claim: what was claimed, and what each machine gave; equal answers of a machine once."""
    many = answers["machine"].nunique() > 1
    ours: dict[str, str] = {}
    for row in answers.to_dict("records"):
        notes = [row["machine"]] if many else []
        notes += [row["verdict"]] if row["verdict"] != "missed" else []
        ours.setdefault(ours_in_words(row) + (f" ({', '.join(notes)})" if notes else ""), row["provenance"])
    data = claim["dataset"] + (f"-{claim['variant']}" if claim["variant"] else "")
    return {
        "entry": claim["entry"],
        "name": claim["name"],
        "what": f"{in_words(claim['metric'])} on {data}",
        "claimed": with_unit(claim["claimed"], claim["unit"]),
        "ours": list(ours.items()),
        "evidence": claim["evidence"],
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
