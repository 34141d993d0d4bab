"""The jobs that the workflow plans, without running them."""

import json
import os
import re
import resource
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks import catalogue, machine, sources
from benchmarks.commands import select
from benchmarks.records.identity import digest
from tests.workflow.workflow_runs import ROOT, copy_checkout, environment, snakemake

NAMES = ("gpu", "slurm_partition", "mem_mb")


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


def test_every_job_of_the_standard_tier_is_planned(tmp_path: Path) -> None:
    done = snakemake(tmp_path, "--dry-run", "--config", "tier=standard", "entries=mlp_mnist_1998", "seeds=5")
    assert done.returncode == 0, done.stdout
    asked = select.checked({"tier": "standard", "entries": "mlp_mnist_1998", "seeds": 5})
    assert jobs(done.stdout)["train"] == len(select.jobs(asked))
    # The files of MNIST are fetched once for all of them.
    assert jobs(done.stdout)["data"] == 1


def test_report_plans_no_training(tmp_path: Path) -> None:
    done = snakemake(tmp_path, "report", "--dry-run")
    assert done.returncode == 0, done.stdout
    assert jobs(done.stdout) == {"report": 1, "total": 1}


@pytest.mark.parametrize(
    ("what", "data"),
    [
        (("tier=standard", "entries=mlp_mnist_1998"), {"data": 1}),
        (("tier=standard", "entries=mlp_mnist_1998,lenet1_1995"), {"data": 2}),
        (("entries=mlp_mnist_1998",), {}),
        (("entries=mlp_mnist_1998", "sizes=published"), {"data": 1}),
        (("tier=standard", "entries=gpt2_2019", "sizes=published"), {}),  # generated text
    ],
)  # fmt: skip
def test_data_are_fetched_before_speeds_are_measured(
    tmp_path: Path, what: tuple[str, ...], data: dict[str, int]
) -> None:
    """Where the call was made: nodes of a cluster have no internet."""
    done = snakemake(tmp_path, "speed", "--dry-run", "--config", *what)
    assert done.returncode == 0, done.stdout
    assert jobs(done.stdout) == data | {"speed": 1, "total": 1 + sum(data.values())}


def test_estimate_says_how_long_it_takes_and_trains_nothing(tmp_path: Path) -> None:
    done = snakemake(tmp_path, "estimate", "--config", "entries=perceptron_1958", "seeds=2")
    assert done.returncode == 0, done.stdout
    runs = 2 * len(catalogue.recipes(catalogue.load("perceptron_1958"), "pocket"))
    for pattern in (
        rf"expected: .* for {runs} runs, ",
        "pace: nothing has been measured here",
        r"error: of \d+ past",
    ):
        assert re.search(f"^{pattern}", done.stdout, re.MULTILINE), done.stdout
    assert not (tmp_path / "results/runs").exists()


@pytest.mark.parametrize(
    ("gpus", "more", "at_once"),
    [
        ((), (), 1),
        (("--resources", "gpu=3"), (), 3),
        (("--resources", "gpu=4"), ("backend=jax", "devices=2"), 2),
        (("--resources", "gpu=32"), (), 16),
    ],
)
def test_with_the_profile_gpu_as_many_runs_are_expected_at_a_time_as_there_are_gpus_for(
    tmp_path: Path, gpus: tuple[str, ...], more: tuple[str, ...], at_once: int
) -> None:
    profile = ("--workflow-profile", str(ROOT / "workflow/profiles/gpu"), "--cores", "16", *gpus)
    what = ("--config", "entries=perceptron_1958", "seeds=1", "threads=1", *more)
    done = snakemake(tmp_path, "estimate", *profile, *what)
    assert done.returncode == 0, done.stdout
    assert f", {at_once} at a time" in done.stdout


def test_a_budget_plans_fewer_runs(tmp_path: Path) -> None:
    done = snakemake(tmp_path, "--dry-run", "--cores", "1", "--config", "budget=2min")
    assert done.returncode == 0, done.stdout
    said = re.search(r"within the budget are (\d+) of (\d+) runs", done.stdout)
    assert said and 0 < int(said[1]) < int(said[2])
    assert not (tmp_path / "results/plans").exists(), "a dry run leaves nothing"


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


