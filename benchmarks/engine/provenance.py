"""The origin of a run: the suite's commit and lock file, and the command that repeats the run."""

import functools
import hashlib
import os
import shlex
import subprocess
from pathlib import Path
from typing import Any

from benchmarks import environment, machine, records
from benchmarks.engine.runs import Options, Run

ROOT = Path(__file__).parents[2]
#: The parts of the repository that can change a run.
SOURCE = ("benchmarks", "requirements.lock")


@functools.cache
def facts(root: Path = ROOT) -> dict[str, Any]:
    """`commit`, `dirty` and `lock_sha256`; "", None and "" outside of a repository, or without git.

    Read once, since a process runs what it has imported, whatever becomes of the files later.
    """
    # In a folder inside another repository, git would name that repository's commit.
    own = Path(_git(root, "rev-parse", "--show-toplevel") or "").resolve() == root.resolve()
    commit = _git(root, "rev-parse", "--verify", "HEAD") if own else None
    changes = _git(root, "status", "--porcelain", "--untracked-files=all", "--", *SOURCE) if commit else None
    lock = root / "requirements.lock"
    return {
        "commit": commit or "",
        "dirty": None if changes is None else changes != "",
        "lock_sha256": hashlib.sha256(lock.read_bytes()).hexdigest() if lock.is_file() else "",
    }


def _git(root: Path, *arguments: str) -> str | None:
    """The output of git for the repository at `root`; None if it fails.

    A repository of another user, which git distrusts, is trusted, since its code runs anyway. No monitor that
    its settings name is started, no file of it is written, and no variable, such as those that git sets for
    hooks, points elsewhere.
    """
    words = [
        "git",
        "-c",
        f"safe.directory={root.resolve()}",
        "-c",
        "core.fsmonitor=false",
        "-C",
        str(root),
        *arguments,
    ]
    variables = {name: value for name, value in os.environ.items() if not name.startswith("GIT_")} | {
        "GIT_OPTIONAL_LOCKS": "0"
    }
    try:
        done = subprocess.run(words, capture_output=True, text=True, timeout=60, check=True, env=variables)
    except (OSError, subprocess.SubprocessError, UnicodeDecodeError):
        return None
    return done.stdout.strip()


def command(run: Run, options: Options) -> str:
    """The shell command that repeats the run in a clean clone: check out the commit, set up, train.

    Empty if it cannot be written: variables are not text, or it is too long for a record.
    """
    commit = facts()["commit"]
    known = machine.facts(options.backend)
    steps = [shlex.join(("git", "checkout", commit))] if commit else []
    steps += ["make setup", ". .venv/bin/activate"]
    if known["accelerators"]:
        extra = "and-cuda" if options.backend == "tensorflow" else "cuda12"
        steps.append(
            shlex.join(("pip", "install", f"{options.backend}[{extra}]=={known['backend_version']}"))
        )
    settings = [f"{name}={shlex.quote(value)}" for name, value in environment.set_by_user().items()]
    words = [
        *(
            "python",
            "-m",
            "benchmarks.engine",
            run.entry.id,
            "--tier",
            run.recipe.tier,
            "--dataset",
            run.recipe.dataset,
        ),
        *("--variant", run.recipe.variant, "--seeds", str(run.seed), "--backend", options.backend),
        *("--precision", options.precision, "--threads", str(options.threads)),
        *(("--determinism", options.determinism) if options.determinism != "bitwise" else ()),
        *(("--devices", str(options.devices)) if options.devices > 1 else ()),
    ]
    whole = " && ".join([*steps, " ".join([*settings, shlex.join(words)])])
    return whole if records.is_text(whole) else ""
