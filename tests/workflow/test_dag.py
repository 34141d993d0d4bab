"""The jobs that the workflow plans, without running them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import catalogue, selection, sources
from tests.workflow.workflow_runs import ROOT, copy_checkout, environment, snakemake


def jobs(output: str) -> dict[str, int]:
    """The table of jobs of a dry run: how many of each rule."""
    lines = output[output.index("Job stats:") :].splitlines()[3:]
    table = (line.split() for line in lines[: lines.index("")])
    return {name: int(count) for name, count in table}


def test_plain_snakemake_plans_the_pocket_tier_with_the_default_profile(tmp_path: Path) -> None:
    """Exactly as typed in a clean checkout: no arguments but the dry run."""
    copy_checkout(tmp_path)
    typed = [sys.executable, "-m", "snakemake", "--dry-run"]
    done = subprocess.run(typed, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stderr
    assert "profiles/default" in done.stderr
    planned = jobs(done.stdout + done.stderr)
    assert planned["train"] > 1
    assert planned["page"] == planned["verdict"] == planned["machine"] == 1


def test_standard_tier_is_one_job_a_run(tmp_path: Path) -> None:
    done = snakemake(tmp_path, "--dry-run", "--config", "tier=standard", "entries=mlp_mnist_1998", "seeds=5")
    assert done.returncode == 0, done.stdout
    recipes = catalogue.recipes(catalogue.load("mlp_mnist_1998"), "standard")
    assert jobs(done.stdout)["train"] == jobs(done.stdout)["plan"] == 5 * len(recipes)
    # The files of MNIST are fetched once for all of them.
    assert jobs(done.stdout)["data"] == 1


def test_report_plans_no_training(tmp_path: Path) -> None:
    done = snakemake(tmp_path, "report", "--dry-run")
    assert done.returncode == 0, done.stdout
    assert jobs(done.stdout) == {"report": 1, "total": 1}


def test_a_dry_run_says_who_trains_again_and_because_of_which_file(tmp_path: Path) -> None:
    """Two entries have results; of one the source was another then."""
    asked = {
        "entries": ["perceptron_1958", "lenet5_1998"],
        "seeds": [0],
        "tier": "pocket",
        "backend": "tensorflow",
        "precision": "float32",
        "family": [],
    }
    for job, runs in selection.jobs(asked).items():
        summary: dict[str, Any] = {"job": job, "runs": [], "sources": {}, "import_s": 0.0, "process_s": 0.0, "ended": "2026-01-01T00:00:00Z"}
        for run in runs:
            entry = catalogue.load(run["entry"])
            found = sources.files(entry, catalogue.recipe(entry, "pocket", run["recipe"]), "tensorflow")
            if entry.id == "lenet5_1998":
                found["benchmarks/layers/subsampling.py"] = "0" * 64
            summary["sources"][sources.together(found)] = found
            record = f"runs/{entry.id}/{run['recipe']}.json"
            summary["runs"].append({**run, "status": "ok", "reason": "", "record": record, "source_sha256": sources.together(found)})
        for folder, content in (("plans", runs), ("jobs", summary)):
            path = tmp_path / "results" / folder / f"{job}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(content))
    done = snakemake(tmp_path, "--dry-run", "--config", "entries=perceptron_1958,lenet5_1998", "seeds=1")
    assert done.returncode == 0, done.stdout
    said = [line for line in done.stdout.splitlines() if "train again" in line]
    assert said == ["would train again: lenet5_1998 (digits, digits-relu, pocket): benchmarks/layers/subsampling.py changed"]


@pytest.mark.parametrize("profile", ["gpu", "slurm"])
def test_profiles_ask_for_a_gpu(tmp_path: Path, profile: str) -> None:
    if profile == "slurm":
        pytest.importorskip("snakemake_executor_plugin_slurm", reason="the extra `slurm` is not installed")
    folder = str(ROOT / "workflow/profiles" / profile)
    done = snakemake(tmp_path, "--dry-run", "--workflow-profile", folder, "--config", "entries=perceptron_1958", "seeds=1")
    assert done.returncode == 0, done.stdout
    training = done.stdout[done.stdout.index("rule train:") :]
    resources = next(line for line in training.splitlines() if line.strip().startswith("resources:"))
    assert "gpu=1" in resources
