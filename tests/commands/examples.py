"""Records and summaries as a run of jobs leaves them."""

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import pytest

from benchmarks import catalogue, records
from benchmarks.commands import past, select
from tests.records.examples import make_record

RECIPE = catalogue.recipes(catalogue.load("lenet5_1998"), "pocket")[0]


def record_of(
    recipe: Any = RECIPE, entry: str = "lenet5_1998", seed: int = 0, luck: int = 0, **run: Any
) -> Any:
    """A valid record of a recipe, as the engine would write it; `run` replaces what its run says."""
    record = make_record(seed, recipe.dataset, recipe.variant, luck=luck)
    record["spec"]["asked"] |= {"entry": entry, "recipe": json.loads(json.dumps(catalogue.plain(recipe)))}
    record["spec"]["card"] |= {"id": entry}
    record["run"] |= {
        "entry": entry,
        "rule": recipe.rule,
        **run,
        "spec_hash": records.spec_hash(record["spec"]["asked"]),
    }
    ids = [record["run"][name] for name in ("spec_hash", "seed", "machine_id", "software_id")]
    record["run"]["run_id"] = records.run_id(*ids)
    return records.identified(record)


def written(results: Path, record: Any, name: str = "") -> Path:
    """Write a record where the engine would."""
    run = record["run"]
    path = results / "runs" / run["entry"] / f"{name or run['execution_id']}.json"
    records.write_record(record, path)
    return path


def done(results: Path, job: str, *paths: Path, ended: str = "2026-01-02T00:00:00Z") -> None:
    """Write the summary of a job that asked for these records."""
    items = [{"record": str(path.relative_to(results))} for path in paths]
    records.write_json_atomic(
        {"job": job, "process_s": 10.0, "import_s": 5.0, "ended": ended, "runs": items},
        results / "jobs" / f"{job}.json",
    )


def asked(seed: int = 0, execution: int = 1) -> select.Run:
    return {
        "entry": "lenet5_1998",
        "recipe": RECIPE.name,
        "tier": "pocket",
        "seed": seed,
        "execution": execution,
    }


def published(monkeypatch: pytest.MonkeyPatch, folder: Path, seconds: Mapping[str, float], tier: Any) -> None:
    """From now on the published runs are one of each recipe of these entries, which took so long on JAX."""
    rows = [
        f"{entry},{recipe.name},{tier},jax,ok,0,{took}"
        for entry, took in seconds.items()
        for recipe in catalogue.recipes(catalogue.load(entry), tier)
    ]
    bundle = folder / "published" / "one"
    bundle.mkdir(parents=True)
    header = "entry,recipe,tier,backend,status,import_s,total_s"
    (bundle / "runs.csv").write_text("\n".join([header, *rows, ""]))
    monkeypatch.setattr(past, "PUBLISHED", bundle.parent)
