"""What a run left, and its record, in the schema of `benchmarks.records`."""

import dataclasses
from collections.abc import Mapping
from typing import Any

from benchmarks import catalogue, datasets, machine, records
from benchmarks.engine import provenance
from benchmarks.engine.runs import Options, Run, asked, run_id
from benchmarks.sources import source_sha256


@dataclasses.dataclass(frozen=True)
class Trained:
    """What the record says of the model and its programs: columns of `runs` and parts of the spec."""

    matmul_precision: str
    device: str
    parameters: int
    batch_size: int | None
    steps_per_program: int | None
    xla: bool | None
    step_flop: float | None
    step_bytes: float | None
    device_peak_memory_bytes: int | None
    measures: list[dict[str, Any]]
    layers: list[dict[str, Any]]


@dataclasses.dataclass
class Outcome:
    """What a run left so far.

    `seconds` are those of the clocks, by name; None after a crash, in which they were lost. `trained` is None
    if the run failed before there was a model.
    """

    started: str
    source_sha256: str
    status: str = "ok"
    reason: str = ""
    epoch: int = 0
    resumed: int = 0
    epochs: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    measures: list[dict[str, Any]] = dataclasses.field(default_factory=list)
    weights_sha256: str = ""
    start_sha256: str = ""
    pictures: dict[str, Any] = dataclasses.field(default_factory=dict)
    seconds: Mapping[str, float] | None = None
    peak_memory_bytes: int | None = None
    idle_w: float | None = None
    trained: Trained | None = None


def crashed(run: Run, options: Options, status: str, reason: str, started: str) -> Outcome:
    """The outcome of a run whose process died; its clocks and measures were lost."""
    source = source_sha256(run.entry, run.recipe, options.backend)
    return Outcome(started, source, status=status, reason=reason)


def record(run: Run, options: Options, outcome: Outcome) -> dict[str, Any]:
    """The record of a run that has ended, successfully or not."""
    facts = machine.facts(options.backend, options.devices)
    spec = asked(run, options)
    trained = outcome.trained
    seconds = outcome.seconds
    rounded = {
        f"{name}_s": None if seconds is None else round(seconds[name], 6) for name in records.CLOCK_NAMES
    }
    row = {
        "run_id": run_id(run, options),
        "spec_hash": records.spec_hash(spec),
        "seed": run.seed,
        "machine_id": facts["machine_id"],
        "software_id": facts["software_id"],
        "machine_name": options.machine_name,
        "entry": run.entry.id,
        "family": run.entry.family,
        "task": run.task,
        "dataset": run.recipe.dataset,
        "variant": run.recipe.variant,
        "recipe": run.recipe.name,
        "tier": run.recipe.tier,
        "rule": ", ".join(dict.fromkeys(stage.rule for stage in catalogue.stages(run.recipe))),
        "backend": options.backend,
        "precision": options.precision,
        "matmul_precision": trained.matmul_precision if trained else "",
        "device": trained.device if trained else "",
        "threads": options.threads,
        "devices": options.devices,
        "status": outcome.status,
        "reason": outcome.reason,
        "parameters": trained.parameters if trained else None,
        "epochs": outcome.epoch if trained else None,
        "steps": sum(leg["steps"] for leg in outcome.epochs) if trained else None,
        "examples": sum(leg["examples"] for leg in outcome.epochs) if trained else None,
        "batch_size": trained.batch_size if trained else None,
        "steps_per_program": trained.steps_per_program if trained else None,
        "xla": trained.xla if trained else None,
        "step_flop": trained.step_flop if trained else None,
        "step_bytes": trained.step_bytes if trained else None,
        "weights_sha256": outcome.weights_sha256,
        "start_sha256": outcome.start_sha256,
        "started": outcome.started,
        "resumed": outcome.resumed,
        **rounded,
        "total_s": None if seconds is None else round(sum(value or 0.0 for value in rounded.values()), 6),
        "peak_memory_bytes": outcome.peak_memory_bytes,
        "device_peak_memory_bytes": trained.device_peak_memory_bytes if trained else None,
        "source_sha256": outcome.source_sha256,
        **provenance.facts(),
        "command": provenance.command(run, options),
        "idle_w": outcome.idle_w,
        "price_per_hour": options.price_per_hour,
        "currency": options.currency if options.price_per_hour is not None else "",
    }
    return records.identified(
        {
            "schema_version": records.SCHEMA_VERSION,
            "run": row,
            "epochs": outcome.epochs,
            "measures": outcome.measures,
            "machine": facts,
            "spec": {
                "asked": spec,
                "card": catalogue.card(run.entry),
                "dataset": dataclasses.asdict(datasets.card(run.recipe.dataset, options.data_dir)),
                "measures": trained.measures if trained else [],
                "layers": trained.layers if trained else [],
            },
            "pictures": outcome.pictures,
        }
    )
