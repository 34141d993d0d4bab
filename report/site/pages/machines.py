"""machines.html: the machines side by side, how much faster one is than another, and where the time went."""

from typing import Any

import pandas as pd

from report import batch_sizes, statistics
from report.findings import comparison
from report.formats import duration, listed, rate, size
from report.machine_names import described, differences, with_backend
from report.results import CLOCKS, Results
from report.site.site import Site
from report.speed_ups import against_first, first_base

#: tables of the comparison of machines
COMPARED = ("speed_ups", "compared_pairs", "compared_throughput", "compared_measures", "uncompared")
#: Machines are put side by side if there are at most this many; otherwise they are rows.
SIDE_BY_SIDE = 5
#: pairs of machines whose ratio is shown in large figures
MOST_PAIRS = 6
#: machines whose scores are shown in a sentence
MOST_SCORES = 40


def write(site: Site) -> None:
    """Writes machines.html."""
    results = site.results
    runs = results.runs
    machines = results.machines.to_dict("records")
    site.write(
        "machines.html",
        "machines.html",
        comparison=comparison(results),
        at_batch_sizes=batch_sizes.sentences(results.speeds),
        pairs=against_first(results.speed_ups)[:MOST_PAIRS].to_dict("records"),
        alone=results.compared.alone,
        called=with_backend(results),
        one_hardware=one_hardware(results),
        scores=scores(results.speed_ups)[:MOST_SCORES],
        compared=[name for name in COMPARED if name in site.tables and len(site.tables[name].frame)],
        machines=list(zip(machines, differences(results), strict=True)),
        facts=facts(site) if len(machines) <= SIDE_BY_SIDE else [],
        describe=described,
        clocks=listed(
            [name for column, name in CLOCKS.items() if column in runs and runs[column].gt(0).any()]
        ),
        statistics=statistics,
    )


def scores(speed_ups: pd.DataFrame) -> list[tuple[str, float]]:
    """(machine, its score) for the first machine, which has 100, and for those that share entries with it."""
    if speed_ups.empty:
        return []
    base = first_base(speed_ups)
    rows = speed_ups[(speed_ups["base"] == base) & (speed_ups["over"] == "all")]
    return [(base, 100.0), *zip(rows["machine"], 100 * rows["ratio"], strict=True)]


def one_hardware(results: Results) -> list[str]:
    """Machines with scores that share their hardware, but not their backend: C (jax) and D (tensorflow)."""
    scored = [letter for letter, _ in scores(results.speed_ups)]
    rows = results.machines[results.machines["machine"].isin(scored)]
    called = with_backend(results)
    return [
        listed([called[letter] for letter in same["machine"]])
        for _, same in rows.groupby("machine_id", sort=False)
        if same["backend"].nunique() > 1
    ]


def facts(site: Site) -> list[tuple[str, list[str], bool]]:
    """(what, its value on each machine, whether the machines differ in it) of what any machine has."""
    machines = site.tables["machines"].frame.to_dict("records")
    rows: list[tuple[str, list[str]]] = [
        *_texts(machines, names="name", processor="processor", generation="generation"),
        ("cores", [_cores(machine) for machine in machines]),
        ("memory", [size(_number(machine["memory_bytes"])) for machine in machines]),
        *_texts(machines, accelerators="accelerators", system="system", python="Python"),
        ("backend", [f"{machine['backend']} {machine['backend_version']}" for machine in machines]),
        *_texts(machines, keras="Keras", numpy="NumPy", driver="driver", cuda="CUDA", suite="suite"),
        *_texts(machines, environment="environment"),
        ("matrix product", [_ceiling(machine, "matmul_flops", "FLOP/s") for machine in machines]),
        ("matrix product in TF32", [_ceiling(machine, "tf32_flops", "FLOP/s") for machine in machines]),
        ("in bfloat16", [_ceiling(machine, "bfloat16_flops", "FLOP/s") for machine in machines]),
        ("memory copy", [_ceiling(machine, "bandwidth", "B/s") for machine in machines]),
        ("copy from the host", [_ceiling(machine, "host_to_device", "B/s") for machine in machines]),
        (
            "call of a program",
            [duration(seconds) if (seconds := _number(machine["launch_s"])) else "" for machine in machines],
        ),
        ("power limit", [_ceiling(machine, "power_limit_w", "W") for machine in machines]),
        ("highest clock", [_ceiling(machine, "clock_hz", "Hz") for machine in machines]),
        *_texts(machines, ceiling_load="load at the ceilings"),
        ("runs", [f"{machine['runs']:,}" for machine in machines]),
        ("executions", [f"{machine['executions']:,}" for machine in machines]),
        *_texts(machines, price="price"),
    ]
    return [(what, values, len(set(values)) > 1) for what, values in rows if any(values)]


def _texts(machines: list[dict[Any, Any]], **columns: str) -> list[tuple[str, list[str]]]:
    return [
        (label, ["" if pd.isna(machine[key]) else str(machine[key]) for machine in machines])
        for key, label in columns.items()
    ]


def _cores(machine: dict[Any, Any]) -> str:
    available = _number(machine["available_cores"])
    limited = available is not None and available != machine["cores"]
    return f"{machine['cores']}" + (f", {available:g} available" if limited else "")


def _ceiling(machine: dict[Any, Any], key: str, unit: str) -> str:
    value = _number(machine[key])
    return "" if value is None else rate(value, unit)


def _number(value: Any) -> float | None:
    return None if pd.isna(value) else float(value)
