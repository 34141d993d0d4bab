"""The profile `slurm` on a real SLURM, started by the README's line, as a user would type it."""

import os
import signal
import subprocess
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from benchmarks import catalogue, records
from tests.workflow import cluster
from tests.workflow.workflow_runs import copy_checkout, end, environment, snakemake, start

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


@pytest.fixture
def call(slurm: Path, checkout: Path) -> Iterator[Callable[..., "subprocess.Popen[bytes]"]]:
    """Starts the workflow on the cluster. What still runs when the test ends is ended."""
    begun = []

    def started(*arguments: str) -> "subprocess.Popen[bytes]":
        begun.append(start(checkout, *ASKED_EARLY, *arguments, root=checkout, **cluster.environment(slurm)))
        return begun[-1]

    yield started
    typed(slurm, checkout, "scancel", "--me")
    for process in begun:
        if process.poll() is None:
            end(process, signal.SIGKILL)


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


def trained_by(slurm: Path, checkout: Path) -> set[str]:
    """The jobs that train at the moment."""
    running = typed(slurm, checkout, "squeue", "--me", "--noheader", "--states=RUNNING", "--format=%i %k")
    return {line.split()[0] for line in running.splitlines() if "rule_train" in line}


def placed(slurm: Path, checkout: Path) -> dict[str, tuple[str, str, str]]:
    """What SLURM gave the last job of each rule."""
    return {rule: given for rule, *given in everything_placed(slurm, checkout)}  # type: ignore[misc]


def everything_placed(slurm: Path, checkout: Path) -> list[tuple[str, str, str, str]]:
    """What SLURM gave each job of the checkout: rule, state, resources and GPUs."""
    found = []
    for job in typed(slurm, checkout, "scontrol", "--oneliner", "show", "jobs").splitlines():
        facts = dict(word.split("=", 1) for word in job.split() if "=" in word)
        if facts.get("WorkDir") == str(checkout) and "Comment" in facts:
            rule = facts["Comment"].removeprefix("rule_").split("_")[0]
            found.append((rule, facts["JobState"], facts["TRES"], facts.get("TresPerJob", "")))
    return found


def test_a_job_that_can_never_start_is_reported_and_costs_no_report(
    slurm: Path, checkout: Path, call: Callable[..., "subprocess.Popen[bytes]"]
) -> None:
    """The runs of a second call ask for more time than the partition has: within a minute a sentence says so.
    Pocket runs ask for a core and no GPU, and the first job measures its node."""
    first = call("--config", "backend=jax", "entries=mcculloch_pitts_1943", "seeds=1")
    output = checkout / "output.txt"
    assert first.wait(timeout=300) == 0, output.read_text()
    state, given, gpus = placed(slurm, checkout)["train"]
    assert (state, given.split(",")[0], gpus) == ("COMPLETED", "cpu=1", "")
    found = [records.read_record(path) for path in (checkout / "results/runs").glob("*/*.json")]
    assert (checkout / "results/verdict.txt").read_text() == f"{len(found)} runs: {len(found)} ok\n"
    measured = records.read_bundle(checkout / "results/bundle")
    assert measured.ceilings["machine_id"].tolist() == measured.runs["machine_id"].unique().tolist()
    assert "rule machine" not in output.read_text() and "machine" not in placed(slurm, checkout)

    process = call(*POCKET, "--set-resources", "train:runtime=1000")
    deadline = time.monotonic() + 120
    said = (
        "(train) can never start: it asks for 1000 minutes, and a job of partition test may take 300:"
        " cancel the call, and add --set-resources train:runtime=N"
    )
    while said not in output.read_text():
        assert process.poll() is None and time.monotonic() < deadline, output.read_text()
        time.sleep(1)
    while process.poll() is None:
        assert time.monotonic() < deadline + 120, output.read_text()
        typed(slurm, checkout, "scancel", "--me")
        time.sleep(1)
    assert process.returncode == 1
    page = (checkout / "results/report/index.html").read_text()
    assert "mcculloch_pitts_1943" in page and '<aside id="missing"' in page


