"""What a call of the workflow does beside its jobs."""

import fcntl
import re
from pathlib import Path

from tests.workflow.workflow_runs import snakemake


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
