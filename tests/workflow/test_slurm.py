"""The profile `slurm` on a real SLURM: jobs with GPUs of their own, placed by the cluster."""

import subprocess
from collections.abc import Iterator
from pathlib import Path

import pytest

from benchmarks import records
from tests.workflow import cluster
from tests.workflow.workflow_runs import copy_checkout, environment, snakemake

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


def test_two_waves_on_a_cluster(slurm: Path, tmp_path: Path) -> None:
    """Two training jobs at once, each with a GPU, then what depends on them; the engine runs where SLURM put it."""
    checkout = tmp_path / "checkout"
    checkout.mkdir()
    copy_checkout(checkout)
    profile = checkout / "workflow/profiles/slurm/profile.yaml"
    # The node is small and its file system local; all else is the profile that users have.
    text = (
        profile.read_text()
        .replace("latency-wait: 30", "latency-wait: 5")
        .replace("machine: 4", "machine: 1")
        .replace("16000 * attempt", "3000 * attempt")
    )
    profile.write_text(text + "slurm-init-seconds-before-status-checks: 6\nslurm-keep-successful-logs: true\n")
    folder = tmp_path / "there"
    folder.mkdir()
    selection = ("entries=mcculloch_pitts_1943,perceptron_1958", "seeds=1")
    done = snakemake(folder, "--workflow-profile", str(profile.parent), "--config", *selection, root=checkout, **cluster.environment(slurm))
    assert done.returncode == 0, done.stdout
    found = [records.read_record(path) for path in (folder / "results/runs").glob("*/*.json")]
    assert {record["run"]["entry"] for record in found} == {"mcculloch_pitts_1943", "perceptron_1958"}
    assert {record["run"]["status"] for record in found} == {"ok"}
    assert (folder / "results/report/index.html").exists()
    jobs = subprocess.run(
        ["scontrol", "show", "jobs", "--details"], env=environment(**cluster.environment(slurm)), capture_output=True, text=True
    ).stdout
    # The machine's ceilings and two training jobs; all else runs where Snakemake was started.
    assert jobs.count("JobState=COMPLETED") == jobs.count("TresPerJob=gres:gpu:1") == 3, jobs
