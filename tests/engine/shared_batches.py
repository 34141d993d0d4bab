"""Trains on a processor that XLA takes for four devices, in forks of one process that imports JAX once.

`python -m tests.engine.shared_batches OUT`, with XLA_FLAGS=--xla_force_host_platform_device_count=4, leaves
OUT/step-<entry>.json (what one learning step changes on 1, 2 and 4 devices), OUT/programs.json (how a program
divides a batch), OUT/refusals.json (what is said of recipes that cannot be shared) and OUT/<folder>/ for each
job, as `results/` would be.
"""

import dataclasses
import sys
from pathlib import Path
from typing import Any

import jax
import numpy as np

from benchmarks import catalogue, records
from benchmarks.engine import backend, jobs
from benchmarks.engine.clock import Clock
from benchmarks.engine.runs import Options, Run
from benchmarks.engine.workbench import Workbench
from benchmarks.spec import Entry, Recipe
from tests.engine.killed_runs import in_training, progress
from tests.engine.scenarios import DIGITS, MLP, in_fork

DEVICES = (1, 2, 4)
#: Nets of each kind: dense, with normalisation by the batch, with dropout, with distorted images (and elastic
#: ones), with convolutions.
STEPS = {
    "adam_2014": "digits",
    "batch_norm_2015": "digits",
    "dropout_2012": "digits",
    "ciresan_mlp_2010": "digits",
    "lenet5_1998": "digits-relu",
}
#: Recipes that several devices cannot share: their batches, their rule, their model.
REFUSED = {"adagrad_2011": "rare_features", "td_gammon_1992": "small_race", "svm_1995": "digits"}


def pocket(id: str, name: str, **changes: Any) -> tuple[Entry, Recipe]:
    entry = catalogue.load(id)
    return entry, dataclasses.replace(catalogue.recipe(entry, "pocket", name), **changes)


def changed_by_a_step(id: str, name: str, devices: int) -> dict[str, Any]:
    """The loss of a batch, and what learning from it adds to each variable, flattened."""
    entry, recipe = pocket(id, name, epochs=1, evaluate_every=1)
    # Adam's first step is as long for a gradient that is all rounding as for any other.
    plain = {"name": "SGD", "learning_rate": 0.1} if id == "adam_2014" else recipe.optimizer
    recipe = dataclasses.replace(recipe, limit=recipe.batch_size, optimizer=plain)
    bench = Workbench(entry, recipe, Options(backend="jax", devices=devices), Clock(), 7)
    bench.reset(7)
    before = bench.driver.read()
    _, _, logs = bench.train_leg(0, 1)
    changes = [
        (new.astype("float64") - old.astype("float64")).ravel().tolist()
        for new, old in zip(bench.driver.read(), before, strict=True)
    ]
    return {"loss": logs["loss"], "changes": changes}


def program(devices: int) -> dict[str, Any]:
    """How a step divides a batch of 8, whether it adds up over devices, and what each of them holds whole."""
    import keras

    texts, rows = [], []
    compile = jax.stages.Lowered.compile

    def compiled(lowered: Any, *arguments: Any, **named: Any) -> Any:
        found = compile(lowered, *arguments, **named)
        texts.append(found.as_text())
        return found

    jax.stages.Lowered.compile = compiled
    driver: Any = backend.driver_class("jax")(devices=devices)
    weight = keras.Variable(np.zeros(3, "float32"))
    driver.bind([weight])

    def step(batch: Any) -> dict[str, Any]:
        shape = batch["x"].shape
        jax.debug.inspect_array_sharding(
            batch["x"], callback=lambda sharding: rows.append(sharding.shard_shape(shape)[0])
        )
        loss, (gradient,) = driver.gradient(
            lambda: keras.ops.mean(keras.ops.square(batch["x"] @ weight.value - 1.0)), [weight]
        )
        weight.assign_sub(0.1 * gradient)
        return {"loss": loss}

    data = {"x": driver.put(np.ones((16, 3), "float32"))}
    driver.training_program(step, data, 2, 8, loop=False, xla=True)
    return {
        "rows": rows,
        "all_reduce": ["all-reduce" in text for text in texts],
        "copies": [len(value.addressable_shards) for value in [*driver.state, data["x"]]],
        "whole": [value.is_fully_replicated for value in [*driver.state, data["x"]]],
    }


def refusal(id: str, name: str) -> str:
    try:
        Workbench(*pocket(id, name), Options(backend="jax", devices=2), Clock(), 0)
    except ValueError as error:
        return str(error)
    return "not refused"


def job(home: Path, devices: int, *runs: Run) -> None:
    options = Options(
        backend="jax", devices=devices, out=home, checkpoint_dir=home / "checkpoints", checkpoint_s=0.0
    )
    jobs.execute(list(runs), jobs.with_absolute_paths(options), progress)


def killed(home: Path, devices: int, *runs: Run) -> None:
    in_training()
    job(home, devices, *runs)


def main(out: Path) -> None:
    backend.prepare("jax", "float32")
    backend.start("jax", "float32")
    backend.driver_class("jax")

    def left(name: str, found: Any) -> None:
        records.write_json_atomic(found, out / f"{name}.json")

    def steps() -> None:
        for id, name in STEPS.items():
            left(f"step-{id}", {str(devices): changed_by_a_step(id, name, devices) for devices in DEVICES})

    assert in_fork(steps) == 0
    assert in_fork(lambda: left("programs", {str(devices): program(devices) for devices in DEVICES})) == 0
    assert in_fork(lambda: left("refusals", {id: refusal(id, name) for id, name in REFUSED.items()})) == 0
    run = Run(MLP, DIGITS, 0)
    for devices in DEVICES:
        assert in_fork(lambda devices=devices: job(out / str(devices), devices, run)) == 0  # type: ignore[misc]
    assert in_fork(lambda: job(out / "again", 2, run)) == 0
    assert in_fork(lambda: killed(out / "killed", 2, run)) != 0
    assert in_fork(lambda: job(out / "killed", 2, run)) == 0
    uneven = Run(MLP, dataclasses.replace(DIGITS, batch_size=10), 0)
    assert in_fork(lambda: job(out / "uneven", 4, uneven)) == 0


if __name__ == "__main__":
    main(Path(sys.argv[1]))
