"""One recipe made ready to be trained: data, model, and a learner for each stage."""

import dataclasses
import hashlib
import importlib
import math
from collections.abc import Callable, Mapping, Sequence
from itertools import accumulate
from pathlib import Path
from typing import Any, cast

import numpy as np

from benchmarks import catalogue, datasets, machine
from benchmarks.engine import backend, parameters, programs, seeds
from benchmarks.engine.clock import Clock
from benchmarks.engine.compiled import CompiledStage
from benchmarks.engine.driver import Driver
from benchmarks.engine.host_driven import HostDrivenStage
from benchmarks.engine.outcome import Trained
from benchmarks.engine.ready import ReadyStage, TrainingData
from benchmarks.engine.runs import Options
from benchmarks.rules.protocol import (
    Adapts,
    BeginsStages,
    Context,
    HostLearner,
    HostModel,
    StartsFromModel,
)
from benchmarks.spec import Data, Entry, Measure, Recipe, Stage
from benchmarks.tasks.protocol import Task, WithLoss, require


def load_data(recipe: Recipe, data_dir: Path | None) -> Data:
    """The recipe's data, with its limit and its use of the validation split applied."""
    data = datasets.load(recipe.dataset, data_dir)
    train = data.train
    if recipe.train_on == "train+validation":
        train = {key: datasets.joined(data.train[key], data.validation[key]) for key in data.train}
    if recipe.limit is not None:
        train = {key: value[: recipe.limit] for key, value in train.items()}
    return dataclasses.replace(data, train=train)


class WrongDevice(Exception):
    """The backend computes on a device that the run's identity does not name, or that the run cannot use."""


def check_device(driver: Driver, options: Options) -> None:
    """Raise an error unless the backend computes on the device that identifies the run.

    Raises RuntimeError if the backend does not find an existing GPU, WrongDevice if it uses one that neither
    NVIDIA's driver nor the backend itself lists, or one that lacks the precision, or has fewer devices than
    share a batch.
    """
    gpus = machine.visible_gpus(options.backend)
    if gpus and not driver.is_gpu():
        remedy = (
            "install its version for GPUs as the README says, or set CUDA_VISIBLE_DEVICES to nothing to train"
            " on the CPU"
        )
        raise RuntimeError(
            f"{options.backend} does not find the {gpus[0].name} that this machine has: {remedy}"
        )
    if driver.device().lower() != "cpu" and not gpus:
        raise WrongDevice(
            f"{options.backend} computes on the {driver.device()}, but NVIDIA's driver, which says what"
            f" machine this is, does not list it as one that {options.backend} can use: put nvidia-smi on the"
            " PATH or the driver's libnvidia-ml.so.1 where programs find it, or set CUDA_VISIBLE_DEVICES to"
            " nothing to train on the CPU"
        )
    if options.precision == "tf32" and not driver.has_tf32():
        raise WrongDevice(f"precision 'tf32': the {driver.device()} does not round to TF32; choose float32")
    if options.devices > (most := driver.most_devices()):
        raise WrongDevice(
            f"devices is {options.devices}, but {options.backend} can share a batch among {most} here:"
            f" give at most {most}; with XLA_FLAGS=--xla_force_host_platform_device_count={options.devices}"
            " JAX takes a processor for as many devices"
        )


