"""Have a data set's files at hand before it is trained on: `python -m benchmarks.fetch mnist --out results/data/mnist.json`.

On a cluster the nodes that train often have no internet, so this runs where the workflow was started. A data set
that cannot be had is no end: its reason is written down, the runs that need it say so in their records, and the others go on.
"""

import argparse
import sys
from pathlib import Path

from benchmarks import datasets, records


def fetch(id: str, data_dir: Path | None = None) -> str:
    """Load a data set, downloading it if need be; empty, or the reason why it cannot be had."""
    try:
        datasets.load(id, data_dir)
    except (datasets.DataError, OSError) as error:
        return str(error)
    return ""


def main() -> int:
    """0 whether or not the data set can be had; 2 for an unknown one."""
    it = argparse.ArgumentParser(
        prog="python -m benchmarks.fetch", description="Have a data set's files at hand."
    )
    it.add_argument("dataset", help="id of a data set")
    it.add_argument("--data-dir", type=Path, help="local mirror of the data sets")
    it.add_argument(
        "--out", type=Path, required=True, help="JSON file that says whether the data set can be had"
    )
    arguments = it.parse_args()
    try:
        reason = fetch(arguments.dataset, arguments.data_dir)
    except KeyError as error:
        print(f"error: {error.args[0]}", file=sys.stderr)
        return 2
    print(f"{arguments.dataset}: {reason or 'its files are at hand, and their checksums are right'}")
    records.write_json_atomic({"dataset": arguments.dataset, "reason": reason}, arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
