"""The table of machines."""

import pandas as pd

from report.machine_names import differences
from report.processors import generation
from report.results import Results
from report.tables.columns import Column, Table


def machines(results: Results) -> Table:
    """The machines, with hardware, software, ceilings and how much ran on them."""
    frame = results.machines.copy()
    counts = results.runs.groupby("machine").agg(
        runs=("run_id", "nunique"), executions=("execution_id", "size")
    )
    frame["runs"] = frame["machine"].map(counts["runs"]).fillna(0).astype(int)
    frame["executions"] = frame["machine"].map(counts["executions"]).fillna(0).astype(int)
    rows = frame.to_dict("records")
    frame["software"] = [
        f"{row['backend']} {row['backend_version']}, Keras {row['keras']}, NumPy {row['numpy']}, "
        f"Python {row['python']}, suite {row['suite']}"
        + (f", driver {row['driver']}" if row["driver"] else "")
        + (f", {row['cuda']}" if row["cuda"] else "")
        for row in rows
    ]
    frame["price"] = [
        "" if pd.isna(row["price_per_hour"]) else f"{row['price_per_hour']:g} {row['currency']}/h"
        for row in rows
    ]
    frame["apart"] = differences(results)
    frame["generation"] = [generation(row) for row in rows]

    def if_any(*columns: Column) -> list[Column]:
        """Those of the columns in which some machine has a text."""
        return [column for column in columns if (frame[column.key] != "").any()]

    def where_known(*columns: Column) -> list[Column]:
        """Those of the columns in which some machine has a number."""
        return [column for column in columns if frame[column.key].notna().any()]

    limited = (frame["available_cores"].fillna(frame["cores"]) != frame["cores"]).any()
    repeated = (frame["executions"] > frame["runs"]).any()
    columns = (
        Column("machine", "machine"),
        *if_any(Column("names", "name")),
        Column("processor", "processor"),
        *if_any(Column("generation", "generation")),
        Column("cores", "cores", "count"),
        *([Column("available_cores", "available", "number")] if limited else []),
        Column("memory_bytes", "memory", "size"),
        Column("accelerators", "accelerators"),
        Column("system", "system"),
        Column("software", "software"),
        *if_any(Column("environment", "environment"), Column("apart", "distinguished by")),
        Column("matmul_flops", "matrix product", "flops"),
        *where_known(
            Column("tf32_flops", "in TF32", "flops"),
            Column("bfloat16_flops", "in bfloat16", "flops"),
        ),
        Column("bandwidth", "memory copy", "bytes_per_s"),
        *where_known(
            Column("host_to_device", "from the host", "bytes_per_s"),
            Column("launch_s", "call", "seconds"),
            Column("power_limit_w", "power limit, W", "number"),
            Column("clock_hz", "highest clock, Hz", "number"),
        ),
        Column("ceilings", "measurements", "count"),
        Column("ceiling_load", "load then"),
        Column("runs", "runs", "count"),
        *([Column("executions", "executions", "count")] if repeated else []),
        *if_any(Column("price", "price")),
    )
    return Table(
        "machines",
        "The machines: hardware and software as the training process read them, and the best of the ceilings "
        "measured on each: a matrix product in float32 and other precisions, copies, and a call of a program "
        "that does next to nothing. The load says whether the machine was then calm, busy with other work "
        "(so that the true ceiling is higher), or unknown.",
        columns,
        frame,
    )