class Workbench:
    """One recipe made ready, used for one seed after the other: `stages` with their learners and programs.

    Epochs are numbered through the whole run, over all stages. `model` is the model that is trained;
    `data` are the recipe's, on which it is scored. If it is not `compiled`, it can be looked at, not trained.
    """

    def __init__(
        self,
        entry: Entry,
        recipe: Recipe,
        options: Options,
        clock: Clock,
        seed: int,
        compiled: bool = True,
    ) -> None:
        from benchmarks.engine.predict import Predictor

        clock.start("import")
        self.entry, self.recipe, self.options = entry, recipe, options
        self.driver: Driver = backend.driver_class(options.backend)(
            deterministic=options.determinism == "bitwise", devices=options.devices
        )
        check_device(self.driver, options)
        self.driver.start()
        stages = catalogue.stages(recipe)
        self.tasks = {
            task: cast(Task, importlib.import_module(f"benchmarks.tasks.{task}"))
            for task in catalogue.tasks(entry, recipe)
        }
        self.task = next(iter(self.tasks.values()))
        self.rules: dict[str, Any] = {
            stage.rule: importlib.import_module(f"benchmarks.rules.{stage.rule}") for stage in stages
        }
        check_measures({name: self.tasks[name].MEASURES for name in self.scoring_tasks})

        clock.start("data")
        self._loaded: dict[tuple[str, int | None], TrainingData] = {}
        self.data = self._load(recipe.dataset, recipe.limit).data
        of_stages = [self._load(stage.dataset or recipe.dataset, stage.limit) for stage in stages]
        for name in self.scoring_tasks:
            self._check_arrays(name, recipe.dataset, self.data)
        for stage, data in zip(stages, of_stages, strict=True):
            if stage.task:
                self._check_arrays(stage.task, stage.dataset or recipe.dataset, data.data)

        clock.start("compile")
        self.model, learners = self._made(seed, stages, of_stages)
        self.stages = [
            self._ready(stage, learner, data)
            for stage, learner, data in zip(stages, learners, of_stages, strict=True)
        ]
        #: The number of epochs of the run after which each stage ends.
        self.ends = list(accumulate(stage.epochs for stage in stages))
        self._data_of_stages = of_stages
        for number, ready in enumerate(self.stages):
            ready.reset(seeds.of_stage(seed, number))
        self.driver.bind(_union(learners))
        self.predict = Predictor(self.model, self.driver)
        #: The number of the stage that began last.
        self.current = 0
        if compiled:
            self.stages[0].compile(clock)
        self._fresh = True

    @property
    def scoring_tasks(self) -> tuple[str, ...]:
        """The names of the tasks by which the model is scored: the recipe's own, and the further ones."""
        return (self.recipe.task or self.entry.task, *self.recipe.further_tasks)

    @property
    def measures(self) -> list[Measure]:
        """The measures of all these tasks."""
        return [measure for name in self.scoring_tasks for measure in self.tasks[name].MEASURES]

    @property
    def host_driven(self) -> bool:
        """Whether the stage that began last is driven by its rule, on the host."""
        return isinstance(self.stages[self.current], HostDrivenStage)

    def _load(self, dataset: str, limit: int | None) -> TrainingData:
        """The recipe's data, or another data set to train on; loaded once."""
        key = (dataset, limit)
        if key not in self._loaded:
            own = dataset == self.recipe.dataset
            wanted = dataclasses.replace(
                self.recipe,
                dataset=dataset,
                limit=limit,
                train_on=self.recipe.train_on if own else "train",
            )
            self._loaded[key] = TrainingData(load_data(wanted, self.options.data_dir))
        return self._loaded[key]

    def _check_arrays(self, task: str, dataset: str, data: Data) -> None:
        if missing := [name for name in self.tasks[task].NEEDS if name not in data.train]:
            raise ValueError(
                f"{self.entry.id}, recipe {self.recipe.name}: the data set {dataset} has no array"
                f" {missing[0]!r}, which the task {task} reads; choose another task or data set"
            )

    def _made(
        self, seed: int, stages: Sequence[Stage], of_stages: Sequence[TrainingData]
    ) -> tuple[Any, list[Any]]:
        """A model and the learners of all stages, with the initial values of this seed.

        Raises TypeError, before any training, if the model lacks what a task that scores it asks of it.
        """
        from keras.src.utils import naming

        # Keras counts the names of layers in a process; the record must not depend on earlier models.
        naming.reset_uids()
        seeds.set_global(seed)
        model = self.entry.build(**self.recipe.model)
        if self.options.devices > 1 and isinstance(model, HostModel):
            raise ValueError(self._not_shared(f"its model {type(model).__name__} learns on the host"))
        for name in self.scoring_tasks:
            require(name, model, self.tasks[name].MODEL)
        for layer in programs.layers(model):
            if isinstance(layer, Adapts):
                layer.adapt(datasets.sample(self.data.train["x"]))
        learners = []
        for number, (stage, data) in enumerate(zip(stages, of_stages, strict=True)):
            context = Context(
                model,
                self._loss(stage),
                stage,
                data.data,
                self.driver,
                self._steps_per_epoch(stage, data) * stage.epochs,
                seeds.of_stage(seed, number),
                part_of(model, stage),
            )
            learners.append(self.rules[stage.rule].Learner(context))
        return model, learners

    def _loss(self, stage: Stage) -> Callable[..., Any]:
        """The loss of the stage's own task, of the entry, or of the recipe's task; a rule may need none."""
        if self.entry.loss is not None and not stage.task:
            return self.entry.loss
        task = self.tasks[stage.task] if stage.task else self.task
        return task.loss if isinstance(task, WithLoss) else no_loss

    @staticmethod
    def _steps_per_epoch(stage: Stage, data: TrainingData) -> int:
        return stage.steps_per_epoch or (data.examples // stage.batch_size if stage.epochs else 0)

    def _ready(self, stage: Stage, learner: Any, data: TrainingData) -> ReadyStage:
        shared = self.options.devices > 1
        if isinstance(learner, HostLearner):
            if shared:
                raise ValueError(self._not_shared(f"the host drives its rule {stage.rule}"))
            return HostDrivenStage(stage, learner)
        if shared and stage.epochs and stage.batch_size % self.options.devices:
            raise ValueError(self._not_shared(f"they do not divide its batch_size {stage.batch_size}"))
        if stage.epochs and stage.batch_size > data.examples:
            raise ValueError(
                f"{self.entry.id}, recipe {self.recipe.name}: batch_size {stage.batch_size} exceeds"
                f" the {data.examples} training examples; lower it or raise limit"
            )
        steps_per_epoch = self._steps_per_epoch(stage, data)
        return CompiledStage(stage, learner, self.model, data, self.driver, steps_per_epoch)

    def _not_shared(self, why: str) -> str:
        """A sentence on a recipe whose batches several devices cannot share."""
        return (
            f"{self.entry.id}, recipe {self.recipe.name}: {self.options.devices} devices cannot share its"
            f" batches, since {why}; choose another number of devices, or 1"
        )

    def work(self) -> tuple[int, float | None]:
        """The learning steps of all stages, and their floating-point operations.

        The latter are None if those of a stage cannot be counted.
        """
        steps, flop = 0, 0.0
        for ready, data in zip(self.stages, self._data_of_stages, strict=True):
            of_stage = self._steps_per_epoch(ready.stage, data) * ready.stage.epochs
            steps += of_stage
            if of_stage:
                work = ready.count()
                flop += of_stage * work.flop if work else math.nan
        return steps, flop if math.isfinite(flop) else None

    def reset(self, seed: int, clock: Clock | None = None) -> None:
        """Set the initial values of this seed, whose run `clock` measures; compiled programs are kept."""
        if self._fresh:
            self._fresh = False
        else:
            stages = [ready.stage for ready in self.stages]
            model, learners = self._made(seed, stages, self._data_of_stages)
            self.driver.write(_values(_union(learners)))
            if isinstance(self.model, HostModel):
                self.model.set_state(model.state())
        for number, ready in enumerate(self.stages):
            ready.reset(seeds.of_stage(seed, number))
        self.current = 0
        self.predict.clock = clock

    def begin(self, number: int, clock: Clock, resumed: bool = False) -> None:
        """Begin a stage: compile its programs, once for all seeds, and let model and learner begin.

        If the run is `resumed` inside the stage, model and learner have already begun it.
        """
        self.current = number
        ready = self.stages[number]
        ready.compile(clock)
        clock.start("compile")
        if resumed:
            return
        model, learner = self.model, ready.learner
        if isinstance(model, BeginsStages) or isinstance(learner, StartsFromModel):
            self.driver.sync()
            if isinstance(model, BeginsStages):
                model.begin_stage(ready.stage.name, self._data_of_stages[number].data, self.predict)
            if isinstance(learner, StartsFromModel):
                learner.start()
            self.driver.write(_values(self.driver.variables))

    def train_leg(self, first: int, last: int) -> tuple[int, int, dict[str, float]]:
        """Train the epochs first..last-1 of the run, all in the stage that began last.

        Returns steps, examples and the means of the step's logs.
        """
        ready = self.stages[self.current]
        start = self.ends[self.current] - ready.stage.epochs
        return ready.train(first - start, last - start)

    def evaluate(self, split: str) -> dict[str, float]:
        """The measures of the recipe's own task on one split."""
        return self._evaluate(self.task, split, self.recipe.task_options)

    def evaluate_further(self) -> dict[str, float]:
        """The measures of all further tasks on the test split."""
        scores: dict[str, float] = {}
        for name, options in self.recipe.further_tasks.items():
            scores |= self._evaluate(self.tasks[name], "test", options)
        return scores

    def _evaluate(self, task: Task, split: str, options: Mapping[str, Any]) -> dict[str, float]:
        self.driver.sync()
        return dict(task.evaluate(self.predict, self.model, self.data, split, **options))

    def host_state(self) -> dict[str, np.ndarray]:
        """The content of a checkpoint besides the variables: of the stage's learner, and of a host model."""
        arrays = {f"learner/{name}": value for name, value in self.stages[self.current].host_state().items()}
        if isinstance(self.model, HostModel):
            arrays |= {f"model/{name}": value for name, value in self.model.state().items()}
        return arrays

    def set_host_state(self, number: int, arrays: dict[str, np.ndarray]) -> None:
        """Continue in stage `number` from what `host_state` returned."""
        self.current = number
        of = {
            owner: {
                name.removeprefix(owner): value for name, value in arrays.items() if name.startswith(owner)
            }
            for owner in ("learner/", "model/")
        }
        self.stages[number].set_host_state(of["learner/"])
        if isinstance(self.model, HostModel):
            self.model.set_state(of["model/"])

    def weights(self) -> dict[str, np.ndarray]:
        """All weights of the model, or everything that a host model has learned, by name.

        Raises ValueError for two weights of one name.
        """
        self.driver.sync()
        if isinstance(self.model, HostModel):
            return self.model.state()
        named = {variable.path: np.asarray(variable.value) for variable in self.model.weights}
        if len(named) < len(self.model.weights):
            raise ValueError("two weights of the model have one name; give its layers different names")
        return named

    def start_from(self, weights: Mapping[str, np.ndarray]) -> int:
        """Set the weights that the model shares with these, by name and shape. Returns their number.

        Raises ValueError if there are none.
        """
        own = self.weights()
        shared = {
            name: weights[name]
            for name, value in own.items()
            if name in weights and weights[name].shape == value.shape
        }
        if not shared:
            raise ValueError(
                f"the model shares no weight, by name and shape, with {self.recipe.starts_from}, from"
                f" which it starts: it has {', '.join(list(own)[:3])},"
                f" the other {', '.join(list(weights)[:3])}"
            )
        if isinstance(self.model, HostModel):
            self.model.set_state({**own, **shared})
        else:
            for variable in self.model.weights:
                if variable.path in shared:
                    variable.assign(shared[variable.path])
            self.driver.write(_values(self.driver.variables))
        return len(shared)

    def finite(self) -> bool:
        """Whether all trainable weights, or everything that a host model has learned, are finite."""
        self.driver.sync()
        if isinstance(self.model, HostModel):
            values = [value for value in self.model.state().values() if value.dtype.kind in "fc"]
        else:
            values = _values(self.model.trainable_variables)
        return all(np.isfinite(value).all() for value in values)

    def weights_sha256(self) -> str:
        """SHA-256 over the bytes of all weights of the model, in order; empty where there are none.

        Of a host model: over names and bytes of its state, in the order of the names.
        """
        self.driver.sync()
        digest = hashlib.sha256()
        if isinstance(self.model, HostModel):
            state = self.model.state()
            for name in sorted(state):
                digest.update(name.encode() + np.ascontiguousarray(state[name]).tobytes())
            return digest.hexdigest() if state else ""
        weights = _values(self.model.weights)
        for value in weights:
            digest.update(np.ascontiguousarray(value).tobytes())
        return digest.hexdigest() if weights else ""

    def trained(self) -> Trained:
        """What the record says of the model, and of the programs of the stage that began last."""
        self.driver.sync()
        ready = self.stages[self.current]
        return Trained(
            matmul_precision=backend.matmul_precision(self.options.backend, self.options.precision),
            device=self.driver.device(),
            parameters=parameters.free(self.model),
            batch_size=ready.batch_size,
            steps_per_program=ready.steps_per_program,
            xla=ready.xla,
            step_flop=ready.work.flop if ready.work else None,
            step_bytes=ready.work.bytes if ready.work else None,
            device_peak_memory_bytes=self.driver.peak_memory(),
            measures=[dataclasses.asdict(measure) for measure in self.measures],
            layers=describe_layers(self.model),
        )


def no_loss(model: Any, batch: Mapping[str, Any], training: bool) -> Any:
    """The loss if neither entry nor task has one; rules that need no loss never call it."""
    raise ValueError(
        "the rule needs a loss, and neither the entry nor the task has one: choose another rule or task"
    )


def part_of(model: Any, stage: Stage) -> Any:
    """The part that a stage trains: the layer or inner model that it names, or the whole model.

    Raises ValueError with the nearest names if the model has no such layer.
    """
    if not stage.trains:
        return model
    by_name = {layer.name: layer for layer in programs.layers(model)[1:]}
    if stage.trains not in by_name:
        raise ValueError(
            f"stage {stage.name!r} trains {stage.trains!r}, which is not a layer of the model:"
            f" {catalogue.nearest(stage.trains, list(by_name))}"
        )
    return by_name[stage.trains]


def check_measures(by_task: dict[str, Sequence[Measure]]) -> None:
    """Raises ValueError if two tasks that score one model have a measure of the same name."""
    owners: dict[str, str] = {}
    for task, measures in by_task.items():
        for measure in measures:
            if owners.setdefault(measure.name, task) != task:
                raise ValueError(
                    f"the tasks {owners[measure.name]} and {task} both measure {measure.name!r}:"
                    " a recipe can name only one of them"
                )


def describe_layers(model: Any) -> list[dict[str, Any]]:
    """The model's layers for the architecture diagram: name, kind, output shape, free parameters."""
    if isinstance(model, HostModel):
        kind = type(model).__name__
        return [{"name": kind, "kind": kind, "shape": "", "parameters": model.parameters()}]
    rows = []
    for layer in getattr(model, "layers", None) or [model]:
        try:
            shape = str(tuple(layer.output.shape)[1:])
        except (AttributeError, ValueError):
            shape = ""
        count = parameters.free(layer)
        rows.append({"name": layer.name, "kind": type(layer).__name__, "shape": shape, "parameters": count})
    return rows


def _union(learners: Sequence[Any]) -> list[Any]:
    """The variables of all learners, each once."""
    return list({id(variable): variable for learner in learners for variable in learner.variables}.values())


def _values(variables: Sequence[Any]) -> list[np.ndarray]:
    return [np.asarray(variable.value) for variable in variables]
