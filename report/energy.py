"""Energy and money: what an example of training takes, and a run to its end or to its criterion."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pandas as pd

from benchmarks.measures import CRITERION

if TYPE_CHECKING:
    from report.results import Results

#: What is known of an execution, in J, W, % and the currency of its price; missing where it is not.
COLUMNS = (
    *("joules_per_example", "power_w", "idle_w", "energy_j", "idle_share", "to_criterion_j"),
    *("cost_of_a_million", "cost_to_criterion", "currency"),
)


def executions(results: Results) -> pd.DataFrame:
    """One row for each execution that ended well and has steady legs: its id, and `COLUMNS`.

    - `joules_per_example` and `power_w`: the energy of the steady legs of the last stage, over their examples
      and their training time. Legs too short for a counter are left out of all three.
    - `energy_j`: that of all legs, missing if one leg's is. `idle_share` is how much of it the device would
      have drawn idle: `idle_w` times the training time.
    - `to_criterion_j` and `cost_to_criterion`: the energy, and the price of the training time, of the legs up
      to the epoch in which the recipe's criterion was reached; missing where it never was.
    - `cost_of_a_million`: the price of the time of a million examples at the execution's throughput.
    """
    legs = results.epochs.sort_values(["execution_id", "epoch"], kind="stable")
    legs = legs[["execution_id", "epoch", "stage", "examples", "train_s", "warm_up", "energy_j"]]
    last = legs["stage"] == legs.groupby("execution_id")["stage"].transform("last")
    steady = _sums(legs[last & ~legs["warm_up"].astype(bool) & legs["energy_j"].notna()])
    whole = _sums(legs)
    reached = results.closing_measures
    reached = reached[reached["measure"] == CRITERION.name][["execution_id", "value"]].dropna()
    within = legs.merge(reached.drop_duplicates("execution_id"), on="execution_id")
    to_criterion = _sums(within[within["epoch"] <= within["value"]])

    runs = results.runs[["execution_id", "idle_w", "price_per_hour", "currency"]]
    frame = results.throughput[["execution_id", "examples_per_s"]].merge(runs, on="execution_id")
    ids = frame["execution_id"]
    per_s = frame["price_per_hour"] / 3600
    frame["joules_per_example"] = ids.map(
        steady["energy_j"] / steady["examples"].where(steady["examples"] > 0)
    )
    frame["power_w"] = ids.map(steady["energy_j"] / steady["train_s"].where(steady["train_s"] > 0))
    frame["energy_j"] = ids.map(whole["energy_j"])
    frame["idle_share"] = 100 * frame["idle_w"] * ids.map(whole["train_s"]) / frame["energy_j"]
    frame["to_criterion_j"] = ids.map(to_criterion["energy_j"])
    frame["cost_of_a_million"] = 1e6 * per_s / frame["examples_per_s"]
    frame["cost_to_criterion"] = per_s * ids.map(to_criterion["train_s"])
    return frame[["execution_id", *COLUMNS]]


def _sums(legs: pd.DataFrame) -> pd.DataFrame:
    """Execution id -> the sums of its legs; that of energy is missing if one leg's is."""
    grouped = legs.groupby("execution_id")
    sums = grouped[["examples", "train_s", "energy_j"]].sum()
    known = grouped["energy_j"].count() == grouped.size()
    return sums.assign(energy_j=sums["energy_j"].where(known)).astype(float)
