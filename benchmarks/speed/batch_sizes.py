"""How fast recipes train and answer at each batch size: `snakemake speed`, or this module by hand.

For each recipe the batch size grows by factors of four from the recipe's own until throughput gains less than
a tenth, until memory is full, or until the recipe has taken its time. On a processor large nets begin with
fewer examples, so that a step takes seconds. What is trained is thrown away; nothing is scored. Examples are
those of the recipe's data set, repeated where a batch needs more; for data sets that are not public, random
ones of the same shape.
"""

import argparse
import dataclasses
import functools
import importlib
import inspect
import json
import math
import multiprocessing
import statistics
import sys
import time
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import catalogue, datasets, disturbance, machine, power, records, sources
from benchmarks.commands import select
from benchmarks.commands.ceilings import timed
from benchmarks.commands.verdict import forget_missing_data
from benchmarks.engine import backend, jobs
from benchmarks.engine.clock import Clock
from benchmarks.engine.compiled import CompiledStage
from benchmarks.engine.ready import TrainingData
from benchmarks.engine.runs import Options
from benchmarks.engine.workbench import Workbench, WrongDevice
from benchmarks.records.identity import digest
from benchmarks.rules.protocol import HostModel, StartsFromModel
from benchmarks.spec import Data, Entry, Recipe
from benchmarks.tasks.protocol import Translator

#: A timed repeat takes at least this long, and there are this many of them.
REPEAT_S, REPEATS = 0.2, 7
#: After this time three repeats are enough, and no further batch size is begun for the recipe.
PATIENCE_S, RECIPE_S = 3.0, 30.0
#: The next batch size is this many times as large, and worth trying after a gain of this factor.
FACTOR, GAIN = 4, 1.1
#: Single examples that are answered one after the other.
SINGLE = 200
#: Examples that are held on the device, unless a batch has more.
HELD = 1024
#: Operations that a dispatched program should hold, on a processor and on a GPU: some hundredths of a second.
OPERATIONS = {False: 1e9, True: 2e11}
#: The most operations of the first step on a processor, where they take a core some seconds.
FIRST_STEP = 5e11
#: The size of ImageNet's images and the number of its classes.
SIDE, CLASSES = 256, 1000
#: The most steps in a program.
MOST_STEPS = 256
#: The exit code of a child whose data set is not available.
NO_DATA = 3
#: The variant of a recipe that trains the published net on random symbols.
PUBLISHED = "published"

Row = dict[str, Any]


class Bench(Workbench):
    """A recipe made ready for one batch size, with enough examples for it; `whole` keeps data sets loaded."""

    def __init__(self, entry: Entry, recipe: Recipe, options: Options, whole: dict[str, Data]) -> None:
        self.whole = whole
        self.reads_random_text = recipe.variant == PUBLISHED
        self.most = max(HELD, *(stage.batch_size for stage in catalogue.stages(recipe)))
        super().__init__(entry, recipe, options, Clock(), 0, compiled=False)

    def _load(self, dataset: str, limit: int | None) -> TrainingData:
        key = (dataset, limit)
        if key not in self._loaded:
            if dataset not in self.whole:
                data = loaded(dataset, self.options.data_dir)
                self.whole[dataset] = random_text(data, self.entry) if self.reads_random_text else data
            data = self.whole[dataset]
            length = len(next(iter(data.train.values()))) if data.train else 0
            places = np.arange(self.most) % max(length, 1)
            train = {key: np.asarray(value[places]) for key, value in data.train.items()}
            self._loaded[key] = TrainingData(dataclasses.replace(data, train=train))
        return self._loaded[key]


def loaded(dataset: str, data_dir: Path | None) -> Data:
    """The data set; in place of ImageNet, where nobody has put it, random images of its size."""
    if dataset != "imagenet" or datasets.available(dataset, data_dir) is None:
        return datasets.load(dataset, data_dir)
    rng = np.random.Generator(np.random.PCG64(0))
    x = rng.integers(0, 256, (HELD, SIDE, SIDE, 3), np.uint8)
    split = {"x": x, "y": rng.integers(0, CLASSES, HELD, np.int32)}
    return Data(split, split, split)