def test_only_jobs_that_want_a_gpu_get_one_and_none_asks_for_more_than_a_node_has(
    slurm: Path, checkout: Path
) -> None:
    """Of two entries of the standard tier one took ten minutes before, as a published bundle says. The tier
    asks for four threads: a small node has fewer. The job that runs first measures the node."""
    bundle = checkout / "results/reference/one"
    bundle.mkdir(parents=True)
    rows = [
        f"{id},{recipe.name},standard,jax,ok,0,{seconds}"
        for id, seconds in (("mcculloch_pitts_1943", 600), ("hopfield_1982", 10))
        for recipe in catalogue.recipes(catalogue.load(id), "standard")
    ]
    (bundle / "runs.csv").write_text(
        "\n".join(["entry,recipe,tier,backend,status,import_s,total_s", *rows, ""])
    )
    entries = "entries=mcculloch_pitts_1943,hopfield_1982"
    standard = ("--config", "backend=jax", "tier=standard", entries, "seeds=1")
    until = ("--until", "train")
    done = snakemake(checkout, *ASKED_EARLY, *standard, *until, root=checkout, **cluster.environment(slurm))
    assert done.returncode == 0, done.stdout
    threads = min(4, os.cpu_count() or 1)
    found = {
        (rule, state, given.split(",")[0], gpus)
        for rule, state, given, gpus in everything_placed(slurm, checkout)
    }
    assert found == {
        ("train", "COMPLETED", f"cpu={threads}", "gres:gpu:1"),
        ("train", "COMPLETED", f"cpu={threads}", ""),
    }
    assert len(list((checkout / "results/machines").glob("*.json"))) == 1


def preempt(slurm: Path, checkout: Path, grace_s: int) -> None:
    """Let a job of another partition take the whole node. SLURM asks the jobs that run there to end, and
    queues them again; one that ends by itself in a time of grace is not queued again."""
    typed(slurm, checkout, "scontrol", "update", "PartitionName=test", f"GraceTime={grace_s}")
    taken = ("--partition=urgent", "--exclusive", "--time=1", "--output=urgent.txt", "--wrap=true")
    typed(slurm, checkout, "sbatch", *taken)


