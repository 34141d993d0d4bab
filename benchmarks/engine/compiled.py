"""A stage whose learning steps are compiled programs, which take the order of the examples."""

import math
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import numpy as np

from benchmarks.engine import programs, seeds
from benchmarks.engine.clock import Clock
from benchmarks.engine.driver import Driver, Program
from benchmarks.engine.ready import TrainingData
from benchmarks.engine.work import Work
from benchmarks.rules.protocol import Learner
from benchmarks.spec import Stage

#: Data that do not fit into memory go to the device in chunks of at most this many bytes.
CHUNK_BYTES = 256 * 2**20


def part_lengths(epochs: int, leg: int, steps_per_epoch: int, rows: int) -> set[int]:
    """The numbers of steps for which programs of at most `rows` steps are called.

    A leg has `leg` epochs; the last one may be shorter.
    """
    legs = {min(leg, epochs), epochs % leg} - {0}
    return {
        min(rows, steps - start)
        for steps in (epochs * steps_per_epoch for epochs in legs)
        for start in range(0, steps, rows)
    }


class CompiledStage:
    """Trains by programs of `rows` steps at most, over examples on the device or, `streamed`, in chunks."""

    def __init__(
        self,
        stage: Stage,
        learner: Learner,
        model: Any,
        data: TrainingData,
        driver: Driver,
        steps_per_epoch: int,
    ) -> None:
        self.stage, self.learner, self.model = stage, learner, model
        self.data, self.driver, self.steps_per_epoch = data, driver, steps_per_epoch
        self.choice = programs.choose(
            driver.name,
            driver.is_gpu(),
            programs.traits(model),
            programs.multiplications(model, stage.batch_size),
        )
        train = data.data.train
        self.streamed = bool(stage.epochs) and any(
            not isinstance(value, np.ndarray) for value in train.values()
        )
        every = stage.evaluate_every or 1
        #: A pass over data that do not fit into memory is long enough for a leg.
        self.leg = 1 if self.streamed else every
        self.rows = min(steps_per_epoch * min(every, max(stage.epochs, 1)), programs.MOST_STEPS)
        if self.streamed:
            an_example = sum(math.prod(value.shape[1:]) * value.dtype.itemsize for value in train.values())
            self.rows = min(self.rows, max(1, CHUNK_BYTES // (an_example * stage.batch_size)))
        self.work: Work | None = None
        self.program: Program | None = None
        self.seed = 0

    @property
    def batch_size(self) -> int | None:
        """Examples per learning step; None if there are no steps."""
        return self.stage.batch_size if self.stage.epochs else None

    @property
    def steps_per_program(self) -> int | None:
        """Steps in one dispatched program; None if there are no steps."""
        if not self.stage.epochs:
            return None
        return self.rows if self.choice.loop else 1

    @property
    def xla(self) -> bool | None:
        """Whether XLA compiles the program; None if there is no program."""
        return self.choice.xla if self.stage.epochs else None

    def compile(self, clock: Clock) -> None:
        """Put the examples on the device and compile the program of learning steps."""
        stage = self.stage
        if self.program is not None or not stage.epochs:
            return
        clock.start("data")
        if self.streamed:
            on_device = self._chunk(np.zeros((0, stage.batch_size), "int32"))
        else:
            if self.data.held is None:
                self.data.held = {key: self.driver.put(value) for key, value in self.data.data.train.items()}
            on_device = self.data.held
        clock.start("compile")
        steps = self.steps_per_epoch * stage.epochs
        unroll = programs.unrolled(
            self.choice, self.driver.is_gpu(), len(self.model.trainable_variables), steps
        )
        counts = (
            part_lengths(stage.epochs, self.leg, self.steps_per_epoch, self.rows)
            if self.choice.constant
            else ()
        )
        self.program = self.driver.training_program(
            self.learner.step,
            on_device,
            self.rows,
            stage.batch_size,
            self.choice.loop,
            self.choice.xla,
            unroll,
            counts,
        )
        self.work = self.driver.step_work(self.learner.step, on_device, stage.batch_size)

    def count(self) -> Work | None:
        """The work of one learning step, counted without compiling it."""
        # A single example to take batches from is enough: nothing is computed.
        first = {key: self.driver.put(value[np.zeros(1, int)]) for key, value in self.data.data.train.items()}
        return self.driver.step_work(self.learner.step, first, self.stage.batch_size)

    def reset(self, seed: int) -> None:
        """Order the examples by this seed."""
        self.seed = seed

    def train(self, first: int, last: int) -> tuple[int, int, dict[str, float]]:
        """Train the stage's epochs first..last-1. Returns steps, examples and the means of the logs."""
        batches = [
            seeds.order(self.seed, epoch, self.data.examples, self.stage.batch_size)[: self.steps_per_epoch]
            for epoch in range(first, last)
        ]
        order = np.concatenate(batches)
        sums: dict[str, float] = {}
        for logs in self._dispatch(
            [order[start : start + self.rows] for start in range(0, len(order), self.rows)]
        ):
            for key, value in logs.items():
                sums[key] = sums.get(key, 0.0) + value
        return len(order), order.size, {key: value / len(order) for key, value in sums.items()}

    def host_state(self) -> dict[str, np.ndarray]:
        """Nothing: the variables hold everything."""
        return {}

    def set_host_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Nothing to continue from."""

    def _dispatch(self, parts: list[np.ndarray]) -> Iterator[dict[str, float]]:
        """The sums of the logs of each part of the order, int32 [at most self.rows, batch_size]."""
        assert self.program is not None, "a stage is compiled before it is trained"
        if not self.streamed:
            for part in parts:
                yield self.program(_padded(part, self.rows), len(part))
            return
        places = np.arange(self.rows * self.stage.batch_size, dtype="int32").reshape(self.rows, -1)
        with ThreadPoolExecutor(max_workers=1) as reader:
            # While the device learns from one chunk, the host reads the next.
            reading = reader.submit(self._chunk, parts[0])
            for part, following in zip(parts, [*parts[1:], None], strict=True):
                chunk = reading.result()
                if following is not None:
                    reading = reader.submit(self._chunk, following)
                yield self.program(places, len(part), chunk)

    def _chunk(self, part: np.ndarray) -> dict[str, Any]:
        """The examples that these rows name, in order, on the device; padded with zeros to all rows."""
        rows = self.rows * part.shape[1]
        return {
            key: self.driver.put(_padded(value[part.ravel()], rows))
            for key, value in self.data.data.train.items()
        }


def _padded(array: np.ndarray, length: int) -> np.ndarray:
    """The array with zeros appended along its first axis up to this length."""
    return np.concatenate([array, np.zeros((length - len(array), *array.shape[1:]), array.dtype)])
