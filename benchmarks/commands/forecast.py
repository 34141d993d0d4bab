"""Say how long a selection will take and what it will cost: `snakemake estimate`.

Times are those of the published bundles, times the pace of this machine where it has results.
"""

import argparse
import functools
import json
import os
import sys
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import quantiles
from typing import Any

from benchmarks import catalogue, machine, records, sources
from benchmarks.commands import budget, needs, past, select
from benchmarks.commands.course import record_files
from benchmarks.commands.estimate import makespan
from benchmarks.commands.gather import priced
from benchmarks.commands.past import Recipe
from benchmarks.commands.reading import read_summaries
from benchmarks.commands.verdict import is_whole
from benchmarks.commands.view import duration, several
from benchmarks.engine import runs
from benchmarks.spec import Tier

#: Of fewer past runs no error is stated.
FEW = 10


@dataclass(frozen=True)
class Forecast:
    """What is expected of a call: seconds until its last job ends, and of all together; the recipes of which
    nothing is known, whose time is in neither; how many runs it trains, and how many it finds recorded."""

    wall_s: float
    work_s: float
    unknown: tuple[Recipe, ...]
    left: int
    recorded: int


def forecast(
    jobs: Mapping[str, list[select.Run]],
    results: Path,
    config: Mapping[str, Any],
    at_once: int,
    again: Collection[str] | None = None,
) -> Forecast:
    """What is expected of a call that asks for these jobs with this checked configuration.

    `again` are the names of those that run, which the workflow knows once it has planned them. Of a job that
    runs, the runs that this machine has on record are not trained. On a cluster, whose nodes are not known
    before, these are not seen.
    """
    tier, backend = config["tier"], config["backend"]
    own = past.on_any_backend([results / "bundle"], tier, backend)
    published = past.on_any_backend(past.published(), tier, backend)
    factor, _ = budget.here(results, tier, backend)
    known = {key: factor * seconds for key, seconds in published.items()} | own
    import_s = past.earlier(past.bundles(results), tier, backend)[1]
    recorded = Recorded(results, config)
    if again is None:
        again = [job for job, asked in jobs.items() if not recorded.has_job(job, asked)]
    trained = [[run for run in jobs[job] if not recorded.has_run(run)] for job in again]
    left = [group for group in trained if group]
    lengths = [import_s + sum(known.get(needs.of(run), 0.0) for run in group) for group in left]
    unknown = {needs.of(run) for group in left for run in group} - known.keys()
    total = sum(map(len, jobs.values()))
    count = sum(map(len, left))
    return Forecast(
        makespan([], lengths, at_once), sum(lengths), tuple(sorted(unknown)), count, total - count
    )


class Recorded:
    """What this machine has on record, from the present source, in a folder of results."""

    def __init__(self, results: Path, config: Mapping[str, Any]) -> None:
        self.results = results
        names = ("backend", "precision", "determinism", "threads", "devices")
        data_dir = Path(config["data_dir"]) if config["data_dir"] else None
        self.options = runs.Options(**{name: config[name] for name in names}, data_dir=data_dir)
        self.source = functools.cache(self._source)
        self.wanted = functools.cache(self._wanted)

    def _source(self, entry: str, recipe: str, tier: Tier) -> str:
        loaded = catalogue.load(entry)
        return sources.source_sha256(loaded, catalogue.recipe(loaded, tier, recipe), self.options.backend)

    def _wanted(self, entry: str, recipe: str, tier: Tier) -> dict[str, str]:
        """What a record of a recipe has to say."""
        loaded = catalogue.load(entry)
        run = runs.Run(loaded, catalogue.recipe(loaded, tier, recipe), seed=0)
        facts = machine.facts(self.options.backend, self.options.devices)
        return {
            "spec_hash": records.spec_hash(runs.asked(run, self.options)),
            "machine_id": facts["machine_id"],
            "software_id": facts["software_id"],
            "source_sha256": self.source(entry, recipe, tier),
        }

    def has_run(self, run: select.Run) -> bool:
        """Whether the engine would find a record of this run, and not train it again."""
        # This import takes a while, for which no job of the workflow should wait.
        from benchmarks.engine.jobs import FINAL

        for path in record_files(run, self.results):
            try:
                said = json.loads(path.read_bytes())["run"]
                wanted = self.wanted(run["entry"], run["recipe"], run["tier"])
                if said.items() >= wanted.items() and said["status"] in FINAL:
                    return True
            except (OSError, ValueError, LookupError, TypeError, AttributeError):
                continue  # the engine trains it again
        return False

    def has_job(self, job: str, asked: list[select.Run]) -> bool:
        """Whether a job is done: its summary and its records hold, and its source is the present one."""
        path = self.results / "jobs" / f"{job}.json"
        if not path.exists() or not is_whole(path, self.results):
            return False
        said = [item.get("source_sha256") for item in read_summaries([path])[0][path]["runs"]]
        return said == [self.source(run["entry"], run["recipe"], run["tier"]) for run in asked]


