"""Tools for bundles: validate one, merge several, tell what differs between two, export one.

python -m report.bundles validate results/bundle
python -m report.bundles merge laptop/bundle cluster/bundle --out both
python -m report.bundles diff before after --fail-on slower:5%,accuracy
python -m report.bundles export results/bundle --format parquet --out exported
"""

import argparse
import dataclasses
import sys
from collections import Counter
from collections.abc import Sequence
from pathlib import Path

from benchmarks import records
from benchmarks.records import RecordError
from report import differences, exports, statistics
from report.formats import several
from report.loading import load

#: exit statuses
GOOD, FAILED, BAD_INPUT = 0, 1, 2
#: So many questions that cannot be compared are named for each reason.
NAMED = 5


def main(arguments: Sequence[str] | None = None) -> int:
    """Does what the command line asks; returns the exit status: 0, 1 if a gate fails, 2 for bad input."""
    options = _options(arguments)
    try:
        if options.command == "validate":
            return validate(options.bundle)
        if options.command == "merge":
            return merge(options.bundle, options.out)
        if options.command == "diff":
            return diff(options.before, options.after, options.fail_on)
        return export(options.bundle, options.format, options.out)
    except (RecordError, OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return BAD_INPUT


def validate(folders: Sequence[Path]) -> int:
    """Says of each bundle what it holds, or each of its defects and doubts in a sentence."""
    status = GOOD
    for folder in folders:
        try:
            bundle = records.read_bundle(folder)
        except (RecordError, OSError) as error:
            print(f"error: {error}", file=sys.stderr)
            status = BAD_INPUT
            continue
        for doubt in bundle.doubts:
            print(f"doubt: {folder}: {records.clean_text(doubt.sentence)}", file=sys.stderr)
            status = status or FAILED
        statuses = Counter(bundle.runs["status"])
        held = ", ".join(f"{count:,} {status}" for status, count in statuses.most_common())
        machines = bundle.machines["machine_id"].nunique()
        print(
            f"{folder}: {several(len(bundle.runs), 'execution')} ({held}) of "
            f"{several(bundle.runs['entry'].nunique(), 'entry')} on {several(machines, 'machine')}"
            + (f"; {several(len(bundle.doubts), 'number')} in doubt" if bundle.doubts else ": valid")
        )
    return status


def merge(folders: Sequence[Path], out: Path) -> int:
    """Writes the union of bundles into a new folder, or into one of them."""
    if (out / "bundle.json").exists() and out.resolve() not in [folder.resolve() for folder in folders]:
        raise ValueError(
            f"{out} holds a bundle, which would be replaced: choose another folder for --out, or name it "
            "among the bundles that are merged"
        )
    united = records.merge(*map(records.read_bundle, folders))
    records.write_bundle(united, out)
    machines = united.machines["machine_id"].nunique()
    print(f"{out}: {several(len(united.runs), 'execution')} on {several(machines, 'machine')}")
    return GOOD


def diff(before: Path, after: Path, fail_on: str) -> int:
    """Prints what got faster, slower, better or worse, what cannot be compared, and which gates fail."""
    gates = differences.gates(fail_on) if fail_on else {}
    sides = [differences.side(load([folder])) for folder in (before, after)]
    pairs, not_compared = differences.paired(*sides)
    if not pairs:
        raise ValueError(
            f"{before} and {after} answer no question in common"
            + "".join(f"; {sentence}" for sentence in _by_reason(not_compared))
        )
    _print_changes(pairs)
    if not_compared:
        print(f"\nNot compared: {several(len(not_compared), 'question')}")
        print("\n".join(f"  {sentence}" for sentence in _by_reason(not_compared)))
    lost = [name for name, reason in not_compared if reason == differences.LOST]
    failed = False
    for condition, gate in gates.items():
        outcome = gate(pairs)
        if condition == differences.ACCURACY and lost:
            sentence = f"{several(len(lost), 'question')} ended well before, and no run of it after: "
            sentence += _some(lost)
            outcome = dataclasses.replace(outcome, sentences=[*outcome.sentences, sentence])
        failed = failed or bool(outcome.sentences)
        print(f"\n{condition}: {'FAILED' if outcome.sentences else 'passed'}")
        print("".join(f"  {sentence}\n" for sentence in outcome.sentences), end="")
        print(f"  {several(outcome.testable, 'question')} of {len(pairs)} had runs enough to show it")
        _print_false_alarms([first for first, _ in pairs], gate)
    return FAILED if failed else GOOD


def _print_changes(pairs: differences.Pairs) -> None:
    """The questions whose speed or measure differs, and how many there are of each finding."""
    speeds, measures = differences.speeds(pairs), differences.measures(pairs)
    of_speed, of_measure = statistics.findings(speeds), statistics.findings(measures)
    busy = [sum(side.busy for side in sides) for sides in zip(*pairs, strict=True)]
    print(f"{several(len(pairs), 'question')} compared, in each what is after over or minus what was before")
    if any(busy):
        print(f"The machine was busy with other work in {busy[0]} of them before, and in {busy[1]} after.")
    ratios = differences.ratio_of_entries(pairs)
    together = statistics.compare_pairs([(ratio, 1.0) for ratio in ratios.values()], ratio=True)
    if together:
        interval = f" [{together.low:.3f}, {together.high:.3f}]" if together.low and together.high else ""
        print(f"Speed, all {several(len(ratios), 'entry')} together: {together.effect:.3f} times{interval}")
    for (_, after), compared, finding in zip(pairs, speeds, of_speed, strict=True):
        if compared and finding in ("faster", "slower"):
            print(f"  {after.name}: {finding}, {compared.effect:.3f} times")
    print("Speed: " + _counted(of_speed))
    for (_, after), compared, finding in zip(pairs, measures, of_measure, strict=True):
        if compared and finding == "differ":
            print(f"  {after.name}: {after.measure} {compared.effect:+.4g} {after.unit}".rstrip())
    print("Measures: " + _counted(of_measure))


def _by_reason(not_compared: Sequence[tuple[str, str]]) -> list[str]:
    """One sentence for each reason, with the first of the questions that it keeps apart."""
    names: dict[str, list[str]] = {}
    for name, reason in not_compared:
        names.setdefault(reason, []).append(name)
    return [f"{reason}: {_some(some)}" for reason, some in names.items()]


def _some(names: Sequence[str]) -> str:
    """The first of these names, and how many more there are."""
    more = f" and {len(names) - NAMED} more" if len(names) > NAMED else ""
    return ", ".join(names[:NAMED]) + more


def _counted(findings: Sequence[str]) -> str:
    return ", ".join(f"{count} {finding}" for finding, count in Counter(findings).most_common())


def _print_false_alarms(questions: Sequence[differences.Question], gate: differences.Gate) -> None:
    alarms = differences.false_alarms(questions, gate)
    share = differences.at_most(alarms, differences.SPLITS)
    print(
        f"  False alarms: it failed in {alarms} of {differences.SPLITS} random splits of the first bundle "
        f"into halves, at most {share:.1%} (95% confidence)"
    )


def export(folder: Path, format: str, out: Path) -> int:
    """Writes a bundle in another format, and says what was written."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        raise ValueError(f"{out} is not an empty folder: choose another one for --out")
    results = load([folder])
    if results.runs.empty:
        raise ValueError(
            f"{folder} has nothing to export: every execution in it holds numbers that no run can have "
            "produced; see what validate says of them"
        )
    written = exports.FORMATS[format](results, out)
    print(f"{out}: {several(len(written), 'file')}")
    return GOOD


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(
        prog="python -m report.bundles",
        description="Validate, merge, compare and export bundles of results.",
    )
    commands = parser.add_subparsers(dest="command", required=True, metavar="COMMAND")
    one = commands.add_parser("validate", help="say each defect and each doubt in a sentence")
    one.add_argument("bundle", nargs="+", type=Path, help="folder of a bundle")
    one = commands.add_parser("merge", help="unite bundles; nothing is lost")
    one.add_argument("bundle", nargs="+", type=Path, help="folder of a bundle")
    one.add_argument("--out", type=Path, required=True, help="folder of the united bundle")
    one = commands.add_parser("diff", help="tell what differs between two bundles, as a gate if asked")
    one.add_argument("before", type=Path, help="folder of the first bundle, the baseline")
    one.add_argument("after", type=Path, help="folder of the second bundle")
    one.add_argument(
        "--fail-on",
        default="",
        metavar="CONDITIONS",
        help="slower:PERCENT%%, accuracy, or both joined by a comma: exit with 1 if the second bundle is so",
    )
    one = commands.add_parser("export", help="write a bundle in another format")
    one.add_argument("bundle", type=Path, help="folder of a bundle")
    one.add_argument("--format", choices=tuple(exports.FORMATS), required=True)
    one.add_argument("--out", type=Path, required=True, help="folder to write into: a new or an empty one")
    return parser.parse_args(arguments)


if __name__ == "__main__":
    sys.exit(main())
