"""Architectures of different years on common ground: what each reaches on a track, and what that cost.

An architecture is compared with the best of all earlier years. That is what its idea had to beat, and it does
not depend on who is called whose successor. Baselines, the family `classical`, stand beside the nets: they
are shown, and named with the best net, but break no records and are not what a net is compared with.
"""

from __future__ import annotations

import math
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

import pandas as pd

from benchmarks.spec import TIERS
from benchmarks.tracks import TRACKS, Track
from report import statistics
from report.formats import number, several, with_unit
from report.grouping import GROUP

if TYPE_CHECKING:
    from report.results import Results

#: Where times can be compared: one machine, and one way to compute.
SETTING = ["machine", "backend", "precision", "threads", "devices"]


@dataclass(frozen=True)
class Gain:
    """What an architecture gained over the best of all earlier years, `best`, on one track.

    `difference` is in the measure's unit, ours minus theirs, with its exact interval or range; `finding` says
    what so many runs support (see `statistics.MEASURE_FINDINGS`). `parameters`, `flop` and `seconds` are
    ratios, ours over theirs; None where one side is unknown or was timed elsewhere.
    """

    best: Standing
    difference: statistics.Comparison
    finding: str
    parameters: float | None
    flop: float | None
    seconds: float | None


@dataclass(frozen=True)
class Standing:
    """One entry on a track, by one group of seeds.

    `values` has the measure of each seed; a run that never reached a criterion counts as infinitely bad.
    `estimate` is None if that is the median. `parameters` counts those that are free to change, `flop` the
    floating-point operations of the whole training, `seconds` the training time and `rate` the training
    examples per second, medians over runs; None where unknown. `timed_alike` says whether it was timed in the
    track's setting. `version` says how its recipe differs from that of the installed catalogue, and is empty
    if it does not. `address` is where its executions are described. `record` says whether it is a net that
    was better than all nets of earlier years.
    """

    entry: str
    name: str
    year: int
    family: str
    recipe: str
    tier: str
    tries: int | None
    values: tuple[float, ...]
    estimate: statistics.Estimate | None
    parameters: float | None
    flop: float | None
    seconds: float | None
    rate: float | None
    timed_alike: bool
    version: str
    address: str
    record: bool = False

    @property
    def baseline(self) -> bool:
        """Whether it is no net but something to measure nets by."""
        return self.family == "classical"


@dataclass(frozen=True)
class TrackResults:
    """A track with its standings, by year.

    `unit` and `direction` are those of its measure; `setting` is the machine, backend, precision, threads
    and devices that most entries share: times are compared there alone. `gains` maps entries to what they
    gained; baselines, and the entries of the track's first year, are compared with no one.
    """

    track: Track
    unit: str
    direction: str
    setting: dict[str, Any]
    standings: tuple[Standing, ...]
    gains: dict[str, Gain]

    @property
    def measure(self) -> str:
        """The measure with its unit: "error, %"."""
        return self.track.score + (f", {self.shown_unit}" if self.shown_unit else "")

    @property
    def shown_unit(self) -> str:
        """The unit, or nothing where the name of the score has it: "BLEU score"."""
        return "" if self.unit in self.track.score.split() else self.unit

    @property
    def best(self) -> Standing:
        """The net with the best median, of equals the earliest; a baseline only where there is no net."""
        return min(nets(self.standings), key=lambda one: _badness(one, self.direction))

    def better(self, one: float, other: float) -> bool:
        """Whether a value of the measure is better than another."""
        return one > other if self.direction == "higher" else one < other


def nets(standings: Iterable[Standing]) -> list[Standing]:
    """Those of known medians that are no baselines, or all of known medians where there is no net."""
    known = [one for one in standings if one.estimate]
    return [one for one in known if not one.baseline] or known


def _badness(standing: Standing, direction: str) -> float:
    assert standing.estimate is not None
    return -standing.estimate.median if direction == "higher" else standing.estimate.median


def tracks(results: Results) -> list[TrackResults]:
    """The tracks on which these results have an entry with a known median, in the order of `TRACKS`."""
    return [found for track in TRACKS if (found := _results_of(results, track))]


def _results_of(results: Results, track: Track) -> TrackResults | None:
    """The standings on one track; None if there are none."""
    final = results.final_measures
    final = final[(final["measure"] == track.measure) & (final["dataset"] == track.dataset)]
    groups = results.groups.merge(final[GROUP].drop_duplicates(), on=GROUP)
    groups = groups[[_task(results, id) in track.tasks for id in groups["spec_id"]]]
    if groups.empty:
        return None
    unit = str(final["unit"].iloc[0])
    described = results.specs[groups["spec_id"].iloc[0]]["measures"]
    higher = {"name": track.measure, "direction": "higher"}
    direction = "higher" if any(higher.items() <= measure.items() for measure in described) else "lower"
    setting = _setting(groups)
    values = {
        tuple(key): tuple(rows.sort_values("seed", kind="stable")["value"])
        for key, rows in final.groupby(GROUP, sort=False)
    }
    chosen = _chosen(results, groups, setting).to_dict("records")
    standings = [_standing(results, row, values[tuple(row[key] for key in GROUP)], setting) for row in chosen]
    standings.sort(key=lambda one: (one.year, one.entry))
    if not any(one.estimate for one in standings):
        return None
    marked, gains = _progress(standings, direction)
    return TrackResults(track, unit, direction, setting, tuple(marked), gains)


