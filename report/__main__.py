"""`python -m report --bundle DIR [--bundle DIR2 ...] --out results/report` builds the report."""

import argparse
import sys
from pathlib import Path

from benchmarks.records import RecordError


def main(arguments: list[str] | None = None) -> int:
    """Builds the report; returns the exit status."""
    options = _options(arguments)

    from report import missing
    from report.loading import load
    from report.site.build import build

    bundle = options.bundle[0]
    try:
        results = load(options.bundle)
        if results.runs.empty and results.doubts:
            reason = f"{bundle} holds no believable run: {results.doubts[0].sentence}"
            print(f"error: {reason}", file=sys.stderr)
            return 2
        if results.runs.empty:
            print(
                f"error: {bundle} holds no runs: run the suite and collect its results first", file=sys.stderr
            )
            return 2
        page = build(
            results,
            options.out,
            compare=options.compare,
            speed=options.speed,
            source=options.source,
            address=options.address,
            missing=missing.read(options.missing) if options.missing else None,
        )
    except (RecordError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 1
    print(page)
    return 0


def _options(arguments: list[str] | None) -> argparse.Namespace:
    """The options of the command line."""
    parser = argparse.ArgumentParser(
        prog="python -m report",
        description="Build the report from one or more bundles of results: pages, figures and tables.",
    )
    parser.add_argument(
        "--bundle", action="append", required=True, type=Path, help="folder of a bundle; may be repeated"
    )
    parser.add_argument(
        "--out", type=Path, default=Path("results/report"), help="folder to write into (default: %(default)s)"
    )
    parser.add_argument("--compare", action="store_true", help="put the comparison of machines first")
    parser.add_argument(
        "--speed", type=Path, help="CSV file of the speed benchmark, to show its medians and ratios"
    )
    parser.add_argument(
        "--missing",
        type=Path,
        help="JSON file of the runs that the last call asked for and that are missing, as gather writes it",
    )
    parser.add_argument(
        "--source",
        default="",
        help="web address under which the suite's files can be read, to link each entry to its source",
    )
    parser.add_argument(
        "--address",
        default="",
        help="web address of the folder in which the report will be, for the previews of shared links",
    )
    options = parser.parse_args(arguments)
    for name in ("source", "address"):
        value = getattr(options, name)
        if value and not value.startswith(("https://", "http://")):
            parser.error(f"--{name} {value!r} is not a web address: it must start with https:// or http://")
    return options


if __name__ == "__main__":
    sys.exit(main())
