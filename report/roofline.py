"""How near each group of runs comes to what its machine can do: its operations, its bytes, and the roof.

A program that computes with each byte that it moves only so often cannot be faster than the memory feeds it,
nor than the machine multiplies. Source: Williams, Waterman and Patterson, 2009, Roofline: An Insightful
Visual Performance Model for Multicore Architectures, Communications of the ACM 52(4).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pandas as pd

from report.grouping import GROUP

if TYPE_CHECKING:
    from report.results import Results

#: The ceiling for each precision of products.
CEILINGS = {"float32": "matmul_flops", "tf32": "tf32_flops", "bfloat16": "bfloat16_flops"}
COLUMNS = (*GROUP, "family", "flops", "intensity", "ceiling", "bandwidth", "roof", "bound")


def points(results: Results) -> pd.DataFrame:
    """One row for each group that was timed, with the columns `COLUMNS`.

    `flops` are the operations of a step times the median of steps per second, in FLOP/s; `intensity` are the
    operations for each byte, in FLOP/B; `ceiling` is that of the matrix product, in FLOP/s, and `bandwidth`
    that of copying memory, in B/s. `roof` is the lower of the ceiling and of intensity times bandwidth, and
    `bound` says which that is: "compute" or "memory". What is unknown is null.
    """
    groups = results.throughput.drop_duplicates(GROUP).merge(
        results.runs[["execution_id", "step_flop", "step_bytes", "batch_size"]], on="execution_id"
    )
    machines = {machine["machine"]: machine for machine in results.machines.to_dict("records")}
    rows = [
        {
            **{key: group[key] for key in (*GROUP, "family")},
            **point(group, results.group_rates[tuple(group[key] for key in GROUP)].estimate.median, machines),
        }
        for group in groups.to_dict("records")
    ]
    return pd.DataFrame(rows, columns=list(COLUMNS))


def point(group: dict[Any, Any], examples_per_s: float, machines: dict[Any, Any]) -> dict[str, Any]:
    """Where a group of runs with this throughput stands: the columns of `points` that are not the group's."""
    machine = machines[group["machine"]]
    flop, moved, batch = (_positive(group[key]) for key in ("step_flop", "step_bytes", "batch_size"))
    flops = examples_per_s * flop / batch if flop and batch else None
    intensity = flop / moved if flop and moved else None
    ceiling, bandwidth = ceiling_of(group, machine), _positive(machine["bandwidth"])
    if bandwidth is not None and machine["accelerators"]:
        bandwidth *= group["devices"]
    row = {"flops": flops, "intensity": intensity, "ceiling": ceiling, "bandwidth": bandwidth}
    if intensity is None or ceiling is None or bandwidth is None:
        return {**row, "roof": None, "bound": None}
    fed = intensity * bandwidth
    return {**row, "roof": min(ceiling, fed), "bound": "memory" if fed < ceiling else "compute"}


def ceiling_of(group: dict[Any, Any], machine: dict[Any, Any]) -> float | None:
    """The matrix product that a run could reach, in FLOP/s: in its precision, on its threads or accelerators.

    Of a machine without accelerator, all of whose threads the ceiling was measured on, a run has its share.
    None where the ceiling of that precision was not measured.
    """
    column = CEILINGS.get(group["matmul_precision"] or group["precision"].split(",")[0])
    ceiling = _positive(machine[column]) if column else None
    threads = machine["ceiling_threads"]
    if ceiling is None:
        return None
    if machine["accelerators"] or pd.isna(threads):
        return ceiling * group["devices"]
    return ceiling * min(1.0, group["threads"] / threads)


def _positive(value: Any) -> float | None:
    return float(value) if not pd.isna(value) and value > 0 else None
