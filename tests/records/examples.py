"""A valid record of an invented run, and ways to spoil it."""

import copy
import math
import random
from typing import Any

import numpy as np

from benchmarks import records
from benchmarks.spec import Picture


def make_record(
    seed: int = 0,
    dataset: str = "digits",
    variant: str = "",
    legs: int = 3,
    cores: int = 2,
    luck: int = 0,
    story: str = "It was 1998.",
) -> Any:
    """A valid record. `luck` moves all that is measured, `story` what the card says; the rest is the run's
    identity.
    """
    draw = random.Random(f"{seed} {dataset} {variant} {legs} {cores} {luck}")
    machine: dict[str, Any] = {
        "processor": "AMD EPYC",
        "processor_vendor": "AuthenticAMD",
        "processor_family": "25",
        "processor_model": "17",
        "processor_stepping": "1",
        "instruction_sets": "avx avx2 fma",
        "caches": "L1 Data 32 KiB; L2 Unified 1 MiB",
        "cores": cores,
        "available_cores": 2.0,
        "memory_bytes": 8 << 30,
        "accelerators": "",
        "accelerator_memory_bytes": None,
        "system": "Linux x86_64",
        "python": "3.11.7",
        "backend": "jax",
        "backend_version": "0.10.2",
        "keras": "3.15.0",
        "numpy": "2.4.0",
        "driver": "",
        "cuda": "",
        "suite": "0.1.0",
        "environment": "",
    }
    machine |= {"machine_id": records.machine_id(machine), "software_id": records.software_id(machine)}
    recipe = {
        "dataset": dataset,
        "variant": variant,
        "tier": "pocket",
        "rule": "backpropagation",
        "epochs": legs,
        "source": "section 3",
        "floor": None,
    }
    spec: dict[str, Any] = {
        "asked": {
            "entry": "lenet5_1998",
            "recipe": recipe,
            "data_checksum": "ab" * 32,
            "backend": "jax",
            "precision": "float32",
            "threads": 2,
        },
        "card": {"id": "lenet5_1998", "family": "convolutional", "task": "classification", "story": story},
        "dataset": {"id": dataset, "checksum": "ab" * 32},
        "measures": [
            {"name": "error", "unit": "%", "direction": "lower", "meaning": "share of wrong answers"}
        ],
        "layers": [{"name": "C1", "kind": "Conv2D", "shape": [28, 28, 6], "parameters": 156}],
    }
    spec_hash = records.spec_hash(spec["asked"])
    run_id = records.run_id(spec_hash, seed, machine["machine_id"], machine["software_id"])
    clocks = {clock: draw.uniform(0, 30) for clock in records.CLOCKS}
    run = {
        "run_id": run_id,
        "spec_hash": spec_hash,
        "spec_id": records.spec_id(spec),
        "seed": seed,
        "machine_id": machine["machine_id"],
        "software_id": machine["software_id"],
        "machine_name": "",
        "entry": "lenet5_1998",
        "family": "convolutional",
        "task": "classification",
        "dataset": dataset,
        "variant": variant,
        "recipe": f"{dataset}-{variant}" if variant else dataset,
        "tier": "pocket",
        "rule": "backpropagation",
        "backend": "jax",
        "precision": "float32",
        "matmul_precision": "float32",
        "device": "cpu:0",
        "threads": 2,
        "devices": 1,
        "status": "ok",
        "reason": "",
        "parameters": 60000,
        "epochs": legs,
        "steps": 45 * legs,
        "examples": 1437 * legs,
        "batch_size": 32,
        "steps_per_program": 45,
        "xla": True,
        "step_flop": 1.5e9,
        "step_bytes": 2.5e7,
        "weights_sha256": "cd" * 32,
        "start_sha256": "",
        "started": "2026-01-01T10:00:00Z",
        "resumed": 0,
        **clocks,
        "total_s": math.fsum(clocks.values()),
        "peak_memory_bytes": None,
        "device_peak_memory_bytes": None,
        "source_sha256": "ef" * 32,
        "commit": "12" * 20,
        "dirty": False,
        "lock_sha256": "34" * 32,
        "command": "make setup",
        "idle_w": None,
        "price_per_hour": None,
        "currency": "",
    }
    of_leg = {
        "stage": "",
        "steps": 45,
        "examples": 1437,
        "other_cores": None,
        "stolen_cores": 0.0,
        "available_cores": 2.0,
        "throttled": None,
        "other_processes": None,
        "energy_j": 12.5,
    }
    epochs = [
        {"epoch": leg, "train_s": draw.uniform(0.1, 1), "warm_up": leg == 1, **of_leg}
        for leg in range(1, legs + 1)
    ]
    measures = [
        {"epoch": epoch, "split": split, "measure": "error", "value": draw.uniform(0, 100), "unit": "%"}
        for epoch, split in [*((leg, "validation") for leg in range(1, legs + 1)), (None, "test")]
    ]
    tiles = np.random.default_rng(luck).integers(0, 256, (2, 3, 4, 5), dtype=np.uint8)
    pictures = {"filters": records.encode_picture(Picture(tiles, "C1's filters"))}
    record = {
        "schema_version": records.SCHEMA_VERSION,
        "run": run,
        "epochs": epochs,
        "measures": measures,
        "machine": machine,
        "spec": spec,
        "pictures": pictures,
    }
    return records.identified(record)


