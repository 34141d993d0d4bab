"""Numbers that keep the schema, and that no run can have left: what is impossible, and what is doubtful.

A bundle's checksums say that nobody changed it on its way, not that it is true. A report leaves out what cannot be, and shows what is
hard to believe; both with their sentences. Pure functions over rows: neither pandas nor a framework is imported.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from benchmarks.measures import CRITERION
from benchmarks.records.schema import CLOCKS, Rows, short

#: Before this, nothing that the suite runs on existed.
EARLIEST = datetime(2015, 1, 1, tzinfo=UTC)
#: Clocks of machines differ, and time zones are set wrongly.
CLOCK_SLACK = timedelta(days=1)
#: Examples a second: more than any machine's memory can deliver, of examples of a few bytes.
MOST_EXAMPLES_PER_S = 1e12
#: Operations of one step: 10^21 are an hour of the largest machine there is.
MOST_STEP_FLOP = 1e21
#: Operations and bytes a second of one machine.
MOST_PER_S = 1e19
LONGEST_S = 10 * 366 * 86400.0
#: Legs are rounded one by one, to a millisecond each.
LEG_SLACK_S = 0.001
#: A percentage is rounded in float32 before it is recorded.
PERCENT_SLACK = 1e-3
#: Of fewer parameters different seeds can well end in the same weights: those of a threshold unit that are set by hand, or of a rule that converges.
FEW_PARAMETERS = 1000
#: measures that every run may have, whatever its task tells of
GENERAL = ("loss", CRITERION.name)
#: parts of the names of measures in % that are relative to something else, and may be negative or beyond 100; and measures that are never negative
RELATIVE = ("distance", "removed", "relative", "change", "gain", "ratio")
SQUARES = ("mse", "train_mse", "rms_error", "rmse", "squared_error", "perplexity", CRITERION.name)


class Doubt(NamedTuple):
    """One sentence about one execution (its id), or about the bundle (""); `impossible` is left out of a report, the rest is shown as doubtful."""

    execution: str
    sentence: str
    impossible: bool


def implausible(
    tables: Mapping[str, Rows], specs: Mapping[str, Any], now: datetime | None = None
) -> list[Doubt]:
    """All that is impossible or doubtful in valid tables and specs; `now` is the time of reading (for tests)."""
    legs, measures = _of_each(tables["epochs"]), _of_each(tables["measures"])
    found: list[Doubt] = []
    for run in tables["runs"]:
        id, spec = _id(run), specs[run["spec_id"]]
        told = f"{run['entry']} on {run['recipe']}, seed {run['seed']}"
        for sentence in (
            *_time(run, now or datetime.now(UTC)),
            *_work(run, spec["asked"]["recipe"]),
            *_legs(run, legs.get(id, ())),
            *_values(measures.get(id, ())),
        ):
            found.append(Doubt(id, f"{told}: {sentence}", True))
        found += [
            Doubt(id, f"{told}: {sentence}", False)
            for sentence in _unknown(measures.get(id, ()), spec["measures"])
        ]
    found += [Doubt("", sentence, True) for sentence in _machines(tables["machines"])]
    found += [Doubt("", sentence, True) for sentence in _machines(tables.get("ceilings", ()))]
    return found + list(_weights(tables["runs"]))


def _id(row: Mapping[str, Any]) -> str:
    """The execution that a row belongs to; of schema 1, whose runs were measured once, the run."""
    return str(row.get("execution_id") or row["run_id"])


def _of_each(rows: Rows) -> dict[str, Rows]:
    found: dict[str, Rows] = defaultdict(list)
    for row in rows:
        found[_id(row)].append(row)
    return found


def _time(run: Mapping[str, Any], now: datetime) -> Iterator[str]:
    started = datetime.fromisoformat(run["started"])
    if started < EARLIEST:
        yield f"it is said to have started at {run['started']}, before {EARLIEST.year}: set the machine's clock, and run it again"
    if started > now + CLOCK_SLACK:
        yield f"it is said to have started at {run['started']}, which is in the future: set the machine's clock, and run it again"
    for clock in (*CLOCKS, "total_s"):
        if run[clock] is not None and run[clock] > LONGEST_S:
            yield f"{clock} is {run[clock]:.3g} s, more than ten years"


def _work(run: Mapping[str, Any], recipe: Mapping[str, Any]) -> Iterator[str]:
    """How much was done: no more than was asked for, and than its parts hold."""
    if _number(recipe.get("epochs")) and run["epochs"] is not None and run["epochs"] > recipe["epochs"]:
        yield f"it has {run['epochs']} epochs, and its recipe {recipe['epochs']}"
    steps, batch, examples = run["steps"], run["batch_size"], run["examples"]
    if None not in (steps, batch, examples) and examples > steps * batch:
        yield f"it saw {examples} examples in {steps} steps of {batch}, which hold {steps * batch} at most"
    if run["step_flop"] is not None and run["step_flop"] > MOST_STEP_FLOP:
        yield f"a step is said to take {run['step_flop']:.3g} operations, more than the {MOST_STEP_FLOP:.0e} that any can"


def _legs(run: Mapping[str, Any], legs: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    legs = list(legs)
    for leg in legs:
        if leg["train_s"] > 0 and leg["examples"] / leg["train_s"] > MOST_EXAMPLES_PER_S:
            yield (
                f"the leg that ends at epoch {leg['epoch']} has {leg['examples'] / leg['train_s']:.3g} examples a second,"
                f" more than the {MOST_EXAMPLES_PER_S:.0e} that any machine can train"
            )
    for what, slack in (
        ("train_s", LEG_SLACK_S * len(legs) + 1e-6 * (run["train_s"] or 0)),
        ("steps", 0),
        ("examples", 0),
        ("epoch", 0),
    ):
        whole = run["epochs" if what == "epoch" else what]
        part = (
            max((leg["epoch"] for leg in legs), default=0)
            if what == "epoch"
            else sum(leg[what] for leg in legs)
        )
        if whole is not None and part > whole + slack:
            yield (
                f"its legs have {part:.10g} {what} together, and the run {whole:.10g}"
                if what != "epoch"
                else (f"its last leg ends at epoch {part}, and the run at {whole}")
            )


def _values(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for row in rows:
        low, high = _range(row["measure"], row["unit"])
        if row["value"] is not None and not low - PERCENT_SLACK <= row["value"] <= high + PERCENT_SLACK:
            when = "at the end" if row["epoch"] is None else f"after epoch {row['epoch']}"
            bounds = f"{low:g} to {high:g}{row['unit']}" if high < math.inf else f"{low:g} or more"
            yield f"{row['split']} {row['measure']} {when} is {row['value']:.6g}{row['unit']}, and can be {bounds} alone"


def _range(measure: str, unit: str) -> tuple[float, float]:
    """Between which values a measure lies. What is given in % is a share of things counted, but for what is relative to something else."""
    if any(word in measure for word in RELATIVE):
        return -math.inf, math.inf
    if unit == "%":
        return 0.0, 100.0
    return (0.0, math.inf) if measure in SQUARES else (-math.inf, math.inf)


def _unknown(rows: Iterable[Mapping[str, Any]], measures: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Scores that the run's task does not tell of, or tells in another unit. What a learning rule notes on its way (split train) is its own."""
    told = {(one["name"], one["unit"]) for one in measures}
    names = {name for name, _ in told}
    for name, unit in sorted(
        {(row["measure"], row["unit"]) for row in rows if row["split"] != "train"} - told
    ):
        if name in names:
            yield f"{name} is given in {short(unit)}, in which its task does not tell of it"
        elif name not in GENERAL:
            yield f"its task tells nothing of the measure {short(name)}"


