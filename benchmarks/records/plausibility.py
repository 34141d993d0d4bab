"""Finds numbers that the schema allows but that no run can have left: impossible ones, and doubtful ones.

A bundle's checksums show that it was not changed in transit, not that it is true. A report omits what is
impossible, shows what is doubtful, and gives the reason for both. Pure functions over rows: neither pandas
nor a framework is imported.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any, NamedTuple

from benchmarks.measures import CRITERION
from benchmarks.records.schema import CLOCKS, Rows, short

#: The software of the suite did not exist before.
EARLIEST = datetime(2015, 1, 1, tzinfo=UTC)
#: Clocks of machines differ, and time zones are set wrongly.
CLOCK_SLACK = timedelta(days=1)
#: Examples a second: more than any machine's memory can deliver, even if they are a few bytes each.
MOST_EXAMPLES_PER_S = 1e12
#: Mean power of one device: more than any accelerator draws, and than all packages of a machine.
MOST_W = 20_000.0
#: Operations of one step: 10^21 take the largest machine there is an hour.
MOST_STEP_FLOP = 1e21
#: Operations and bytes a second of one machine.
MOST_PER_S = 1e19
LONGEST_S = 10 * 366 * 86400.0
#: Each leg is rounded to a millisecond.
LEG_SLACK_S = 0.001
#: A percentage is rounded in float32 before it is recorded.
PERCENT_SLACK = 1e-3
#: With fewer parameters, different seeds can well end in the same weights: those of a threshold unit are set
#: by hand, and some rules converge.
FEW_PARAMETERS = 1000
#: Measures that every run may have, whatever its task measures.
GENERAL = ("loss", CRITERION.name)
#: Parts of the names of measures that are relative to something else: in %, they may be negative or beyond
#: 100. And measures that are never negative.
RELATIVE = ("distance", "removed", "relative", "change", "gain", "ratio")
SQUARES = (
    "mse",
    "train_mse",
    "half_mse",
    "train_half_mse",
    "rms_error",
    "rmse",
    "squared_error",
    "perplexity",
    CRITERION.name,
)


class Doubt(NamedTuple):
    """One sentence about one execution (its id) or the bundle (""); reports leave out the `impossible`."""

    execution: str
    sentence: str
    impossible: bool


def implausible(
    tables: Mapping[str, Rows], specs: Mapping[str, Any], now: datetime | None = None
) -> list[Doubt]:
    """Whatever is impossible or doubtful in valid tables and specs, read at the time `now`."""
    legs, measures = _of_each(tables["epochs"]), _of_each(tables["measures"])
    doubts: list[Doubt] = []
    for run in tables["runs"]:
        id, spec = _id(run), specs[run["spec_id"]]
        label = f"{run['entry']} on {run['recipe']}, seed {run['seed']}"
        for sentence in (
            *_time(run, now or datetime.now(UTC)),
            *_work(run, spec["asked"]["recipe"]),
            *_legs(run, legs.get(id, ())),
            *_values(measures.get(id, ())),
        ):
            doubts.append(Doubt(id, f"{label}: {sentence}", True))
        doubts += [
            Doubt(id, f"{label}: {sentence}", False)
            for sentence in _unknown(measures.get(id, ()), spec["measures"])
        ]
    doubts += [Doubt("", sentence, True) for sentence in _machines(tables["machines"])]
    doubts += [Doubt("", sentence, True) for sentence in _machines(tables.get("ceilings", ()))]
    return doubts + list(_weights(tables["runs"]))


def _id(row: Mapping[str, Any]) -> str:
    """The execution that a row belongs to; in schema 1, whose runs were measured once, the run."""
    return str(row.get("execution_id") or row["run_id"])


def _of_each(rows: Rows) -> dict[str, Rows]:
    rows_of: dict[str, Rows] = defaultdict(list)
    for row in rows:
        rows_of[_id(row)].append(row)
    return rows_of


def _time(run: Mapping[str, Any], now: datetime) -> Iterator[str]:
    started = datetime.fromisoformat(run["started"])
    if started < EARLIEST:
        yield f"it started at {run['started']}, before {EARLIEST.year}: set the clock and run it again"
    if started > now + CLOCK_SLACK:
        yield f"it started at {run['started']}, in the future: set the clock and run it again"
    for clock in (*CLOCKS, "total_s"):
        if run[clock] is not None and run[clock] > LONGEST_S:
            yield f"{clock} is {run[clock]:.3g} s, more than ten years"


def _work(run: Mapping[str, Any], recipe: Mapping[str, Any]) -> Iterator[str]:
    """Epochs and examples: no more than the recipe asks for, and than the steps can hold."""
    stages: list[Any] = [stage for stage in _list(recipe.get("stages")) if isinstance(stage, dict)]
    stages = stages or [recipe]
    counts: list[Any] = [stage.get("epochs") for stage in stages]
    epochs = sum(counts) if all(map(_number, counts)) else None
    if epochs is not None and run["epochs"] is not None and run["epochs"] > epochs:
        yield f"it has {run['epochs']} epochs, but its recipe has {epochs}"
    steps, batch, examples = run["steps"], run["batch_size"], run["examples"]
    # The row has the last stage's batches; those of other stages can be larger.
    if len(stages) == 1 and None not in (steps, batch, examples) and examples > steps * batch:
        yield f"it saw {examples} examples in {steps} steps of {batch}, which hold {steps * batch} at most"
    if run["step_flop"] is not None and run["step_flop"] > MOST_STEP_FLOP:
        yield f"a step takes {run['step_flop']:.3g} operations, more than the possible {MOST_STEP_FLOP:.0e}"


def _legs(run: Mapping[str, Any], legs: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    legs = list(legs)
    for leg in legs:
        if leg["train_s"] > 0 and leg["examples"] / leg["train_s"] > MOST_EXAMPLES_PER_S:
            speed = f"the leg that ends at epoch {leg['epoch']} has {leg['examples'] / leg['train_s']:.3g}"
            yield f"{speed} examples a second, more than the possible {MOST_EXAMPLES_PER_S:.0e}"
    energy_j = sum(leg.get("energy_j") or 0.0 for leg in legs)
    if run["train_s"] and energy_j > MOST_W * run["devices"] * run["train_s"]:
        power = f"{energy_j / run['train_s']:.3g} W over {run['train_s']:.3g} s of training"
        yield f"its legs drew {power}, more than the possible {MOST_W:g} W of a device"
    for name, slack in (
        ("train_s", LEG_SLACK_S * len(legs) + 1e-6 * (run["train_s"] or 0)),
        ("steps", 0),
        ("examples", 0),
        ("epoch", 0),
    ):
        whole = run["epochs" if name == "epoch" else name]
        part = (
            max((leg["epoch"] for leg in legs), default=0)
            if name == "epoch"
            else sum(leg[name] for leg in legs)
        )
        if whole is not None and part > whole + slack:
            yield (
                f"its legs have {part:.10g} {name} together, but the run has {whole:.10g}"
                if name != "epoch"
                else (f"its last leg ends at epoch {part}, but the run at {whole}")
            )


def _values(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for row in rows:
        low, high = _range(row["measure"], row["unit"])
        if row["value"] is not None and not low - PERCENT_SLACK <= row["value"] <= high + PERCENT_SLACK:
            when = "at the end" if row["epoch"] is None else f"after epoch {row['epoch']}"
            bounds = f"{low:g} to {high:g}{row['unit']}" if high < math.inf else f"{low:g} or more"
            sentence = f"{row['split']} {row['measure']} {when} is {row['value']:.6g}{row['unit']}"
            yield f"{sentence}, but can only be {bounds}"


def _range(measure: str, unit: str) -> tuple[float, float]:
    """The least and the greatest value of a measure; in % it is a share, unless it is relative."""
    if any(word in measure for word in RELATIVE):
        return -math.inf, math.inf
    if unit == "%":
        return 0.0, 100.0
    return (0.0, math.inf) if measure in SQUARES else (-math.inf, math.inf)


def _unknown(rows: Iterable[Mapping[str, Any]], measures: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    """Scores that the run's task lacks, or has in another unit; what a rule logs (train) is its own."""
    declared = {(measure["name"], measure["unit"]) for measure in measures}
    names = {name for name, _ in declared}
    for name, unit in sorted(
        {(row["measure"], row["unit"]) for row in rows if row["split"] != "train"} - declared
    ):
        if name in names:
            yield f"{name} is given in {short(unit)}, but its task measures it in another unit"
        elif name not in GENERAL:
            yield f"its task has no measure {short(name)}"


