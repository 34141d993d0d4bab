"""Answers as many claims as fit into a time, for whoever has a GPU for a few minutes.

    python -m benchmarks.commands.answer --count --data-dir DIR      at home: count the work of every recipe
    python -m benchmarks.commands.answer --budget 9m --data-dir DIR  there: train, and leave a bundle

Candidates are the recipes of the tiers standard and paper whose runs answer claims and whose data are there.
The one with the most claims a second comes first: how long it takes follows from its steps and the
operations counted in them, and from how fast the runs before it turned out to be. All runs share one import
of the framework. When every claim is answered that fits, further seeds follow, up to six. A run that has not
ended when the time is up is given up; all others are in the bundle.
"""

import argparse
import contextlib
import dataclasses
import json
import math
import os
import signal
import subprocess
import sys
import time
import types
from collections.abc import Collection, Iterator, Mapping, Sequence
from pathlib import Path
from statistics import median

from benchmarks import catalogue, datasets, machine, measures, records
from benchmarks.commands import ceilings, gather, past
from benchmarks.commands.duration import in_seconds
from benchmarks.engine import jobs
from benchmarks.engine.__main__ import make_writable, progress
from benchmarks.engine.clock import Clock
from benchmarks.engine.runs import Options, Run
from benchmarks.engine.workbench import Workbench
from benchmarks.spec import BACKENDS, PRECISIONS, Claim, Entry, Recipe

TIERS = ("standard", "paper")
#: What is supposed of a device until runs have shown better: the share of its speed on matrix products that a
#: step reaches, the seconds that a step takes at least, and those of loading, compiling and scoring, which
#: are more on a GPU.
SHARE, STEP_S, ASIDE_S, ASIDE_ON_A_GPU_S = 0.1, 2e-4, 5.0, 20.0
#: An answer by a shorter recipe than the paper's is worth half as much: it is partial.
PARTIAL = 0.5
#: As many as the report needs for an interval.
SEEDS = 6
#: Seconds kept for gathering the records, and the part of the remaining time that counting may take.
GATHER_S, COUNTING = 5.0, 0.2


@dataclasses.dataclass(frozen=True)
class RecipeWork:
    """The learning steps of a recipe, and the floating-point operations in all of them.

    The latter are None if they cannot be counted, as where the host learns; `elsewhere_s` are the seconds
    that a published run took, if there is one.
    """

    steps: int
    flop: float | None
    elsewhere_s: float | None = None


@dataclasses.dataclass(frozen=True)
class Candidate:
    """A recipe, and the claims that its runs answer."""

    entry: Entry
    recipe: Recipe
    claims: tuple[Claim, ...]

    @property
    def name(self) -> str:
        """What it is called in the file of counts, and in messages."""
        return f"{self.entry.id} {self.recipe.tier} {self.recipe.name}"


@dataclasses.dataclass
class Speed:
    """What is known of how long runs take on this device.

    `matmul_flops` is the ceiling of matrix products in FLOP/s; `taken` are the runs that have ended: seconds
    of learning as supposed, as they were, and those of all else. `aside` is supposed of the latter at first.
    """

    matmul_flops: float
    aside: float = ASIDE_S
    taken: list[tuple[float, float, float]] = dataclasses.field(default_factory=list)

    def learning(self, work: RecipeWork) -> float:
        """Seconds of learning, before runs have shown better."""
        assert work.flop is not None
        return max(work.steps * STEP_S, work.flop / (SHARE * self.matmul_flops))

    def seconds(self, work: RecipeWork) -> float:
        """Seconds that a run takes: learning as much slower or faster than supposed as the others were.

        If its operations are unknown, those that it took elsewhere.
        """
        if work.flop is None:
            return math.inf if work.elsewhere_s is None else work.elsewhere_s
        factor = median([real / supposed for supposed, real, _ in self.taken]) if self.taken else 1.0
        aside = median([rest for *_, rest in self.taken]) if self.taken else self.aside
        return factor * self.learning(work) + aside


