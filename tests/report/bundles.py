"""Seeded bundles in the shape that the suite writes, for the tests of the report.

The numbers are made up by a random generator and mean nothing; the shape, types, nulls and
statuses are those of real results.
"""

import hashlib
import shlex
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import records
from benchmarks.records.bundle import from_tables
from benchmarks.records.csv_tables import to_rows
from benchmarks.spec import Picture
from tests.report.example_entries import CEILINGS, DATASETS, ENTRIES, MACHINES, PRICES


def _card(row: tuple[Any, ...]) -> dict[str, Any]:
    id, name, family, task, layers, recipes, authors, title, then = row
    year = int(id.rsplit("_", 1)[1])
    claims = [
        {
            "dataset": d,
            "metric": m,
            "value": float(c),
            "unit": u,
            "where": "table 1",
            "direction": better,
            "variant": v,
            "confidence": "verified" if d == "mnist" else "recalled",
            "source": "",
            "statistic": "single",
            "of": None,
            "spread": None,
            "test_size": 10_000 if u == "%" else None,
            "resolution": None,
            "tolerance": None,
            "tolerance_why": "",
            "missed_because": "budget",
            "evidence": "The schedule is shorter than it looks.",
            "not_comparable": "",
        }
        for d, v, _, m, u, better, _, _, c, _, _ in recipes
        if c is not None
    ]
    if id == "dqn_2013":
        claims.append(
            {
                "dataset": "atari",
                "metric": "return",
                "value": 168.0,
                "unit": "points",
                "where": "table 1, Breakout",
                "direction": "higher",
                "variant": "",
                "confidence": "verified",
                "source": "",
                "not_comparable": "Atari games are not run",
            }
        )
    if id == "transformer_2017":
        claims.append(
            {
                "dataset": "wmt14",
                "metric": "bleu",
                "value": 27.3,
                "unit": "BLEU",
                "where": "table 2",
                "direction": "higher",
                "variant": "",
                "confidence": "verified",
                "source": "",
                "not_comparable": "",
            }
        )
    history = (
        [
            {
                "what": "hours",
                "value": then[0],
                "unit": "h",
                "source": "the paper",
                "confidence": "verified",
                "variant": "",
            },
            {
                "what": "hardware",
                "value": then[1],
                "unit": "",
                "source": "the paper",
                "confidence": "verified",
                "variant": "",
            },
        ]
        if then
        else []
    )
    return {
        "id": id,
        "name": name,
        "family": family,
        "task": task,
        "idea": f"{name}: one sentence that says what the idea was, and nothing else.",
        "paper": {
            "title": title,
            "authors": authors,
            "year": year,
            "venue": "Journal of the time 1:1-30",
            "url": f"https://doi.org/10.0000/{id}",
            "confidence": "recalled",
        },
        "recipes": [_recipe(r) for r in recipes],
        "parameters": [
            {
                "trainable": sum(layer[3] for layer in layers),
                "where": "section 2",
                "variant": "",
                "arguments": {},
                "published": None,
                "confidence": "computed",
            }
        ],
        "claims": claims,
        "deviations": [
            "The learning rate is constant; the paper lowered it by hand.",
            "Float32 instead of the precision of the time.",
        ],
        "variants": {v: f"The {v} variant differs in one thing." for v in {r[1] for r in recipes} if v},
        "history": history,
        "story": f"{name} ({year}).\n\n"
        "Why it mattered: a paragraph that tells the history in a few sentences,\n"
        "broken over lines as docstrings are. It goes on for a while so that the\n"
        "text column has something to set, and it ends here.\n\nWhat it could not do: a second paragraph.",
    }


def _recipe(r: tuple[Any, ...]) -> dict[str, Any]:
    dataset, variant, tier, *_ = r
    return {
        "dataset": dataset,
        "tier": tier,
        "source": "section 3 of the paper",
        "variant": variant,
        "rule": "backpropagation",
        "rule_options": {},
        "model": {"units": 300},
        "optimizer": {
            "name": "sgd",
            "learning_rate": {
                "name": "exponential_decay",
                "initial_learning_rate": 0.1,
                "decay_steps": 1000,
                "decay_rate": 0.9,
            },
            "momentum": 0.9,
        },
        "task_options": {},
        "epochs": r[9],
        "batch_size": 32,
        "steps_per_epoch": None,
        "evaluate_every": 1,
        "limit": None,
        "shortened": "",
        "train_on": "train",
        "clip_norm": None,
        "floor": None,
    }


