"""A bundle in the formats that other programs read."""

import tempfile
import zipfile
from collections.abc import Callable
from pathlib import Path

import fastparquet
import pandas as pd
from tensorboardX import SummaryWriter

from benchmarks.records import RecordError
from report import tables
from report.archive import archive
from report.results import Results
from report.site.data_tables import rows_as_text
from report.tables.files import save_csv, save_tex

#: the columns of runs that a flat table repeats in each row
_RUN = [
    *("execution_id", "run_id", "entry", "family", "task", "dataset", "variant", "recipe", "tier", "rule"),
    *(
        "seed",
        "backend",
        "precision",
        "matmul_precision",
        "threads",
        "devices",
        "device",
        "status",
        "parameters",
    ),
    *("epochs", "batch_size", "step_flop", "compile_s", "train_s", "total_s", "idle_w", "started", "commit"),
    *("machine_id", "software_id", "machine_name", "source_sha256", "weights_sha256"),
]
_MACHINE = [
    *("machine_id", "software_id", "processor", "cores", "memory_bytes", "accelerators", "system", "python"),
    *("backend_version", "keras", "numpy", "driver", "cuda"),
]


def flat(results: Results) -> pd.DataFrame:
    """One row for each final measure of an execution, with its run, machine, throughput and energy.

    An execution without measures has one row, in which they are missing; `year` is that of the entry. As in
    the report, executions with numbers that no run can have produced are left out.
    """
    union = results.union
    possible = union.runs["execution_id"].isin(results.runs["execution_id"])
    runs = union.runs.loc[possible, _RUN].merge(union.machines[_MACHINE], on=["machine_id", "software_id"])
    runs.insert(4, "year", [results.entries[id]["year"] for id in runs["entry"]])
    speed = results.throughput[["execution_id", "examples_per_s", "disturbed"]]
    energy = results.energy[["execution_id", "joules_per_example", "energy_j", "to_criterion_j"]]
    final = union.measures[union.measures["epoch"].isna()].drop(columns="epoch")
    frame = runs.merge(speed, on="execution_id", how="left").merge(energy, on="execution_id", how="left")
    frame = frame.merge(final, on="execution_id", how="left")
    order = ["year", "entry", "recipe", "tier", "seed", "execution_id", "measure"]
    return frame.sort_values(order, kind="stable", ignore_index=True)


def csv(results: Results, out: Path) -> list[Path]:
    """One flat table, for a spreadsheet or a statistics program."""
    out.mkdir(parents=True, exist_ok=True)
    save_csv(flat(results), out / "results.csv")
    return [out / "results.csv"]


def parquet(results: Results, out: Path) -> list[Path]:
    """The same flat table, and the tables of the bundle, as Parquet files."""
    out.mkdir(parents=True, exist_ok=True)
    frame = flat(results)
    fastparquet.write(str(out / "results.parquet"), frame, compression="ZSTD", object_encoding="utf8")
    for name, data in archive.parquet(results.union).items():
        (out / Path(name).name).write_bytes(data)
    return sorted(out.iterdir())


def latex(results: Results, out: Path) -> list[Path]:
    """Every table of the report, for the LaTeX packages booktabs and longtable."""
    out.mkdir(parents=True, exist_ok=True)
    for table in tables.all_tables(results).values():
        headings = [column.label for column in table.columns]
        save_tex(headings, rows_as_text(table), table.caption, out / f"{table.name}.tex")
    return sorted(out.iterdir())


def tensorboard(results: Results, out: Path) -> list[Path]:
    """Event files, one folder for each execution: measures by passes through the data, then the final ones.

    Written by tensorboardX: TensorBoard's own writer needs TensorFlow, which the report does without.
    """
    measures = dict(list(results.union.measures.groupby("execution_id", sort=False)))
    for run in results.union.runs.to_dict("records"):
        recipe = f"{run['recipe']}-{run['tier']}"
        folder = out / run["entry"] / recipe / f"seed-{run['seed']}-{run['execution_id'][:8]}"
        with SummaryWriter(str(folder)) as writer:
            started = pd.Timestamp(run["started"]).timestamp()
            for row in measures.get(run["execution_id"], pd.DataFrame()).to_dict("records"):
                final = pd.isna(row["epoch"])
                step = run["epochs"] if final else row["epoch"]
                if not pd.isna(row["value"]) and not pd.isna(step):
                    name = f"{'final' if final else row['split']}/{row['measure']}"
                    writer.add_scalar(name, row["value"], int(step), walltime=started)
    return sorted(out.rglob("events.*"))


def ro_crate(results: Results, out: Path) -> list[Path]:
    """The report's archive as a folder: a bundle that describes itself, as an RO-Crate and in Croissant."""
    with tempfile.TemporaryDirectory() as folder:
        path = archive.write(results, Path(folder))
        if path is None:
            raise RecordError("the bundle is larger than an archive may be: export its parts")
        with zipfile.ZipFile(path) as packed:
            packed.extractall(out)
    return sorted(path for path in out.rglob("*") if path.is_file())


FORMATS: dict[str, Callable[[Results, Path], list[Path]]] = {
    "csv": csv,
    "parquet": parquet,
    "latex": latex,
    "tensorboard": tensorboard,
    "ro-crate": ro_crate,
}
