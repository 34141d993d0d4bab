"""The result schema: the columns of each table with types, units and meanings, its version, and its error.

Everything is validated on writing and on reading. What was not measured is null, never 0.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Literal

from benchmarks import __version__

SCHEMA_VERSION = 5


@dataclass(frozen=True)
class Column:
    """One column: its type, whether it may be null, its unit and meaning (shown in the data dictionary)."""

    name: str
    type: Literal["string", "integer", "number", "boolean"]
    meaning: str
    unit: str = ""
    null: bool = False


RUNS = (
    Column(
        "execution_id",
        "string",
        "one time that the run was measured: SHA-256 (16 hex digits) of run id, start, status, total time"
        " and weights",
    ),
    Column(
        "run_id", "string", "SHA-256 (first 16 hex digits) of spec hash, seed, machine id and software id"
    ),
    Column(
        "spec_hash",
        "string",
        "SHA-256 (first 16 hex digits) of what was asked: entry, recipe, data checksum, precision, backend,"
        " threads, devices",
    ),
    Column(
        "spec_id",
        "string",
        "SHA-256 (first 16 hex digits) of the description of what was run, under which specs.json holds it",
    ),
    Column("seed", "integer", "the seed that everything random flows from"),
    Column("machine_id", "string", "which hardware: hash of processor, cores, memory and accelerators"),
    Column(
        "software_id",
        "string",
        "which software: hash of the versions of Python, backend, libraries and driver, and of the"
        " environment",
    ),
    Column("machine_name", "string", "what its user calls the machine, a label; empty for none"),
    Column("entry", "string", "id of the entry"),
    Column("family", "string", "family of the entry"),
    Column("task", "string", "task of the entry"),
    Column("dataset", "string", "id of the data set"),
    Column("variant", "string", "variant of the entry, empty for the paper's own"),
    Column("recipe", "string", "name of the recipe: data set and variant"),
    Column("tier", "string", "pocket, standard or paper"),
    Column("rule", "string", "learning rule; of several stages all, separated by commas"),
    Column("backend", "string", "tensorflow or jax"),
    Column("precision", "string", "float32, tf32, bfloat16 or float64"),
    Column(
        "matmul_precision",
        "string",
        "what the device rounds factors of products to: float32, tf32, bfloat16 or float64; empty where"
        " unknown",
    ),
    Column("device", "string", "the device that trained, as the backend names it"),
    Column("threads", "integer", "processor threads given to the run"),
    Column("devices", "integer", "devices that shared each batch"),
    Column("status", "string", "ok, diverged, oom, timeout or error"),
    Column("reason", "string", "why the status is not ok, empty otherwise"),
    Column("parameters", "integer", "trainable parameters of the trained model", null=True),
    Column("epochs", "integer", "epochs trained", null=True),
    Column("steps", "integer", "learning steps taken", null=True),
    Column("examples", "integer", "training examples seen, repetitions counted", null=True),
    Column("batch_size", "integer", "examples per learning step", null=True),
    Column("steps_per_program", "integer", "steps in one dispatched program (k)", null=True),
    Column("xla", "boolean", "whether XLA compiled the program", null=True),
    Column(
        "step_flop",
        "number",
        "floating-point operations of one learning step, as counted in its program",
        "FLOP",
        null=True,
    ),
    Column(
        "step_bytes",
        "number",
        "bytes that matrix products, convolutions and look-ups of one learning step read and write, and its"
        " updates of variables, as counted in its program: what is left where all else is fused into them",
        "B",
        null=True,
    ),
    Column("weights_sha256", "string", "SHA-256 of the final weights, empty where there are none"),
    Column(
        "start_sha256",
        "string",
        "SHA-256 of the final weights of the run that this one starts from, empty where it starts from none",
    ),
    Column("started", "string", "when the run was started, UTC, ISO 8601"),
    Column("resumed", "integer", "how often the run was continued from a checkpoint"),
    Column(
        "import_s",
        "number",
        "importing the backend (the first run of a process carries it), and starting the device (the first"
        " run of each recipe does)",
        "s",
        null=True,
    ),
    Column("data_s", "number", "loading the data and putting them on the device", "s", null=True),
    Column("compile_s", "number", "building the model and compiling programs", "s", null=True),
    Column("train_s", "number", "training", "s", null=True),
    Column("evaluate_s", "number", "evaluation and pictures", "s", null=True),
    Column(
        "sample_s", "number", "drawing samples for an evaluation, which its clock leaves out", "s", null=True
    ),
    Column("checkpoint_s", "number", "writing and reading checkpoints", "s", null=True),
    Column("total_s", "number", "sum of the clocks above, which are disjoint", "s", null=True),
    Column(
        "peak_memory_bytes", "integer", "highest resident memory while this run was trained", "B", null=True
    ),
    Column(
        "device_peak_memory_bytes",
        "integer",
        "highest memory that the run had in use on its accelerator; null on a processor",
        "B",
        null=True,
    ),
    Column(
        "source_sha256",
        "string",
        "SHA-256 of the suite's code that the run uses, comments and what an entry says of itself apart;"
        " empty where unknown",
    ),
    Column("commit", "string", "commit of the suite's repository; empty where unknown"),
    Column("dirty", "boolean", "whether the source or the lock file differed from that commit", null=True),
    Column("lock_sha256", "string", "SHA-256 of the lock file of the software; empty where unknown"),
    Column("command", "string", "the command that repeats the run from a clean clone; empty where unknown"),
    Column(
        "idle_w",
        "number",
        "power that the device drew before training began: the accelerator, or the processor's packages with"
        " all that ran on them",
        "W",
        null=True,
    ),
    Column("price_per_hour", "number", "price of the machine as configured by its user", "1/h", null=True),
    Column("currency", "string", "currency of the price, empty for none"),
)
EPOCHS = (
    Column("execution_id", "string", "the execution"),
    Column("epoch", "integer", "epochs trained at the end of this leg, counted through all stages"),
    Column("stage", "string", "name of the stage of the recipe; empty where the recipe has a single one"),
    Column("steps", "integer", "learning steps in this leg"),
    Column("examples", "integer", "training examples in this leg"),
    Column("train_s", "number", "training time of this leg, device work awaited", "s"),
    Column(
        "warm_up",
        "boolean",
        "whether the leg carries warm-up: the first leg of a stage, or after a resumption",
    ),
    Column("other_cores", "number", "cores that other processes kept busy meanwhile, on average", null=True),
    Column(
        "stolen_cores",
        "number",
        "cores' worth of time that the hypervisor or a quota took from this machine meanwhile, on average",
        null=True,
    ),
    Column("available_cores", "number", "cores that the process could use, quotas counted", null=True),
    Column(
        "throttled",
        "boolean",
        "whether heat slowed the accelerator, or a power brake as the leg ended; null on a processor",
        null=True,
    ),
    Column(
        "other_processes",
        "integer",
        "other processes that computed on the accelerator as the leg ended; null on a processor",
        null=True,
    ),
    Column(
        "energy_j",
        "number",
        "energy that the device drew meanwhile: the accelerator, or the processor's packages with all that"
        " ran on them",
        "J",
        null=True,
    ),
)
MEASURES = (
    Column("execution_id", "string", "the execution"),
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
    Column(
        "processor_vendor",
        "string",
        "its maker, as it names itself; empty where unknown, as in the next five columns",
    ),
    Column("processor_family", "string", "its family's number"),
    Column("processor_model", "string", "its model's number"),
    Column("processor_stepping", "string", "its stepping"),
    Column(
        "instruction_sets",
        "string",
        "those of its instruction sets that numerical libraries choose their code by, separated by blanks",
    ),
    Column("caches", "string", "its caches, as one core sees them"),
    Column("cores", "integer", "processor cores of the machine"),
    Column(
        "available_cores",
        "number",
        "cores that processes may use when they start: affinity and quotas counted",
        null=True,
    ),
    Column("memory_bytes", "integer", "main memory, rounded to GiB", "B"),
    Column("accelerators", "string", "accelerator models, separated by '; ', empty for none"),
    Column(
        "accelerator_memory_bytes",
        "integer",
        "memory of the first accelerator, rounded to GiB",
        "B",
        null=True,
    ),
    Column("system", "string", "operating system and architecture"),
    Column("python", "string", "Python version"),
    Column("backend", "string", "tensorflow or jax"),
    Column("backend_version", "string", "its version"),
    Column("keras", "string", "Keras version"),
    Column("numpy", "string", "NumPy version"),
    Column("driver", "string", "accelerator driver version, empty for none"),
    Column(
        "cuda", "string", "versions of CUDA and cuDNN that the backend uses, empty for none or where unknown"
    ),
    Column("suite", "string", "version of this suite"),
    Column(
        "environment",
        "string",
        "environment variables that can change numbers, as the user set them: NAME=value, separated by '; '",
    ),
)
CEILINGS = (
    Column("ceiling_id", "string", "SHA-256 (first 16 hex digits) of the other columns"),
    Column("machine_id", "string", "the machine"),
    Column("software_id", "string", "its software"),
    Column("measured", "string", "when, UTC, ISO 8601; empty where unknown"),
    Column("threads", "integer", "processor threads used", null=True),
    Column(
        "matmul_flops",
        "number",
        "float32 matrix product, on these threads or the first accelerator",
        "FLOP/s",
        null=True,
    ),
    Column(
        "tf32_flops",
        "number",
        "the same with factors rounded to TF32; null where the device does not",
        "FLOP/s",
        null=True,
    ),
    Column("bfloat16_flops", "number", "the same in bfloat16", "FLOP/s", null=True),
    Column("bandwidth", "number", "copying device memory, bytes read and written", "B/s", null=True),
    Column(
        "host_to_device", "number", "copying from host to accelerator; null on a processor", "B/s", null=True
    ),
    Column(
        "launch_s",
        "number",
        "calling a compiled program that adds two numbers, and awaiting it",
        "s",
        null=True,
    ),
    Column("power_limit_w", "number", "power limit of the accelerator", "W", null=True),
    Column("clock_hz", "number", "highest clock of the accelerator's cores", "Hz", null=True),
    Column("other_cores", "number", "cores that other processes kept busy meanwhile, on average", null=True),
    Column(
        "stolen_cores",
        "number",
        "cores' worth of time that the hypervisor or a quota took from this machine meanwhile, on average",
        null=True,
    ),
)
SPEEDS = (
    Column("speed_id", "string", "SHA-256 (first 16 hex digits) of the other columns"),
    Column("machine_id", "string", "the machine"),
    Column("software_id", "string", "its software"),
    Column("entry", "string", "id of the entry"),
    Column("recipe", "string", "name of the recipe: data set and variant"),
    Column("tier", "string", "pocket, standard or paper"),
    Column(
        "recipe_hash",
        "string",
        "SHA-256 (first 16 hex digits) of the recipe: machines are compared on one hash",
    ),
    Column("precision", "string", "float32, tf32, bfloat16 or float64"),
    Column("threads", "integer", "processor threads given to the measurement"),
    Column("devices", "integer", "devices that shared each batch"),
    Column("source_sha256", "string", "SHA-256 of the suite's code that the recipe uses"),
    Column("measured", "string", "when, UTC, ISO 8601"),
    Column(
        "work",
        "string",
        "training: learning steps; inference: answers to batches on the device; latency: single answers, one"
        " after the other, from the host and back",
    ),
    Column("batch_size", "integer", "examples per step or answer"),
    Column("status", "string", "ok, oom or error"),
    Column("reason", "string", "why the status is not ok, empty otherwise"),
    Column("examples", "integer", "examples of each timed repeat", null=True),
    Column(
        "seconds", "string", "the time of each repeat, in the order of measuring, separated by blanks", "s"
    ),
    Column("compile_s", "number", "building the model and compiling, or the first answer", "s", null=True),
    Column(
        "device_peak_memory_bytes",
        "integer",
        "highest memory in use on the accelerator meanwhile; null on a processor",
        "B",
        null=True,
    ),
    Column("energy_j", "number", "energy that the device drew over all timed repeats", "J", null=True),
    Column("other_cores", "number", "cores that other processes kept busy meanwhile, on average", null=True),
    Column(
        "stolen_cores",
        "number",
        "cores' worth of time that the hypervisor or a quota took from this machine meanwhile, on average",
        null=True,
    ),
)
TABLES = {
    "runs": RUNS,
    "epochs": EPOCHS,
    "measures": MEASURES,
    "machines": MACHINES,
    "ceilings": CEILINGS,
    "speeds": SPEEDS,
}
KEYS: dict[str, tuple[str, ...]] = {
    "runs": ("execution_id",),
    "epochs": ("execution_id", "epoch"),
    "measures": ("execution_id", "epoch", "split", "measure"),
    "machines": ("machine_id", "software_id"),
    "ceilings": ("ceiling_id",),
    "speeds": ("speed_id",),
}
#: table -> the table whose key stands in each of its rows
REFERENCES = {
    "runs": "machines",
    "epochs": "runs",
    "measures": "runs",
    "ceilings": "machines",
    "speeds": "machines",
}
#: What the two ids of a machine are hashes of: all of its row.
HARDWARE = (
    *(
        "processor",
        "processor_vendor",
        "processor_family",
        "processor_model",
        "processor_stepping",
        "instruction_sets",
        "caches",
    ),
    *("cores", "available_cores", "memory_bytes", "accelerators", "accelerator_memory_bytes"),
)
SOFTWARE = (
    "system",
    "python",
    "backend",
    "backend_version",
    "keras",
    "numpy",
    "driver",
    "cuda",
    "suite",
    "environment",
)
#: Facts that older suites did not read: where they are empty, the ids are those of before.
YOUNGER = ("cuda",)
#: The columns that distinguish the executions of a run.
EXECUTION = ("run_id", "started", "status", "total_s", "weights_sha256")
#: Labels that users give an execution, and that may differ between bundles.
LABELS = ("machine_name", "price_per_hour", "currency")

#: The columns of the clocks, which are disjoint and add up to `total_s`; and what the clocks are called.
CLOCKS = ("import_s", "data_s", "compile_s", "train_s", "evaluate_s", "sample_s", "checkpoint_s")
CLOCK_NAMES = tuple(column.removesuffix("_s") for column in CLOCKS)
#: What a bundle holds besides its tables, and the files of both.
DOCUMENTS = ("specs", "pictures")
FILES = (*(f"{name}.csv" for name in TABLES), *(f"{name}.json" for name in DOCUMENTS))

Rows = list[dict[str, Any]]
Record = dict[str, Any]


class RecordError(ValueError):
    """A record or bundle does not keep the schema; `defects` has one sentence for each defect."""

    def __init__(self, defects: str | Sequence[str]) -> None:
        """Keeps one defect or several; the message shows the first ten."""
        self.defects = [defects] if isinstance(defects, str) else list(defects)
        more = len(self.defects) - 10
        super().__init__("\n".join(self.defects[:10] + ([f"... and {more} more"] if more > 0 else [])))


def short(value: Any) -> str:
    """The value as messages show it: its repr, cut to 80 characters."""
    text = repr(value)
    return text if len(text) <= 80 else f"{text[:77]}..."


def check_version(version: Any, where: str) -> int:
    """The version. Raises RecordError if this suite cannot read it."""
    if type(version) is not int or version < 1:
        raise RecordError(f"{where}: schema_version {short(version)} is not a version of the schema")
    if version > SCHEMA_VERSION:
        raise RecordError(
            f"{where}: schema_version {version} is newer than {SCHEMA_VERSION}, the newest that this suite"
            f" ({__version__}) reads: update the suite"
        )
    return version


def data_dictionary() -> str:
    """The columns of all tables in Markdown: what `results/README.md` holds."""
    parts = []
    for table, columns in TABLES.items():
        lines = [f"### {table}.csv", "", f"Key: {', '.join(f'`{name}`' for name in KEYS[table])}.", ""]
        lines += ["| column | type | unit | null | meaning |", "| --- | --- | --- | --- | --- |"]
        lines += [
            f"| `{column.name}` | {column.type} | {column.unit} | {'yes' if column.null else 'no'} |"
            f" {column.meaning} |"
            for column in columns
        ]
        parts.append("\n".join(lines))
    return "\n\n".join(parts) + "\n"
