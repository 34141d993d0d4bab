"""What the results say, in sentences: every number in them is computed."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from report import statistics, verdicts
from report.results import Results, hardware
from report.text import clip, duration, listed, number, several, slug

#: how many claims a sentence names
NAMED = 4
#: columns of the table of pairs, in the order of the findings that they count
SPEED_KEYS = ("faster", "slower", "no_news", "none_shown", "few")
MEASURE_KEYS = ("identical", "differ", "alike", "few_measures")


def with_unit(value: float | None, unit: str) -> str:
    """A number with its unit: 0.95%, 33 BLEU."""
    return number(value) + ("" if not unit else "%" if unit == "%" else f" {unit}")


def _entry(id: str, name: str) -> Markup:
    return Markup('<a href="#entry-{}">{}</a>').format(slug(id), clip(name, 50))


def findings(results: Results) -> list[Markup]:
    """The findings of the summary."""
    return [
        escape(_what_was_run(results)),
        *_claims(results),
        *_times(results),
        *_failures(results),
        *_doubts(results),
    ]


def _what_was_run(results: Results) -> str:
    runs, seeds = results.runs, results.groups["runs"].tolist()
    each = f"{min(seeds)}" if min(seeds) == max(seeds) else f"{min(seeds)} to {max(seeds)}"
    years = [card["year"] for card in results.entries.values()]
    # dict, not set: in the order of the machines
    names = list(dict.fromkeys(clip(hardware(row), 80) for row in results.machines.to_dict("records")))
    where = (
        listed(names)
        if len(names) <= NAMED
        else f"{listed(names[:NAMED])} and {len(names) - NAMED} more kinds of machine"
    )
    if len(results.machines) > len(names):
        where += f" ({len(results.machines)} machines with their software)"
    all, ok = runs["run_id"].nunique(), runs.loc[runs["status"] == "ok", "run_id"].nunique()
    ended = (
        f"All {several(all, 'run')} ended well."
        if ok == all
        else f"{ok:,} of {several(all, 'run')} ended well."
    )
    if len(runs) > all:
        ended += f" They were measured {len(runs):,} times in all: {several(len(runs), 'execution')}."
    if broken := results.unequal["run_id"].nunique():
        ended += f" Of {several(broken, 'run')} the executions did not end alike, though they should: see the table of broken promises."
    when = f"from {min(years)} to {max(years)}" if min(years) < max(years) else f"of {min(years)}"
    return f"{several(len(results.entries), 'entry')} {when}, each recipe {'once' if each == '1' else f'with {each} seeds'}, on {where}. {ended}"


def _claims(results: Results) -> list[Markup]:
    """What became of the published numbers, machine by machine; verdicts on a single run are counted apart."""
    claims = results.claims
    if claims.empty:
        return []
    compared = claims[claims["verdict"] != "not comparable"]
    found = [
        escape(_counts(rows, str(machine) if len(results.machines) > 1 else ""))
        for machine, rows in compared.groupby("machine", sort=True)
    ]
    if compared.empty:
        found = [escape("No published number could be compared with a run.")]
    keys = ["entry", "dataset", "variant", "metric", "claimed", "where"]
    claimed, answered = claims[keys].drop_duplicates(), compared[keys].drop_duplicates()
    if len(answered) < len(claimed):
        found[-1] += escape(
            f" {len(claimed) - len(answered)} more cannot be compared, for the reasons given in the table of claims."
        )
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
    said = (
        [f"{where} {several(several_runs, 'comparison')} with a published number, {told[0]}."]
        if several_runs
        else []
    )
    if one_run:
        alone = f"{where} {several(one_run, 'comparison')} with a published number, each on a single run and so indicative:"
        said.append(f"{'Indicative, on a single run each:' if said else alone} {told[1]}.")
    return " ".join(said)


def _claim(row: dict[Any, Any], machines: bool) -> Markup:
    where = row["dataset"] + (f"-{row['variant']}" if row["variant"] else "")
    here = (
        "not all runs here got there"
        if pd.isna(row["ours"])
        else f"{with_unit(row['ours'], row['unit'])} here"
    )
    here += f", machine {row['machine']}" if machines else ""
    return Markup("{} on {} ({} claimed, {})").format(
        _entry(row["entry"], row["name"]), where, with_unit(row["claimed"], row["unit"]), here
    )


def _times(results: Results) -> list[Markup]:
    timed = results.main[results.main["train_s"] > 0].sort_values("train_s", kind="stable").to_dict("records")
    many = len(results.machines) > 1
    found = []
    if len(timed) > 1:
        ends = [
            Markup("{} ({}, {}{})").format(
                duration(row["train_s"]),
                _entry(row["entry"], results.entries[row["entry"]]["name"]),
                row["recipe"],
                f", machine {row['machine']}" if many else "",
            )
            for row in (timed[0], timed[-1])
        ]
        found.append(Markup("With the recipes of table 1, training took from {} to {} a run.").format(*ends))
    total = float(results.runs["total_s"].sum())
    if total > 0:
        what = "runs" if results.runs["run_id"].is_unique else "executions"
        share = results.runs["train_s"].sum() / total
        found.append(
            escape(f"All {what} together took {duration(total)}, {share:.0%} of it in training itself.")
        )
    return found


def _failures(results: Results) -> list[Markup]:
    failed = results.runs.loc[results.runs["status"] != "ok", "status"]
    if failed.empty:
        return []
    statuses = listed([f"{n} {status}" for status, n in sorted(failed.value_counts().items())])
    what = several(len(failed), "run" if results.runs["run_id"].is_unique else "execution")
    return [Markup('<a href="#failures">{} did not end well</a>: {}.').format(what, statuses)]


def _doubts(results: Results) -> list[Markup]:
    left_out = {doubt.execution for doubt in results.doubts if doubt.impossible and doubt.execution}
    said = [
        Markup('<a href="#doubts">{} left out</a>: no run can have left their numbers.').format(
            several(len(left_out), "execution")
        )
    ]
    doubtful = sum(not (doubt.impossible and doubt.execution) for doubt in results.doubts)
    more = [Markup('<a href="#doubts">{} doubtful</a>.').format(several(doubtful, "number"))]
    return (said if left_out else []) + (more if doubtful else [])


def comparison(results: Results) -> list[str]:
    """The comparison of machines: who they are, then pair by pair; of many pairs a summary, the table has each."""
    said = [sentence for sentence in (_united(results),) if sentence]
    if len(results.machines) < 2:
        return said
    found = results.compared
    pairs = found.pairs.to_dict("records")
    if not pairs:
        said.append("No question was answered on two of these machines: nothing can be compared.")
    elif len(pairs) <= NAMED:
        for row in pairs:
            said += _pair(row)
    else:
        ratios = found.pairs["ratio"].dropna()
        timed, compared = int(found.pairs["timed"].sum()), int(found.pairs["measured"].sum())
        told = (
            f"; the median ratio of throughputs lies between {number(ratios.min())} and {number(ratios.max())}"
            if len(ratios)
            else ""
        )
        said.append(
            f"{several(len(pairs), 'pair')} of machines were compared in {several(timed, 'throughput')}{told}."
        )
        said.append(
            f"Findings on throughput: {_counted(found.speed['finding'].tolist(), statistics.SPEED_FINDINGS) or 'none'}."
        )
        said.append(
            f"Findings on {several(compared, 'test measure')}: {_counted(found.measures['finding'].tolist(), statistics.MEASURE_FINDINGS)}."
        )
    if found.alone:
        only = [f"{several(n, 'recipe')} on {letter}" for letter, n in list(found.alone.items())[:NAMED]]
        more = [f"{sum(list(found.alone.values())[NAMED:]):,} on others"] if len(found.alone) > NAMED else []
        said.append(f"Run on one machine alone: {listed([*only, *more])}.")
    if len(found.left):
        said.append(
            f"{several(len(found.left), 'recipe')} could not be compared though several machines ran one of that name: the last table says why."
        )
    return said


def _united(results: Results) -> str:
    """Which machines several of the bundles hold."""
    told = []
    for row in results.machines[results.machines["bundles"] > 1].to_dict("records"):
        runs = results.runs[results.runs["machine"] == row["machine"]]
        told.append(
            f"Machine {row['machine']} is in {row['bundles']} of the {results.bundles} bundles: its executions are united, "
            f"{several(len(runs), 'execution')} of {several(runs['run_id'].nunique(), 'run')}."
        )
    return " ".join(told[:NAMED]) + (
        f" So are those of {len(told) - NAMED} more machines." if len(told) > NAMED else ""
    )


def _pair(row: dict[Any, Any]) -> list[str]:
    """The findings on one pair of machines."""
    first, second = row["machines"].split(" / ")
    said = []
    if row["timed"]:
        words = [
            _finding(row[key], word)
            for key, word in zip(SPEED_KEYS, statistics.SPEED_FINDINGS, strict=True)
            if row[key]
        ]
        busy = f" In {row['busy']} of them a machine was busy with other work." if row["busy"] else ""
        said.append(
            f"{first} against {second}, {several(row['timed'], 'throughput')}: {listed(words)}; the median ratio is {number(row['ratio'])}.{busy}"
        )
    if row["measured"]:
        words = [
            _finding(row[key], word)
            for key, word in zip(MEASURE_KEYS, statistics.MEASURE_FINDINGS, strict=True)
            if row[key]
        ]
        said.append(
            f"{first} against {second}, {several(row['measured'], 'test measure')}: {listed(words)}; "
            f"{row['weights']} of {several(row['pairs'], 'pair')} of runs with the same seed ended in identical weights."
        )
    return said


def _counted(words: list[str], order: Sequence[str]) -> str:
    return listed([_finding(words.count(word), word) for word in order if word in words])


def _finding(n: int, word: str) -> str:
    """`3 faster`, `3 with no difference shown`."""
    return f"{n:,} with {word}" if word.startswith("no") else f"{n:,} {word}"
