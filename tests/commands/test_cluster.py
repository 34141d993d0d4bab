"""What is read from SLURM's programs, here scripts that print what SLURM 22.05 printed."""

from pathlib import Path

import pytest

from benchmarks.commands import cluster

NODES = """test*|5:00:00|2|64000|gpu:test:2
test*|5:00:00|8|32000|(null)
gpu|7-00:00:00|64|512000|gpu:a100:4(S:0-1),shard:8
free|infinite|2|1000|(null)
"""


@pytest.fixture
def programs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder of programs, the only one in which they are looked for."""
    monkeypatch.setenv("PATH", f"{tmp_path}:/bin:/usr/bin")
    prints(tmp_path, "sinfo", NODES)
    return tmp_path


def prints(folder: Path, name: str, text: str) -> None:
    """A program that prints this, whatever it is asked."""
    (folder / name).write_text(f"#!/bin/sh\ncat <<'END'\n{text}END\n")
    (folder / name).chmod(0o755)


def test_the_nodes_of_a_partition(programs: Path) -> None:
    assert [node.gpus for node in cluster.nodes()] == [2, 0]
    assert cluster.most(cluster.nodes()) == (8, 64000, 300)
    assert cluster.most(cluster.nodes("gpu")) == (64, 512000, 7 * 24 * 60)
    assert cluster.nodes("gpu")[0].gpus == 4
    assert cluster.most(cluster.nodes("gpu,free")) == (64, 512000, 0)


def test_what_every_partition_can_give(programs: Path) -> None:
    assert cluster.granted(["", ""]) == (8, 64000, 300)
    assert cluster.granted(["", "gpu"]) == (8, 64000, 300)
    assert cluster.granted(["free", "gpu"]) == (2, 1000, 7 * 24 * 60)
    assert cluster.granted(["free"]) == (2, 1000, 0)
    assert cluster.granted(["unknown"]) == cluster.granted([]) == (0, 0, 0)


def test_without_slurm_nothing_is_known(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("PATH", str(tmp_path))
    assert cluster.most(cluster.nodes()) is None
    assert cluster.remark(cluster.waiting()) == []
    assert cluster.left_behind(tmp_path) == []


TRAIN = "rule_train_wildcards_lenet5_1998"


@pytest.mark.parametrize(
    ("line", "sentence"),
    [
        (
            f"7|test|PartitionConfig|12|4000M|15:00|{TRAIN}",
            "SLURM job 7 (train) can never start: it asks for 12 cores, and no node of partition test has"
            " more than 8: cancel the call, and add --config threads=N",
        ),
        (
            "8|test|PartitionTimeLimit|1|4000M|16:40:00|rule_machine_wildcards_jax_1",
            "SLURM job 8 (machine) can never start: it asks for 1000 minutes, and a job of partition test may"
            " take 300: cancel the call, and add --set-resources machine:runtime=N",
        ),
        (
            f"9|test|BadConstraints|1|62.50G|15:00|{TRAIN}",
            "SLURM job 9 (train) can never start: SLURM says BadConstraints: cancel the call, and ask for"
            " less or for another partition, such as --set-resources train:slurm_partition=NAME",
        ),
        (
            f"9|test|QOSMaxGRESPerJob|1|1G|15:00|{TRAIN}",
            "SLURM job 9 (train) can never start: SLURM says QOSMaxGRESPerJob: cancel the call, and ask for"
            " less or for another partition, such as --set-resources train:slurm_partition=NAME",
        ),
        (f"9|test|Resources|1|1G|15:00|{TRAIN}", "jobs wait in SLURM's queue: 1 because of Resources"),
        (
            f"9|test|QOSMaxJobsPerUserLimit|1|1G|15:00|{TRAIN}",
            "jobs wait in SLURM's queue: 1 because of QOSMaxJobsPerUserLimit",
        ),
    ],
)
def test_why_jobs_wait(programs: Path, line: str, sentence: str) -> None:
    prints(programs, "squeue", f"{line}\n")
    assert cluster.remark(cluster.waiting()) == [sentence]


def test_one_sentence_for_all_jobs_of_a_rule(programs: Path) -> None:
    lines = [f"{number}|test|PartitionConfig|12|1G|15:00|{TRAIN}_{number}" for number in range(50)]
    waits = [f"{number}|test|Priority|1|1G|15:00|{TRAIN}_{number}" for number in range(3)]
    prints(programs, "squeue", "\n".join([*lines, *waits, ""]))
    said = cluster.remark(cluster.waiting())
    assert len(said) == 2
    assert said[1] == "jobs wait in SLURM's queue: 3 because of Priority"


def test_jobs_of_another_folder_or_program_are_not_touched(programs: Path) -> None:
    lines = [f"1|{TRAIN}|/home/ann/mine", f"2|{TRAIN}|/home/ann/other", "3|(null)|/home/ann/mine", ""]
    prints(programs, "squeue", "\n".join(lines))
    assert cluster.left_behind(Path("/home/ann/mine")) == ["1"]


@pytest.mark.parametrize(
    ("text", "minutes"),
    [("infinite", None), ("30:00", 30), ("5:00:00", 300), ("1-00:00:00", 1440), ("2-12:30:00", 3630)],
)
def test_durations(text: str, minutes: int | None) -> None:
    assert cluster.minutes(text) == minutes
