"""Version 1 of the schema, and how its tables become those of version 2.

It had no executions: a run that was measured twice was a conflict. Machines were distinguished by processor
model, cores and memory alone, and their rows held ceilings and price. Its source digest covered all files
that runs share, whether or not a run used them, and so does not distinguish runs. What version 1 did not
record stays unknown: empty, or null.
"""

from collections.abc import Mapping
from typing import Any

from benchmarks.records.identity import execution_id, machine_id, run_id, software_id
from benchmarks.records.schema import RecordError, Rows, short

_CLOCKS = ("import_s", "data_s", "compile_s", "train_s", "evaluate_s", "checkpoint_s")
#: The columns of each table.
COLUMNS: dict[str, tuple[str, ...]] = {
    "runs": (
        *(
            "run_id",
            "spec_hash",
            "spec_id",
            "seed",
            "machine_id",
            "software_id",
            "entry",
            "family",
            "task",
            "dataset",
            "variant",
            "recipe",
        ),
        *(
            "tier",
            "rule",
            "backend",
            "precision",
            "device",
            "threads",
            "status",
            "reason",
            "parameters",
            "epochs",
            "steps",
            "examples",
        ),
        *(
            "batch_size",
            "steps_per_program",
            "xla",
            "step_flop",
            "weights_sha256",
            "started",
            "resumed",
            *_CLOCKS,
            "total_s",
        ),
        *("peak_memory_bytes", "source_sha256"),
    ),
    "epochs": ("run_id", "epoch", "steps", "examples", "train_s"),
    "measures": ("run_id", "epoch", "split", "measure", "value", "unit"),
    "machines": (
        *(
            "machine_id",
            "software_id",
            "processor",
            "cores",
            "memory_bytes",
            "accelerators",
            "accelerator_memory_bytes",
            "system",
            "python",
        ),
        *(
            "backend",
            "backend_version",
            "keras",
            "numpy",
            "driver",
            "suite",
            "matmul_flops",
            "bandwidth",
            "price_per_hour",
            "currency",
        ),
    ),
}
_UNKNOWN_HARDWARE = {
    **dict.fromkeys(
        (
            "processor_vendor",
            "processor_family",
            "processor_model",
            "processor_stepping",
            "instruction_sets",
            "caches",
        ),
        "",
    ),
    "available_cores": None,
}
_UNKNOWN_EXECUTION = {
    **{"machine_name": "", "matmul_precision": "", "source_sha256": "", "device_peak_memory_bytes": None},
    **{"commit": "", "dirty": None, "lock_sha256": "", "command": ""},
}
_UNKNOWN_LEG = {"other_cores": None, "stolen_cores": None, "available_cores": None}


def upgraded(
    tables: Mapping[str, Rows], pictures: Mapping[str, Any], names: Mapping[str, str]
) -> tuple[dict[str, Rows], dict[str, Any]]:
    """Tables and pictures in version 2, with new ids; specs are addressed by their content, and stay.

    `names` gives each table's file, for messages. Raises RecordError for rows with other columns than version
    1, or with values that have no id.
    """
    sentences = [
        f"{names[table]}: {table} row {i}, column {short(name)}:"
        f" {'is missing' if name in columns else 'is unknown to schema version 1'}"
        for table, columns in COLUMNS.items()
        for i, row in enumerate(tables[table], 1)
        for name in (sorted(set(columns) ^ set(row), key=str) if isinstance(row, dict) else [])
    ]
    sentences += [
        f"{names[table]}: {table} row {i}: {short(row)} is not an object"
        for table in COLUMNS
        for i, row in enumerate(tables[table], 1)
        if not isinstance(row, dict)
    ]
    if sentences:
        raise RecordError(sentences)
    try:
        return _upgraded(tables, pictures)
    except (TypeError, OverflowError, ValueError):
        raise RecordError(f"{names['runs']}: has values that have no id: get the results again") from None


def _upgraded(
    tables: Mapping[str, Rows], pictures: Mapping[str, Any]
) -> tuple[dict[str, Rows], dict[str, Any]]:
    machines, ceilings, renamed, prices = [], [], {}, {}
    for old in tables["machines"]:
        row = {
            name: value
            for name, value in old.items()
            if name not in ("matmul_flops", "bandwidth", "price_per_hour", "currency")
        }
        row |= {**_UNKNOWN_HARDWARE, "environment": ""}
        row |= {"machine_id": machine_id(row), "software_id": software_id(row)}
        machines.append(row)
        ids = {name: row[name] for name in ("machine_id", "software_id")}
        renamed[old["machine_id"], old["software_id"]] = ids
        prices[old["machine_id"], old["software_id"]] = {
            name: old[name] for name in ("price_per_hour", "currency")
        }
        if old["matmul_flops"] is not None or old["bandwidth"] is not None:
            measured = {**ids, "measured": "", "threads": None, "other_cores": None, "stolen_cores": None}
            measured |= {name: old[name] for name in ("matmul_flops", "bandwidth")}
            ceilings.append({"ceiling_id": "", **measured})

    runs, executions = [], {}
    for old in tables["runs"]:
        where = (old["machine_id"], old["software_id"])
        row = {
            **old,
            **_UNKNOWN_EXECUTION,
            **prices.get(where, {"price_per_hour": None, "currency": ""}),
            **renamed.get(where, {}),
        }
        row["run_id"] = run_id(row["spec_hash"], row["seed"], row["machine_id"], row["software_id"])
        row["execution_id"] = executions[old["run_id"]] = execution_id(row)
        runs.append(row)

    def of_execution(old: dict[str, Any]) -> dict[str, Any]:
        return {
            "execution_id": executions.get(old["run_id"], old["run_id"]),
            **{name: value for name, value in old.items() if name != "run_id"},
        }

    first_epochs: dict[str, int] = {}  # the epoch of each run's first leg
    for leg in tables["epochs"]:
        first_epochs[leg["run_id"]] = min(leg["epoch"], first_epochs.get(leg["run_id"], leg["epoch"]))
    epochs = [
        {**of_execution(leg), "warm_up": leg["epoch"] == first_epochs[leg["run_id"]], **_UNKNOWN_LEG}
        for leg in tables["epochs"]
    ]
    measures = [of_execution(row) for row in tables["measures"]]
    renamed_pictures = {executions.get(run, run): named for run, named in pictures.items()}
    return {
        "runs": runs,
        "epochs": epochs,
        "measures": measures,
        "machines": machines,
        "ceilings": ceilings,
    }, renamed_pictures