def answered_by(entry: Entry, recipe: Recipe) -> tuple[Claim, ...]:
    """The claims of an entry that runs of this recipe answer."""
    tasks = (recipe.task or entry.task, *recipe.further_tasks)
    units = {measure.name: measure.unit for task in tasks for measure in measures.of(task)}
    if recipe.criterion:
        units[measures.CRITERION.name] = measures.CRITERION.unit
    return tuple(
        claim
        for claim in entry.claims
        if not claim.not_comparable
        and (claim.dataset, claim.variant) == (recipe.dataset, recipe.variant)
        and units.get(claim.metric) == claim.unit
    )


def candidates(data_dir: Path | None) -> tuple[list[Candidate], dict[str, str]]:
    """The recipes that could be trained here, and why others cannot, by name."""
    found, left_out = [], {}
    for entry in map(catalogue.load, catalogue.ids()):
        for recipe in entry.recipes:
            one = Candidate(entry, recipe, answered_by(entry, recipe))
            if recipe.tier not in TIERS or not one.claims or recipe.limit or recipe.starts_from:
                continue
            absent = [why for id in catalogue.datasets(recipe) if (why := datasets.available(id, data_dir))]
            if absent:
                left_out[one.name] = absent[0]
            else:
                found.append(one)
    return found, left_out


def worth(one: Candidate, answered: Collection[Claim]) -> float:
    """How many claims a run of it would answer that are not yet."""
    new = [claim for claim in one.claims if claim not in answered]
    return len(new) * (PARTIAL if one.recipe.shortened else 1.0)


def best(
    some: Sequence[Candidate],
    works: Mapping[str, RecipeWork],
    speed: Speed,
    answered: Collection[Claim],
    left_s: float,
) -> Candidate | None:
    """The candidate with the most claims a second, of those that fit; None if none answers anything."""
    rates = {
        place: worth(one, answered) / speed.seconds(works[one.name])
        for place, one in enumerate(some)
        if one.name in works and speed.seconds(works[one.name]) <= left_s
    }
    place = max(rates, key=lambda place: rates[place], default=None)
    return some[place] if place is not None and rates[place] > 0 else None


def count(one: Candidate, options: Options) -> RecipeWork:
    """The work of a recipe, counted in a child of this process, which has brought the backend up.

    Raises ValueError if the child fails.
    """
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.close(reader)
            bench = Workbench(one.entry, one.recipe, options, Clock(), 0, compiled=False)
            os.write(writer, json.dumps(bench.work()).encode())
            code = 0
        finally:
            os._exit(code)
    os.close(writer)
    with os.fdopen(reader, "rb") as file:
        text = file.read()
    os.waitpid(child, 0)
    if not text:
        raise ValueError(f"the work of {one.name} cannot be counted; see above")
    return RecipeWork(*json.loads(text))


def read_counts(path: Path) -> dict[str, RecipeWork]:
    """The counts of an earlier call, by name; none if there is no file.

    Raises ValueError for a file of something else.
    """
    if not path.exists():
        return {}
    try:
        rows = records.files.parse_json(path.read_bytes(), str(path))
        return {str(name): RecipeWork(int(steps), flop) for name, (steps, flop) in rows.items()}
    except (records.RecordError, AttributeError, TypeError, ValueError) as error:
        raise ValueError(f"{path}: is not a file of counts ({error}); delete it, and count again") from None


def count_all(some: Sequence[Candidate], options: Options, path: Path, end: float) -> dict[str, RecipeWork]:
    """The work of all candidates, counted where the file lacks it, until `end` (by `time.monotonic`)."""
    works = read_counts(path)
    # Those with most claims first.
    for one in sorted(some, key=lambda one: -worth(one, ())):
        if one.name in works:
            continue
        if time.monotonic() > end:
            break
        try:
            works[one.name] = count(one, options)
        except ValueError as error:
            progress(str(error))
            continue
        flop = works[one.name].flop
        said = f"{flop:.3g} operations" if flop else "an unknown number of operations"
        progress(f"{one.name}: {works[one.name].steps:,} steps, {said}")
        records.write_json_atomic({name: (work.steps, work.flop) for name, work in works.items()}, path)
    return works


