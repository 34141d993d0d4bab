"""What a run is, and what identifies it."""

import dataclasses
from pathlib import Path
from typing import Any

from benchmarks import catalogue, datasets, machine, records
from benchmarks.spec import Entry, Recipe


@dataclasses.dataclass(frozen=True)
class Options:
    """How runs are executed: what of it changes the numbers is part of their identity."""

    backend: str = "tensorflow"
    precision: str = "float32"
    determinism: str = "bitwise"
    threads: int = 1
    data_dir: Path | None = None
    out: Path = Path("results")
    checkpoint_dir: Path = Path("results/checkpoints")
    checkpoint_s: float = 30.0
    time_limit_s: float | None = None
    price_per_hour: float | None = None
    currency: str = ""
    machine_name: str = ""


@dataclasses.dataclass(frozen=True)
class Run:
    """One run that was asked for; `execution` counts from 1 how often it is measured.

    `keep_weights` says that its final weights are to be kept, since other runs start from them.
    """

    entry: Entry
    recipe: Recipe
    seed: int
    execution: int = 1
    keep_weights: bool = False

    @property
    def label(self) -> str:
        """For progress lines."""
        again = f", execution {self.execution}" if self.execution > 1 else ""
        return f"{self.entry.id} {self.recipe.name} seed {self.seed}{again}"

    @property
    def task(self) -> str:
        """The name of the task's module: the recipe's, where it names one, else the entry's."""
        return self.recipe.task or self.entry.task


def parent(run: Run) -> Run | None:
    """The run whose final weights this one starts from: of the same seed, measured for the first time."""
    ancestors = catalogue.ancestors(run.entry, run.recipe)
    return Run(*ancestors[-1], run.seed) if ancestors else None


def asked(run: Run, options: Options) -> dict[str, Any]:
    """What identifies a run besides its seed, machine and software: the input of the spec hash."""
    start = parent(run)
    own, *others = catalogue.datasets(run.recipe)
    checksums = {name: datasets.card(name, options.data_dir).checksum for name in others}
    return {
        "entry": run.entry.id,
        "recipe": catalogue.plain(run.recipe),
        "data_checksum": datasets.card(own, options.data_dir).checksum,
        "backend": options.backend,
        "precision": options.precision,
        "threads": options.threads,
        # Left out where they say nothing: the questions of published results keep their hash.
        **({"further_checksums": checksums} if checksums else {}),
        # Seed, machine and software of the run that it starts from are its own.
        **({"starts_from": records.spec_hash(asked(start, options))} if start else {}),
        **({"determinism": options.determinism} if options.determinism != "bitwise" else {}),
    }


def run_id(run: Run, options: Options) -> str:
    """The run's key, known before anything is imported or trained."""
    facts = machine.facts(options.backend)
    return records.run_id(
        records.spec_hash(asked(run, options)), run.seed, facts["machine_id"], facts["software_id"]
    )


def record_path(run: Run, options: Options) -> Path:
    """Where the record of this execution of the run lies."""
    return (
        options.out
        / "runs"
        / run.entry.id
        / f"{run.recipe.name}-{run.recipe.tier}-seed{run.seed}-{execution_key(run, options)}.json"
    )


def execution_key(run: Run, options: Options) -> str:
    """What the record and the checkpoint of an execution are named by: the run's id, and a number if it is
    repeated.
    """
    return run_id(run, options) + (f"-{run.execution}" if run.execution > 1 else "")
