"""Trains one recipe of one entry, seed after seed, and records each run."""

import dataclasses
import functools
import hashlib
import importlib
import math
import resource
import sys
import time
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import catalogue, datasets, machine, records
from benchmarks.engine import backend, checkpoints, programs, seeds
from benchmarks.engine.clock import Clock
from benchmarks.spec import Data, Entry, Recipe

#: Data that memory cannot hold go to the device in chunks of at most this many bytes.
CHUNK_BYTES = 256 * 2**20
#: The measure that says after how many epochs a recipe's criterion was reached.
CRITERION = "epochs_to_criterion"


@dataclasses.dataclass(frozen=True)
class Options:
    """How runs are executed: what of it changes the numbers is part of their identity."""

    backend: str = "tensorflow"
    precision: str = "float32"
    threads: int = 1
    data_dir: Path | None = None
    out: Path = Path("results")
    checkpoint_dir: Path = Path("results/checkpoints")
    checkpoint_s: float = 30.0
    time_limit_s: float | None = None
    price_per_hour: float | None = None
    currency: str = ""


@dataclasses.dataclass(frozen=True)
class Run:
    """One run that was asked for."""

    entry: Entry
    recipe: Recipe
    seed: int

    @property
    def label(self) -> str:
        """For progress lines."""
        return f"{self.entry.id} {self.recipe.name} seed {self.seed}"

    @property
    def task(self) -> str:
        """The name of the task's module: the recipe's, where it names one, else the entry's."""
        return self.recipe.task or self.entry.task


class Diverged(Exception):
    """The loss is no longer a number."""


class TimeIsUp(Exception):
    """The run's time limit has passed."""


def asked(run: Run, options: Options) -> dict[str, Any]:
    """What identifies a run beside its seed, machine and software: the input of the spec hash."""
    return {
        "entry": run.entry.id,
        "recipe": dataclasses.asdict(run.recipe),
        "data_checksum": datasets.card(run.recipe.dataset, options.data_dir).checksum,
        "backend": options.backend,
        "precision": options.precision,
        "threads": options.threads,
    }


def run_id(run: Run, options: Options) -> str:
    """The run's key, known before anything is imported or trained."""
    facts = machine.facts(options.backend)
    return records.run_id(records.spec_hash(asked(run, options)), run.seed, facts["machine_id"], facts["software_id"])


def record_path(run: Run, options: Options) -> Path:
    """Where the run's record lies."""
    name = f"{run.recipe.name}-{run.recipe.tier}-seed{run.seed}-{run_id(run, options)}.json"
    return options.out / "runs" / run.entry.id / name


def source_sha256(entry: Entry) -> str:
    """SHA-256 over the source that the entry's runs depend on: its file, and all that entries share."""
    return _source_sha256(entry.id)


@functools.cache
def _source_sha256(id: str) -> str:
    # Read once: what a process runs is what it has imported, not what its files have become since.
    home = Path(__file__).parent.parent
    shared = [path for room in ("layers", "rules", "tasks", "datasets", "engine") for path in sorted((home / room).glob("*.py"))]
    digest = hashlib.sha256()
    for path in [catalogue.source_file(id), *shared]:
        digest.update(path.read_bytes())
    return digest.hexdigest()


def load_data(recipe: Recipe, data_dir: Path | None) -> Data:
    """The recipe's data, with its limit and its use of the validation split applied."""
    data = datasets.load(recipe.dataset, data_dir)
    train: Mapping[str, Any] = data.train
    if recipe.train_on == "train+validation":
        train = {key: datasets.joined(data.train[key], data.validation[key]) for key in data.train}
    if recipe.limit is not None:
        train = {key: value[: recipe.limit] for key, value in train.items()}
    return dataclasses.replace(data, train=train)


def describe_layers(model: Any) -> list[dict[str, Any]]:
    """The model's layers for the architecture diagram: name, kind, output shape, trainable parameters."""
    rows = []
    for layer in getattr(model, "layers", None) or [model]:
        try:
            shape = str(tuple(layer.output.shape)[1:])
        except (AttributeError, ValueError):
            shape = ""
        parameters = sum(int(np.prod(weight.shape)) for weight in layer.trainable_variables)
        rows.append({"name": layer.name, "kind": type(layer).__name__, "shape": shape, "parameters": parameters})
    return rows