def _dataset(id: str, task: str) -> dict[str, Any]:
    title, licence, source, shape, _ = DATASETS.get(
        id,
        (id.replace("_", " ").title(), "generated, none needed", "generated by the suite", "vectors", 1000),
    )
    return {
        "id": id,
        "title": title,
        "task": task,
        "licence": licence,
        "source": source,
        "citation": f"The authors of {title}",
        "split": "80 / 10 / 10",
        "checksum": hashlib.sha256(id.encode()).hexdigest(),
        "shape": shape,
        "classes": [],
        "files": [],
        "procedural": id not in DATASETS,
    }


def bundle(
    seed: int = 0,
    machines: int = 1,
    seeds: int = 3,
    tiers: tuple[str, ...] = ("pocket", "standard"),
    copies: int = 1,
    threads: int = 2,
    devices: int = 1,
) -> records.Bundle:
    """An invented, valid bundle.

    `copies` repeats the catalogue under other ids; machines after the second differ in caches.
    """
    random = np.random.default_rng(seed)
    tables: dict[str, list[dict[str, Any]]] = {name: [] for name in records.TABLES}
    specs: dict[str, Any] = {}
    pictures: dict[str, Any] = {}
    for m in range(machines):
        backend, version = ("tensorflow", "2.21.0") if m % 2 == 0 else ("jax", "0.10.2")
        machine = {
            **MACHINES[m % len(MACHINES)],
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
            "caches": f"L2 {m} MiB" if m >= len(MACHINES) else "",
            "available_cores": float(MACHINES[m % len(MACHINES)]["cores"]),
            "system": "Linux x86_64",
            "python": "3.11.7",
            "backend": backend,
            "backend_version": version,
            "keras": "3.15.0",
            "numpy": "2.4.0",
            "cuda": "" if m == 0 else "CUDA 12.8, cuDNN 9.10",
            "suite": "0.1.0",
            "environment": "",
        }
        machine |= {"machine_id": records.machine_id(machine), "software_id": records.software_id(machine)}
        tables["machines"].append(machine)
        flops, bandwidth = CEILINGS[m % len(MACHINES)]
        ceiling = {
            **{name: machine[name] for name in ("machine_id", "software_id")},
            **{
                "measured": "2026-01-01T09:00:00Z",
                "threads": 2,
                "matmul_flops": flops,
                "tf32_flops": 4 * flops,
                "bfloat16_flops": 8 * flops,
                "bandwidth": bandwidth,
                "host_to_device": bandwidth / 50,
                "launch_s": 2e-5,
                "power_limit_w": None if m == 0 else 700.0,
                "clock_hz": None if m == 0 else 1.98e9,
            },
            **{"other_cores": 0.1, "stolen_cores": 0.0},
        }
        tables["ceilings"].append({"ceiling_id": records.ceiling_id(ceiling), **ceiling})
        for row in catalogue(copies):
            card = _card(row)
            for r in row[5]:
                if r[2] in tiers:
                    spec = _spec(row, card, r, backend, threads, devices)
                    specs[records.spec_id(spec)] = spec
                    for s in range(seeds):
                        _run(random, tables, pictures, row, r, spec, machine, m, s)
    return from_tables(tables, specs, pictures, "invented")


def catalogue(copies: int) -> list[tuple[Any, ...]]:
    """The rows of `ENTRIES`, repeated under other ids."""
    rows = list(ENTRIES)
    for copy in range(1, copies):
        for row in ENTRIES:
            stem, year = row[0].rsplit("_", 1)
            rows.append((f"{stem}{copy}_{year}", f"{row[1]} {copy}", *row[2:]))
    return rows


def _spec(
    row: tuple[Any, ...], card: dict[str, Any], r: tuple[Any, ...], backend: str, threads: int, devices: int
) -> dict[str, Any]:
    layers = [{"name": n, "kind": k, "shape": list(s), "parameters": p} for n, k, s, p in row[4]]
    dataset = _dataset(r[0], card["task"])
    asked = {
        "entry": card["id"],
        "recipe": _recipe(r),
        "data_checksum": dataset["checksum"],
        "backend": backend,
        "precision": "float32",
        "threads": threads,
        **({"devices": devices} if devices > 1 else {}),
    }
    measures = [
        {"name": r[3], "unit": r[4], "direction": r[5], "meaning": f"what {r[3]} means, in a sentence"},
        {"name": "loss", "unit": "nats", "direction": "lower", "meaning": "mean loss of an example"},
    ]
    return {"asked": asked, "card": card, "dataset": dataset, "measures": measures, "layers": layers}