def _task(results: Results, spec_id: str) -> str:
    """The task of a recipe: its own, or that of its entry."""
    spec = results.specs[spec_id]
    return str(spec["recipe"]["task"] or spec["entry"]["task"])


def _setting(groups: pd.DataFrame) -> dict[str, Any]:
    """The values of `SETTING` that most entries share; of equals the first."""
    shared = groups.groupby(SETTING, sort=False)["entry"].nunique()
    most: Any = shared.idxmax()
    return dict(zip(SETTING, most, strict=True))


def _chosen(results: Results, groups: pd.DataFrame, setting: dict[str, Any]) -> pd.DataFrame:
    """The group that stands for each entry.

    It is the paper's own variant, or else the first in the catalogue; by the recipe of the installed
    catalogue rather than an older one; in the fullest tier; in the track's setting; and the last to run.
    """
    alike = pd.Series(True, index=groups.index)
    for key, value in setting.items():
        alike &= groups[key] == value
    order = {
        id: list(dict.fromkeys(recipe["name"] for recipe in card["recipes"]))
        for id, card in results.entries.items()
    }
    place = [
        order[id].index(name) if name in order[id] else len(order[id])
        for id, name in zip(groups["entry"], groups["recipe"], strict=True)
    ]
    ranked = groups.assign(
        own=groups["variant"] == "",
        place=[-number for number in place],
        current=[not results.specs[id]["older"] for id in groups["spec_id"]],
        fullness=groups["tier"].map(TIERS.index),
        alike=alike,
    )
    keys = ["own", "place", "current", "fullness", "alike", "started"]
    return ranked.sort_values(keys, ascending=False, kind="stable").drop_duplicates("entry")


def _standing(
    results: Results, group: dict[Any, Any], values: tuple[float, ...], setting: dict[str, Any]
) -> Standing:
    card = results.entries[group["entry"]]
    runs = results.distinct_runs
    runs = runs[
        (runs["spec_hash"] == group["spec_hash"])
        & (runs["machine"] == group["machine"])
        & (runs["source_sha256"] == group["source_sha256"])
        & (runs["status"] == "ok")
    ]
    rate = results.group_rates.get(tuple(group[key] for key in GROUP))
    return Standing(
        entry=card["id"],
        name=card["name"],
        year=card["year"],
        family=group["family"],
        recipe=group["recipe"],
        tier=group["tier"],
        tries=results.specs[group["spec_id"]]["recipe"]["tries"],
        values=values,
        estimate=statistics.median(values),
        parameters=_middle(runs["parameters"]),
        flop=_middle(runs["step_flop"].astype(float) * runs["steps"].astype(float)),
        seconds=_middle(runs["train_s"]),
        rate=rate.estimate.median if rate else None,
        timed_alike=all(group[key] == value for key, value in setting.items()),
        version=group["version"],
        address=results.addresses.get((group["spec_hash"], group["machine"]), ""),
    )


def _middle(values: pd.Series) -> float | None:
    """The median of the positive values, None if there are none."""
    known = [float(value) for value in values.dropna() if value > 0]
    estimate = statistics.median(known)
    return estimate.median if estimate else None


def _progress(standings: list[Standing], direction: str) -> tuple[list[Standing], dict[str, Gain]]:
    """The standings with their records marked, and what each gained over the best of all earlier years."""
    marked: list[Standing] = []
    compared: dict[str, tuple[Standing, Standing, statistics.Comparison]] = {}
    for one in standings:
        if one.baseline:
            marked.append(one)
            continue
        earlier = [
            other for other in standings if other.year < one.year and other.estimate and not other.baseline
        ]
        best = min(earlier, key=lambda other: _badness(other, direction), default=None)
        ahead = best is None or (
            one.estimate is not None and _badness(one, direction) < _badness(best, direction)
        )
        marked.append(replace(one, record=ahead and one.estimate is not None))
        difference = statistics.compare(one.values, best.values) if best else None
        if best and difference:
            compared[one.entry] = (one, best, difference)
    findings = statistics.findings([difference for _, _, difference in compared.values()])
    gains = {
        entry: Gain(best, difference, finding, *_ratios(one, best))
        for (entry, (one, best, difference)), finding in zip(compared.items(), findings, strict=True)
    }
    return marked, gains


def _ratios(one: Standing, other: Standing) -> tuple[float | None, float | None, float | None]:
    """Parameters, operations and training time of one entry over those of another."""
    timed = one.timed_alike and other.timed_alike
    return (
        _ratio(one.parameters, other.parameters),
        _ratio(one.flop, other.flop),
        _ratio(one.seconds, other.seconds) if timed else None,
    )


