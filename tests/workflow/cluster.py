"""A SLURM cluster of one node, run by an ordinary user: munge, controller and node, with declared GPUs.

Needs Debian's slurm-wlm and munge. The GPUs are links to /dev/null: SLURM hands them out, and sets
CUDA_VISIBLE_DEVICES, because they are character devices.
"""

import getpass
import os
import shutil
import signal
import socket
import subprocess
import time
from pathlib import Path

NEEDED = ("munged", "slurmctld", "slurmd", "sbatch", "squeue", "sinfo", "srun", "scancel", "scontrol")
SEARCH = os.pathsep.join([os.environ.get("PATH", os.defpath), "/usr/sbin", "/sbin"])


def missing() -> list[str]:
    """The programs that are needed and not installed."""
    return [name for name in NEEDED if not shutil.which(name, path=SEARCH)]


def _free_ports(count: int) -> list[int]:
    """Port numbers that nobody listens on now."""
    sockets = [socket.socket() for _ in range(count)]
    for each in sockets:
        each.bind(("127.0.0.1", 0))
    ports = [each.getsockname()[1] for each in sockets]
    for each in sockets:
        each.close()
    return ports


def _configure(folder: Path, gpus: int) -> None:
    host = socket.gethostname().split(".")[0]
    user = getpass.getuser()
    controller, node = _free_ports(2)
    devices = folder / "devices"
    devices.mkdir()
    for number in range(gpus):
        (devices / f"gpu{number}").symlink_to("/dev/null")
    settings = {
        "ClusterName": "test",
        "SlurmctldHost": f"{host}(127.0.0.1)",
        "SlurmctldPort": controller,
        "SlurmdPort": node,
        "SlurmUser": user,
        "SlurmdUser": user,
        "AuthType": "auth/munge",
        # A requeued job waits until its earlier credential has expired: two minutes if nothing is said.
        "AuthInfo": f"socket={folder}/munge.socket,cred_expire=5",
        "MpiDefault": "none",
        "ProctrackType": "proctrack/linuxproc",
        "TaskPlugin": "task/affinity",
        "SelectType": "select/cons_tres",
        "SelectTypeParameters": "CR_Core_Memory",
        # The node declares more memory than a small machine has, so that jobs of every tier fit.
        "SlurmdParameters": "config_overrides",
        # Schedule at once: a test waits for every second.
        "SchedulerParameters": "sched_interval=2,batch_sched_delay=0,defer",
        # A job of the partition `urgent` takes the place of another, which is asked to end, and queued again.
        "PreemptType": "preempt/partition_prio",
        "PreemptMode": "REQUEUE",
        "ReturnToService": 2,
        # Seconds for which a job that ended can still be asked about.
        "MinJobAge": 3600,
        "AccountingStorageType": "accounting_storage/none",
        "JobAcctGatherType": "jobacct_gather/none",
        "GresTypes": "gpu",
        "StateSaveLocation": folder / "state",
        "SlurmdSpoolDir": folder / "spool",
        "SlurmctldPidFile": folder / "slurmctld.pid",
        "SlurmdPidFile": folder / "slurmd.pid",
        "SlurmctldLogFile": folder / "slurmctld.log",
        "SlurmdLogFile": folder / "slurmd.log",
    }
    lines = [f"{name}={value}" for name, value in settings.items()]
    lines.append(
        f"NodeName={host} NodeAddr=127.0.0.1 CPUs={os.cpu_count()} RealMemory=64000"
        f" Gres=gpu:test:{gpus} State=UNKNOWN"
    )
    lines.append(f"PartitionName=test Nodes={host} Default=YES MaxTime=300 PriorityTier=1 State=UP")
    lines.append(f"PartitionName=urgent Nodes={host} MaxTime=300 PriorityTier=2 PreemptMode=OFF State=UP")
    (folder / "slurm.conf").write_text("\n".join(lines) + "\n")
    (folder / "gres.conf").write_text(
        f"NodeName={host} Name=gpu Type=test File={devices}/gpu[0-{gpus - 1}]\n"
    )
    (folder / "cgroup.conf").write_text("CgroupAutomount=no\n")
    # A job step loses SLURM_CONF, and its srun would look for a cluster of the system's.
    wrapper = folder / "bin" / "srun"
    wrapper.parent.mkdir()
    wrapper.write_text(
        f'#!/bin/sh\nSLURM_CONF={folder}/slurm.conf exec {shutil.which("srun", path=SEARCH)} "$@"\n'
    )
    wrapper.chmod(0o755)
    for name in ("state", "spool"):
        (folder / name).mkdir()


def environment(folder: Path) -> dict[str, str]:
    """What the programs of a user of this cluster need in their environment."""
    return {
        "SLURM_CONF": str(folder / "slurm.conf"),
        "PATH": f"{folder / 'bin'}{os.pathsep}{os.environ['PATH']}",
    }


def up(folder: Path, gpus: int = 2) -> None:
    """Start the cluster. Raises RuntimeError with its logs if the node is not idle in half a minute."""
    folder.chmod(0o755)
    _configure(folder, gpus)
    key = folder / "munge.key"
    key.write_bytes(os.urandom(1024))
    key.chmod(0o600)
    inside = {**os.environ, **environment(folder)}
    at = {name: shutil.which(name, path=SEARCH) or name for name in NEEDED}
    munge = [
        f"--{name}={folder}/munge.{suffix}"
        for name, suffix in (
            ("socket", "socket"),
            ("pid-file", "pid"),
            ("log-file", "log"),
            ("seed-file", "seed"),
        )
    ]
    for daemon in (
        [at["munged"], "--force", f"--key-file={key}", *munge],
        [at["slurmctld"], "-c", "-f", str(folder / "slurm.conf")],
        [at["slurmd"], "-c", "-f", str(folder / "slurm.conf")],
    ):
        subprocess.run(daemon, env=inside, check=True, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    deadline = time.monotonic() + 30
    while time.monotonic() < deadline:
        state = subprocess.run(
            [at["sinfo"], "--noheader", "--format=%T"], env=inside, capture_output=True, text=True
        ).stdout.strip()
        if state == "idle":
            return
        time.sleep(0.25)
    down(folder)
    raise RuntimeError(
        f"the node is {state!r}, not idle:\n" + "\n".join(log.read_text() for log in folder.glob("*.log"))
    )


def down(folder: Path) -> None:
    """Bring the cluster down, and wait until its daemons have ended."""
    for name in ("slurmd", "slurmctld", "munge"):
        try:
            process = int((folder / f"{name}.pid").read_text())
            os.kill(process, signal.SIGTERM)
        except (FileNotFoundError, ValueError, ProcessLookupError):
            continue
        for _ in range(100):
            if not Path(f"/proc/{process}").exists():
                break
            time.sleep(0.1)
