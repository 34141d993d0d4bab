"""The contenders on Keras: our engine, `model.fit` with its defaults, and `model.fit` at its best.

A contender is a function of a workload that prepares everything (model, data, compilation) and
returns a function that trains one round, awaits the device, and returns nothing.
"""

import itertools
import time
from collections.abc import Callable
from typing import Any

import numpy as np

from benchmarks.spec import Data, Stage
from benchmarks.speed.workloads import Workload

Round = Callable[[], None]


def engine(workload: Workload) -> Round:
    """As `benchmarks.engine` trains: the program that its rule chooses for this backend and net."""
    import keras

    from benchmarks.engine import backend, programs, seeds
    from benchmarks.rules.backpropagation import Learner
    from benchmarks.rules.protocol import Context
    from benchmarks.speed.keras_models import build
    from benchmarks.tasks import classification

    name = keras.backend.backend()
    driver = backend.driver_class(name)()
    model = build(workload.name)
    stage = Stage(
        "training", optimizer={"name": "SGD", "learning_rate": workload.learning_rate, "momentum": 0.9}
    )
    learner: Any = Learner(
        Context(model, classification.loss, stage, Data({}, {}, {}), driver, workload.steps, 0)
    )
    driver.bind(learner.variables)
    data = {key: driver.put(value) for key, value in workload.data().items()}
    choice = programs.choose(
        name,
        driver.is_gpu(),
        programs.traits(model),
        programs.multiplications(model, workload.batch_size),
    )
    # Throughput is that of a long run, as the trainings are that these workloads stand for.
    unroll = programs.unrolled(choice, driver.is_gpu(), len(model.trainable_variables), programs.LONG)
    counts = {workload.steps} if choice.constant else ()
    program = driver.training_program(
        learner.step, data, workload.steps, workload.batch_size, choice.loop, choice.xla, unroll, counts
    )
    epochs = itertools.count()

    def train() -> None:
        program(seeds.order(0, next(epochs), workload.examples, workload.batch_size), workload.steps)

    return train


def engine_measured(workload: Workload) -> Round:
    """The engine, with all that is read around a leg of a run."""
    import keras

    from benchmarks import disturbance, machine, power
    from benchmarks.engine import legs
    from benchmarks.engine.clock import Clock

    train, clock, load = engine(workload), Clock(), disturbance.Meter()
    device = power.Meter([gpu.uuid for gpu in machine.visible_gpus(keras.backend.backend())[:1]])

    def measured() -> None:
        legs.measured(train, clock, device, load)

    return measured


def _compiled(workload: Workload, **options: Any) -> Any:
    import keras

    from benchmarks.speed.keras_models import build

    model = build(workload.name)
    model.compile(
        keras.optimizers.SGD(workload.learning_rate, momentum=0.9),
        keras.losses.SparseCategoricalCrossentropy(from_logits=True),
        **options,
    )
    return model


def keras_default(workload: Workload) -> Round:
    """`model.fit` on arrays, everything else left at its default."""
    data, model = workload.data(), _compiled(workload)
    return lambda: model.fit(data["x"], data["y"], batch_size=workload.batch_size, verbose=0)


def keras_best(workload: Workload) -> Round:
    """`model.fit` on a cached `tf.data` pipeline, with the fastest of four settings.

    They combine `steps_per_execution` and `jit_compile`.
    """
    import tensorflow as tf

    data = workload.data()
    pipeline = (
        tf.data.Dataset.from_tensor_slices((data["x"], data["y"])).cache().shuffle(workload.examples, seed=0)
    )
    batches = pipeline.batch(workload.batch_size, drop_remainder=True).prefetch(tf.data.AUTOTUNE)
    settings = [
        _compiled(workload, steps_per_execution=steps, jit_compile=jit)
        for steps in {1, min(workload.steps, 64)}
        for jit in (False, True)
    ]
    return fastest([lambda model=model: model.fit(batches, shuffle=False, verbose=0) for model in settings])  # type: ignore[misc]


def fastest(candidates: list[Round]) -> Round:
    """The candidate with the lowest median of three rounds, after a warm-up.

    One that is far behind gets one round only, and none if its warm-up, compilation included, took
    forty times a round of the best: XLA's loops over convolutions do on a processor.
    """
    best, least = candidates[0], np.inf
    for candidate in candidates:
        began = time.perf_counter()
        candidate()
        if time.perf_counter() - began > 40 * least:
            continue
        seconds: list[float] = []
        while len(seconds) < 3 and (not seconds or seconds[0] < 2 * least):
            began = time.perf_counter()
            candidate()
            seconds.append(time.perf_counter() - began)
        if np.median(seconds) < least:
            best, least = candidate, float(np.median(seconds))
    return best
