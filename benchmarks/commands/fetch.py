"""Download a data set before training: `python -m benchmarks.commands.fetch mnist --out mnist.json`.

On a cluster the training nodes often have no internet, so this runs where the workflow was started. If a
data set is unavailable, the reason is recorded, the runs that need it say so in their records, and the other
runs continue.
"""

import argparse
import sys
from pathlib import Path

from benchmarks import datasets, records


def fetch(id: str, data_dir: Path | None = None) -> str:
    """Load a data set, downloading it if need be. Returns why it is unavailable; empty if it is available."""
    try:
        datasets.load(id, data_dir)
    except (datasets.DataError, OSError) as error:
        return str(error)
    return ""


def main() -> int:
    """0 whether or not the data set is available; 2 for an unknown one."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.commands.fetch",
        description="Download a data set, or check its local copy.",
    )
    parser.add_argument("dataset", help="id of a data set")
    parser.add_argument("--data-dir", type=Path, help="local mirror of the data sets")
    parser.add_argument(
        "--out", type=Path, required=True, help="JSON file that says whether the data set is available"
    )
    arguments = parser.parse_args()
    try:
        reason = fetch(arguments.dataset, arguments.data_dir)
    except KeyError as error:
        print(f"error: {error.args[0]}", file=sys.stderr)
        return 2
    print(f"{arguments.dataset}: {reason or 'all files are present, and their checksums are right'}")
    records.write_json_atomic({"dataset": arguments.dataset, "reason": reason}, arguments.out)
    return 0


if __name__ == "__main__":
    sys.exit(main())
