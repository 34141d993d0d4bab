"""Runs and the options of their execution: what identifies them, and the paths of their records."""

import dataclasses
from pathlib import Path
from typing import Any

from benchmarks import catalogue, datasets, machine, records
from benchmarks.spec import Entry, Recipe


@dataclasses.dataclass(frozen=True)
class Options:
    """How runs are executed. Options that change numbers are part of a run's identity."""

    backend: str = "tensorflow"
    precision: str = "float32"
    determinism: str = "bitwise"
    threads: int = 1
    devices: int = 1
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
    """One requested run; `execution` counts its measurements from 1.

    With `keep_weights` its final weights are kept, since other runs start from them.
    """

    entry: Entry
    recipe: Recipe
    seed: int
    execution: int = 1
    keep_weights: bool = False

    @property
    def label(self) -> str:
        """The run's name in progress lines."""
        again = f", execution {self.execution}" if self.execution > 1 else ""
        return f"{self.entry.id} {self.recipe.name} seed {self.seed}{again}"

    @property
    def task(self) -> str:
        """The name of the task's module: the recipe's, if it names one, else the entry's."""
        return self.recipe.task or self.entry.task


def parent(run: Run) -> Run | None:
    """The run from whose final weights this one starts: of the same seed, and in its first execution."""
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
        # Defaults are left out, so that published results keep their hash.
        **({"further_checksums": checksums} if checksums else {}),
        # The run that it starts from has the same seed, machine and software.
        **({"starts_from": records.spec_hash(asked(start, options))} if start else {}),
        **({"determinism": options.determinism} if options.determinism != "bitwise" else {}),
        **({"devices": options.devices} if options.devices > 1 else {}),
    }


def run_id(run: Run, options: Options) -> str:
    """The run's id, known before anything is imported or trained."""
    facts = machine.facts(options.backend, options.devices)
    return records.run_id(
        records.spec_hash(asked(run, options)), run.seed, facts["machine_id"], facts["software_id"]
    )


def record_path(run: Run, options: Options) -> Path:
    """The file of the record of this execution of the run."""
    return (
        options.out
        / "runs"
        / run.entry.id
        / f"{run.recipe.name}-{run.recipe.tier}-seed{run.seed}-{execution_key(run, options)}.json"
    )


def execution_key(run: Run, options: Options) -> str:
    """The name of an execution's record and checkpoint: the run's id, and a number if it is repeated."""
    return run_id(run, options) + (f"-{run.execution}" if run.execution > 1 else "")