def ratios(results: Path, tier: str, backend: str) -> list[float]:
    """How many times as long as its estimate each past run took.

    Those of this machine, where there are enough, estimated from the published bundles. Otherwise the
    published ones, those of each bundle estimated from the others.
    """
    folders = past.published()
    own = _ratios(results / "bundle", folders, tier, backend)
    if len(own) >= FEW:
        return own
    return [
        ratio
        for folder in folders
        for ratio in _ratios(folder, [other for other in folders if other != folder], tier, backend)
    ]


def _ratios(bundle: Path, others: list[Path], tier: str, backend: str) -> list[float]:
    known = past.earlier(others, tier, backend)[0]
    factor, _ = budget.pace(past.earlier([bundle], tier, backend)[0], known)
    return [
        took / (factor * known[recipe])
        for its_tier, its_backend, recipe, _, took, _ in past.rows(bundle)
        if (its_tier, its_backend) == (tier, backend) and known.get(recipe)
    ]


def error(ratios: Sequence[float]) -> str:
    """A sentence on how far estimates were off."""
    if len(ratios) < FEW:
        return "error: too few past runs to say how far such estimates are off"
    low, high = quantiles(ratios, n=20)[0], quantiles(ratios, n=20)[-1]
    quarter, _, three = quantiles(ratios, n=4)
    return (
        f"error: of {len(ratios)} past runs, half took {quarter:.2g} to {three:.2g} times their estimate,"
        f" and nine of ten {low:.2g} to {high:.2g} times"
    )


def line(expected: Forecast, at_once: int) -> str:
    """The expectation in one line."""
    recorded = f"; {several(expected.recorded, 'run')} recorded already" if expected.recorded else ""
    lacking = (
        f", without {several(len(expected.unknown), 'recipe')} of unknown length" if expected.unknown else ""
    )
    time = duration(expected.wall_s) if expected.wall_s or not expected.unknown else "an unknown time"
    return f"expected: {time} for {several(expected.left, 'run')}, {at_once} at a time{lacking}{recorded}"


def text(
    jobs: Mapping[str, list[select.Run]], results: Path, config: Mapping[str, Any], at_once: int,
    price: float | None, currency: str,
) -> str:  # fmt: skip
    """What `snakemake estimate` says."""
    tier, backend = config["tier"], config["backend"]
    expected = forecast(jobs, results, config, at_once)
    lines = [line(expected, at_once)]
    if price is not None:
        lines.append(
            f"cost: {expected.wall_s / 3600 * price:.2f} {currency}, at {price:g} {currency} an hour"
        )
    factor, recipes = budget.here(results, tier, backend)
    counted = several(recipes, "recipe")
    lines.append(
        f"pace: {factor:.2g} times as long as the published runs, by {counted} measured here"
        if recipes
        else "pace: nothing has been measured here; it is taken to be that of the published machines"
    )
    if expected.unknown:
        named = ", ".join(" ".join(recipe) for recipe in expected.unknown[:5])
        more = f" and {len(expected.unknown) - 5} more" if len(expected.unknown) > 5 else ""
        lines.append(f"unknown, and not counted: {named}{more}")
    lines.append(error(ratios(results, tier, backend)))
    return "\n".join(lines)


def main() -> int:
    """0; 2 for a configuration that is refused."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.commands.forecast", description="Say how long a selection will take."
    )
    parser.add_argument("--results", type=Path, default=Path("results"), help="folder of the results")
    parser.add_argument(
        "--selection", type=json.loads, required=True, help="the checked configuration, as JSON"
    )
    parser.add_argument("--machine", default="", help="the machine's part in the names of jobs")
    parser.add_argument("--at-once", type=int, default=os.cpu_count() or 1, help="runs side by side")
    arguments = parser.parse_args()
    config = arguments.selection
    try:
        price, currency, _ = (
            (config["price"], config["currency"], [])
            if config.get("price")
            else priced(arguments.results, None, "")
        )
        jobs = select.jobs(config, arguments.machine)
        print(text(jobs, arguments.results, config, arguments.at_once, price, currency))
    except (OSError, ValueError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
