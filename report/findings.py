"""What the results say, in sentences: every number in them is computed."""

from collections.abc import Sequence
from typing import Any

import pandas as pd
from markupsafe import Markup, escape

from benchmarks.records import clip
from report import statistics, verdicts
from report.addresses import entry_page
from report.claims import ours_in_words
from report.formats import duration, listed, number, several, with_unit
from report.machine_names import hardware, with_backend
from report.results import Results
from report.speed_ups import against_first

#: how many claims, machines or pairs a sentence names
NAMED = 4
#: columns of `Compared.pairs`, in the order of the findings that they count
SPEED_COLUMNS = ("faster", "slower", "no_news", "none_shown", "few")
MEASURE_COLUMNS = ("identical", "differ", "alike", "few_measures")


def findings(results: Results) -> list[Markup]:
    """The findings of the summary."""
    return [
        escape(_what_was_run(results)),
        *_claims(results),
        *_times(results),
        *_failures(results),
        *_doubts(results),
    ]


def _entry(id: str, name: str) -> Markup:
    return Markup('<a href="{}">{}</a>').format(entry_page(id), clip(name, 50))


def _what_was_run(results: Results) -> str:
    """Entries, seeds, machines, and how many runs ended well."""
    entries, years = len(results.entries), [card["year"] for card in results.entries.values()]
    when = f"from {min(years)} to {max(years)}" if min(years) < max(years) else f"of {min(years)}"
    seeds = results.groups["runs"].tolist()
    each = f"{min(seeds)}" if min(seeds) == max(seeds) else f"{min(seeds)} to {max(seeds)}"
    how_often = "once" if each == "1" else f"with {each} seeds"
    # a dict, not a set: in the order of the machines
    names = list(dict.fromkeys(clip(hardware(row), 80) for row in results.machines.to_dict("records")))
    where = listed(names)
    if len(names) > NAMED:
        where = f"{listed(names[:NAMED])} and {len(names) - NAMED} more kinds of machine"
    if len(results.machines) > len(names):
        where += f" ({len(results.machines)} machines with their software)"
    ended = _how_runs_ended(results)
    return f"{several(entries, 'entry')} {when}, each recipe {how_often}, on {where}. {ended}"


def _how_runs_ended(results: Results) -> str:
    runs = results.runs
    n, ok = runs["run_id"].nunique(), runs.loc[runs["status"] == "ok", "run_id"].nunique()
    sentence = (
        f"{ok:,} of {several(n, 'run')} ended well." if ok < n else f"All {several(n, 'run')} ended well."
    )
    if len(runs) > n:
        sentence += f" They were measured {len(runs):,} times in all: {several(len(runs), 'execution')}."
    if differing := results.nondeterministic["run_id"].nunique():
        sentence += (
            f" The executions of {several(differing, 'run')} ended differently, though they should have been "
            "identical: see the table of runs that did not repeat exactly."
        )
    return sentence


def _claims(results: Results) -> list[Markup]:
    """What became of the published numbers, by machine; verdicts on a single run are counted apart."""
    claims = results.claims
    if claims.empty:
        return []
    many = len(results.machines) > 1
    compared = claims[claims["verdict"] != "not comparable"]
    sentences = [
        escape(_counts(rows, str(machine) if many else ""))
        for machine, rows in compared.groupby("machine", sort=True)
    ]
    if compared.empty:
        sentences = [escape("No published number could be compared with a run.")]
    settled = results.settled_claims
    left = int((settled["verdict"] == "not comparable").sum())
    if left:
        sentences.append(
            escape(
                f"Of {several(len(settled), 'published number')}, {left} cannot be compared; the table of "
                "claims gives the reasons."
            )
        )
    for verdict in ("missed", "exceeded"):
        rows = settled[settled["verdict"] == verdict]
        if len(rows):
            named = [_claim(row, many) for row in rows.head(NAMED).to_dict("records")]
            more = f"; and {len(rows) - NAMED} more" if len(rows) > NAMED else ""
            sentences.append(Markup("{}: {}{}.").format(verdict.capitalize(), Markup("; ").join(named), more))
    return sentences


def _counts(rows: pd.DataFrame, machine: str) -> str:
    """The verdicts of one machine in a sentence or two."""
    where = f"On machine {machine}, " if machine else ""
    single = rows["indicative"]
    sentences = []
    if n := len(rows) - int(single.sum()):
        sentences.append(
            f"{where}{several(n, 'comparison')} with a published number: {_verdicts(rows[~single])}."
        )
    if n := int(single.sum()):
        compared = f"{several(n, 'comparison')} with a published number"
        alone = f"{where}{compared}, each on a single run and so indicative"
        start = "Indicative, on a single run each" if sentences else alone
        sentences.append(f"{start}: {_verdicts(rows[single])}.")
    return " ".join(sentences)