def _machines(rows: Iterable[Mapping[str, Any]]) -> Iterator[str]:
    for row in rows:
        for name in ("matmul_flops", "tf32_flops", "bfloat16_flops", "bandwidth", "host_to_device"):
            if row.get(name) is not None and row[name] > MOST_PER_S:
                value = f"machine {row['machine_id']}: {name} is {row[name]:.3g}"
                yield f"{value}, more than the possible {MOST_PER_S:.0e}"


def _weights(runs: Rows) -> Iterator[Doubt]:
    """Runs with one spec hash and different seeds that ended with exactly the same trained weights.

    A fit to all examples at once may have a single optimum, which every seed finds. Hebb's rule adds up the
    examples, and the order does not matter to a sum.
    """
    same: dict[tuple[str, str], dict[int, dict[str, Any]]] = defaultdict(dict)
    for run in runs:
        if (
            run["weights_sha256"]
            and (run["parameters"] or 0) > FEW_PARAMETERS
            and run["steps"]
            and run["status"] == "ok"
            and run["rule"] not in ("fit", "hebb")
        ):
            same[run["spec_hash"], run["weights_sha256"]][run["seed"]] = run
    for seeds in same.values():
        if len(seeds) > 1:
            run = seeds[min(seeds)]
            numbers = ", ".join(str(seed) for seed in sorted(seeds)[:10]) + (
                ", ..." if len(seeds) > 10 else ""
            )
            label = f"{run['entry']} on {run['recipe']}: {len(seeds)} seeds ({numbers})"
            same_weights = f"ended in the same {run['parameters']} weights"
            why = "the seed changed nothing, or they are one run under several seeds"
            yield Doubt("", f"{label} {same_weights}: {why}", False)


def _list(value: Any) -> list[Any]:
    return value if isinstance(value, list) else []


def _number(value: Any) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
