"""Running the workflow of a checkout in a folder of its own."""

import os
import shutil
import signal
import subprocess
import sys
from pathlib import Path

from tests.compilation import HASTILY

ROOT = Path(__file__).resolve().parents[2]


def command(folder: Path, *arguments: str, root: Path = ROOT) -> list[str]:
    """The command line of Snakemake with its results in `folder`."""
    snakemake = [
        sys.executable,
        "-m",
        "snakemake",
        "--snakefile",
        str(root / "Snakefile"),
        "--configfile",
        str(root / "config/config.yaml"),
    ]
    return [*snakemake, "--directory", str(folder), *arguments]


def copy_checkout(folder: Path) -> None:
    """A copy of what the workflow needs of this checkout, to be run or changed without touching this one."""
    for name in ("Snakefile", "workflow", "config", "profiles", "benchmarks", "report", "environment.yml"):
        source = ROOT / name
        if source.is_dir() and not source.is_symlink():
            shutil.copytree(source, folder / name, ignore=shutil.ignore_patterns("__pycache__"))
        else:
            shutil.copy2(source, folder / name, follow_symlinks=False)


def environment(**more: str) -> dict[str, str]:
    """The environment of a user's shell without what pytest adds to it; XLA is told to compile hastily."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith(("PYTEST", "COV_"))}
    return kept | {"TF_CPP_MIN_LOG_LEVEL": "3", "XLA_FLAGS": HASTILY} | more


def snakemake(
    folder: Path, *arguments: str, root: Path = ROOT, **more: str
) -> subprocess.CompletedProcess[str]:
    """Run the workflow to its end; standard error is part of the output. `more` are environment variables."""
    return subprocess.run(
        command(folder, *arguments, root=root),
        cwd=folder,
        env=environment(**more),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=600,
    )


def start(folder: Path, *arguments: str, root: Path = ROOT, **more: str) -> "subprocess.Popen[bytes]":
    """Start the workflow in a new process group, as a shell does, so that a signal reaches all of it."""
    with open(folder / "output.txt", "wb") as output:
        return subprocess.Popen(
            command(folder, *arguments, root=root),
            cwd=folder,
            env=environment(**more),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )


def end(process: "subprocess.Popen[bytes]", number: signal.Signals) -> int:
    """Signal the whole process group, as a terminal does on Ctrl-C; returns the exit code."""
    os.killpg(process.pid, number)
    return process.wait(timeout=60)
