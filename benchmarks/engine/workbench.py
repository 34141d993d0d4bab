"""One recipe made ready to be trained: data on the device, model, learning rule, compiled programs."""

import dataclasses
import hashlib
import importlib
import math
from collections.abc import Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import datasets, machine
from benchmarks.engine import backend, programs, seeds
from benchmarks.engine.clock import Clock
from benchmarks.engine.identity import Options
from benchmarks.spec import Data, Entry, Recipe

#: Data that memory cannot hold go to the device in chunks of at most this many bytes.
CHUNK_BYTES = 256 * 2**20


def load_data(recipe: Recipe, data_dir: Path | None) -> Data:
    """The recipe's data, with its limit and its use of the validation split applied."""
    data = datasets.load(recipe.dataset, data_dir)
    train: Mapping[str, Any] = data.train
    if recipe.train_on == "train+validation":
        train = {key: datasets.joined(data.train[key], data.validation[key]) for key in data.train}
    if recipe.limit is not None:
        train = {key: value[: recipe.limit] for key, value in train.items()}
    return dataclasses.replace(data, train=train)


class WrongDevice(Exception):
    """The backend computes on another device than the run was named after, or than the run needs."""


def check_device(driver: Any, options: Options) -> None:
    """Raises RuntimeError where the backend misses a GPU that is there, WrongDevice where it has one that no run could be told by."""
    gpus = machine.visible_gpus(options.backend)
    if gpus and not driver.is_gpu():
        remedy = "install its version for GPUs as the README says, or set CUDA_VISIBLE_DEVICES to nothing to train on the CPU"
        raise RuntimeError(
            f"{options.backend} does not find the {gpus[0].name} that nvidia-smi lists: {remedy}"
        )
    if driver.device().lower() != "cpu" and not gpus:
        raise WrongDevice(
            f"{options.backend} computes on the {driver.device()}, but nvidia-smi, which tells what machine this is, does not list it as one"
            f" that {options.backend} can use: put nvidia-smi on the PATH, or set CUDA_VISIBLE_DEVICES to nothing to train on the CPU"
        )
    if options.precision == "tf32" and not driver.has_tf32():
        raise WrongDevice(f"precision 'tf32': the {driver.device()} does not round to TF32; choose float32")


def part_lengths(epochs: int, leg: int, steps_per_epoch: int, rows: int) -> set[int]:
    """The numbers of steps that programs of at most `rows` steps are asked for, in legs of `leg` epochs, the last one perhaps shorter."""
    legs = {min(leg, epochs), epochs % leg} - {0}
    return {
        min(rows, steps - start)
        for steps in (epochs * steps_per_epoch for epochs in legs)
        for start in range(0, steps, rows)
    }


