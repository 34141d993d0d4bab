"""What a call of the workflow does beside its jobs."""

import fcntl
import re
import shutil
from pathlib import Path

import pytest

from benchmarks import catalogue, records
from tests.workflow.workflow_runs import ROOT, copy_checkout, snakemake

SELECTION = ("--config", "backend=jax", "entries=adaline_1960", "seeds=1")


def test_beside_another_call_no_report_is_made(tmp_path: Path) -> None:
    """Both would write the same files. An estimate writes none."""
    (tmp_path / "results").mkdir()
    with open(tmp_path / "results/.lock", "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        refused = snakemake(tmp_path, "report")
        assert refused.returncode != 0
        assert (
            f"another call of Snakemake is running in {tmp_path / 'results'}: wait for it, or end it first"
            in refused.stdout
        )
        assert "rule report:" not in refused.stdout
        estimated = snakemake(tmp_path, "estimate", "--config", "entries=perceptron_1958")
        assert estimated.returncode == 0, estimated.stdout


def test_a_report_leaves_the_logs_of_lost_jobs(tmp_path: Path) -> None:
    """They tell why runs are missing."""
    planned = snakemake(tmp_path, "--dry-run", "--config", "entries=perceptron_1958", "seeds=1").stdout
    log = tmp_path / re.findall(r"log: (results/logs/train/.*)", planned)[0]
    log.parent.mkdir(parents=True)
    log.touch()
    snakemake(tmp_path, "report", "--config", "entries=perceptron_1958", "seeds=1")
    assert log.exists()


@pytest.fixture(scope="module")
def finished(checkout: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which the workflow has run to its end, with one job of several runs."""
    folder = tmp_path_factory.mktemp("finished")
    done = snakemake(folder, *SELECTION, root=checkout)
    assert done.returncode == 0, done.stdout
    return folder


def planned(output: str) -> list[str]:
    """The rules that a call ran, or would run."""
    return re.findall(r"^(?:local)?rule (\w+):", output, re.MULTILINE)


def copies(finished: Path, tmp_path: Path) -> tuple[Path, Path]:
    """A copy of a finished folder, and one of this checkout, both to be edited."""
    folder, checkout = tmp_path / "copied", tmp_path / "edited"
    shutil.copytree(finished, folder)
    checkout.mkdir()
    copy_checkout(checkout)
    return folder, checkout


def cut_short(results: Path) -> Path:
    """A record that has lost its end."""
    path = next((results / "runs").glob("*/*.json"))
    path.write_bytes(path.read_bytes()[:-5])
    return path


@pytest.mark.slow
def test_a_record_that_was_cut_short_is_made_again_by_a_call_that_trains_and_no_other(
    checkout: Path, finished: Path, tmp_path: Path
) -> None:
    """What only plans, estimates or reports, and what is refused, leaves all as it is."""
    folder = tmp_path / "copied"
    shutil.copytree(finished, folder)
    results = folder / "results"
    (summary,) = (results / "jobs").iterdir()
    cut = cut_short(results)
    before = {path: path.read_bytes() for path in (summary, cut, results / "verdict.txt")}
    dry = snakemake(folder, "--dry-run", *SELECTION, root=checkout)
    assert planned(dry.stdout)[:4] == ["train", "gather", "page", "verdict"], dry.stdout
    for rule in ("estimate", "report"):
        done = snakemake(folder, rule, *SELECTION, root=checkout)
        assert (done.returncode, planned(done.stdout)) == (0, [rule]), done.stdout
    with open(results / ".lock", "w") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        assert snakemake(folder, *SELECTION, root=checkout).returncode != 0
    assert {path: path.read_bytes() for path in before} == before
    done = snakemake(folder, *SELECTION, root=checkout)
    assert done.returncode == 0, done.stdout
    assert planned(done.stdout).count("train") == 1
    records.read_record(cut)
    assert "Nothing to be done" in snakemake(folder, *SELECTION, root=checkout).stdout


@pytest.mark.slow
def test_no_verdict_outlives_a_job_that_is_lost(finished: Path, tmp_path: Path) -> None:
    """It would hide from the next call that the job has left nothing."""
    folder, checkout = copies(finished, tmp_path)
    cut_short(folder / "results")
    engine = checkout / "benchmarks/engine/__main__.py"
    whole = engine.read_text()
    engine.write_text("raise SystemExit('lost')\n")
    assert snakemake(folder, *SELECTION, root=checkout).returncode != 0
    assert not (folder / "results/verdict.txt").exists()
    engine.write_text(whole)
    assert "train" in planned(snakemake(folder, "--dry-run", *SELECTION, root=checkout).stdout)


def expected(output: str) -> tuple[int, int]:
    """How many runs a call or an estimate says that it trains, and how many that are recorded."""
    (line,) = re.findall(r"^expected: .*", output, re.MULTILINE)
    trained = re.search(r" for (\d+) runs?, ", line)
    recorded = re.search(r"; (\d+) runs? recorded already", line)
    assert trained, line
    return int(trained[1]), int(recorded[1]) if recorded else 0


@pytest.mark.slow
def test_what_is_expected_is_what_is_trained(finished: Path, tmp_path: Path) -> None:
    """With more seeds, whose job has another name, and after an edit."""
    folder, checkout = copies(finished, tmp_path)
    runs = len(list((folder / "results/runs").glob("*/*.json")))
    estimate = snakemake(folder, "estimate", *SELECTION, root=checkout)
    assert expected(estimate.stdout) == (0, runs)
    estimate = snakemake(folder, "estimate", *SELECTION[:-1], "seeds=2", root=checkout)
    assert expected(estimate.stdout) == (runs, runs)
    entry = checkout / catalogue.source_file("adaline_1960").relative_to(ROOT)
    entry.write_text(
        re.sub(r"^    import keras$", "    import keras\n    assert keras", entry.read_text(), flags=re.M)
    )
    estimate = snakemake(folder, "estimate", *SELECTION, root=checkout)
    assert expected(estimate.stdout) == (runs, 0)
    done = snakemake(folder, *SELECTION, root=checkout)
    assert done.returncode == 0, done.stdout
    assert "trains again: adaline_1960" in done.stdout
    assert expected(done.stdout) == (runs, 0)
    assert len(re.findall(r"seed 0: ok after", done.stdout)) == runs
    # The engine keeps what is recorded, though its job runs.
    done = snakemake(folder, "--forcerun=train", *SELECTION, root=checkout)
    assert expected(done.stdout) == (0, runs)
    assert f"{runs} of {runs} runs are already recorded" in done.stdout