def published(entry: Entry) -> Recipe | None:
    """The recipe by which an entry is timed at its published size; None if there is none.

    It is the entry's first of the tier paper. The large readers of text have none, since not all that they
    read can be had: their first recipe trains the published net on random symbols.
    """
    if own := catalogue.recipes(entry, "paper"):
        return own[0]
    given = inspect.signature(entry.build).parameters.keys()
    if not {"vocabulary", "context"} <= given or "input_shape" in given:
        return None
    size = dict(entry.parameters[0].arguments)
    return dataclasses.replace(entry.recipes[0], tier="paper", variant=PUBLISHED, model=size)


def random_text(data: Data, entry: Entry) -> Data:
    """Symbols drawn evenly in place of the text of the entry's first recipe, as long as the published net
    reads; labels stay.
    """
    defaults = {name: given.default for name, given in inspect.signature(entry.build).parameters.items()}
    size = defaults | dict(entry.parameters[0].arguments)
    longer = size["context"] - entry.recipes[0].model["context"]
    rng = np.random.Generator(np.random.PCG64(0))

    def drawn(value: np.ndarray) -> np.ndarray:
        if value.ndim == 1:
            return value
        shape = (min(len(value), HELD), value.shape[1] + longer)
        if value.dtype.kind == "f":  # which symbols count: all
            return np.ones(shape, value.dtype)
        return rng.integers(1, size["vocabulary"], shape, value.dtype)  # 0 is padding

    # Which symbols a grammar allows, for each symbol of the text, is not learned from.
    return dataclasses.replace(data, train={key: drawn(x) for key, x in data.train.items() if x.ndim <= 2})


def of_batch(recipe: Recipe, batch_size: int) -> Recipe:
    """The recipe with this batch size in its last stage, whose throughput is a run's."""
    *before, last = catalogue.stages(recipe)
    if recipe.stages:
        return dataclasses.replace(recipe, stages=(*before, dataclasses.replace(last, batch_size=batch_size)))
    return dataclasses.replace(recipe, batch_size=batch_size)


def has_batches(recipe: Recipe) -> bool:
    """Whether the last stage learns from batches: not by itself, from all at once, or not at all."""
    last = catalogue.stages(recipe)[-1]
    rule = importlib.import_module(f"benchmarks.rules.{last.rule}")
    return last.epochs > 0 and not hasattr(rule.Learner, "leg")


def points(entry: Entry, recipe: Recipe, options: Options) -> Iterator[Row]:
    """The measured part of a row of speeds for each batch size: training, inference, then single examples.

    What runs out of memory ends its series and says so. `seconds` are those of each repeat of `examples`.
    Several devices share the batches of training alone: answers are those of one device, and left out.
    """
    deadline = time.perf_counter() + RECIPE_S
    whole: dict[str, Data] = {}
    first = catalogue.stages(recipe)[-1].batch_size
    if options.devices == 1 and not machine.visible_gpus(options.backend):
        work = Bench(entry, recipe, options, whole).stages[-1].count()
        first = first_batch(first, work.flop if work else None)
    device = power.Meter([gpu.uuid for gpu in machine.visible_gpus(options.backend)[: options.devices]])
    measure = functools.partial(training, entry, recipe, options, whole, device)
    yield from series("training", first, measure, deadline)
    if options.devices > 1:
        return
    bench = Bench(entry, recipe, options, whole)
    if isinstance(bench.model, HostModel):
        return
    if "x" in bench.data.train:
        compute, x = functools.partial(bench.model, training=False), bench.data.train["x"]
    else:
        longest = bench.data.train["target"].shape[1] - 1
        compute, x = functools.partial(written, bench.model, longest=longest), bench.data.train["source"]
    answer = bench.driver.function(compute)
    deadline = max(deadline, time.perf_counter() + RECIPE_S / 2)
    measure = functools.partial(answering, bench.driver, device, answer, x)
    yield from series("inference", first, measure, deadline)
    yield point("latency", 1, functools.partial(alone, bench.driver, device, answer, x))


