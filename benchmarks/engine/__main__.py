"""Run entries without Snakemake: `python -m benchmarks.engine lenet5_1998 --tier pocket --seeds 0 1 2`.

`python -m benchmarks.engine --repeat RUN_ID --bundle DIR` repeats a run of a bundle and compares the two.
"""

import argparse
import math
import sys
import tempfile
import time
from pathlib import Path

from benchmarks import catalogue, datasets, records
from benchmarks.catalogue import nearest
from benchmarks.engine import backend, checkpoints, grace, jobs, lease, orphans, provenance, repeat
from benchmarks.engine.runs import Options, Run, execution_key, record_path
from benchmarks.spec import BACKENDS, DETERMINISMS, PRECISIONS, TIERS


def progress(line: str) -> None:
    """Print a line of progress on standard error, with the time of day."""
    print(f"[{time.strftime('%H:%M:%S')}] {line}", file=sys.stderr, flush=True)


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(prog="python -m benchmarks.engine", description=__doc__)
    options.add_argument("entries", nargs="*", metavar="ENTRY", help="ids of entries, e.g. lenet5_1998")
    options.add_argument(
        "--job", help="name of a job of the workflow: takes its runs from --runs and writes a summary"
    )
    options.add_argument("--runs", type=Path, help="JSON list of the job's runs")
    options.add_argument("--tier", default="pocket", help=f"one of {', '.join(TIERS)} (default: pocket)")
    options.add_argument("--dataset", help="only the recipes on this data set")
    options.add_argument("--variant", help="only the recipes of this variant ('' for the paper's own)")
    options.add_argument("--seeds", "--seed", type=int, nargs="+", default=[0], help="seeds (default: 0)")
    options.add_argument(
        "--backend", default="tensorflow", help=f"one of {', '.join(BACKENDS)} (default: tensorflow)"
    )
    options.add_argument(
        "--precision", default="float32", help=f"one of {', '.join(PRECISIONS)} (default: float32)"
    )
    options.add_argument(
        "--determinism",
        default="bitwise",
        choices=DETERMINISMS,
        help="whether reruns on a GPU give the same bits (default: bitwise)",
    )
    options.add_argument("--threads", type=int, default=1, help="processor cores for the run (default: 1)")
    options.add_argument(
        "--devices", type=int, default=1, help="devices that share each batch, only on jax (default: 1)"
    )
    options.add_argument("--data-dir", type=Path, help="local mirror of the data sets")
    options.add_argument(
        "--out", type=Path, help="where records go (default: results; for --repeat a new temporary folder)"
    )
    options.add_argument("--checkpoints", type=Path, help="where checkpoints go (default: OUT/checkpoints)")
    options.add_argument(
        "--checkpoint-seconds", type=float, default=30.0, help="seconds between checkpoints (default: 30)"
    )
    options.add_argument(
        "--time-limit", type=float, help="seconds after which a run is ended with status timeout"
    )
    options.add_argument("--price", type=float, help="price of this machine per hour")
    options.add_argument("--currency", default="", help="currency of the price, e.g. USD")
    options.add_argument(
        "--machine-name", default="", help="what to call this machine in reports; changes no id"
    )
    options.add_argument(
        "--executions", type=int, default=1, help="how often each run is measured (default: 1)"
    )
    options.add_argument(
        "--repeat",
        metavar="RUN_ID",
        help="train a run of --bundle again; exit code 0: same result, 1: another, 2: not repeated",
    )
    options.add_argument("--bundle", type=Path, help="folder of the bundle of --repeat")
    return options


def check(arguments: argparse.Namespace) -> None:
    """Raises ValueError, naming the argument, for a value with which no run is possible."""
    if (arguments.repeat is None) != (arguments.bundle is None):
        raise ValueError("--repeat and --bundle go together; give both or neither")
    if arguments.repeat is not None:
        own = ("repeat", "bundle", "out", "data_dir")
        more = [
            name
            for name, value in vars(arguments).items()
            if name not in own and value and value != parser().get_default(name)
        ]
        if more:
            raise ValueError(
                f"--repeat takes {', '.join(more)} from the bundle;"
                " give no more than --bundle, --out and --data-dir"
            )
    backend.check(arguments.backend, arguments.precision, arguments.devices)
    lease.check(arguments.threads)
    bad = next((seed for seed in arguments.seeds if not 0 <= seed <= jobs.MOST), None)
    if bad is not None:
        raise ValueError(f"--seeds names {bad}; seeds are 0 or more, and at most {jobs.MOST}")
    if arguments.executions < 1:
        raise ValueError(f"--executions is {arguments.executions}; give 1 or more")
    if len(arguments.machine_name) > 100 or not records.is_text(arguments.machine_name):
        raise ValueError("--machine-name is not plain text of at most 100 characters; give a short name")
    for name, value, valid in (
        ("--time-limit", arguments.time_limit, lambda value: value > 0),
        ("--checkpoint-seconds", arguments.checkpoint_seconds, lambda value: value >= 0),
        ("--price", arguments.price, lambda value: value >= 0),
    ):
        if value is not None and not (math.isfinite(value) and valid(value)):
            raise ValueError(
                f"{name} is {value:g};"
                f" give a {'positive' if name == '--time-limit' else 'non-negative'} number"
            )
    if (arguments.price is None) != (not arguments.currency):
        raise ValueError("--price and --currency go together; give both or neither")
    if arguments.data_dir and not arguments.data_dir.is_dir():
        raise ValueError(
            f"--data-dir {arguments.data_dir} is not a folder: name one, or omit the option to download"
        )
    if arguments.dataset is not None and arguments.dataset not in datasets.ids():
        raise ValueError(
            f"unknown data set {arguments.dataset!r}: {nearest(arguments.dataset, datasets.ids())}"
        )