def _status(entry: str, r: tuple[Any, ...], m: int, seed: int) -> tuple[str, str]:
    if entry.startswith("gan") and seed == 2 and r[2] == "pocket":
        return "diverged", "loss is not finite after epoch 7"
    if entry.startswith("transformer") and r[2] == "standard" and m == 0:
        return "timeout", "not finished after 900 s"
    if entry.startswith("resnet") and r[2] == "standard" and m == 0 and seed == 0 and "plain" in r[1]:
        return "oom", "the device has no memory for batch size 128"
    return "ok", ""


def _run(
    random: np.random.Generator,
    tables: dict[str, list[dict[str, Any]]],
    pictures: dict[str, Any],
    row: tuple[Any, ...],
    r: tuple[Any, ...],
    spec: dict[str, Any],
    machine: dict[str, Any],
    m: int,
    seed: int,
) -> None:
    dataset, variant, tier, measure, unit, _, first, last, _, epochs, seconds = r
    hash, card = records.spec_hash(spec["asked"]), spec["card"]
    run_id = records.run_id(hash, seed, machine["machine_id"], machine["software_id"])
    status, reason = _status(row[0], r, m, seed)
    ok = status == "ok"
    trained = bool(epochs) and ok
    train = seconds / ((1.0 if m == 0 else 12.0) * float(random.normal(1, 0.03)))
    clocks = {
        "import_s": 9.5 if seed == 0 and r is row[5][0] else None,
        "data_s": 0.4,
        "compile_s": 2.0 if epochs else None,
        "train_s": train if trained else None,
        "evaluate_s": 0.3 if ok else None,
        "sample_s": None,
        "checkpoint_s": 0.05 if trained else None,
    }
    examples = DATASETS.get(dataset, (0, 0, 0, 0, 1000))[4]
    parameters = card["parameters"][0]["trainable"]
    run = {
        "run_id": run_id,
        "spec_hash": hash,
        "spec_id": records.spec_id(spec),
        "seed": seed,
        "machine_id": machine["machine_id"],
        "software_id": machine["software_id"],
        "machine_name": "",
        "entry": card["id"],
        "family": card["family"],
        "task": card["task"],
        "dataset": dataset,
        "variant": variant,
        "recipe": f"{dataset}-{variant}" if variant else dataset,
        "tier": tier,
        "rule": spec["asked"]["recipe"]["rule"],
        "backend": machine["backend"],
        "precision": "float32",
        "matmul_precision": "float32",
        "device": "/CPU:0" if m == 0 else "cuda:0",
        "threads": spec["asked"]["threads"],
        "devices": spec["asked"].get("devices", 1),
        "status": status,
        "reason": reason,
        "parameters": parameters,
        "epochs": epochs if ok else None,
        "steps": epochs * -(-examples // 32) if ok else None,
        "examples": epochs * examples if ok else None,
        "batch_size": 32 if epochs else None,
        "steps_per_program": 45 if epochs else None,
        "xla": True if epochs else None,
        "step_flop": 192.0 * parameters if epochs else None,
        "step_bytes": 12.0 * parameters if epochs else None,
        "start_sha256": "",
        "weights_sha256": hashlib.sha256(run_id.encode()).hexdigest() if trained else "",
        "started": f"2026-{1 + seed // 28:02d}-{1 + seed % 28:02d}T10:00:00+00:00",
        "resumed": 0,
        **clocks,
        "total_s": sum(value for value in clocks.values() if value is not None),
        "peak_memory_bytes": int(1.1e9) if m == 0 else None,
        "device_peak_memory_bytes": None if m == 0 else int(2.2e9),
        "source_sha256": hashlib.sha256(b"source").hexdigest(),
        "commit": "12" * 20,
        "dirty": False,
        "lock_sha256": "34" * 32,
        "command": (
            f"git checkout {'12' * 20} && make setup && . .venv/bin/activate && python -m benchmarks.engine "
            f"{card['id']} --tier {tier}"
            f" --dataset {dataset} --variant {shlex.quote(variant)} --seeds {seed} --backend "
            f"{machine['backend']} --precision float32 --threads 2"
            + (f" --devices {spec['asked']['devices']}" if "devices" in spec["asked"] else "")
        ),
        "idle_w": None if m == 0 else 80.0,
        **dict(zip(("price_per_hour", "currency"), PRICES[m % len(PRICES)], strict=True)),
    }
    execution_id = records.execution_id(run)
    tables["runs"].append({"execution_id": execution_id, **run})

    def add(epoch: int | None, split: str, name: str, value: float, its_unit: str) -> None:
        tables["measures"].append(
            {
                "execution_id": execution_id,
                "epoch": epoch,
                "split": split,
                "measure": name,
                "value": value,
                "unit": its_unit,
            }
        )

    if ok and not epochs:
        add(None, "test", measure, 0.0, unit)
    if not trained:
        return
    spread = abs(last - first) * 0.02
    most = 100.0 if unit == "%" else np.inf

    def possible(value: float) -> float:
        return min(abs(value) if last >= 0 else value, most)

    final = possible(last + (float(random.normal(0, spread)) if last else 0.0))
    legs = min(epochs, 60)
    ends = [round(leg * epochs / legs) for leg in range(1, legs + 1)]
    for leg, epoch in enumerate(ends, 1):
        done = 1 - np.exp(-5 * leg / legs)
        noise = 1.6 if leg == 1 else float(random.normal(1, 0.02))
        since = ends[leg - 2] if leg > 1 else 0
        tables["epochs"].append(
            {
                **{
                    "execution_id": execution_id,
                    "epoch": epoch,
                    "stage": "",
                    "steps": (epoch - since) * -(-examples // 32),
                    "examples": (epoch - since) * examples,
                },
                **{
                    "train_s": train / (legs + 1) * noise,
                    "warm_up": leg == 1,
                    "other_cores": 0.1,
                    "stolen_cores": 0.0,
                    "available_cores": 2.0,
                    "throttled": None if m == 0 else False,
                    "other_processes": None if m == 0 else 0,
                    "energy_j": None if m == 0 else 600.0 * train / (legs + 1) * noise,
                },
            }
        )
        score = float(first + (final - first) * done + random.normal(0, spread * (1 - done)))
        add(epoch, "validation", measure, possible(score), unit)
        add(epoch, "train", "loss", float(2.3 * (1 - 0.9 * done)), "nats")
    add(None, "test", measure, final, unit)
    add(None, "test", "loss", 0.2, "nats")
    if seed == 0 and card["family"] in ("autoencoder", "generative", "energy"):
        tiles = random.integers(0, 255, (4, 10, 8, 8)).astype(np.uint8)
        pictures[execution_id] = {
            "filters": records.encode_picture(
                Picture(tiles, "Filters after training; noise, in this invented bundle.")
            )
        }


def again(
    bundle: records.Bundle,
    seed: int,
    between: float = 0.0,
    slower: float = 1.0,
    changes: dict[str, Any] | None = None,
    **machine: Any,
) -> records.Bundle:
    """The same runs measured again: equal weights and measures, clocks `slower` and noisy.

    `between` is the standard deviation of the logarithm of an execution's speed, 2% that of a leg's.
    `changes` are put into the rows of runs, facts of `machine` into those of machines: without any it is the
    same machine.
    """
    random = np.random.default_rng(seed)
    tables = {name: to_rows(name, getattr(bundle, name)) for name in records.TABLES}
    moved: dict[tuple[str, str], dict[str, Any]] = {}
    for row in tables["machines"]:
        key = (row["machine_id"], row["software_id"])
        row |= machine
        row |= {"machine_id": records.machine_id(row), "software_id": records.software_id(row)}
        moved[key] = {name: row[name] for name in ("machine_id", "software_id")}
    for row in tables["ceilings"]:
        row |= moved[(row["machine_id"], row["software_id"])]
        row["ceiling_id"] = records.ceiling_id(row)
    for row in tables["speeds"]:
        row |= moved[(row["machine_id"], row["software_id"])]
        row["speed_id"] = records.speed_id(row)
    ids, factors = {}, {}
    for row in tables["runs"]:
        old = row["execution_id"]
        factors[old] = slower * float(np.exp(random.normal(0, between)))
        row |= moved[(row["machine_id"], row["software_id"])] | {
            "started": row["started"].replace("2026-01-", f"2026-{2 + seed % 10:02d}-")
        }
        row |= {"train_s": row["train_s"] and row["train_s"] * factors[old], **(changes or {})}
        row["total_s"] = sum(row[clock] for clock in records.CLOCKS if row[clock] is not None)
        row["run_id"] = records.run_id(row["spec_hash"], row["seed"], row["machine_id"], row["software_id"])
        row["execution_id"] = ids[old] = records.execution_id(row)
    for row in tables["epochs"]:
        row["train_s"] *= factors[row["execution_id"]] * float(np.exp(random.normal(0, 0.02)))
        row["execution_id"] = ids[row["execution_id"]]
    for row in tables["measures"]:
        row["execution_id"] = ids[row["execution_id"]]
    return from_tables(
        tables, bundle.specs, {ids[id]: named for id, named in bundle.pictures.items()}, f"again {seed}"
    )


def write(folder: Path, **options: Any) -> Path:
    """Writes `bundle(**options)` into a folder, and returns it."""
    folder.mkdir(parents=True, exist_ok=True)
    records.write_bundle(bundle(**options), folder)
    return folder