class Workbench:
    """One recipe made ready: data on the device, model, learner and compiled programs, used seed after seed."""

    def __init__(self, entry: Entry, recipe: Recipe, options: Options, clock: Clock, seed: int) -> None:
        from benchmarks.engine.predict import Predictor

        clock.start("import")
        self.entry, self.recipe, self.options = entry, recipe, options
        self.driver = backend.driver_class(options.backend)(deterministic=options.determinism == "bitwise")
        check_device(self.driver, options)
        self.driver.start()
        self.task = importlib.import_module(f"benchmarks.tasks.{recipe.task or entry.task}")
        self.rule = importlib.import_module(f"benchmarks.rules.{recipe.rule}")

        clock.start("data")
        self.data = load_data(recipe, options.data_dir)
        if missing := [name for name in self.task.NEEDS if name not in self.data.train]:
            raise ValueError(
                f"{entry.id}, recipe {recipe.name}: the data set {recipe.dataset} has no array {missing[0]!r},"
                f" which the task {recipe.task or entry.task} reads; choose another task or data set"
            )
        self.streamed = False
        self.examples = len(next(iter(self.data.train.values()))) if self.data.train else 0
        self.host_driven = hasattr(self.rule.Learner, "leg")
        if not self.host_driven and recipe.epochs and recipe.batch_size > self.examples:
            raise ValueError(
                f"{entry.id}, recipe {recipe.name}: batch_size {recipe.batch_size} exceeds"
                f" the {self.examples} training examples; lower it or raise limit"
            )
        self.steps_per_epoch = recipe.steps_per_epoch or (
            self.examples // recipe.batch_size if recipe.epochs else 0
        )

        clock.start("compile")
        self.learner = self._learner(seed)
        self.driver.bind(self.learner.variables)
        self.predict = Predictor(self.learner_model, self.driver)
        self.choice = programs.choose(
            options.backend, self.driver.is_gpu(), programs.traits(self.learner_model)
        )
        self.rows = min(
            self.steps_per_epoch * min(recipe.evaluate_every, max(recipe.epochs, 1)), programs.MOST_STEPS
        )
        self.step_flop: float | None = None
        #: Epochs from one stop (for evaluation, a checkpoint, a word of progress) to the next.
        self.leg = recipe.evaluate_every
        if self.host_driven:
            self.learner.compile()
        elif recipe.epochs:
            clock.start("data")
            self.streamed = any(not isinstance(value, np.ndarray) for value in self.data.train.values())
            if self.streamed:
                self.leg = 1  # a pass over data that memory cannot hold takes long enough
                an_example = sum(
                    math.prod(value.shape[1:]) * value.dtype.itemsize for value in self.data.train.values()
                )
                self.rows = min(self.rows, max(1, CHUNK_BYTES // (an_example * recipe.batch_size)))
                on_device = self._chunk(np.zeros((0, recipe.batch_size), "int32"))
            else:
                on_device = {key: self.driver.put(value) for key, value in self.data.train.items()}
            clock.start("compile")
            steps = self.steps_per_epoch * recipe.epochs
            unroll = programs.unrolled(
                self.choice, self.driver.is_gpu(), len(self.learner_model.trainable_variables), steps
            )
            counts = (
                part_lengths(recipe.epochs, self.leg, self.steps_per_epoch, self.rows)
                if self.choice.constant
                else ()
            )
            self.program = self.driver.training_program(
                self.learner.step,
                on_device,
                self.rows,
                recipe.batch_size,
                self.choice.loop,
                self.choice.xla,
                unroll,
                counts,
            )
            self.step_flop = self.driver.step_flop(self.learner.step, on_device, recipe.batch_size)
        self._fresh = True

    def _learner(self, seed: int) -> Any:
        """Model and learner with the initial values of this seed."""
        from keras.src.utils import naming

        from benchmarks.rules.protocol import Context

        # Keras numbers the names of layers through a process; the record must not tell what was built before.
        naming.reset_uids()
        seeds.set_global(seed)
        self.learner_model = self.entry.build(**self.recipe.model)
        for layer in programs.layers(self.learner_model):
            if hasattr(layer, "adapt"):
                layer.adapt(datasets.sample(self.data.train["x"]))
        loss: Any = self.entry.loss or getattr(self.task, "loss", None)  # a rule of its own may need none
        steps = self.steps_per_epoch * self.recipe.epochs
        return self.rule.Learner(
            Context(self.learner_model, loss, self.recipe, self.data, self.driver, steps, seed)
        )

    def reset(self, seed: int) -> None:
        """Give all variables the initial values of this seed; the compiled programs stay."""
        if self._fresh:
            self._fresh = False
        else:
            kept = self.learner_model
            self.driver.write([np.asarray(value) for value in _values(self._learner(seed).variables)])
            self.learner_model = kept
        if self.host_driven:
            self.learner.reset_host_state(seed)

    def train_leg(self, first: int, last: int, seed: int) -> tuple[int, int, dict[str, float]]:
        """Train the epochs first..last-1. Returns steps, examples and the means of the step's logs."""
        if self.host_driven:
            return self.learner.leg(first, last)
        batches = [
            seeds.order(seed, epoch, self.examples, self.recipe.batch_size)[: self.steps_per_epoch]
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

    def _dispatch(self, parts: list[np.ndarray]) -> Iterator[dict[str, float]]:
        """The sums of the logs of each part of the order, int32 [at most self.rows, batch_size]."""
        if not self.streamed:
            for part in parts:
                yield self.program(_padded(part, self.rows), len(part))
            return
        places = np.arange(self.rows * self.recipe.batch_size, dtype="int32").reshape(self.rows, -1)
        with ThreadPoolExecutor(max_workers=1) as reader:
            # While the device learns from one chunk, the host reads the next.
            reading = reader.submit(self._chunk, parts[0])
            for part, following in zip(parts, [*parts[1:], None], strict=True):
                chunk = reading.result()
                if following is not None:
                    reading = reader.submit(self._chunk, following)
                yield self.program(places, len(part), chunk)

    def _chunk(self, part: np.ndarray) -> dict[str, Any]:
        """On the device, the examples that these rows name, in their order, and zeros up to the full number of rows."""
        rows = self.rows * part.shape[1]
        return {
            key: self.driver.put(_padded(value[part.ravel()], rows)) for key, value in self.data.train.items()
        }

    def evaluate(self, split: str) -> dict[str, float]:
        """The task's measures on one split."""
        self.driver.sync()
        return dict(
            self.task.evaluate(self.predict, self.learner_model, self.data, split, **self.recipe.task_options)
        )

    def finite(self) -> bool:
        """Whether all trainable weights are finite numbers."""
        self.driver.sync()
        return all(np.isfinite(value).all() for value in _values(self.learner_model.trainable_variables))

    def weights_sha256(self) -> str:
        """SHA-256 over the bytes of all weights of the model, in order; empty where there are none."""
        self.driver.sync()
        digest = hashlib.sha256()
        weights = _values(self.learner_model.weights)
        for value in weights:
            digest.update(np.ascontiguousarray(value).tobytes())
        return digest.hexdigest() if weights else ""


def _padded(array: np.ndarray, length: int) -> np.ndarray:
    """The array with zeros appended along its first axis up to this length."""
    return np.concatenate([array, np.zeros((length - len(array), *array.shape[1:]), array.dtype)])


def _values(variables: list[Any]) -> list[np.ndarray]:
    return [np.asarray(variable.value) for variable in variables]