def _machines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for row in rows:
        for name in ("matmul_flops", "bandwidth"):
            if row.get(name) is not None and row[name] > MOST_PER_S:
                yield f"machine {row['machine_id']}: {name} is {row[name]:.3g}, more than the {MOST_PER_S:.0e} that any machine has"


def _weights(runs: Rows) -> Iterator[Doubt]:
    """Runs of one question with different seeds that ended in the very same weights, though they have many and were trained."""
    same: dict[tuple[str, str], dict[int, dict[str, Any]]] = defaultdict(dict)
    for run in runs:
        if (
            run["weights_sha256"]
            and (run["parameters"] or 0) > FEW_PARAMETERS
            and run["steps"]
            and run["status"] == "ok"
        ):
            same[run["spec_hash"], run["weights_sha256"]][run["seed"]] = run
    for seeds in same.values():
        if len(seeds) > 1:
            run = seeds[min(seeds)]
            numbers = ", ".join(str(seed) for seed in sorted(seeds)[:10]) + (
                ", ..." if len(seeds) > 10 else ""
            )
            told = f"{run['entry']} on {run['recipe']}: {len(seeds)} seeds ({numbers}) ended in the same {run['parameters']} weights"
            yield Doubt(
                "", f"{told}: the seed changed nothing, or they are one run under several seeds", False
            )


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