def first_batch(own: int, flop: float | None) -> int:
    """The recipe's own batch size, of these operations a step; or 4, 16, ... times fewer for `FIRST_STEP`."""
    batch_size = own
    while batch_size > 1 and (flop or 0.0) * batch_size > FIRST_STEP * own:
        batch_size = max(1, batch_size // FACTOR)
    return batch_size


def series(work: str, first: int, measure: Callable[[int], Row], deadline: float) -> Iterator[Row]:
    """Points of growing batch size, as long as throughput gains, memory lasts and time is left."""
    batch_size, best = first, 0.0
    while time.perf_counter() < deadline or not best:
        row = point(work, batch_size, functools.partial(measure, batch_size))
        yield row
        if row["status"] != "ok":
            return
        speed = row["examples"] / statistics.median(row["seconds"])
        if speed < GAIN * best:
            return
        batch_size, best = FACTOR * batch_size, speed


def point(work: str, batch_size: int, measure: Callable[[], Row]) -> Row:
    """What `measure` returns, with its disturbances; or how it failed."""
    import keras

    meter = disturbance.Meter()
    row: Row = {
        **{"work": work, "batch_size": batch_size, "status": "ok", "reason": ""},
        **{
            "examples": None,
            "seconds": [],
            "compile_s": None,
            "device_peak_memory_bytes": None,
            "energy_j": None,
        },
    }
    try:
        row |= measure()
    except (WrongDevice, datasets.DataError):
        raise
    except Exception as error:
        out_of_memory = backend.driver_class(keras.backend.backend()).ran_out_of_memory(error)
        row["status"] = "oom" if out_of_memory else "error"
        row["reason"] = records.clean_text(f"{type(error).__name__}: {' '.join(str(error).split())}", 500)
    load = meter.read()
    return row | {name: load[name] for name in ("other_cores", "stolen_cores")}


def training(
    entry: Entry,
    recipe: Recipe,
    options: Options,
    whole: dict[str, Data],
    device: power.Meter,
    batch_size: int,
) -> Row:
    """The speed of learning steps, by the program that a run would dispatch."""
    clock = Clock()
    clock.start("compile")
    bench = Bench(entry, of_batch(recipe, batch_size), options, whole)
    number = len(bench.stages) - 1
    ready = bench.stages[number]
    assert isinstance(ready, CompiledStage)
    gpu = bench.driver.is_gpu()
    work = ready.count()
    ready.steps_per_epoch = ready.rows = steps(work.flop if work else None, gpu)
    bench.driver.reset_peak_memory()
    ready.compile(clock)
    clock.stop()
    if isinstance(ready.learner, StartsFromModel):
        ready.learner.start()
    program = ready.program
    assert program is not None
    places = np.random.Generator(np.random.PCG64(0)).integers(
        0, ready.data.examples, (ready.rows, batch_size), np.int32
    )
    seconds, calls, energy_j = repeats(lambda: program(places, ready.rows), device)
    return {
        "examples": calls * places.size,
        "seconds": seconds,
        "energy_j": energy_j,
        "compile_s": clock.seconds["compile"],
        "device_peak_memory_bytes": bench.driver.peak_memory(),
    }


def steps(flop: float | None, gpu: bool) -> int:
    """Steps of a program that holds about as many operations as `OPERATIONS` wants; a power of two."""
    if not flop:
        return 16
    return 2 ** int(math.log2(min(max(OPERATIONS[gpu] / flop, 1), MOST_STEPS)))


def written(model: Translator, source: Any, longest: int) -> Any:
    """Translations of `longest` symbols, int32 [n], of which the last are returned.

    The likeliest symbol follows, as in `benchmarks.tasks._decoding.greedy`, after the end symbol as before
    it: weights that have learned nothing write it at once, or never.
    """
    import keras
    from keras import ops

    from benchmarks.tasks._decoding import START

    memory, state = model.start(source, longest)
    symbols = ops.full((ops.shape(source)[0],), START, "int32")

    def step(i: Any, symbols: Any, *leaves: Any) -> tuple[Any, ...]:
        state_before = keras.tree.pack_sequence_as(state, leaves)
        logits, after = model.decode_step(symbols, i, memory, state_before)
        return i + 1, ops.cast(ops.argmax(logits, axis=-1), "int32"), *keras.tree.flatten(after)

    begin = (ops.convert_to_tensor(0, "int32"), symbols, *keras.tree.flatten(state))
    return ops.while_loop(lambda i, *_: i < longest, step, begin)[1]


def answering(
    driver: Any, device: power.Meter, answer: Callable[[Any], Any], x: np.ndarray, batch_size: int
) -> Row:
    """The speed of answers to batches that are on the device; only the last answer is fetched."""
    batch = driver.put(x[np.arange(batch_size) % len(x)])
    driver.reset_peak_memory()
    began = time.perf_counter()
    fetch(answer(batch))
    compile_s = time.perf_counter() - began
    once = timed(lambda: fetch(answer(batch)))
    many = math.ceil(REPEAT_S / 4 / max(once, 1e-6))

    def call() -> None:
        for _ in range(many - 1):
            answer(batch)
        fetch(answer(batch))

    seconds, calls, energy_j = repeats(call, device)
    return {
        "examples": calls * many * batch_size,
        "seconds": seconds,
        "energy_j": energy_j,
        "compile_s": compile_s,
        "device_peak_memory_bytes": driver.peak_memory(),
    }


def alone(driver: Any, device: power.Meter, answer: Callable[[Any], Any], x: np.ndarray) -> Row:
    """The time of single answers, one after the other, from an example on the host to an answer there."""
    compile_s = timed(functools.partial(single, driver, answer, x[:1]))
    seconds: list[float] = []
    device.start()
    for place in range(SINGLE):
        example = x[place % len(x) :][:1]
        seconds.append(timed(functools.partial(single, driver, answer, example)))
        if sum(seconds) > PATIENCE_S:
            break
    energy_j = device.read()["energy_j"]
    return {"examples": 1, "seconds": seconds, "energy_j": energy_j, "compile_s": compile_s}


def single(driver: Any, answer: Callable[[Any], Any], example: np.ndarray) -> None:
    """Put an example on the device, and bring the answer to the host."""
    fetch(answer(driver.put(example)))


def fetch(outputs: Any) -> None:
    """Await the answer, and bring it to the host."""
    import keras

    for output in keras.tree.flatten(outputs):
        keras.ops.convert_to_numpy(output)


def repeats(call: Callable[[], Any], device: power.Meter) -> tuple[list[float], int, float | None]:
    """The seconds of each repeat, how many calls each has (enough for REPEAT_S), and the J of all."""
    calls = math.ceil(REPEAT_S / max(min(timed(call), timed(call)), 1e-6))

    def repeat() -> None:
        for _ in range(calls):
            call()

    taken: list[float] = []
    device.start()
    while len(taken) < 3 or (len(taken) < REPEATS and sum(taken) < PATIENCE_S):
        taken.append(timed(repeat))
    return taken, calls, device.read()["energy_j"]


def rows(entry: Entry, recipe: Recipe, options: Options) -> Iterator[Row]:
    """The rows of speeds of one recipe, one for each point."""
    facts = machine.facts(options.backend, options.devices)
    for found in points(entry, recipe, options):
        row = {
            **{name: facts[name] for name in ("machine_id", "software_id")},
            **asked(entry, recipe, options),
            "measured": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
            **found,
            "seconds": " ".join(f"{taken:.6g}" for taken in found["seconds"]),
        }
        yield {"speed_id": records.speed_id(row), **row}


def asked(entry: Entry, recipe: Recipe, options: Options) -> Row:
    """What a speed is the speed of, on a machine."""
    return {
        "entry": entry.id,
        "recipe": recipe.name,
        "tier": recipe.tier,
        "recipe_hash": records.spec_hash({"recipe": catalogue.plain(recipe)}),
        "precision": options.precision,
        "threads": options.threads,
        "devices": options.devices,
        "source_sha256": sources.source_sha256(entry, recipe, options.backend),
    }


def path(entry: Entry, recipe: Recipe, options: Options) -> Path:
    """The file of a recipe's speeds on this machine, by this source."""
    facts = machine.facts(options.backend, options.devices)
    key = digest([facts["machine_id"], facts["software_id"], asked(entry, recipe, options)])
    return options.out / "speeds" / f"{entry.id}-{recipe.name}-{recipe.tier}-{key}.json"


def measure(entry: Entry, recipe: Recipe, options: Options) -> None:
    """Measure a recipe in this process, a child, and write its rows once all are there.

    Ends the process with `NO_DATA`, after a sentence, if its data set is not available.
    """
    if not backend.forks():
        backend.prepare(options.backend, options.precision, options.determinism)
        jobs.import_backend(options)
    if not has_batches(recipe):
        print(
            f"{entry.id} {recipe.name}: its rule {catalogue.stages(recipe)[-1].rule} learns from no batches"
        )
        return
    try:
        found = list(rows(entry, recipe, options))
    except datasets.DataError as error:
        print(f"error: {entry.id} {recipe.name} was not measured: {error}", flush=True)
        sys.exit(NO_DATA)
    records.write_json_atomic({"speeds": found}, path(entry, recipe, options))
    for work in ("training", "inference"):
        if of_work := [row for row in found if row["work"] == work]:
            print(f"{entry.id} {recipe.name}: {work} {said(of_work)}")


def said(found: list[Row]) -> str:
    """Examples a second at each batch size, in words."""
    words = []
    for row in found:
        how = row["status"]
        if how == "ok":
            speed = row["examples"] / statistics.median(map(float, row["seconds"].split()))
            how = f"{speed:,.0f}/s" if speed >= 10 else f"{speed:.2g}/s"
        words.append(f"{how} at {row['batch_size']}")
    return ", ".join(words)


def main(arguments: list[str] | None = None) -> int:
    """0; 1 if a recipe could not be measured; 2 for a configuration that is refused."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speed.batch_sizes", description="Measure speeds at growing batch sizes."
    )
    parser.add_argument(
        "--selection", type=json.loads, required=True, help="the checked configuration, as JSON"
    )
    parser.add_argument("--results", type=Path, default=Path("results"), help="folder of the results")
    given = parser.parse_args(arguments)
    config = given.selection
    options = Options(
        **{name: config[name] for name in ("backend", "precision", "determinism", "threads", "devices")},
        data_dir=Path(config["data_dir"]) if config["data_dir"] else None,
        out=given.results,
    )
    try:
        entries = select.entries(config)
        jobs.bring_up(options, functools.partial(print, flush=True), "speeds")
    except (ValueError, ImportError) as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    context: Any = multiprocessing.get_context("fork" if backend.forks() else "spawn")
    failed = 0
    for entry in entries:
        own_size = config["sizes"] == "recipes"
        recipe = catalogue.recipes(entry, config["tier"])[0] if own_size else published(entry)
        if recipe is None:
            print(f"{entry.id}: has no recipe of its published size")
            continue
        if path(entry, recipe, options).exists():
            print(f"{entry.id} {recipe.name}: measured already")
            continue
        # A process for each: memory that runs out ends one recipe, and leaves the next a device of its own.
        child = context.Process(target=measure, args=(entry, recipe, options), daemon=True)
        child.start()
        child.join()
        failed += child.exitcode != 0
        if child.exitcode == NO_DATA:
            forget_missing_data(options.out)
        elif child.exitcode:
            print(
                f"error: {entry.id} {recipe.name} was not measured: its process ended with {child.exitcode}"
            )
    return int(failed > 0)


if __name__ == "__main__":
    sys.exit(main())
