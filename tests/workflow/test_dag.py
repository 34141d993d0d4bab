"""The jobs that the workflow plans, without running them."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import catalogue, machine, sources
from benchmarks.commands import select
from benchmarks.records.identity import digest
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
        "executions": 1,
        "threads": 1,
    }
    facts = machine.facts("tensorflow")
    for job, runs in select.jobs(asked, digest([facts["machine_id"], facts["software_id"]])[:8]).items():
        summary: dict[str, Any] = {
            "job": job,
            "runs": [],
            "sources": {},
            "import_s": 0.0,
            "process_s": 0.0,
            "ended": "2026-01-01T00:00:00Z",
        }
        for run in runs:
            entry = catalogue.load(run["entry"])
            found = sources.files(entry, catalogue.recipe(entry, "pocket", run["recipe"]), "tensorflow")
            if entry.id == "lenet5_1998":
                found["benchmarks/layers/resampling/subsampling.py"] = "0" * 64
            summary["sources"][sources.together(found)] = found
            record = f"runs/{entry.id}/{run['recipe']}.json"
            (tmp_path / "results" / record).parent.mkdir(parents=True, exist_ok=True)
            (tmp_path / "results" / record).write_text("{}")
            summary["runs"].append(
                {
                    **run,
                    "status": "ok",
                    "reason": "",
                    "record": record,
                    "source_sha256": sources.together(found),
                }
            )
        for folder, content in (("plans", runs), ("jobs", summary)):
            path = tmp_path / "results" / folder / f"{job}.json"
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(json.dumps(content))
    selection = ("--config", "entries=perceptron_1958,lenet5_1998", "seeds=1")
    # In the environment of the facts above.
    done = snakemake(tmp_path, "--dry-run", *selection, XLA_FLAGS="")
    assert done.returncode == 0, done.stdout
    said = [line for line in done.stdout.splitlines() if "train again" in line]
    names = ", ".join(recipe.name for recipe in catalogue.recipes(catalogue.load("lenet5_1998"), "pocket"))
    assert said == [
        f"would train again: lenet5_1998 ({names}, pocket):"
        " benchmarks/layers/resampling/subsampling.py changed"
    ]


def test_compare_plans_no_training(tmp_path: Path) -> None:
    """Though one of the bundles is the one that this folder would gather."""
    for name in ("results/bundle", "other {x} & y"):
        (tmp_path / name).mkdir(parents=True)
        (tmp_path / name / "bundle.json").write_text("{}")
    done = snakemake(
        tmp_path, "compare", "--dry-run", "--config", f"bundles=results/bundle/,{tmp_path}/other {{x}} & y"
    )
    assert done.returncode == 0, done.stdout
    assert jobs(done.stdout) == {"compare": 1, "total": 1}


def test_called_from_another_folder_it_has_its_configuration(tmp_path: Path) -> None:
    """The workflow's own, unless that folder has one; results go to that folder."""
    typed = [sys.executable, "-m", "snakemake", "--snakefile", str(ROOT / "Snakefile"), "--dry-run"]
    done = subprocess.run(typed, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert jobs(done.stdout + done.stderr)["train"] > 2
    (tmp_path / "config").mkdir()
    (tmp_path / "config/config.yaml").write_text("entries: [perceptron_1958]\nseeds: '2'\n")
    done = subprocess.run(typed, cwd=tmp_path, env=environment(), capture_output=True, text=True, timeout=120)
    assert done.returncode == 0, done.stdout + done.stderr
    assert jobs(done.stdout + done.stderr)["train"] == 1


def asked(output: str, rule: str) -> tuple[int, dict[str, str]]:
    """The threads and the resources of the first job of a rule in a dry run."""
    of_rule = output[output.index(f"rule {rule}:") :].split("\n[")[0].splitlines()
    lines = dict(line.strip().split(": ", 1) for line in of_rule if ": " in line)
    return int(lines.get("threads", "1")), dict(item.split("=", 1) for item in lines["resources"].split(", "))


@pytest.mark.parametrize(
    ("tier", "threads", "gpus", "mb"),
    [("pocket", 1, "0", "4000"), ("standard", 4, "1", "16000"), ("paper", 4, "1", "32000")],
)
def test_on_a_cluster_jobs_ask_for_what_their_tier_needs(
    tmp_path: Path, tier: str, threads: int, gpus: str, mb: str
) -> None:
    pytest.importorskip("snakemake_executor_plugin_slurm", reason="the extra `slurm` is not installed")
    profile = ("--workflow-profile", str(ROOT / "workflow/profiles/slurm"))
    done = snakemake(
        tmp_path, "--dry-run", *profile, "--config", "entries=mlp_mnist_1998", "seeds=1", f"tier={tier}"
    )
    assert done.returncode == 0, done.stdout
    granted, resources = asked(done.stdout, "train")
    assert (granted, resources["gpu"], resources["mem_mb"]) == (threads, gpus, mb)
    # The ceilings are measured on a node like those of the runs, so that a place for one fits the other.
    granted, resources = asked(done.stdout, "machine")
    assert (granted, resources["gpu"]) == (threads, gpus)
    assert int(resources["mem_mb"]) <= int(mb)


def test_the_profile_gpu_gives_every_job_a_gpu(tmp_path: Path) -> None:
    done = snakemake(
        tmp_path,
        "--dry-run",
        "--workflow-profile",
        str(ROOT / "workflow/profiles/gpu"),
        "--config",
        "entries=perceptron_1958",
        "seeds=1",
    )
    assert done.returncode == 0, done.stdout
    assert asked(done.stdout, "train")[1]["gpu"] == asked(done.stdout, "machine")[1]["gpu"] == "1"
