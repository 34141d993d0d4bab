"""What the runs of each entry gave: its recipes with their headline results, and all final measures."""

import math
from typing import Any

import pandas as pd

from benchmarks.records import clip, in_words
from report import citation, headline, statistics
from report.addresses import provenance_page
from report.commands import written_by_the_suite
from report.formats import number, several, with_unit
from report.grouping import GROUP, GROUP_KEY
from report.machine_names import described
from report.results import Results
from report.room import shared
from report.site.cells import is_null, show
from report.tables.columns import HEADINGS

#: groups of seeds among the headline results of an entry, and letters of all values of its recipes
MOST_GROUPS = 60
MOST_VALUE_LETTERS = 150_000
#: claims next to one result; the table of claims has all of them
MOST_CLAIMS = 3
#: what is read of each run, besides its group
OF_RUNS = (
    *("entry", "tier", "dataset", "variant", "seed", "backend", "precision", "threads", "devices"),
    *("status", "run_id", "execution_id", "commit", "dirty", "command"),
)

Row = dict[Any, Any]


def columns(results: Results) -> list[str]:
    """The columns that tell the groups of seeds of one recipe apart, as headings."""
    return [HEADINGS.get(key, key) for key in _columns(results)]


def _columns(results: Results) -> list[str]:
    return [key for key in results.distinguishing if key != "tier"]


def outcomes(results: Results) -> dict[str, list[Row]]:
    """Entry id -> its final measures: one row per group of seeds and measure, with `where` for `columns`."""
    by_entry: dict[str, list[Row]] = {}
    keys = [*GROUP, "measure", "unit"]
    for values, rows in results.final_measures.groupby(keys, sort=True):
        group = dict(zip(keys, values, strict=True))
        outcome = {
            **group,
            "where": [_shown(group[key], key) for key in _columns(results)],
            "n": len(rows),
            "estimate": statistics.median(rows["value"].tolist()),
            "provenance": results.addresses.get((str(group["spec_hash"]), str(group["machine"])), ""),
        }
        by_entry.setdefault(str(group["entry"]), []).append(outcome)
    return by_entry


def _shown(value: Any, key: str) -> str:
    return show(value, "hash" if key == "source_sha256" else "text")


