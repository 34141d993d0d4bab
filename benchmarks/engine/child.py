"""A child of a job where children are not forked: `python -m benchmarks.engine.child WRITER JOB ASKED`.

WRITER is the descriptor and JOB the process of `jobs.in_child`; ASKED is the JSON that `jobs` makes of runs
and options.
"""

import json
import sys
import time
from pathlib import Path
from typing import Any

from benchmarks import catalogue
from benchmarks.engine import backend, jobs
from benchmarks.engine.__main__ import progress
from benchmarks.engine.runs import Options, Run


def main(writer: int, job: int, text: str) -> int:
    """Import the backend and run the runs; returns the exit code."""
    asked = json.loads(text)
    paths = ("data_dir", "out", "checkpoint_dir")
    named: dict[str, Any] = {
        name: Path(value) if name in paths and value else value for name, value in asked["options"].items()
    }
    options = Options(**named)
    runs = []
    for row in asked["runs"]:
        entry = catalogue.load(row["entry"])
        recipe = catalogue.recipe(entry, row["tier"], row["recipe"])
        runs.append(Run(entry, recipe, row["seed"], row["execution"], row["keep_weights"]))
    began = time.perf_counter()
    backend.prepare(options.backend, options.precision, options.determinism)
    jobs.import_backend(options)
    return jobs.in_child(runs, options, time.perf_counter() - began, progress, writer, job)


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]), int(sys.argv[2]), sys.argv[3]))
