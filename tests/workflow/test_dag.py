"""The jobs that the workflow plans, without running them."""

import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import catalogue
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