def _ratio(ours: float | None, theirs: float | None) -> float | None:
    return ours / theirs if ours and theirs else None


def bought(found: TrackResults) -> str:
    """What the years from the track's first entry to its best one bought, at what price, and if it lasts."""
    known = nets(found.standings)
    first, best = known[0], found.best
    on = found.track.on
    beside = _beside(found)
    score = found.track.score
    if len(known) == 1:
        at = f"{score} {_value(found, first)}"
        return f"So far {first.name} ({first.year}) stands alone on {on}: {at}.{beside}"
    if best is first:
        return (
            f"On {on}, {several(len(known) - 1, 'later architecture')} did no better than"
            f" {first.name} ({first.year}): {score} {_value(found, first)}.{beside}"
        )
    price = _price(_ratios(best, first))
    years = best.year - first.year
    span = f"What {several(years, 'year')} bought on {on}" if years else f"On {on}, within a year"
    cost = f", with {price}" if price else ""
    later = sum(one.year > best.year for one in known)
    since = f" Since then {several(later, 'architecture')} did no better." if later else ""
    return (
        f"{span}: {score} from {_value(found, first)} ({first.name}, {first.year})"
        f" to {_value(found, best)} ({best.name}, {best.year}){_doubt(best, first)}{cost}.{since}{beside}"
    )


def _doubt(one: Standing, other: Standing) -> str:
    """What keeps the difference between two entries from being shown; empty if the runs show it."""
    difference = statistics.compare(one.values, other.values)
    (finding,) = statistics.findings([difference]) if difference else (statistics.NOT_ENOUGH,)
    if finding == "differ":
        return ""
    few = finding == statistics.NOT_ENOUGH
    return ", on too few runs to be sure" if few else ", though these runs show no difference"


def _beside(found: TrackResults) -> str:
    """A sentence on the best baseline, with a space before it; empty if there is none beside the nets."""
    baselines = [one for one in found.standings if one.estimate and one.baseline]
    if not baselines or found.best.baseline:
        return ""
    best = min(baselines, key=lambda one: _badness(one, found.direction))
    return f" The best baseline, {best.name}, is at {_value(found, best)}."


def gained(found: TrackResults, standing: Standing) -> str:
    """One sentence: what an entry reaches on a track, and what it gained over the best of earlier years."""
    reached = (
        f"{found.track.score} {_value(found, standing)}"
        if standing.estimate
        else "the criterion is not reached"
    )
    if standing.baseline:
        return f"On {found.track.on}: {reached}, as a baseline for the nets."
    gain = found.gains.get(standing.entry)
    if gain is None:
        return f"On {found.track.on}: {reached}, with no earlier result to compare with."
    best, difference = gain.best, gain.difference
    change = ""
    if standing.estimate and math.isfinite(difference.effect):
        change = f"; a difference of {_signed(difference.effect)}"
        if difference.low is not None and difference.high is not None:
            kind = "95% interval" if difference.level else "range of the differences"
            change += f", {kind} {_signed(difference.low)} to {_signed(difference.high)}"
        if gain.finding != "differ":
            change += f" ({gain.finding})"
    price = _price((gain.parameters, gain.flop, gain.seconds))
    cost = f". It takes {price}" if price else ""
    return (
        f"On {found.track.on}: {reached}. The best of earlier years is {_value(found, best)}"
        f" ({best.name}, {best.year}){change}{cost}."
    )


def _signed(value: float) -> str:
    """A difference with its sign."""
    return f"+{number(value)}" if value > 0 else number(value)


def progress(found: TrackResults, start: int, end: int) -> str:
    """One sentence: how far the best result of a track moved in these years; empty if it did not."""
    before = [one for one in nets(found.standings) if one.year < start]
    until = [one for one in nets(found.standings) if one.year <= end]
    old, new = (
        min(some, key=lambda one: _badness(one, found.direction), default=None) for some in (before, until)
    )
    if old is None or new is None or old is new:
        return ""
    moved = "rises" if found.direction == "higher" else "falls"
    return (
        f"On {found.track.on} the best {found.track.score} {moved} from {_value(found, old)}"
        f" ({old.name}, {old.year}) to {_value(found, new)} ({new.name}, {new.year}){_doubt(new, old)}."
    )


def _price(ratios: tuple[float | None, float | None, float | None]) -> str:
    """Ratios of costs in words: 9.8 times the parameters, 0.25 times the training time; empty without any."""
    words = ("parameters", "operations of training", "training time")
    known = [
        f"{number(ratio, 2)} times the {word}" for ratio, word in zip(ratios, words, strict=True) if ratio
    ]
    return ", ".join(known)


def _value(found: TrackResults, standing: Standing) -> str:
    """The median with its unit."""
    assert standing.estimate is not None and math.isfinite(standing.estimate.median)
    return with_unit(standing.estimate.median, found.shown_unit)