@pytest.fixture
def measured_before(tmp_path: Path) -> Path:
    """A checkout with one published bundle: LeNet-5 takes ten minutes of the standard tier, an MLP one."""
    copy_checkout(tmp_path)
    header = "entry,recipe,tier,backend,status,import_s,total_s,peak_memory_bytes"
    rows = [
        f"{entry},{recipe.name},standard,tensorflow,ok,0,{seconds},{peak}"
        for entry, seconds, peak in (("lenet5_1998", 600, 2.5e9), ("mlp_mnist_1998", 60, 1e9))
        for recipe in catalogue.recipes(catalogue.load(entry), "standard")
    ]
    bundle = tmp_path / "results/reference/one"
    bundle.mkdir(parents=True)
    (bundle / "runs.csv").write_text("\n".join([header, *rows, ""]))
    return tmp_path


@pytest.mark.parametrize(
    ("profile", "long", "short"),
    [
        # Three times ten minutes and five to start; half as much memory again, and 4 GB for the GPU's driver.
        # The nets of a minute each share a job, and are too short for a GPU.
        ("slurm", {"gpu": "1", "runtime": "35", "mem_mb": "8000"}, {"gpu": "0", "mem_mb": "2000"}),
        ("slurm-gres", {"gpu": "0", "gres": "gpu:1"}, {"gpu": "0", "gres": ""}),
    ],
)
def test_on_a_cluster_jobs_ask_for_what_their_runs_took(
    measured_before: Path, profile: str, long: dict[str, str], short: dict[str, str]
) -> None:
    pytest.importorskip("snakemake_executor_plugin_slurm", reason="the extra `slurm` is not installed")
    done = snakemake(
        measured_before,
        *("--dry-run", "--workflow-profile", profile),
        *("--config", "tier=standard", "entries=lenet5_1998,mlp_mnist_1998", "seeds=1"),
        root=measured_before,
        SLURM_CONF="/nowhere",
    )
    assert done.returncode == 0, done.stdout
    planned = done.stdout.split("\nrule train:")[1:]
    assert len(planned) == jobs(done.stdout)["train"] > 1
    for job in planned:
        threads, resources = asked(f"\nrule train:{job}", "train")
        wanted = long if "/train/lenet5_1998-" in job else short
        assert threads == 4
        assert resources.items() >= wanted.items()


def test_first_executions_come_first_and_of_these_the_longest_job(measured_before: Path) -> None:
    """A run of LeNet-5 is a job of ten minutes; the minutes of the other nets share one job, a longer one."""
    done = snakemake(
        measured_before,
        *("--dry-run", "--config", "tier=standard", "entries=lenet5_1998,mlp_mnist_1998", "seeds=1"),
        "executions=2",
        root=measured_before,
    )
    assert done.returncode == 0, done.stdout
    minutes = len(catalogue.recipes(catalogue.load("mlp_mnist_1998"), "standard"))
    length = {"lenet5_1998": round(99 * 10 / minutes), "standard": 99}
    found = {
        (name, int(priority))
        for name, priority in re.findall(
            r"rule train:.*?log: \S+/train/([a-z0-9_]+)-.*?priority: (\d+)", done.stdout, re.S
        )
    }
    assert found == {(name, first + share) for name, share in length.items() for first in (4900, 4800)}


@pytest.mark.parametrize(
    ("profile", "named", "train"),
    [
        ("slurm", (), {"gpu": "4"}),
        ("slurm-gres", (), {"gpu": "0", "gres": "gpu:4"}),
        ("slurm-gres", ("--default-resources", "gpu_gres=gpu:a100:1"), {"gpu": "0", "gres": "gpu:a100:4"}),
    ],
)
def test_on_a_cluster_a_run_asks_for_the_gpus_that_share_its_batches(
    measured_before: Path, profile: str, named: tuple[str, ...], train: dict[str, str]
) -> None:
    pytest.importorskip("snakemake_executor_plugin_slurm", reason="the extra `slurm` is not installed")
    what = ("--config", "tier=standard", "entries=lenet5_1998", "seeds=1", "backend=jax", "devices=4")
    done = snakemake(
        measured_before,
        *("--dry-run", "--workflow-profile", profile, *named, *what),
        root=measured_before,
        SLURM_CONF="/nowhere",
    )
    assert done.returncode == 0, done.stdout
    assert asked(done.stdout, "train")[1].items() >= train.items()


