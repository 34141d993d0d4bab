"""Runs that go well and runs that do not, all in forks of one process that imports the backend once.

`python -m tests.engine.scenarios BACKEND OUT` leaves OUT/<scenario>/ for each scenario, as `results/` would
be, OUT/<scenario>.json with the job's summary and its progress lines, and OUT/precision-<name>.json.
"""

import json
import os
import signal
import sys
import traceback
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

from benchmarks import catalogue, cores, records, sources
from benchmarks.engine import backend, jobs
from benchmarks.engine.clock import Clock
from benchmarks.engine.runs import Options, Run
from benchmarks.engine.workbench import Workbench
from benchmarks.spec import PRECISIONS

MLP = catalogue.load("mlp_mnist_1998")
DIGITS = replace(
    next(recipe for recipe in MLP.recipes if recipe.tier == "pocket" and recipe.dataset == "digits"),
    rule="backpropagation",
    rule_options={},
    optimizer={"name": "SGD", "learning_rate": 0.005},
    limit=200,
    epochs=4,
    batch_size=20,
    floor=None,
)
BACKPROP = catalogue.load("backprop_1986")
XOR = catalogue.recipe(BACKPROP, "pocket", "xor")
GATES = catalogue.load("mcculloch_pitts_1943")
GATE = catalogue.recipe(GATES, "pocket", "logic_gates")

#: No machine can address so many weights, and no system pretends to have the memory.
TOO_MANY = 1 << 46


def job(out: Path, name: str, runs: list[Run], **changes: Any) -> None:
    """Execute the runs as a job, into OUT/<name>/."""
    home = out / name.split("-")[0]
    options = jobs.with_absolute_paths(
        replace(
            Options(
                backend=sys.argv[1],
                threads=len(cores.usable()),
                out=home,
                checkpoint_dir=home / "checkpoints",
                checkpoint_s=0.0,
            ),
            **changes,
        )
    )
    lines: list[str] = []
    summary = jobs.execute(runs, options, lines.append)
    records.write_json_atomic({**summary, "lines": lines}, out / f"{name}.json")


def digits(*seeds: int, **changes: Any) -> list[Run]:
    return [Run(MLP, replace(DIGITS, **changes), seed) for seed in seeds]


def fail_then_crash() -> None:
    """The first run of a process fails, the second takes it down."""
    train = Workbench.train_leg
    calls: list[int] = []  # the seed of each leg

    def leg(self: Workbench, first: int, last: int) -> tuple[int, int, dict[str, float]]:
        if self.entry.id == MLP.id:
            calls.append(self.stages[0].seed)  # type: ignore[attr-defined]
            if len(set(calls)) == 1 and not after_crash():
                raise ValueError("this run fails")
            if not after_crash():
                marker.touch()
                os.kill(os.getpid(), signal.SIGSEGV)
        return train(self, first, last)

    def after_crash() -> bool:
        return marker.exists()

    marker = Path(sys.argv[2]) / "crashed"
    Workbench.train_leg = leg  # type: ignore[method-assign]


def never_train() -> None:
    def leg(*arguments: object) -> None:
        raise ValueError("trained again")

    Workbench.train_leg = leg  # type: ignore[method-assign, assignment]


def other_source() -> None:
    never_train()
    sources.together = lambda digests: "0" * 64


def corrupt(folder: Path) -> Path:
    """A mirror of the data sets in which no file of MNIST is what it should be."""
    from benchmarks import datasets

    (folder / "mnist").mkdir(parents=True)
    for file in datasets.card("mnist").files:
        for place in (folder, folder / "mnist"):
            (place / file.name).write_bytes(b"not what was published")
    return folder


def precision(out: Path, name: str, wanted: str) -> None:
    """What a short training in this precision holds and computes with, and its numbers."""
    import keras

    backend.prepare(name, wanted)
    backend.start(name, wanted)
    found: dict[str, Any] = {}
    # TensorFlow rounds numbers of the recipe to float32; these are exact in it.
    exact = replace(
        XOR, epochs=5, evaluate_every=5, optimizer={"name": "SGD", "learning_rate": 0.5, "momentum": 0.5}
    )
    for entry, recipe in ((MLP, DIGITS), (BACKPROP, exact)):
        bench = Workbench(
            entry, recipe, Options(backend=name, precision=wanted, threads=len(cores.usable())), Clock(), 7
        )
        bench.reset(7)
        before = bench.driver.read()
        logs = bench.train_leg(0, recipe.epochs)[2]
        bench.driver.sync()
        model = bench.model
        split = {key: value[:4] for key, value in bench.data.test.items()}
        found[entry.id] = {
            "before": [value.astype("float64").tolist() for value in before[: len(model.weights)]]
            if entry is BACKPROP
            else None,
            "after": [value.astype("float64").tolist() for value in bench.driver.read()[: len(model.weights)]]
            if entry is BACKPROP
            else None,
            "x": bench.data.train["x"].tolist() if entry is BACKPROP else None,
            "y": bench.data.train["y"].tolist() if entry is BACKPROP else None,
            "logs": logs,
            "scores": bench.evaluate("test"),
            "variables": sorted({str(value.dtype) for value in bench.driver.read()[: len(model.weights)]}),
            "compute": sorted({layer.compute_dtype for layer in model.layers if layer.weights}),
            "output": keras.backend.standardize_dtype(model(split["x"]).dtype),
        }
    records.write_json_atomic(found, out / f"precision-{wanted}.json")


