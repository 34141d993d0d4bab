"""`python -m report --bundle DIR [--bundle DIR2 ...] --out results/report`: builds the report from bundles of results."""

import argparse
import sys
from pathlib import Path

from benchmarks.records import RecordError


def main(arguments: list[str] | None = None) -> int:
    """Builds the report; returns the exit status."""
    parser = argparse.ArgumentParser(
        prog="python -m report",
        description="Build the report from one or more bundles of results: one page, its figures and its tables.",
    )
    parser.add_argument(
        "--bundle",
        action="append",
        required=True,
        type=Path,
        help="folder of a bundle; may be given several times",
    )
    parser.add_argument(
        "--out", type=Path, default=Path("results/report"), help="folder to write into (default: %(default)s)"
    )
    parser.add_argument("--compare", action="store_true", help="put the comparison of machines first")
    parser.add_argument(
        "--speed", type=Path, help="CSV file of the speed benchmark, to show its medians and ratios"
    )
    parser.add_argument(
        "--source",
        default="",
        help="web address under which the suite's files can be read, to link the entries to their source",
    )
    given = parser.parse_args(arguments)
    if given.source and not given.source.startswith(("https://", "http://")):
        parser.error(f"--source {given.source!r} is no web address: it must start with https:// or http://")

    from report import page, results

    try:
        loaded = results.load(given.bundle)
        if loaded.runs.empty and loaded.doubts:
            print(
                f"error: {given.bundle[0]} holds no run that can be: {loaded.doubts[0].sentence}",
                file=sys.stderr,
            )
            return 2
        if loaded.runs.empty:
            print(
                f"error: {given.bundle[0]} holds no run: run the suite and collect its results first",
                file=sys.stderr,
            )
            return 2
        path = page.build(loaded, given.out, compare=given.compare, speed=given.speed, source=given.source)
    except (RecordError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(path)
    return 0


if __name__ == "__main__":
    sys.exit(main())