def test_jobs_that_want_a_gpu_go_to_its_partition_and_all_can_be_overridden(measured_before: Path) -> None:
    pytest.importorskip("snakemake_executor_plugin_slurm", reason="the extra `slurm` is not installed")
    command = (
        *("--dry-run", "--workflow-profile", "slurm"),
        *("--default-resources", "slurm_partition=small", "gpu_partition=fast"),
        *("--set-resources", "train:mem_mb=123"),
        *("--config", "tier=standard", "entries=lenet5_1998,mlp_mnist_1998", "seeds=1", "threads=2"),
    )
    done = snakemake(measured_before, *command, root=measured_before, SLURM_CONF="/nowhere")
    assert done.returncode == 0, done.stdout
    found = re.findall(r"^    threads: (\d+)\n    resources: (.*)", done.stdout, re.MULTILINE)
    placed = {
        (threads, *(dict(item.split("=", 1) for item in said.split(", "))[name] for name in NAMES))
        for threads, said in found
    }
    assert placed >= {("2", "1", "fast", "123"), ("2", "0", "small", "123")}
    assert {job[1:3] for job in placed if job[3] == "123"} == {("1", "fast"), ("0", "small")}


def test_the_call_for_a_shared_gpu_machine_is_planned_as_the_page_has_it(tmp_path: Path) -> None:
    """docs/clusters.md, with the folders and the number of cores of this machine; the runs are made few."""
    page = (ROOT / "docs/clusters.md").read_text()
    block = next(block for block in re.findall(r"```\n(.*?)```", page, re.DOTALL) if "taskset" in block)
    export, typed = block.strip().replace("\\\n", "").splitlines()
    for there, here in (
        ("--cpu-list 16-31", f"--cpu-list {min(os.sched_getaffinity(0))}"),
        (" snakemake ", f" {sys.executable} -m snakemake --dry-run "),
        ("/srv/history", str(ROOT)),
        ("~/history", str(tmp_path / "mine")),
        ("--cores 16", "--cores 1"),
        ("/srv/data", str(tmp_path)),
    ):
        assert there in typed
        typed = typed.replace(there, here)
    typed += " entries=mlp_mnist_1998 seeds=2"
    done = subprocess.run(
        ["bash", "-c", f"{export}\n{typed}"],
        cwd=tmp_path,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=120,
    )
    assert done.returncode == 0, done.stdout
    assert jobs(done.stdout)["train"] >= 1
    for rule in ("train", "machine"):
        threads, resources = asked(done.stdout, rule)
        assert (threads, resources["gpu"]) == (1, "1")


@pytest.mark.slow
def test_a_hundred_thousand_runs_are_planned(tmp_path: Path) -> None:
    """In half a minute on an idle core of 2024; the limit leaves room for a busy one."""
    began = resource.getrusage(resource.RUSAGE_CHILDREN)
    done = snakemake(
        tmp_path, "--dry-run", "--quiet", "--config", "tier=standard", "seeds=100", "executions=4"
    )
    assert done.returncode == 0, done.stdout
    ended = resource.getrusage(resource.RUSAGE_CHILDREN)
    assert ended.ru_utime + ended.ru_stime - began.ru_utime - began.ru_stime < 60


@pytest.mark.parametrize(
    ("more", "gpus"),
    [((), "1"), (("backend=jax", "devices=4"), "4")],
)
def test_the_profile_gpu_gives_every_job_its_gpus(tmp_path: Path, more: tuple[str, ...], gpus: str) -> None:
    """As many as share a batch; the ceilings are those of one."""
    profile = str(ROOT / "workflow/profiles/gpu")
    what = ("--config", "entries=perceptron_1958", "seeds=1", *more)
    done = snakemake(
        tmp_path,
        "--dry-run",
        "--printshellcmds",
        "--workflow-profile",
        profile,
        "--resources",
        "gpu=4",
        *what,
    )
    assert done.returncode == 0, done.stdout
    assert asked(done.stdout, "train")[1]["gpu"] == gpus
    assert asked(done.stdout, "machine")[1]["gpu"] == "1"
    assert (" --devices 4 " in done.stdout) == (gpus == "4")
    assert f"benchmarks.commands.ceilings --backend {'jax' if more else 'tensorflow'} --devices {gpus} " in (
        done.stdout
    )
