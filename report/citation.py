"""How results are cited: BibTeX of one result, of the suite with its results, and of an entry's paper."""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any

import pandas as pd

from benchmarks.records import clip, in_words
from benchmarks.records.identity import digest
from report import statistics
from report.cleaning import web
from report.formats import listed, number, several, with_unit
from report.grouping import GROUP_KEY
from report.results import Results
from report.tables.files import tex

#: title and authors of the suite, as in CITATION.cff
SUITE = "The history of deep learning, re-run: a reproducible benchmark suite"
AUTHORS = "The contributors of deep-learning-history"
#: The longest text of a field, in characters.
LONGEST = 1000
#: More commits than this are counted instead of listed.
MOST_COMMITS = 4


def of_result(results: Results, group: Mapping[Any, Any], measure: str) -> str:
    """BibTeX of one result: a final measure of a group of seeds, with all that identifies it.

    `group` has the columns of `report.grouping.GROUP`, as a row of `results.groups` has. The key stays the
    same when seeds or executions are added. Raises ValueError if no run of the group has the measure.
    """
    rows = results.final_of_group.get((*(group[name] for name in GROUP_KEY), measure))
    if rows is None:
        raise ValueError(f"no run of {group['entry']} on {group['recipe']} ended with the measure {measure}")
    machine = results.machines[results.machines["machine"] == group["machine"]].iloc[0]
    identity = [machine["machine_id"], machine["software_id"], group["spec_hash"], group["source_sha256"]]
    key = f"{group['entry']}-{group['recipe']}-{measure}-{digest([*identity, measure])[:8]}"
    asked = [
        f"{group['tier']} tier",
        *(group[name] for name in ("backend", "precision", "version") if group[name]),
        several(int(group["threads"]), "thread"),
        *([several(int(group["devices"]), "device")] if group["devices"] > 1 else []),
    ]
    note = [
        ", ".join(asked),
        f"machine {machine['machine_id']}, software {machine['software_id']}",
        f"spec {group['spec_hash']}",
        *([f"source {group['source_sha256']}"] if group["source_sha256"] else []),
        _commits(rows["commit"]),
        f"results {results.fingerprint}",
    ]
    return _misc(
        key,
        {
            "title": f"{{{tex(_title(results, rows))}}}",
            "author": f"{{{tex(AUTHORS)}}}",
            "year": rows["started"].max()[:4],
            "howpublished": tex(f"{SUITE}, version {clip(machine['suite'], 80)}"),
            "note": tex(clip("; ".join(filter(None, note)), LONGEST)),
        },
    )


def of_suite(results: Results) -> str:
    """BibTeX of the suite with all its results."""
    runs = results.runs
    note = [
        f"Results {results.fingerprint}: {several(runs['run_id'].nunique(), 'run')} of"
        f" {several(len(results.entries), 'architecture')} on {several(len(results.machines), 'machine')}",
        _commits(runs["commit"]),
    ]
    return _misc(
        f"deep-learning-history-{results.fingerprint}",
        {
            "title": f"{{{tex(SUITE)}}}",
            "author": f"{{{tex(AUTHORS)}}}",
            "year": runs["started"].max()[:4],
            "version": tex(clip(", ".join(sorted(set(results.machines["suite"]))), 80)),
            "note": tex("; ".join(filter(None, note))),
        },
    )


def of_paper(card: Mapping[str, Any]) -> str:
    """BibTeX of the paper of an entry, whose card is one of `results.entries`; its key is the entry's id."""
    paper = card["paper"]
    year = int(paper["year"] or card["year"])
    return _misc(
        card["id"],
        {
            "title": f"{{{tex(clip(paper['title'] or card['name'], LONGEST))}}}",
            "author": _authors(paper["authors"]),
            "year": str(year) if 0 < year < 10_000 else "",
            "howpublished": tex(clip(paper["venue"], LONGEST)),
            # An address is read as it is, and only its braces would end the field.
            "url": (web(paper["url"]) or "").replace("{", "%7B").replace("}", "%7D"),
        },
    )


def bibliography(results: Results) -> str:
    """BibTeX of the suite with its results, and of the papers of all entries by year."""
    return "\n".join([of_suite(results), *map(of_paper, results.entries.values())])


def _title(results: Results, rows: pd.DataFrame) -> str:
    """A result in a line, such as "LeNet-5 on MNIST: test error 0.92% (median of 6 seeds, ...)"."""
    first = rows.iloc[0]
    name = clip(results.entries[first["entry"]]["name"], 200)
    variant = f" ({in_words(first['variant'])})" if first["variant"] else ""
    data = clip(results.specs[first["spec_id"]]["dataset"]["title"], 200)
    tested = first["split"] == "test" and not first["measure"].startswith(("test", "train"))
    measure = f"{'test ' if tested else ''}{in_words(first['measure'])}"
    return f"{name}{variant} on {data}: {measure} {_value(rows['value'].tolist(), clip(first['unit'], 40))}"


def _value(values: Sequence[float], unit: str) -> str:
    """The median of the values in words, with its interval or range."""
    estimate, seeds = statistics.median(values), several(len(values), "seed")
    endless = sum(math.isinf(value) for value in values)
    if estimate is None:
        return f"without a finite value in {endless} of {seeds}"
    shown = with_unit(estimate.median, unit)
    if estimate.n == 1:
        return f"{shown} (one seed)"
    if estimate.low is None or estimate.high is None:
        return f"{shown} (median of {seeds}, {endless} of them without a finite value)"
    if min(values) == max(values):
        return f"{shown} (each of {seeds})"
    kind = "95% interval" if estimate.interval else "range"
    return f"{shown} (median of {seeds}, {kind} {number(estimate.low)} to {number(estimate.high)})"


def _commits(commits: "pd.Series[str]") -> str:
    """The commits in words; empty if none is known."""
    known = sorted(set(commits) - {""})
    if len(known) > MOST_COMMITS:
        return f"{len(known)} commits"
    return f"commit{'' if len(known) == 1 else 's'} {listed(known)}" if known else ""


def _authors(text: str) -> str:
    """Names that are separated by commas, semicolons or "and", as BibTeX separates them."""
    names = [name.strip() for name in re.split(r"[;,]|\band\b|(?=\bet al\b)", clip(text, LONGEST))]
    return " and ".join("others" if re.fullmatch(r"et al\.?", name) else tex(name) for name in names if name)


def _misc(key: str, fields: Mapping[str, str]) -> str:
    """An entry of BibTeX; fields without a text are left out."""
    lines = [f"  {name} = {{{text}}},\n" for name, text in fields.items() if text]
    return f"@misc{{{re.sub(r'[^A-Za-z0-9_.-]+', '-', key)},\n{''.join(lines)}}}\n"