def make_writable(option: str, folder: Path) -> None:
    """Make the folder. Raises ValueError if files cannot be written there."""
    try:
        folder.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryFile(dir=folder):
            pass
    except OSError as error:
        raise ValueError(
            f"{option} {folder}: cannot be written to ({error.strerror}); name another folder"
        ) from None


def wanted(arguments: argparse.Namespace) -> list[Run]:
    """The runs that the command line asks for, those from whose weights they start included.

    Raises KeyError or ValueError naming what is unknown.
    """
    if arguments.job:
        if not arguments.runs or arguments.entries:
            raise ValueError("--job takes its runs from --runs FILE, and no entries")
        rows = jobs.read_runs(arguments.runs)
        unknown = next((row["tier"] for row in rows if row["tier"] not in TIERS), None)
        if unknown is not None:
            raise ValueError(f"{arguments.runs}: unknown tier {unknown!r}: {nearest(unknown, list(TIERS))}")
        entries = {row["entry"]: catalogue.load(row["entry"]) for row in rows}
        return [
            Run(
                entries[row["entry"]],
                catalogue.recipe(entries[row["entry"]], row["tier"], row["recipe"]),
                row["seed"],
                row["execution"],
                row["keep_weights"],
            )
            for row in rows
        ]
    if arguments.tier not in TIERS:
        raise ValueError(f"unknown tier {arguments.tier!r}: {nearest(arguments.tier, list(TIERS))}")
    if not arguments.entries:
        raise ValueError("no entry was named; name one or more of: " + ", ".join(catalogue.ids()))
    runs = []
    for id in dict.fromkeys(arguments.entries):
        entry = catalogue.load(id)
        if arguments.variant and arguments.variant not in entry.variants:
            known = nearest(arguments.variant, list(entry.variants)) if entry.variants else "it has none"
            raise ValueError(f"{id} has no variant {arguments.variant!r}: {known}")
        of_tier = catalogue.recipes(entry, arguments.tier)
        chosen = [
            recipe
            for recipe in of_tier
            if arguments.dataset in (None, recipe.dataset) and arguments.variant in (None, recipe.variant)
        ]
        if not chosen:
            names = ", ".join(recipe.name for recipe in of_tier) or "none"
            raise ValueError(
                f"{id} has no recipe for this data set and variant in tier {arguments.tier!r};"
                f" its recipes there are: {names}"
            )
        times = range(1, arguments.executions + 1)
        runs += [
            Run(entry, recipe, seed, execution)
            for recipe in chosen
            for execution in times
            for seed in dict.fromkeys(arguments.seeds)
        ]
    return jobs.with_parents(runs)


def saved(runs: list[Run], options: Options) -> list[Path]:
    """The files in which the work of these runs is kept: their records and checkpoints."""
    return [
        path
        for run in runs
        for path in (
            record_path(run, options),
            checkpoints.path(options.checkpoint_dir, execution_key(run, options)),
        )
    ]


def main() -> int:
    """The command line. Returns 0 if every run has a record, whatever its status, 2 for bad arguments.

    With --repeat it returns what `repeat` returns.
    """
    arguments = parser().parse_args()
    provenance.facts()  # read before files may change; forked children inherit it
    try:
        check(arguments)
        data_dir = arguments.data_dir.absolute() if arguments.data_dir else None
        if arguments.repeat is not None:
            if arguments.out:
                make_writable("--out", arguments.out)
            return repeat.repeat(arguments.repeat, arguments.bundle, arguments.out, data_dir, progress)
        out = arguments.out or Path("results")
        options = jobs.with_absolute_paths(
            Options(
                backend=arguments.backend,
                precision=arguments.precision,
                determinism=arguments.determinism,
                threads=arguments.threads,
                devices=arguments.devices,
                data_dir=data_dir,
                out=out,
                checkpoint_dir=arguments.checkpoints or out / "checkpoints",
                checkpoint_s=grace.UntilAsked(arguments.checkpoint_seconds),
                time_limit_s=arguments.time_limit,
                price_per_hour=arguments.price,
                currency=arguments.currency,
                machine_name=arguments.machine_name,
            )
        )
        runs = wanted(arguments)
        make_writable("--out", options.out)
        make_writable("--checkpoints", options.checkpoint_dir)
        if arguments.job:
            orphans.end_with_the_workflow(progress)
            grace.split(lambda: saved(runs, options), progress)
        summary = jobs.execute(runs, options, progress)
    except ModuleNotFoundError as error:
        print(
            f"error: {error}: install the software with `make setup`, then `. .venv/bin/activate`",
            file=sys.stderr,
        )
        return 2
    except (KeyError, ValueError, ImportError) as error:
        print(f"error: {error.args[0] if error.args else error}", file=sys.stderr)
        return 2
    if arguments.job:
        jobs.write_summary(arguments.job, summary, options)
    for item in summary["runs"]:
        print(
            f"{item['entry']} {item['recipe']} {item['tier']} seed {item['seed']}: {item['status']}"
            f"  {options.out / item['record']}"
        )
    return 0


if __name__ == "__main__":
    sys.exit(main())