class Workbench:
    """One recipe made ready: data on the device, model, learner and compiled programs, used seed after seed."""

    def __init__(self, entry: Entry, recipe: Recipe, options: Options, clock: Clock, seed: int) -> None:
        from benchmarks.engine.predict import Predictor

        self.entry, self.recipe, self.options = entry, recipe, options
        self.task = importlib.import_module(f"benchmarks.tasks.{recipe.task or entry.task}")
        self.rule = importlib.import_module(f"benchmarks.rules.{recipe.rule}")
        self.driver = backend.driver_class(options.backend)()

        clock.start("data")
        self.data = load_data(recipe, options.data_dir)
        self.streamed = False
        self.examples = len(next(iter(self.data.train.values()))) if self.data.train else 0
        self.host_driven = hasattr(self.rule.Learner, "leg")
        if not self.host_driven and recipe.epochs and recipe.batch_size > self.examples:
            raise ValueError(
                f"{entry.id}, recipe {recipe.name}: batch_size {recipe.batch_size} exceeds"
                f" the {self.examples} training examples; lower it or raise limit"
            )
        self.steps_per_epoch = recipe.steps_per_epoch or (self.examples // recipe.batch_size if recipe.epochs else 0)

        clock.start("compile")
        self.learner = self._learner(seed)
        self.driver.bind(self.learner.variables)
        self.predict = Predictor(self.learner_model, self.driver)
        self.choice = programs.choose(options.backend, self.driver.is_gpu(), programs.traits(self.learner_model))
        self.rows = min(self.steps_per_epoch * min(recipe.evaluate_every, max(recipe.epochs, 1)), programs.MOST_STEPS)
        self.step_flop: float | None = None
        if self.host_driven:
            self.learner.compile()
        elif recipe.epochs:
            clock.start("data")
            self.streamed = any(not isinstance(value, np.ndarray) for value in self.data.train.values())
            if self.streamed:
                an_example = sum(math.prod(value.shape[1:]) * value.dtype.itemsize for value in self.data.train.values())
                self.rows = min(self.rows, max(1, CHUNK_BYTES // (an_example * recipe.batch_size)))
                on_device = self._chunk(np.zeros((0, recipe.batch_size), "int32"))
            else:
                on_device = {key: self.driver.put(value) for key, value in self.data.train.items()}
            clock.start("compile")
            unroll = programs.unrolled(self.choice, self.driver.is_gpu(), len(self.learner_model.trainable_variables), self.rows)
            self.program = self.driver.training_program(
                self.learner.step, on_device, self.rows, recipe.batch_size, self.choice.loop, self.choice.xla, unroll
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
        return self.rule.Learner(Context(self.learner_model, loss, self.recipe, self.data, self.driver, steps, seed))

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
        batches = [seeds.order(seed, epoch, self.examples, self.recipe.batch_size)[: self.steps_per_epoch] for epoch in range(first, last)]
        order = np.concatenate(batches)
        sums: dict[str, float] = {}
        for logs in self._dispatch([order[start : start + self.rows] for start in range(0, len(order), self.rows)]):
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
        return {key: self.driver.put(_padded(value[part.ravel()], rows)) for key, value in self.data.train.items()}

    def evaluate(self, split: str) -> dict[str, float]:
        """The task's measures on one split."""
        self.driver.sync()
        return dict(self.task.evaluate(self.predict, self.learner_model, self.data, split, **self.recipe.task_options))

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


def run_recipe(runs: list[Run], options: Options, import_s: float, report: Callable[[str], None]) -> Iterator[dict[str, Any]]:
    """Train the runs, which share entry and recipe and differ by seed; yields the record of each as it ends."""
    bench: Workbench | None = None
    for run in runs:
        clock = Clock({"import": import_s})
        import_s = 0.0
        started = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        seed = seeds.derive(run.entry.id, run.recipe.dataset, run.seed)
        trainer = _Trainer(run, options, clock, seed, report)
        status, reason = "ok", ""
        try:
            if bench is None:
                bench = Workbench(run.entry, run.recipe, options, clock, seed)
            trainer.train(bench)
        except Diverged as error:
            status, reason = "diverged", str(error)
        except TimeIsUp as error:
            status, reason = "timeout", str(error)
        except Exception as error:
            if not _is_of_the_run(error):
                raise
            status = "oom" if backend.driver_class(options.backend).ran_out_of_memory(error) else "error"
            reason = records.text(f"{type(error).__name__}: {' '.join(str(error).split())}", limit=500)
            _report_traceback(report)
        clock.stop()
        report(f"{run.label}: {status} after {clock.total:.1f} s{': ' + reason if reason else ''}")
        yield trainer.record(bench, status, reason, started)


def _is_of_the_run(error: Exception) -> bool:
    """A full disk or a missing permission is a fault of the infrastructure, and ends the job."""
    return not (isinstance(error, OSError) and error.errno in (13, 28, 30))


def _report_traceback(report: Callable[[str], None]) -> None:
    import traceback

    report(traceback.format_exc().rstrip())


class _Trainer:
    """The course of one run: legs of training between evaluations, with clocks, checkpoints and progress."""

    def __init__(self, run: Run, options: Options, clock: Clock, seed: int, report: Callable[[str], None]) -> None:
        self.run, self.options, self.clock, self.seed, self.report = run, options, clock, seed, report
        self.id = run_id(run, options)
        self.checkpoint = checkpoints.path(options.checkpoint_dir, self.id)
        self.epoch = 0
        self.resumed = 0
        self.epochs: list[dict[str, Any]] = []
        self.measures: list[dict[str, Any]] = []
        self.weights_sha256 = ""
        self.pictures: dict[str, Any] = {}

    def train(self, bench: Workbench) -> None:
        """From the start, or from the checkpoint, to the final evaluation."""
        recipe = self.run.recipe
        self.clock.start("compile")
        bench.reset(self.seed)
        self.clock.start("checkpoint")
        self._resume(bench)
        saved = reported = time.monotonic()
        began, first_epoch = saved, self.epoch
        while self.epoch < recipe.epochs:
            last = min(self.epoch + recipe.evaluate_every, recipe.epochs)
            self.clock.start("train")
            steps, examples, logs = bench.train_leg(self.epoch, last, self.seed)
            train_s = self.clock.start("evaluate")
            self.epoch = last
            self.epochs.append({"run_id": self.id, "epoch": last, "steps": steps, "examples": examples, "train_s": train_s})
            self._add_measures("train", logs, last)
            bad = [name for name, value in logs.items() if not math.isfinite(value)]
            if bad:
                raise Diverged(f"{bad[0]} is {logs[bad[0]]} in epoch {last}")
            scores: dict[str, float] = {}
            if recipe.train_on == "train":
                scores = bench.evaluate("validation")
                self._add_measures("validation", scores, last)
                self._note_criterion(bench, scores, last)
            self.clock.start("checkpoint")
            now = time.monotonic()
            if last < recipe.epochs and now - saved >= self.options.checkpoint_s:
                self._save(bench)
                saved = now
            if now - reported >= 5 or last == recipe.epochs:
                left = (now - began) / (last - first_epoch) * (recipe.epochs - last)
                shown = ", ".join(f"{name} {value:.4g}" for name, value in [*logs.items(), *((f"validation {n}", v) for n, v in scores.items())])
                self.report(f"{self.run.label}: epoch {last}/{recipe.epochs}, {shown}, {left:.0f} s left")
                reported = now
            limit = self.options.time_limit_s
            if limit is not None and self.clock.total > limit and last < recipe.epochs:
                self._save(bench)
                raise TimeIsUp(f"{self.clock.total:.0f} s have passed after epoch {last} of {recipe.epochs}; the limit is {limit:g} s")
        self.clock.start("evaluate")
        if not bench.finite():
            raise Diverged(f"weights are not finite after epoch {self.epoch}")
        if recipe.criterion is not None and recipe.train_on == "train" and not any(row["measure"] == CRITERION for row in self.measures):
            self._add_criterion(None)
        self._add_measures("test", bench.evaluate("test"), None)
        self.weights_sha256 = bench.weights_sha256()
        if self.run.entry.pictures is not None:
            pictures = self.run.entry.pictures(bench.learner_model, bench.data, bench.predict)
            self.pictures = {name: records.encode_picture(picture) for name, picture in pictures.items()}

    def _add_measures(self, split: str, values: Mapping[str, float], epoch: int | None) -> None:
        task = importlib.import_module(f"benchmarks.tasks.{self.run.task}")
        units = {measure.name: measure.unit for measure in task.MEASURES}
        for name, value in values.items():
            finite = float(value) if math.isfinite(value) else None
            self.measures.append({"run_id": self.id, "epoch": epoch, "split": split, "measure": name, "value": finite, "unit": units.get(name, "")})

    def _note_criterion(self, bench: Workbench, scores: Mapping[str, float], epoch: int) -> None:
        """Record the first epoch at which the recipe's criterion is reached."""
        if self.run.recipe.criterion is None or any(row["measure"] == CRITERION for row in self.measures):
            return
        name, value = self.run.recipe.criterion
        lower = next(measure.direction for measure in bench.task.MEASURES if measure.name == name) == "lower"
        if scores[name] <= value if lower else scores[name] >= value:
            self._add_criterion(float(epoch))

    def _add_criterion(self, epochs: float | None) -> None:
        self.measures.append({"run_id": self.id, "epoch": None, "split": "validation", "measure": CRITERION, "value": epochs, "unit": "epochs"})

    def _save(self, bench: Workbench) -> None:
        host = bench.learner.host_state() if bench.host_driven else {}
        progress = {
            "epoch": self.epoch,
            "resumed": self.resumed,
            "epochs": self.epochs,
            "measures": self.measures,
            "source": source_sha256(self.run.entry),
            "seconds": self.clock.seconds,
        }
        checkpoints.save(self.checkpoint, bench.driver.read(), host, progress)

    def _resume(self, bench: Workbench) -> None:
        found = checkpoints.load(self.checkpoint)
        if found is None or found[2]["source"] != source_sha256(self.run.entry):
            return
        state, host, progress = found
        bench.driver.write(state)
        if bench.host_driven:
            bench.learner.set_host_state(host)
        self.epoch, self.epochs, self.measures = progress["epoch"], progress["epochs"], progress["measures"]
        self.resumed = progress["resumed"] + 1
        for name, seconds in progress["seconds"].items():
            self.clock.seconds[name] += seconds
        self.report(f"{self.run.label}: resumed after epoch {self.epoch}")

    def record(self, bench: Workbench | None, status: str, reason: str, started: str) -> dict[str, Any]:
        """The run's record, in the schema of `benchmarks.records`."""
        run, options = self.run, self.options
        facts = machine.facts(options.backend, price_per_hour=options.price_per_hour, currency=options.currency)
        spec = asked(run, options)
        model = bench.learner_model if bench else None
        trained = model is not None
        seconds = {f"{name}_s": round(value, 6) for name, value in self.clock.seconds.items()}
        row = {
            "run_id": self.id,
            "spec_hash": records.spec_hash(spec),
            "seed": run.seed,
            "machine_id": facts["machine_id"],
            "software_id": facts["software_id"],
            "entry": run.entry.id,
            "family": run.entry.family,
            "task": run.task,
            "dataset": run.recipe.dataset,
            "variant": run.recipe.variant,
            "recipe": run.recipe.name,
            "tier": run.recipe.tier,
            "rule": run.recipe.rule,
            "backend": options.backend,
            "precision": options.precision,
            "device": bench.driver.device() if bench else "",
            "threads": options.threads,
            "status": status,
            "reason": reason,
            "parameters": sum(math.prod(weight.shape) for weight in model.trainable_variables) if model is not None else None,
            "epochs": self.epoch if trained else None,
            "steps": sum(leg["steps"] for leg in self.epochs) if trained else None,
            "examples": sum(leg["examples"] for leg in self.epochs) if trained else None,
            "batch_size": run.recipe.batch_size if trained and run.recipe.epochs else None,
            "steps_per_program": (bench.rows if bench.choice.loop else 1) if bench and run.recipe.epochs and not bench.host_driven else None,
            "xla": bench.choice.xla if bench and run.recipe.epochs and not bench.host_driven else None,
            "step_flop": bench.step_flop if bench else None,
            "weights_sha256": self.weights_sha256,
            "started": started,
            "resumed": self.resumed,
            **seconds,
            "total_s": round(sum(seconds.values()), 6),
            "peak_memory_bytes": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss * (1 if sys.platform == "darwin" else 1024),
            "source_sha256": source_sha256(run.entry),
        }
        return {
            "schema_version": records.SCHEMA_VERSION,
            "run": row,
            "epochs": self.epochs,
            "measures": self.measures,
            "machine": facts,
            "spec": {
                "asked": spec,
                "card": catalogue.card(run.entry),
                "dataset": dataclasses.asdict(datasets.card(run.recipe.dataset, options.data_dir)),
                "measures": [dataclasses.asdict(measure) for measure in importlib.import_module(f"benchmarks.tasks.{run.task}").MEASURES]
                if bench
                else [],
                "layers": describe_layers(model) if trained else [],
            },
            "pictures": self.pictures,
        }
