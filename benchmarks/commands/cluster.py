"""What a SLURM cluster has, which of its jobs can never start, and why.

Everything is read from SLURM's own programs. Where they are missing, nothing is known.
"""

import re
import subprocess
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

#: SLURM's reasons for waiting that do not pass by themselves.
NEVER = ("PartitionConfig", "PartitionNodeLimit", "PartitionTimeLimit", "BadConstraints", "AccountNotAllowed")
#: What is added to these names stands for a limit of an account or a quality of service.
LIMITS = re.compile(r"(Assoc|QOS)Max\w*PerJob\w*|(Assoc|QOS)MaxWall\w*")
#: What to say instead of a number, by what is too much.
REMEDIES = {
    "cores": "--config threads=N",
    "MB": "--set-resources RULE:mem_mb=N",
    "minutes": "--set-resources RULE:runtime=N",
}


@dataclass(frozen=True)
class Node:
    """A node in a partition: its cores, memory in MB and GPUs, and the minutes that a job may take there."""

    partition: str
    default: bool
    cores: int
    memory_mb: int
    gpus: int
    minutes: int | None


@dataclass(frozen=True)
class Waiting:
    """A job in the queue, and what it asks for."""

    id: str
    comment: str
    partition: str
    reason: str
    cores: int
    memory_mb: int
    minutes: int | None

    @property
    def rule(self) -> str:
        """The rule of the workflow that it belongs to, as Snakemake notes it in the comment."""
        return self.comment.removeprefix("rule_").split("_wildcards_")[0]


def printed(*command: str) -> list[str]:
    """The lines that a program of SLURM's prints; none if it is missing or fails."""
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=30, check=True)
    except (OSError, subprocess.SubprocessError):
        return []
    return [line for line in done.stdout.splitlines() if line.strip()]


def nodes(partitions: str = "") -> list[Node]:
    """The nodes of these partitions, given by name and separated by commas, or of the default one."""
    found = []
    for line in printed("sinfo", "--noheader", "--Node", "--format=%P|%l|%c|%m|%G"):
        name, limit, cores, memory, gres = line.split("|", 4)
        gpus = sum(int(count) for count in re.findall(r"\bgpu:(?:[^,:(]+:)?(\d+)", gres))
        node = Node(name.rstrip("*"), name.endswith("*"), number(cores), number(memory), gpus, minutes(limit))
        if node.partition in partitions.split(",") if partitions else node.default:
            found.append(node)
    return found


def number(text: str) -> int:
    """A count as SLURM prints it: 64000, 64000M, 4G, 2+."""
    match = re.match(r"(\d+(?:\.\d+)?)([MGT]?)", text)
    return int(float(match[1]) * {"": 1, "M": 1, "G": 1024, "T": 1024**2}[match[2]]) if match else 0


def minutes(text: str) -> int | None:
    """Minutes of a duration as SLURM prints it: days-hours:minutes:seconds. None for no limit."""
    match = re.fullmatch(r"(?:(\d+)-)?(?:(\d+):)?(\d+):(\d+)", text.strip())
    if not match:
        return None
    days, hours, rest, _ = (int(part or 0) for part in match.groups())
    return (days * 24 + hours) * 60 + rest


def most(nodes: Sequence[Node]) -> tuple[int, int, int] | None:
    """The most cores and MB of memory that a node has, and the most minutes that a job may take (0: any).

    None if nothing is known.
    """
    if not nodes:
        return None
    limits = [node.minutes for node in nodes]
    longest = 0 if None in limits else max(limit for limit in limits if limit is not None)
    return max(node.cores for node in nodes), max(node.memory_mb for node in nodes), longest


def granted(partitions: Iterable[str]) -> tuple[int, int, int]:
    """What each of these partitions can give a job: cores, MB, minutes. 0 where nothing is known, or any."""
    found = [most(nodes(name)) for name in sorted(set(partitions))]
    columns = list(zip(*filter(None, found), strict=True)) or [(), (), ()]
    cores, memory_mb, longest = (min(filter(None, column), default=0) for column in columns)
    return cores, memory_mb, longest


def waiting() -> list[Waiting]:
    """This user's jobs that have not started."""
    found = []
    for line in printed("squeue", "--me", "--noheader", "--states=PENDING", "--format=%i|%P|%r|%C|%m|%l|%k"):
        id, partition, reason, cores, memory, limit, comment = line.split("|", 6)
        found.append(Waiting(id, comment, partition, reason, number(cores), number(memory), minutes(limit)))
    return found


def never(job: Waiting) -> str:
    """One sentence on why a job can never start, and what to do; empty if it can."""
    if job.reason not in NEVER and not LIMITS.fullmatch(job.reason):
        return ""
    has = most(nodes(job.partition))
    asks = {"cores": job.cores, "MB": job.memory_mb, "minutes": job.minutes or 0}
    begins = f"SLURM job {job.id} ({job.rule}) can never start"
    for unit, limit in zip(asks, has or (), strict=False):
        if limit and asks[unit] > limit:
            where = f"no node of partition {job.partition} has more than"
            if unit == "minutes":
                where = f"a job of partition {job.partition} may take"
            remedy = REMEDIES[unit].replace("RULE", job.rule)
            return (
                f"{begins}: it asks for {asks[unit]} {unit}, and {where} {limit}:"
                f" cancel the call, and add {remedy}"
            )
    return (
        f"{begins}: SLURM says {job.reason}: cancel the call, and ask for less or for another partition,"
        f" such as --set-resources {job.rule}:slurm_partition=NAME"
    )


def remark(waiting: Iterable[Waiting]) -> list[str]:
    """A sentence on each job that can never start, at most one for a rule, and one on why the others wait."""
    said: dict[tuple[str, str], str] = {}
    reasons: dict[str, int] = {}
    for job in waiting:
        if sentence := never(job):
            said.setdefault((job.rule, job.reason), sentence)
        else:
            reasons[job.reason] = reasons.get(job.reason, 0) + 1
    counts = "; ".join(f"{count} because of {reason}" for reason, count in sorted(reasons.items()))
    return [*said.values(), *([f"jobs wait in SLURM's queue: {counts}"] if counts else [])]


def left_behind(folder: Path) -> list[str]:
    """The ids of this user's jobs that a call of Snakemake in this folder has left in the queue."""
    found = []
    for line in printed("squeue", "--me", "--noheader", "--format=%i|%k|%Z"):
        id, comment, where = line.split("|", 2)
        if comment.startswith("rule_") and Path(where) == folder:
            found.append(id)
    return found


def cancel(jobs: Sequence[str], folder: Path, patience_s: float = 60.0) -> None:
    """End these jobs, and wait until they have gone."""
    printed("scancel", *jobs)
    deadline = time.monotonic() + patience_s
    while set(jobs) & set(left_behind(folder)) and time.monotonic() < deadline:
        time.sleep(0.5)
