"""The result schema: what one run leaves, and how runs become a bundle.

A *record* is one JSON file per run. A *bundle* is a folder of four tidy tables and two documents:

    runs.csv       one row per run         key: run_id
    epochs.csv     one row per leg of training (one or more epochs between two evaluations)
    measures.csv   one row per named number of a run
    machines.csv   one row per machine and software
    specs.json     spec_hash -> what was run: card, recipe, data set card, layers
    pictures.json  run_id -> pictures
    bundle.json    schema version and suite version

Everything is validated on writing and on reading. What was not measured is null, never 0.
"""

from dataclasses import dataclass
from typing import Literal

SCHEMA_VERSION = 1


@dataclass(frozen=True)
class Column:
    """One column: its type, whether it may be null, its unit and meaning (shown in the data dictionary)."""

    name: str
    type: Literal["string", "integer", "number", "boolean"]
    meaning: str
    unit: str = ""
    null: bool = False


RUNS = (
    Column("run_id", "string", "SHA-256 (first 16 hex digits) of spec hash, seed, machine id and software id"),
    Column("spec_hash", "string", "SHA-256 (first 16 hex digits) of what was asked: entry, recipe, data checksum, precision, backend, threads"),
    Column("seed", "integer", "the seed that everything random flows from"),
    Column("machine_id", "string", "which hardware: hash of processor, cores, memory and accelerators"),
    Column("software_id", "string", "which software: hash of the versions of Python, backend, libraries and driver"),
    Column("entry", "string", "id of the entry"),
    Column("family", "string", "family of the entry"),
    Column("task", "string", "task of the entry"),
    Column("dataset", "string", "id of the data set"),
    Column("variant", "string", "variant of the entry, empty for the paper's own"),
    Column("recipe", "string", "name of the recipe: data set and variant"),
    Column("tier", "string", "pocket, standard or paper"),
    Column("rule", "string", "learning rule"),
    Column("backend", "string", "tensorflow, jax or torch"),
    Column("precision", "string", "float32, bfloat16 or float64"),
    Column("device", "string", "the device that trained, as the backend names it"),
    Column("threads", "integer", "processor threads given to the run"),
    Column("status", "string", "ok, diverged, oom, timeout or error"),
    Column("reason", "string", "why the status is not ok, empty otherwise"),
    Column("parameters", "integer", "trainable parameters of the trained model", null=True),
    Column("epochs", "integer", "epochs trained", null=True),
    Column("steps", "integer", "learning steps taken", null=True),
    Column("examples", "integer", "training examples seen, repetitions counted", null=True),
    Column("batch_size", "integer", "examples per learning step", null=True),
    Column("steps_per_program", "integer", "steps in one dispatched program (k)", null=True),
    Column("xla", "boolean", "whether XLA compiled the program", null=True),
    Column("step_flop", "number", "floating-point operations of one learning step, as the compiler counts them", "FLOP", null=True),
    Column("weights_sha256", "string", "SHA-256 of the final weights, empty where there are none"),
    Column("started", "string", "when the run was started, UTC, ISO 8601"),
    Column("resumed", "integer", "how often the run was continued from a checkpoint"),
    Column("import_s", "number", "importing the backend (shared by the runs of one process; the first one carries it)", "s", null=True),
    Column("data_s", "number", "loading the data and putting them on the device", "s", null=True),
    Column("compile_s", "number", "building the model and compiling programs", "s", null=True),
    Column("train_s", "number", "training", "s", null=True),
    Column("evaluate_s", "number", "evaluation and pictures", "s", null=True),
    Column("checkpoint_s", "number", "writing and reading checkpoints", "s", null=True),
    Column("total_s", "number", "sum of the clocks above, which are disjoint", "s", null=True),
    Column("peak_memory_bytes", "integer", "highest resident memory of the process", "B", null=True),
    Column("source_sha256", "string", "SHA-256 of the suite's source that the run depends on"),
)
EPOCHS = (
    Column("run_id", "string", "the run"),
    Column("epoch", "integer", "epochs trained at the end of this leg"),
    Column("steps", "integer", "learning steps in this leg"),
    Column("examples", "integer", "training examples in this leg"),
    Column("train_s", "number", "training time of this leg, device work awaited", "s"),
)
MEASURES = (
    Column("run_id", "string", "the run"),
    Column("epoch", "integer", "after which epoch; null for the final evaluation", null=True),
    Column("split", "string", "train, validation or test"),
    Column("measure", "string", "name of the measure"),
    Column("value", "number", "its value; null where it is not finite", null=True),
    Column("unit", "string", "its unit"),
)
MACHINES = (
    Column("machine_id", "string", "hash of the hardware facts below"),
    Column("software_id", "string", "hash of the software facts below"),
    Column("processor", "string", "processor model"),
    Column("cores", "integer", "processor cores that the process may use"),
    Column("memory_bytes", "integer", "main memory, rounded to GiB", "B"),
    Column("accelerators", "string", "accelerator models, separated by '; ', empty for none"),
    Column("accelerator_memory_bytes", "integer", "memory of the first accelerator, rounded to GiB", "B", null=True),
    Column("system", "string", "operating system and architecture"),
    Column("python", "string", "Python version"),
    Column("backend", "string", "tensorflow, jax or torch"),
    Column("backend_version", "string", "its version"),
    Column("keras", "string", "Keras version"),
    Column("numpy", "string", "NumPy version"),
    Column("driver", "string", "accelerator driver version, empty for none"),
    Column("suite", "string", "version of this suite"),
    Column("matmul_flops", "number", "measured ceiling: float32 matrix product, all threads of the run", "FLOP/s", null=True),
    Column("bandwidth", "number", "measured ceiling: copying device memory, bytes read and written", "B/s", null=True),
    Column("price_per_hour", "number", "price of the machine as configured by its user", "1/h", null=True),
    Column("currency", "string", "currency of the price, empty for none"),
)
TABLES = {"runs": RUNS, "epochs": EPOCHS, "measures": MEASURES, "machines": MACHINES}
