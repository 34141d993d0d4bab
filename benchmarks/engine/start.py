"""Keeps final weights, and gives them to the runs that start from them."""

from collections.abc import Callable
from pathlib import Path

import numpy as np

from benchmarks import records
from benchmarks.engine import checkpoints
from benchmarks.engine.runs import Options, Run, execution_key, parent, record_path


def weights_path(run: Run, options: Options) -> Path:
    """The file of the kept final weights of a run."""
    return options.out / "weights" / f"{execution_key(run, options)}.weights"


def keep(run: Run, options: Options, weights: dict[str, np.ndarray], sha256: str) -> None:
    """Keep the final weights of a run, by name, and their hash."""
    checkpoints.save(weights_path(run, options), [], weights, {"weights_sha256": sha256})


def of_parent(
    run: Run, options: Options, progress: Callable[[str], None]
) -> tuple[dict[str, np.ndarray], str] | None:
    """The weights that a run starts from, by name, and their hash; None for a run that starts from none.

    Raises ValueError with the reason if the other run has left no weights.
    """
    start = parent(run)
    if start is None:
        return None
    kept = checkpoints.load(weights_path(start, options), progress)
    if kept is None:
        raise ValueError(
            f"it starts from {run.recipe.starts_from}, seed {run.seed}, which has left no weights "
            f"({_state(start, options)}): run that one first"
        )
    _, weights, about = kept
    return weights, about["weights_sha256"]


def _state(run: Run, options: Options) -> str:
    """The reason why a run has left no weights."""
    try:
        row = records.read_record(record_path(run, options))["run"]
    except records.RecordError:
        return "it has no record"
    because = f": {row['reason']}" if row["reason"] else ""
    return f"it ended with status {row['status']}{because}"
