"""What the results say, in sentences: every number in them is computed."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from report import statistics, verdicts
from report.results import Results, hardware
from report.table import Table
from report.text import clip, duration, listed, number, several, slug

#: how many claims a sentence names
NAMED = 4


def with_unit(value: float | None, unit: str) -> str:
    """A number with its unit: 0.95%, 33 BLEU."""
    return number(value) + ("" if not unit else "%" if unit == "%" else f" {unit}")


def _entry(id: str, name: str) -> Markup:
    return Markup('<a href="#entry-{}">{}</a>').format(slug(id), clip(name, 50))


def findings(results: Results) -> list[Markup]:
    """The findings of the summary."""
    return [escape(_what_was_run(results)), *_claims(results), *_times(results), *_failures(results)]


def _what_was_run(results: Results) -> str:
    runs, seeds = results.runs, results.groups["runs"].tolist()
    each = f"{min(seeds)}" if min(seeds) == max(seeds) else f"{min(seeds)} to {max(seeds)}"
    years = [card["year"] for card in results.entries.values()]
    where = listed(sorted({clip(hardware(row), 80) for row in results.machines.to_dict("records")}))
    ok, all = int((runs["status"] == "ok").sum()), several(len(runs), "run")
    ended = f"All {all} ended well." if ok == len(runs) else f"{ok:,} of {all} ended well."
    when = f"from {min(years)} to {max(years)}" if min(years) < max(years) else f"of {min(years)}"
    return f"{several(len(results.entries), 'entry')} {when}, each recipe {'once' if each == '1' else f'with {each} seeds'}, on {where}. {ended}"


def _claims(results: Results) -> list[Markup]:
    """What became of the published numbers, machine by machine; verdicts on a single run are counted apart."""
    claims = results.claims
    if claims.empty:
        return []
    compared = claims[claims["verdict"] != "not comparable"]
    found = [escape(_counts(rows, str(machine) if len(results.machines) > 1 else "")) for machine, rows in compared.groupby("machine", sort=True)]
    if compared.empty:
        found = [escape("No published number could be compared with a run.")]
    keys = ["entry", "dataset", "variant", "metric", "claimed", "where"]
    claimed, answered = claims[keys].drop_duplicates(), compared[keys].drop_duplicates()
    if len(answered) < len(claimed):
        found[-1] += escape(f" {len(claimed) - len(answered)} more cannot be compared, for the reasons given in the table of claims.")
    for verdict in ("missed", "exceeded"):
        rows = claims[claims["verdict"] == verdict]
        if len(rows):
            named = [_claim(row, len(results.machines) > 1) for row in rows.head(NAMED).to_dict("records")]
            more = f"; and {len(rows) - NAMED} more" if len(rows) > NAMED else ""
            found.append(Markup("{}: {}{}.").format(verdict.capitalize(), Markup("; ").join(named), more))
    return found


def _counts(rows: pd.DataFrame, machine: str) -> str:
    """The verdicts of one machine in a sentence or two."""
    told = []
    for some in (rows[~rows["indicative"]], rows[rows["indicative"]]):
        counts = some["verdict"].value_counts()
        parts = [f"{counts[verdict]} {verdict}" for verdict in verdicts.VERDICTS if verdict in counts]
        if reached := int(some["reached"].fillna(False).sum()):
            parts[-1] += f" ({reached} of which reached the number)"
        told.append(listed(parts))
    where = f"On machine {machine}, of" if machine else "Of"
    several_runs, one_run = len(rows) - int(rows["indicative"].sum()), int(rows["indicative"].sum())
    said = [f"{where} {several(several_runs, 'comparison')} with a published number, {told[0]}."] if several_runs else []
    if one_run:
        alone = f"{where} {several(one_run, 'comparison')} with a published number, each on a single run and so indicative:"
        said.append(f"{'Indicative, on a single run each:' if said else alone} {told[1]}.")
    return " ".join(said)


def _claim(row: dict[Any, Any], machines: bool) -> Markup:
    where = row["dataset"] + (f"-{row['variant']}" if row["variant"] else "")
    here = "not all runs here got there" if pd.isna(row["ours"]) else f"{with_unit(row['ours'], row['unit'])} here"
    here += f", machine {row['machine']}" if machines else ""
    return Markup("{} on {} ({} claimed, {})").format(_entry(row["entry"], row["name"]), where, with_unit(row["claimed"], row["unit"]), here)


def _times(results: Results) -> list[Markup]:
    timed = results.main[results.main["train_s"] > 0].sort_values("train_s", kind="stable").to_dict("records")
    found = []
    if len(timed) > 1:
        ends = [
            Markup("{} ({}, {})").format(duration(row["train_s"]), _entry(row["entry"], results.entries[row["entry"]]["name"]), row["recipe"])
            for row in (timed[0], timed[-1])
        ]
        found.append(Markup("With the recipes of table 1, training took from {} to {} a run.").format(*ends))
    total = float(results.runs["total_s"].sum())
    if total > 0:
        found.append(escape(f"All runs together took {duration(total)}, {results.runs['train_s'].sum() / total:.0%} of it in training itself."))
    return found


def _failures(results: Results) -> list[Markup]:
    failed = results.runs.loc[results.runs["status"] != "ok", "status"]
    if failed.empty:
        return []
    statuses = listed([f"{n} {status}" for status, n in sorted(failed.value_counts().items())])
    return [Markup('<a href="#failures">{} did not end well</a>: {}.').format(several(len(failed), "run").capitalize(), statuses)]


def comparison(tables: Sequence[Table]) -> list[str]:
    """The comparison of machines: throughputs, then measures."""
    if not tables:
        return []
    speed, measures = (table.frame for table in tables)
    said = []
    for pair in speed["machines"].unique():
        rows = speed[speed["machines"] == pair]
        first, second = pair.split(" / ")
        verdicts = _counted(rows["finding"].tolist(), statistics.SPEED_FINDINGS)
        said.append(
            f"{first} against {second}, {several(len(rows), 'recipe')}: {verdicts}; "
            f"the median ratio of throughputs is {number(rows['ratio'].median())}."
        )
    for pair in measures["machines"].unique():
        rows = measures[measures["machines"] == pair]
        verdicts = _counted(rows["finding"].tolist(), statistics.MEASURE_FINDINGS)
        said.append(f"Test measures of {pair}: {verdicts}; {several(int(rows['identical'].sum()), 'pair')} of runs ended in identical weights.")
    return said


def _counted(words: list[str], order: Sequence[str]) -> str:
    return listed([f"{words.count(word)} {word}" for word in order if word in words])