def _verdicts(rows: pd.DataFrame) -> str:
    """`3 reproduced, 1 missed and 2 partial (1 reached the number)`."""
    counts = rows["verdict"].value_counts()
    parts = []
    for verdict in verdicts.VERDICTS:
        if verdict in counts:
            reached = int(rows["reached"].fillna(False).sum()) if verdict == "partial" else 0
            parts.append(
                f"{counts[verdict]} {verdict}" + (f" ({reached} reached the number)" if reached else "")
            )
    return listed(parts)


def _claim(row: dict[Any, Any], many_machines: bool) -> Markup:
    """A claim and what we got."""
    recipe = row["dataset"] + (f"-{row['variant']}" if row["variant"] else "")
    here = f"{ours_in_words(row)} here" + (f", machine {row['machine']}" if many_machines else "")
    return Markup("{} on {} ({} claimed, {})").format(
        _entry(row["entry"], row["name"]), recipe, with_unit(row["claimed"], row["unit"]), here
    )


def _times(results: Results) -> list[Markup]:
    """The shortest and the longest training, and the time of all runs."""
    groups = results.representatives
    timed = groups[groups["train_s"] > 0].sort_values("train_s", kind="stable").to_dict("records")
    many = len(results.machines) > 1
    sentences = []
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
        sentences.append(
            Markup("By the recipe that stands for each entry, training took from {} to {} a run.").format(
                *ends
            )
        )
    total = float(results.runs["total_s"].sum())
    if total > 0:
        what = "runs" if results.runs["run_id"].is_unique else "executions"
        share = results.runs["train_s"].sum() / total
        sentences.append(
            escape(f"All {what} together took {duration(total)}; training itself was {share:.0%} of that.")
        )
    return sentences


def _failures(results: Results) -> list[Markup]:
    failed = results.runs.loc[results.runs["status"] != "ok", "status"]
    if failed.empty:
        return []
    statuses = listed([f"{n} {status}" for status, n in sorted(failed.value_counts().items())])
    what = several(len(failed), "run" if results.runs["run_id"].is_unique else "execution")
    return [Markup('<a href="runs.html#failures">{} failed</a>: {}.').format(what, statuses)]


def _doubts(results: Results) -> list[Markup]:
    """How many executions were left out, and how many numbers are doubtful."""
    left_out = {doubt.execution for doubt in results.doubts if doubt.impossible and doubt.execution}
    doubtful = sum(not (doubt.impossible and doubt.execution) for doubt in results.doubts)
    sentences = []
    if left_out:
        text = '<a href="runs.html#doubts">{} left out</a>, with numbers that no run can have produced.'
        sentences.append(Markup(text).format(several(len(left_out), "execution")))
    if doubtful:
        sentences.append(
            Markup('<a href="runs.html#doubts">{} in doubt</a>.').format(several(doubtful, "number"))
        )
    return sentences


def comparison(results: Results) -> list[str | Markup]:
    """The comparison of machines: which they are, then pair by pair; of many pairs a summary."""
    bundles = _machines_in_several_bundles(results)
    sentences: list[str | Markup] = [bundles] if bundles else []
    if len(results.machines) < 2:
        return sentences
    compared = results.compared
    pairs = compared.pairs.to_dict("records")
    if not pairs:
        sentences.append("No question was answered on two of these machines, so nothing can be compared.")
    elif len(pairs) <= NAMED:
        if len(pairs) > 1:
            sentences.append("Each machine is compared with the first that answered the question.")
        for row in pairs:
            sentences += [*_pair(row), *_gains(results, row["machines"])]
    else:
        sentences += _many_pairs(results)
    if pairs and compared.alone:
        more = [f"{len(compared.alone) - NAMED} more"] if len(compared.alone) > NAMED else []
        share = "shares" if len(compared.alone) == 1 else "share"
        sentences.append(
            f"{listed([*compared.alone[:NAMED], *more])} {share} no question with another machine."
        )
    if compared.only_on:
        counts = list(compared.only_on.items())
        named = [f"{several(n, 'recipe')} on {letter}" for letter, n in counts[:NAMED]]
        rest = [f"{sum(n for _, n in counts[NAMED:]):,} on others"] if len(counts) > NAMED else []
        sentences.append(f"Run on one machine only: {listed([*named, *rest])}.")
    if len(compared.not_compared):
        text = (
            '{} could not be compared although several machines ran one of that name: <a href="{}">why</a>.'
        )
        recipes = several(len(compared.not_compared), "recipe")
        sentences.append(Markup(text).format(recipes, "machines.html#uncompared"))
    return sentences


def _machines_in_several_bundles(results: Results) -> str:
    """Which machines are in several of the bundles."""
    sentences = []
    for row in results.machines[results.machines["bundles"] > 1].to_dict("records"):
        runs = results.runs[results.runs["machine"] == row["machine"]]
        sentences.append(
            f"Machine {row['machine']} is in {row['bundles']} of the {results.bundles} bundles, which "
            "together "
            f"hold {several(len(runs), 'execution')} of {several(runs['run_id'].nunique(), 'run')} on it."
        )
    more = len(sentences) - NAMED
    rest = f" {more} more machines are in several bundles." if more > 0 else ""
    return " ".join(sentences[:NAMED]) + rest