def test_a_killed_call_and_cancelled_and_preempted_jobs_go_on(
    slurm: Path, checkout: Path, call: Callable[..., "subprocess.Popen[bytes]"]
) -> None:
    """Snakemake is killed, and a plain second call goes on; then a job is cancelled, saves its work within
    the grace that SLURM gives, and is sent again. It is preempted twice: with a time of grace, in which it
    saves its work and fails, so that Snakemake sends it again; and without, so that SLURM starts it again."""
    selection = ("--config", "backend=jax", "entries=tdnn_1989", "seeds=80")  # half a second a run
    runs, output = checkout / "results/runs/tdnn_1989", checkout / "output.txt"
    logs = checkout / "results/logs/train"
    deadline = time.monotonic() + 900  # an idle machine needs a sixth

    def wait_for(count: int, process: "subprocess.Popen[bytes]") -> None:
        while len(list(runs.glob("*.json"))) < count:
            assert process.poll() is None and time.monotonic() < deadline, output.read_text()
            time.sleep(0.1)

    def trains() -> set[str]:
        """The jobs of the second call that have trained a while: each begins with imports."""
        jobs: set[str] = set()
        while not jobs:
            begun = trained_by(slurm, checkout)
            wait_for(len(list(runs.glob("*.json"))) + 2, second)
            jobs = begun & trained_by(slurm, checkout)
        assert len(list(runs.glob("*.json"))) < 80, "too late to show anything"
        return jobs

    def wait_until_saved() -> None:
        """The log of the job, which begins anew whenever the job does, says that its work is saved."""
        while not any("its work is saved" in log.read_text() for log in logs.glob("*.log")):
            assert time.monotonic() < deadline, output.read_text()
            time.sleep(0.1)

    first = call(*selection)
    wait_for(1, first)
    first.kill()
    first.wait(timeout=60)
    before = {path: path.read_bytes() for path in runs.glob("*.json")}
    second = call(*selection, "--retries", "4")
    while "of an earlier call are still in SLURM's queue" not in output.read_text():
        assert second.poll() is None and time.monotonic() < deadline, output.read_text()
        time.sleep(0.1)
    typed(slurm, checkout, "scancel", *trains())
    wait_until_saved()
    trains()
    preempt(slurm, checkout, grace_s=60)
    wait_until_saved()
    trains()
    preempt(slurm, checkout, grace_s=0)
    wait_until_saved()
    assert second.wait(timeout=deadline - time.monotonic()) == 0, output.read_text()
    assert len(list(runs.glob("*.json"))) == 80
    assert all(path.read_bytes() == content for path, content in before.items())
    assert (checkout / "results/verdict.txt").exists()
    ended = [job[1] for job in everything_placed(slurm, checkout) if job[0] == "train"]
    # Of each call one was cancelled; the one that was preempted without grace was started again.
    assert sorted(ended) == ["CANCELLED", "CANCELLED", "COMPLETED", "FAILED"]
    known = typed(slurm, checkout, "scontrol", "--oneliner", "show", "jobs").splitlines()
    (again,) = [job for job in known if "Comment=rule_train" in job and "Restarts=1" in job]
    assert "JobState=COMPLETED" in again


SLOW = '''"""An entry whose runs take a second and a half each, as long as a file says so."""

import dataclasses
import pathlib
import time

from benchmarks import catalogue


def pictures(model, data, predict):
    if pathlib.Path("slow").exists():
        time.sleep(1.5)
    return {}


PERCEPTRON = catalogue.load("perceptron_1958")
RECIPE = catalogue.recipe(PERCEPTRON, "pocket", "or_2-simple")
ENTRY = dataclasses.replace(
    PERCEPTRON, id="slow_2099", family="feedforward", recipes=(RECIPE,), claims=(), pictures=pictures
)
'''


def test_a_job_that_runs_out_of_time_is_sent_again(
    slurm: Path, checkout: Path, call: Callable[..., "subprocess.Popen[bytes]"]
) -> None:
    """It asks for a minute, the least that SLURM gives, and needs more than two while its runs are slow."""
    (checkout / "benchmarks/entries/feedforward/slow_2099.py").write_text(SLOW)
    slow = checkout / "slow"
    slow.touch()
    selection = ("--config", "backend=jax", "entries=slow_2099", "seeds=100")
    process = call(*selection, "--set-resources", "train:runtime=1")
    output, runs = checkout / "output.txt", checkout / "results/runs/slow_2099"
    deadline = time.monotonic() + 600  # an idle machine needs two minutes
    while not (
        ended := [job for job in everything_placed(slurm, checkout) if job[:2] == ("train", "TIMEOUT")]
    ):
        assert process.poll() is None and time.monotonic() < deadline, output.read_text()
        time.sleep(0.5)
    slow.unlink()
    before = {path: path.read_bytes() for path in runs.glob("*.json")}
    assert 0 < len(before) < 100
    assert process.wait(timeout=deadline - time.monotonic()) == 0, output.read_text()
    assert len(ended) == 1
    assert "SLURM status is: 'TIMEOUT'" in output.read_text()
    logs = (checkout / ".snakemake/slurm_logs/rule_train").rglob("*.log")
    assert any("the job was asked to end: its work is saved" in log.read_text() for log in logs)
    assert all(path.read_bytes() == content for path, content in before.items())
    assert (checkout / "results/verdict.txt").read_text() == "100 runs: 100 ok\n"