def recipes(results: Results, outcomes: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Entry id -> its recipes with their results; the recipe that stands best for the entry comes first.

    Each has `recipe`, `tier`, `variant`, `dataset` (a title), its `groups` of seeds as `_Known.result` has
    them, and `left`, the number of groups that there is no room for.
    """
    ranked = headline.ranked(results, results.groups)
    order = zip(ranked["entry"], ranked["recipe"], ranked["tier"], strict=True)
    members: dict[Any, list[Row]] = {key: [] for key in order}
    groups = results.groups.assign(older=[results.specs[id]["older"] for id in results.groups["spec_id"]])
    groups = results.in_order(groups.sort_values("older", kind="stable"))
    for group in groups.to_dict("records"):
        members[group["entry"], group["recipe"], group["tier"]].append(group)
    by_entry: dict[str, list[Row]] = {}
    for (entry, recipe, tier), of_recipe in members.items():
        by_entry.setdefault(entry, []).append({"recipe": recipe, "tier": tier, "groups": of_recipe})
    known = _Known(results, outcomes)
    for found in by_entry.values():
        kept = shared([[1] * len(one["groups"]) for one in found], MOST_GROUPS)
        for one, most in zip(found, kept, strict=True):
            spec = results.specs[one["groups"][0]["spec_id"]]
            one |= {"variant": spec["recipe"]["variant"], "dataset": spec["dataset"]["title"]}
            one["left"] = len(one["groups"]) - most
            one["groups"] = [known.result(group) for group in one["groups"][:most]]
        _set_values(results, [group for one in found for group in one["groups"]])
    return by_entry


def _set_values(results: Results, groups: list[Row]) -> None:
    """Gives the first group of each version of a recipe its hyperparameters, as far as there is room.

    `values_left` counts those that there is no room for; each version gets an equal share.
    """
    first: dict[str, Row] = {}
    for group in groups:
        group |= {"values": [], "values_left": 0}
        first.setdefault(results.specs[group["spec_id"]]["question"], group)
    every = []
    for group in first.values():
        recipe = results.specs[group["spec_id"]]["recipe"]
        tries = [("chosen among", several(recipe["tries"], "setting"))] if recipe["tries"] else []
        every.append([*recipe["rows"], ("source of these values", recipe["source"]), *tries])
    letters = [[40 + min(80, len(name)) + min(300, len(value)) for name, value in rows] for rows in every]
    for group, rows, most in zip(first.values(), every, shared(letters, MOST_VALUE_LETTERS), strict=True):
        group |= {"values": rows[:most], "values_left": len(rows) - most}


class _Known:
    """Frames of the results by group, so that no group searches them."""

    def __init__(self, results: Results, outcomes: dict[str, list[Row]]) -> None:
        self.results = results
        self.foremost = set(results.foremost[GROUP_KEY].itertuples(index=False, name=None))
        self.machines = {row["machine"]: row for row in results.machines.to_dict("records")}
        self.outcomes = {(*_key(row), row["measure"]): row for rows in outcomes.values() for row in rows}
        self.values = dict(
            zip(*(results.headline_values[name] for name in ("execution_id", "value")), strict=True)
        )
        self.runs: dict[tuple[Any, ...], list[Row]] = {}
        runs = results.distinct_runs.sort_values(["seed", "started", "execution_id"], kind="stable")
        for run in runs[[*OF_RUNS, *GROUP_KEY]].to_dict("records"):
            self.runs.setdefault(_key(run), []).append(run)
        self.claims: dict[tuple[Any, ...], list[Row]] = {}
        for claim in results.claims[results.claims["n"] > 0].to_dict("records"):
            self.claims.setdefault((*_key(claim), claim["metric"]), []).append(claim)

    def result(self, group: Row) -> Row:
        """What is shown of one group of seeds: its headline `outcome`, its origin, and how to repeat it."""
        results, key = self.results, _key(group)
        measure = results.headline_measures.get((group["entry"], group["recipe"], group["tier"]), "")
        outcome = self.outcomes.get((*key, measure))
        runs, machine = self.runs[key], self.machines[group["machine"]]
        commits = list(dict.fromkeys(run["commit"] for run in runs if run["commit"]))
        return {
            "spec_id": group["spec_id"],
            "foremost": key in self.foremost,
            "measure": measure,
            "outcome": outcome,
            "where": [
                f"{HEADINGS.get(name, name)} {shown}"
                for name in _columns(results)
                if name != "machine" and (shown := _shown(group[name], name))
            ],
            "machine": described(machine),
            "letter": group["machine"] if len(self.machines) > 1 else "",
            "facts": f"{provenance_page(group['entry'])}#m-{machine['machine_id']}-{machine['software_id']}",
            "commit": commits[0] if commits else "",
            "commits": len(commits),
            "dirty": any(_is_true(run["dirty"]) for run in runs),
            "provenance": results.addresses[group["spec_hash"], group["machine"]],
            "claims": self.claims.get((*key, measure), [])[:MOST_CLAIMS],
            "runs": len(runs),
            "statuses": _statuses(runs),
            "repeat": self._repeat(runs, outcome),
            "bibtex": citation.of_result(results, group, measure) if outcome else "",
        }

    def _repeat(self, runs: list[Row], outcome: Row | None) -> Row:
        """The first run that ended well, otherwise the first, and its command if that may be shown."""
        run = next((run for run in runs if run["status"] == "ok"), runs[0])
        ended, value = "", self.values.get(run["execution_id"])
        if outcome and value is not None:
            measure, unit = in_words(clip(outcome["measure"], 80)), clip(outcome["unit"], 30)
            ended = (
                f"with {measure} {with_unit(value, unit)}" if math.isfinite(value) else "without reaching it"
            )
        return {
            "seed": run["seed"],
            "run_id": run["run_id"],
            "ended": ended,
            "command": run["command"] if run["command"] and written_by_the_suite(run) else "",
            "recorded": bool(run["command"]),
            "dirty": _is_true(run["dirty"]),
            "others": len(runs) - 1,
        }


def _key(row: Row) -> tuple[Any, ...]:
    return tuple(row[name] for name in GROUP_KEY)


def _is_true(value: Any) -> bool:
    return not is_null(value) and bool(value)


def _statuses(runs: list[Row]) -> str:
    """How the runs ended that did not end well: 1 diverged, 2 timeout."""
    counts = pd.Series([run["status"] for run in runs if run["status"] != "ok"], dtype=str).value_counts()
    return ", ".join(f"{n} {status}" for status, n in sorted(counts.items()))


def first_result(recipes: list[Row]) -> tuple[Row, Row] | None:
    """The recipe and the group of seeds that stand for an entry, if its headline measure is finite.

    Otherwise the first recipe with such a measure, and its first group that has it.
    """
    results = [
        (recipe, group)
        for recipe in recipes
        for group in recipe["groups"]
        if group["outcome"] and group["outcome"]["estimate"]
    ]
    return max(results, key=lambda found: found[1]["foremost"], default=None)


def in_a_sentence(card: Row, recipes: list[Row]) -> str:
    """An entry's first headline result in one sentence; its idea if there is none."""
    name = f"{clip(card['name'], 80)} ({card['year']}), re-run: "
    found = first_result(recipes)
    if found is None:
        return name + clip(card["idea"], 200)
    recipe, group = found
    outcome = group["outcome"]
    estimate, unit = outcome["estimate"], clip(outcome["unit"], 30)
    value = f"{in_words(outcome['measure'])} {with_unit(estimate.median, unit)} on {recipe['recipe']}"
    ends = ""
    if estimate.low is not None:
        kind = "95% interval" if estimate.interval else "range"
        ends = f", {kind} {number(estimate.low)} to {number(estimate.high)}"
    words = f"{name}{value} (median of {several(outcome['n'], 'run')}{ends})"
    for claim in group["claims"][:1]:
        words += f"; {with_unit(claim['claimed'], clip(claim['unit'], 30))} claimed: {claim['verdict']}"
    return clip(f"{words}.", 400)