def _pair(row: dict[Any, Any]) -> list[str]:
    """The findings on one pair of machines."""
    first, second = row["machines"].split(" / ")
    sentences = []
    if row["timed"]:
        busy = f" In {row['busy']} of them a machine was busy with other work." if row["busy"] else ""
        sentences.append(
            f"{first} against {second}, {several(row['timed'], 'throughput')}: "
            f"{_findings_of(row, SPEED_COLUMNS, statistics.SPEED_FINDINGS)}; "
            f"{_middle(row)}.{busy}"
        )
    if row["measured"]:
        sentences.append(
            f"{first} against {second}, {several(row['measured'], 'test measure')}: "
            f"{_findings_of(row, MEASURE_COLUMNS, statistics.MEASURE_FINDINGS)}; {row['weights']} of "
            f"{several(row['pairs'], 'pair')} of runs with the same seed ended in identical weights."
        )
    return sentences


def _gains(results: Results, machines: str) -> list[str]:
    """How many times as fast the first of two machines is, and which eras and families gain most and least.

    Only those are named whose intervals do not overlap.
    """
    first, second = machines.split(" / ")
    rows = results.speed_ups
    rows = rows[(rows["machine"] == first) & (rows["base"] == second)]
    called = with_backend(results)
    sentences = [
        f"Over all {several(row['entries'], 'entry')} {called[first]} trains {number(row['ratio'])} times as "
        f"fast as {called[second]}{_interval(row)}; single entries range from {number(row['least'])} to "
        f"{number(row['greatest'])}.{_costs(row)}"
        for row in rows[rows["over"] == "all"].to_dict("records")
    ]
    for over, words in (("era", "Of the eras"), ("family", "Of the families")):
        some = rows[(rows["over"] == over) & rows["low"].notna()].sort_values("ratio", kind="stable")
        if len(some) > 1 and some["high"].iloc[0] < some["low"].iloc[-1]:
            least, most = some.iloc[0].to_dict(), some.iloc[-1].to_dict()
            sentences.append(
                f"{words}, “{most['group']}” gains most on {first}, {number(most['ratio'])} times"
                f"{_interval(most)}, and “{least['group']}” least, {number(least['ratio'])} times"
                f"{_interval(least)}."
            )
    return sentences


def _interval(row: dict[Any, Any]) -> str:
    return "" if pd.isna(row["low"]) else f" [{number(row['low'])}, {number(row['high'])}]"


def _middle(row: dict[Any, Any]) -> str:
    """Between what the middle half of a pair's ratios lies, or the one ratio that it has."""
    if row["timed"] < 2 or pd.isna(row["ratio"]):
        return f"the ratio is {number(row['ratio'])}"
    return f"half of the ratios lie between {number(row['lower'])} and {number(row['upper'])}"


def _costs(row: dict[Any, Any]) -> str:
    """What an example costs on a machine compared with its base, if their prices are known."""
    if pd.isna(row["cost"]):
        return ""
    return f" An example costs {number(row['cost'])} times as much on {row['machine']} as on {row['base']}."


def _many_pairs(results: Results) -> list[str]:
    """A summary of many pairs of machines; the table has each of them."""
    compared = results.compared
    timed, measured = int(compared.pairs["timed"].sum()), int(compared.pairs["measured"].sum())
    speed = _counted(compared.speed["finding"].tolist(), statistics.SPEED_FINDINGS) or "none"
    measures = _counted(compared.measures["finding"].tolist(), statistics.MEASURE_FINDINGS)
    return [
        f"{several(len(compared.pairs), 'pair')} of machines were compared in "
        f"{several(timed, 'throughput')}, each machine with the first that answered the question."
        f"{_range_of_speed_ups(results)}",
        f"Findings on throughput: {speed}.",
        f"Findings on {several(measured, 'test measure')}: {measures}.",
    ]


def _range_of_speed_ups(results: Results) -> str:
    """Which machine is slowest and which is fastest beside the first with which it shares questions."""
    rows = against_first(results.speed_ups).sort_values("ratio", kind="stable").to_dict("records")
    if len(rows) < 2:
        return ""
    called = with_backend(results)
    least, most = (
        f"{called[row['machine']]} trains {number(row['ratio'])} times as fast as {called[row['base']]}"
        for row in (rows[0], rows[-1])
    )
    return f" Over the entries that both ran, {least}, and {most}."


def _findings_of(row: dict[Any, Any], columns: Sequence[str], words: Sequence[str]) -> str:
    return listed([_finding(row[key], word) for key, word in zip(columns, words, strict=True) if row[key]])


def _counted(outcomes: list[str], order: Sequence[str]) -> str:
    return listed([_finding(outcomes.count(word), word) for word in order if word in outcomes])


def _finding(n: int, word: str) -> str:
    """`3 faster`, `3 with no difference shown`."""
    return f"{n:,} with {word}" if word.startswith("no") else f"{n:,} {word}"
