"""The profile `slurm` on a real SLURM, started by the README's line, as a user would type it."""

import subprocess
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import records
from tests.workflow import cluster
from tests.workflow.workflow_runs import copy_checkout, environment, snakemake, start

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def slurm(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """The folder of a running cluster of one node with two GPUs."""
    pytest.importorskip("snakemake_executor_plugin_slurm", reason="the extra `slurm` is not installed")
    if absent := cluster.missing():
        pytest.skip(f"no SLURM here ({', '.join(absent)}): apt-get install slurm-wlm munge")
    folder = tmp_path_factory.mktemp("slurm")
    cluster.up(folder)
    yield folder
    cluster.down(folder)


#: Snakemake asks for the states of jobs earlier than it would; all else is the shipped profile.
ASKED_EARLY = ("--workflow-profile", "slurm", "--slurm-init-seconds-before-status-checks", "6")
POCKET = ("--config", "backend=jax", "entries=mcculloch_pitts_1943,perceptron_1958", "seeds=1")


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout of one's own, in which the workflow is called."""
    copy_checkout(tmp_path)
    return tmp_path


def typed(slurm: Path, checkout: Path, *command: str) -> str:
    """What a program of the cluster's prints."""
    return subprocess.run(
        command,
        cwd=checkout,
        env=environment(**cluster.environment(slurm)),
        capture_output=True,
        text=True,
        check=True,
    ).stdout


def placed(slurm: Path, checkout: Path) -> dict[str, tuple[str, str, str]]:
    """What SLURM gave the last job of each rule: its state, cores, memory and GPUs."""
    found = {}
    for job in typed(slurm, checkout, "scontrol", "--oneliner", "show", "jobs").splitlines():
        facts = dict(word.split("=", 1) for word in job.split() if "=" in word)
        rule = facts["Comment"].removeprefix("rule_").split("_")[0]
        found[rule] = (facts["JobState"], facts["TRES"], facts.get("TresPerJob", ""))
    return found


def test_pocket_runs_ask_for_a_core_and_a_job_that_can_never_start_costs_no_report(
    slurm: Path, checkout: Path
) -> None:
    """The ceilings ask for more time than the partition has: runs are reported, and the reason is shown."""
    asked = ("--set-resources", "machine:runtime=1000")
    process = start(checkout, *ASKED_EARLY, *POCKET, *asked, root=checkout, **cluster.environment(slurm))
    deadline = time.monotonic() + 300
    output = checkout / "output.txt"
    said = "jobs wait in SLURM's queue: 1 because of "
    while not ((checkout / "results/verdict.txt").exists() and said in output.read_text()):
        assert process.poll() is None, output.read_text()
        assert time.monotonic() < deadline, output.read_text()
        time.sleep(1)
    assert placed(slurm, checkout)["train"] == ("COMPLETED", "cpu=1,mem=4000M,node=1,billing=1", "")
    found = [records.read_record(path) for path in (checkout / "results/runs").glob("*/*.json")]
    assert {(record["run"]["entry"], record["run"]["status"]) for record in found} == {
        ("mcculloch_pitts_1943", "ok"),
        ("perceptron_1958", "ok"),
    }
    assert (checkout / "results/verdict.txt").read_text() == f"{len(found)} runs: {len(found)} ok\n"
    assert (checkout / "results/report/index.html").exists()
    while process.poll() is None:
        assert time.monotonic() < deadline + 120, output.read_text()
        typed(slurm, checkout, "scancel", "--me")
        time.sleep(1)
    assert process.returncode == 1


def test_standard_runs_and_their_ceilings_ask_for_a_gpu_and_runs_for_more_memory(
    slurm: Path, checkout: Path
) -> None:
    # The nodes are small: a user says so.
    standard = (
        "--config",
        "backend=jax",
        "tier=standard",
        "entries=mcculloch_pitts_1943",
        "seeds=1",
        "threads=1",
    )
    until = ("--until", "train", "machine")
    done = snakemake(checkout, *ASKED_EARLY, *standard, *until, root=checkout, **cluster.environment(slurm))
    assert done.returncode == 0, done.stdout
    assert placed(slurm, checkout) == {
        "train": ("COMPLETED", "cpu=1,mem=16000M,node=1,billing=1", "gres:gpu:1"),
        "machine": ("COMPLETED", "cpu=1,mem=4000M,node=1,billing=1", "gres:gpu:1"),
    }
    assert len(list((checkout / "results/machines").glob("*.json"))) == 1