def with_published_times(some: Sequence[Candidate], works: Mapping[str, RecipeWork]) -> dict[str, RecipeWork]:
    """The work of all candidates, with the seconds that published runs of them took."""
    published = sorted(past.PUBLISHED.glob("*"))
    known = {tier: past.earlier(published, tier, "tensorflow")[0] for tier in TIERS}
    took = {one.name: known[one.recipe.tier].get((one.entry.id, one.recipe.name)) for one in some}
    return {name: dataclasses.replace(work, elsewhere_s=took.get(name)) for name, work in works.items()}


def matmul_flops(options: Options) -> float:
    """The ceiling of matrix products, as the workflow measures it: into `machines/`, once."""
    folder = options.out / "machines"
    command = [sys.executable, "-m", "benchmarks.commands.ceilings", "--once"]
    subprocess.run([*command, "--backend", options.backend, "--out", str(folder)], check=False)
    try:
        return max(
            float(json.loads(path.read_text())["matmul_flops"])
            for path in folder.glob(
                f"{ceilings.stem(options.backend, machine.facts(options.backend))}-*.json"
            )
        )
    except (OSError, ValueError, KeyError):
        raise ValueError(f"the speed of this device could not be measured into {folder}; see above") from None


class TimeIsUp(BaseException):
    """The budget is spent. Nobody may take it for an error of a run."""


@contextlib.contextmanager
def until(end: float) -> Iterator[None]:
    """Raise TimeIsUp inside the block at `end` (by `time.monotonic`), or when the process is asked to end.

    A job that waits for its child ends it on a signal, and then raises SystemExit.
    """

    def time_is_up(number: int, frame: types.FrameType | None) -> None:
        raise TimeIsUp

    def ask_to_end(number: int, frame: types.FrameType | None) -> None:
        os.kill(os.getpid(), signal.SIGTERM)

    before = signal.signal(signal.SIGTERM, time_is_up), signal.signal(signal.SIGALRM, ask_to_end)
    signal.setitimer(signal.ITIMER_REAL, max(end - time.monotonic(), 1e-3))
    try:
        yield
    finally:
        signal.setitimer(signal.ITIMER_REAL, 0)
        signal.signal(signal.SIGTERM, before[0])
        signal.signal(signal.SIGALRM, before[1])


def train(
    some: Sequence[Candidate], works: Mapping[str, RecipeWork], options: Options, speed: Speed, end: float
) -> list[str]:
    """Train one candidate after the other until the time is up. Returns a line for each run."""
    lines: list[str] = []
    seed, answered, left = 0, set[Claim](), list(some)
    with contextlib.suppress(TimeIsUp), until(end):
        while True:
            one = best(left, works, speed, answered, end - time.monotonic())
            if one is None and (len(left) == len(some) or seed + 1 == SEEDS):
                break  # nothing fits any more, or everything is answered well enough
            if one is None:
                seed, answered, left = seed + 1, set(), list(some)
                continue
            left.remove(one)
            run, work = Run(one.entry, one.recipe, seed), works[one.name]
            expected = speed.seconds(work)
            progress(f"{run.label}: {worth(one, answered):g} claims in about {expected:.0f} s")
            began = time.monotonic()
            try:
                (item,) = jobs.execute([run], options, progress, brought_up=True)["runs"]
            except SystemExit as error:
                if isinstance(error.code, int):  # of a signal
                    raise TimeIsUp from None
                lines.append(f"{run.label}: {error.code}")
                continue
            took = time.monotonic() - began
            learning = records.read_record(options.out / item["record"])["run"]["train_s"]
            if item["status"] == "ok":
                # A partial answer leaves the claims to a longer recipe.
                answered |= set() if one.recipe.shortened else set(one.claims)
                if work.flop and learning and took > learning:  # not recorded by an earlier call
                    speed.taken.append((speed.learning(work), learning, took - learning))
            lines.append(f"{run.label}: {item['status']}, {len(one.claims)} claims, {took:.0f} s")
    return lines


