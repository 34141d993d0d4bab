"""Where a run came from: the commit and the lock file of the suite, and the command that repeats it."""

import functools
import hashlib
import shlex
import subprocess
from pathlib import Path
from typing import Any

from benchmarks import environment
from benchmarks.engine.identity import Options, Run

ROOT = Path(__file__).parents[2]
#: What of the repository can change a run.
SOURCE = ("benchmarks", "requirements.lock")


@functools.cache
def facts(root: Path = ROOT) -> dict[str, Any]:
    """`commit`, `dirty` and `lock_sha256`; "", None and "" outside of a repository, or without git.

    Read once: what a process runs is what it has imported, not what its files have become since.
    """
    commit = _git(root, "rev-parse", "HEAD")
    # A checkout within another repository has that one's commit, which says nothing of the suite.
    own = commit is not None and Path(_git(root, "rev-parse", "--show-toplevel") or "").resolve() == root.resolve()
    changes = _git(root, "status", "--porcelain", "--", *SOURCE) if own else None
    lock = root / "requirements.lock"
    return {
        "commit": commit if own else "",
        "dirty": None if changes is None else changes != "",
        "lock_sha256": hashlib.sha256(lock.read_bytes()).hexdigest() if lock.exists() else "",
    }


def _git(root: Path, *arguments: str) -> str | None:
    """What git says, None where it fails. The system's and the user's settings are kept out of it."""
    try:
        done = subprocess.run(["git", "-C", str(root), *arguments], capture_output=True, text=True, timeout=60, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def command(run: Run, options: Options) -> str:
    """The command that repeats the run from a clean clone, in a shell: it checks the commit out, sets the software up and trains."""
    words = [
        *("python", "-m", "benchmarks.engine", run.entry.id, "--tier", run.recipe.tier, "--dataset", run.recipe.dataset),
        *("--variant", run.recipe.variant, "--seeds", str(run.seed), "--backend", options.backend),
        *("--precision", options.precision, "--threads", str(options.threads)),
        *(("--determinism", options.determinism) if options.determinism != "bitwise" else ()),
    ]
    settings = [f"{name}={shlex.quote(value)} " for name, _, value in (part.partition("=") for part in environment.environment().split("; ")) if name]
    commit = facts()["commit"]
    return (f"git checkout {commit} && " if commit else "") + f"make setup && . .venv/bin/activate && {''.join(settings)}{shlex.join(words)}"