def make_ceilings(
    record: Any, flops: float = 1e11, bandwidth: float = 2e10, measured: str = "2026-01-01T09:00:00Z"
) -> Any:
    """A row of ceilings of the record's machine."""
    ids = {name: record["machine"][name] for name in ("machine_id", "software_id")}
    row = {
        **ids,
        "measured": measured,
        "threads": 2,
        "matmul_flops": flops,
        "tf32_flops": None,
        "bfloat16_flops": 4 * flops,
        "bandwidth": bandwidth,
        "host_to_device": None,
        "launch_s": 2e-5,
        "power_limit_w": None,
        "clock_hz": None,
        "other_cores": 0.5,
        "stolen_cores": None,
    }
    return {"ceiling_id": records.ceiling_id(row), **row}


def make_speed(record: Any, **values: Any) -> Any:
    """A row of speeds of the record's recipe on its machine."""
    row = {
        **{name: record["machine"][name] for name in ("machine_id", "software_id")},
        **{name: record["run"][name] for name in ("entry", "recipe", "tier", "precision", "threads")},
        "devices": 1,
        "energy_j": None,
        "recipe_hash": "0123456789abcdef",
        "source_sha256": "a" * 64,
        "measured": "2026-01-01T09:30:00Z",
        "work": "training",
        "batch_size": 32,
        "status": "ok",
        "reason": "",
        "examples": 3200,
        "seconds": "0.5 0.25 1",
        "compile_s": 1.5,
        "device_peak_memory_bytes": None,
        "other_cores": 0.0,
        "stolen_cores": None,
        **values,
    }
    return {"speed_id": records.speed_id(row), **row}


def changed(record: Any, path: str, value: Any) -> Any:
    """The record with the value at a path like `epochs.0.steps` replaced; the ids are left as they were."""
    record = copy.deepcopy(record)
    *above, last = (int(part) if part.isdigit() else part for part in path.split("."))
    target = record
    for part in above:
        target = target[part]
    if value is KeyError:
        del target[last]
    else:
        target[last] = value
    return record


def staged(record: Any) -> Any:
    """The record as that of a recipe of two stages, with the ids that follow."""
    record = copy.deepcopy(record)
    stages = [
        {"name": "pre-training", "rule": "contrastive_divergence", "epochs": 1, "batch_size": 32},
        {"name": "fine-tuning", "rule": "backpropagation", "epochs": 2, "batch_size": 16},
    ]
    record["spec"]["asked"]["recipe"] |= {"epochs": 1, "stages": stages}
    run = record["run"]
    run |= {"rule": "contrastive_divergence, backpropagation", "batch_size": 16}
    run["spec_hash"] = records.spec_hash(record["spec"]["asked"])
    run["run_id"] = records.run_id(run["spec_hash"], run["seed"], run["machine_id"], run["software_id"])
    return records.identified(record)