def scenarios(out: Path) -> dict[str, Callable[[], None]]:
    """Each is done in a fork of its own, in this order."""

    def prepared(arrange: Callable[[], None], work: Callable[[], None]) -> None:
        arrange()
        work()

    adaline, perceptron = catalogue.load("adaline_1960"), catalogue.load("perceptron_1958")
    diverging = replace(
        catalogue.recipe(adaline, "pocket", "digits"),
        limit=200,
        epochs=2,
        rule_options={"learning_rate": 1e30},
    )
    # The weights leave the range of float32 in the only step, whose log is of the weights before it.
    at_last = replace(
        catalogue.recipe(perceptron, "pocket", "digits-simple"),
        limit=200,
        batch_size=200,
        epochs=1,
        rule_options={"learning_rate": 3e38},
    )
    mixed = [*digits(0), Run(adaline, diverging, 1)]
    mnist = catalogue.recipe(MLP, "standard", "mnist")
    return {
        "together": partial(job, out, "together", [*digits(0, 1, 2), Run(BACKPROP, XOR, 0)]),
        "alone": partial(job, out, "alone", digits(2)),
        "timeout": partial(job, out, "timeout", digits(0), time_limit_s=1e-6),
        "timeout-continued": partial(job, out, "timeout-continued", digits(0)),
        "mixed": partial(job, out, "mixed", mixed),
        "mixed-again": partial(prepared, never_train, partial(job, out, "mixed-again", mixed)),
        "mixed-changed": partial(prepared, other_source, partial(job, out, "mixed-changed", mixed)),
        "mixed-repaired": partial(job, out, "mixed-repaired", mixed),
        "stops": partial(
            job,
            out,
            "stops",
            [
                # The first epoch reaches 100% wrong, or less; none reaches less than nothing wrong.
                *digits(0, variant="at-once", criterion=("error", 100.0), stops_at_criterion=True),
                *digits(0, variant="one-epoch", epochs=1),
                *digits(0, variant="never", criterion=("error", -1.0), stops_at_criterion=True),
            ],
        ),
        "last": partial(job, out, "last", [Run(perceptron, at_last, 0)]),
        "data": partial(
            job, out, "data", [Run(MLP, mnist, 0), Run(GATES, GATE, 0)], data_dir=corrupt(out / "mirror")
        ),
        "memory": partial(
            job, out, "memory", [*digits(0, model={**DIGITS.model, "hidden": (TOO_MANY,)}), *digits(1)]
        ),
        "crash": partial(
            prepared, fail_then_crash, partial(job, out, "crash", [*digits(0, 1, 2), Run(GATES, GATE, 0)])
        ),
        **{
            f"precision-{wanted}": partial(precision, out, sys.argv[1], wanted)
            for wanted in PRECISIONS
            if wanted != "tf32"
        },
    }


def in_fork(work: Callable[[], object]) -> int:
    """Do it in a child; returns the child's exit code."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            work()
            code = 0
        except BaseException:
            traceback.print_exc()
        finally:
            os._exit(code)
    return os.waitstatus_to_exitcode(os.waitpid(child, 0)[1])


def main(name: str, out: Path) -> int:
    backend.prepare(name, "float32")
    backend.start(name, "float32")
    backend.driver_class(name)
    for entry, recipe in ((MLP, DIGITS), (BACKPROP, XOR), (GATES, GATE)):
        sources.files(
            entry, recipe, name
        )  # read once, before any fork: other hands may change files meanwhile
    chosen = sys.argv[3:]
    codes = {
        scenario: in_fork(work)
        for scenario, work in scenarios(out).items()
        if not chosen or scenario in chosen
    }
    (out / "codes.json").write_text(json.dumps(codes))
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2])))