def left_aside(some: Sequence[Candidate], works: Mapping[str, RecipeWork], speed: Speed) -> list[str]:
    """Sentences on the candidates that were not considered."""
    uncounted = [one.name for one in some if one.name not in works]
    unknown = [one.name for one in some if one.name in works and speed.seconds(works[one.name]) == math.inf]
    lines = []
    if uncounted:
        lines.append(f"not trained, since there was no time to count them: {', '.join(uncounted)}")
    if unknown:
        lines.append(f"not trained, since nobody knows how long they take: {', '.join(unknown)}")
    return lines


def parser() -> argparse.ArgumentParser:
    """The command line."""
    options = argparse.ArgumentParser(
        prog="python -m benchmarks.commands.answer",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    options.add_argument("--budget", help="time for everything, such as 9m or 540s")
    options.add_argument(
        "--count", action="store_true", help="count the work of all candidates, and train nothing"
    )
    options.add_argument("--backend", default="jax", choices=BACKENDS, help="(default: jax)")
    options.add_argument("--precision", default="float32", choices=PRECISIONS, help="(default: float32)")
    options.add_argument("--threads", type=int, default=1, help="processor cores (default: 1)")
    options.add_argument("--data-dir", type=Path, help="local mirror of the data sets")
    options.add_argument(
        "--out",
        type=Path,
        default=Path("results/answers"),
        help="folder of the results (default: results/answers)",
    )
    options.add_argument("--machine-name", default="", help="what to call this machine in reports")
    return options


def main(arguments: list[str] | None = None) -> int:
    """0 if counting, or a budget, came to its end; 2 for bad arguments or a machine that cannot train."""
    began = time.monotonic()
    asked = parser().parse_args(arguments)
    try:
        if asked.count == (asked.budget is not None):
            raise ValueError("give either --count or --budget")
        end = began + in_seconds("--budget", asked.budget) - GATHER_S if asked.budget else math.inf
        if asked.data_dir and not asked.data_dir.is_dir():
            raise ValueError(f"--data-dir {asked.data_dir} is not a folder: name one, or omit it to download")
        make_writable("--out", asked.out)
        options = jobs.with_absolute_paths(
            Options(
                backend=asked.backend,
                precision=asked.precision,
                threads=asked.threads,
                data_dir=asked.data_dir.absolute() if asked.data_dir else None,
                out=asked.out,
                checkpoint_dir=asked.out / "checkpoints",
                checkpoint_s=math.inf,
                machine_name=asked.machine_name,
            )
        )
        some, left_out = candidates(options.data_dir)
        for name, why in left_out.items():
            progress(f"{name}: left out: {why}")
        counts = options.out / "counts.json"
        aside = ASIDE_ON_A_GPU_S if machine.visible_gpus(options.backend) else ASIDE_S
        speed = Speed(math.nan if asked.count else matmul_flops(options), aside)
        jobs.bring_up(options, progress, "answers")
        now = time.monotonic()
        works = with_published_times(some, count_all(some, options, counts, now + COUNTING * (end - now)))
    except (KeyError, ValueError, ImportError) as error:
        print(f"error: {error.args[0] if error.args else error}", file=sys.stderr)
        return 2
    if asked.count:
        print(f"{len(works)} of {len(some)} recipes are counted in {counts}")
        return 0
    lines = train(some, works, options, speed, end)
    print("\n".join([*lines, *left_aside(some, works, speed)]))
    try:
        print("\n".join(gather.bundle(options.out, options.out / "bundle")))
    except records.RecordError as error:
        print(f"error: no run ended within {asked.budget}: {error}", file=sys.stderr)
        return 2
    return 0


if __name__ == "__main__":
    sys.exit(main())
