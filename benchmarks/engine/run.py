"""Trains one recipe of one entry, seed after seed, and records each run."""

import dataclasses
import errno
import importlib
import math
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

import numpy as np

from benchmarks import catalogue, datasets, disturbance, machine, records
from benchmarks.engine import backend, checkpoints, memory, provenance, seeds
from benchmarks.engine.clock import Clock
from benchmarks.engine.identity import Options, Run, asked, execution_key, run_id
from benchmarks.engine.workbench import Workbench, WrongDevice
from benchmarks.sources import source_sha256

#: The measure that says after how many epochs a recipe's criterion was reached.
CRITERION = "epochs_to_criterion"


class Diverged(Exception):
    """The loss is no longer a number."""


class TimeIsUp(Exception):
    """The run's time limit has passed."""


def run_recipe(
    runs: list[Run], options: Options, import_s: float, progress: Callable[[str], None]
) -> Iterator[dict[str, Any]]:
    """Train the runs, which share entry and recipe and differ by seed; yields the record of each as it ends."""
    bench: Workbench | None = None
    for run in runs:
        clock = Clock({"import": import_s})
        import_s = 0.0
        memory.reset_peak_memory()
        if bench is not None:
            bench.driver.reset_peak_memory()
        started = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        seed = seeds.derive(run.entry.id, run.recipe.dataset, run.seed)
        trainer = Trainer(run, options, clock, seed, progress)
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
            if not _is_of_the_run(error, options):
                raise
            status = "oom" if backend.driver_class(options.backend).ran_out_of_memory(error) else "error"
            reason = records.text(f"{type(error).__name__}: {' '.join(str(error).split())}", limit=500)
            _show_traceback(progress)
        clock.stop()
        progress(f"{run.label}: {status} after {clock.total:.1f} s{': ' + reason if reason else ''}")
        yield trainer.record(bench, status, reason, started)


def _is_of_the_run(error: Exception, options: Options) -> bool:
    """Another device, a full disk, a broken pipe or a folder of ours that cannot be written to is a fault of the infrastructure, and ends the job."""
    if isinstance(error, WrongDevice):
        return False
    if not isinstance(error, OSError):
        return True
    ours = any(
        str(error.filename).startswith(str(folder)) for folder in (options.out, options.checkpoint_dir)
    )
    denied = error.errno in (errno.EACCES, errno.EPERM)
    return not (error.errno in (errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EPIPE) or (denied and ours))


def _show_traceback(progress: Callable[[str], None]) -> None:
    import traceback

    progress(traceback.format_exc().rstrip())


class Trainer:
    """The course of one run: legs of training between evaluations, with clocks, checkpoints and progress."""

    def __init__(
        self, run: Run, options: Options, clock: Clock, seed: int, progress: Callable[[str], None]
    ) -> None:
        self.run, self.options, self.clock, self.seed, self.progress = run, options, clock, seed, progress
        self.source = source_sha256(run.entry, run.recipe, options.backend)
        self.checkpoint = checkpoints.path(options.checkpoint_dir, execution_key(run, options))
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
        warm_up, meter = True, disturbance.Meter()
        saved = reported = time.monotonic()
        began, first_epoch = saved, self.epoch
        while self.epoch < recipe.epochs:
            last = min(self.epoch + bench.leg, recipe.epochs)
            self.clock.start("train")
            steps, examples, logs = bench.train_leg(self.epoch, last, self.seed)
            train_s = self.clock.start("evaluate")
            self.epoch = last
            leg = {
                "epoch": last,
                "steps": steps,
                "examples": examples,
                "train_s": train_s,
                "warm_up": warm_up,
            }
            self.epochs.append({**leg, **meter.read()})
            warm_up = False
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
                shown = ", ".join(
                    f"{name} {value:.4g}"
                    for name, value in [*logs.items(), *((f"validation {n}", v) for n, v in scores.items())]
                )
                self.progress(f"{self.run.label}: epoch {last}/{recipe.epochs}, {shown}, {left:.0f} s left")
                reported = now
            limit = self.options.time_limit_s
            if limit is not None and self.clock.total > limit and last < recipe.epochs:
                self._save(bench)
                raise TimeIsUp(
                    f"{self.clock.total:.0f} s have passed after epoch {last} of {recipe.epochs}; the limit is {limit:g} s"
                )
        self.clock.start("evaluate")
        if not bench.finite():
            raise Diverged(f"weights are not finite after epoch {self.epoch}")
        if (
            recipe.criterion is not None
            and recipe.train_on == "train"
            and not any(row["measure"] == CRITERION for row in self.measures)
        ):
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
            self.measures.append(
                {
                    "epoch": epoch,
                    "split": split,
                    "measure": name,
                    "value": finite,
                    "unit": units.get(name, ""),
                }
            )

    def _note_criterion(self, bench: Workbench, scores: Mapping[str, float], epoch: int) -> None:
        """Record the first epoch at which the recipe's criterion is reached."""
        if self.run.recipe.criterion is None or any(row["measure"] == CRITERION for row in self.measures):
            return
        name, value = self.run.recipe.criterion
        lower = next(measure.direction for measure in bench.task.MEASURES if measure.name == name) == "lower"
        if scores[name] <= value if lower else scores[name] >= value:
            self._add_criterion(float(epoch))

    def _add_criterion(self, epochs: float | None) -> None:
        self.measures.append(
            {"epoch": None, "split": "validation", "measure": CRITERION, "value": epochs, "unit": "epochs"}
        )

    def _save(self, bench: Workbench) -> None:
        host = bench.learner.host_state() if bench.host_driven else {}
        history = {
            "epoch": self.epoch,
            "resumed": self.resumed,
            "epochs": self.epochs,
            "measures": self.measures,
            "source": self.source,
            "seconds": self.clock.seconds,
        }
        checkpoints.save(self.checkpoint, bench.driver.read(), host, history)

    def _resume(self, bench: Workbench) -> None:
        found = checkpoints.load(self.checkpoint, self.progress)
        if found is None or found[2]["source"] != self.source:
            return
        state, host, history = found
        if [value.shape for value in state] != [tuple(variable.shape) for variable in bench.driver.variables]:
            checkpoints.set_aside(self.checkpoint, "holds other variables than this run's", self.progress)
            return
        bench.driver.write(state)
        if bench.host_driven:
            bench.learner.set_host_state(host)
        self.epoch, self.epochs, self.measures = history["epoch"], history["epochs"], history["measures"]
        self.resumed = history["resumed"] + 1
        for name, seconds in history["seconds"].items():
            self.clock.seconds[name] += seconds
        self.progress(f"{self.run.label}: resumed after epoch {self.epoch}")

    def record(self, bench: Workbench | None, status: str, reason: str, started: str) -> dict[str, Any]:
        """The run's record, in the schema of `benchmarks.records`."""
        run, options = self.run, self.options
        facts = machine.facts(options.backend)
        spec = asked(run, options)
        model = bench.learner_model if bench else None
        trained = model is not None
        seconds = {f"{name}_s": round(value, 6) for name, value in self.clock.seconds.items()}
        row = {
            "run_id": run_id(run, options),
            "spec_hash": records.spec_hash(spec),
            "seed": run.seed,
            "machine_id": facts["machine_id"],
            "software_id": facts["software_id"],
            "machine_name": options.machine_name,
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
            "matmul_precision": backend.matmul_precision(options.backend, options.precision) if bench else "",
            "device": bench.driver.device() if bench else "",
            "threads": options.threads,
            "status": status,
            "reason": reason,
            "parameters": sum(math.prod(weight.shape) for weight in model.trainable_variables)
            if model is not None
            else None,
            "epochs": self.epoch if trained else None,
            "steps": sum(leg["steps"] for leg in self.epochs) if trained else None,
            "examples": sum(leg["examples"] for leg in self.epochs) if trained else None,
            "batch_size": run.recipe.batch_size if trained and run.recipe.epochs else None,
            "steps_per_program": (bench.rows if bench.choice.loop else 1)
            if bench and run.recipe.epochs and not bench.host_driven
            else None,
            "xla": bench.choice.xla if bench and run.recipe.epochs and not bench.host_driven else None,
            "step_flop": bench.step_flop if bench else None,
            "weights_sha256": self.weights_sha256,
            "started": started,
            "resumed": self.resumed,
            **seconds,
            "total_s": round(sum(seconds.values()), 6),
            "peak_memory_bytes": memory.peak_memory(),
            "device_peak_memory_bytes": bench.driver.peak_memory() if bench else None,
            "source_sha256": self.source,
            **provenance.facts(),
            "command": provenance.command(run, options),
            "price_per_hour": options.price_per_hour,
            "currency": options.currency if options.price_per_hour is not None else "",
        }
        record = {
            "schema_version": records.SCHEMA_VERSION,
            "run": row,
            "epochs": self.epochs,
            "measures": self.measures,
            "machine": facts,
            "spec": {
                "asked": spec,
                "card": catalogue.card(run.entry),
                "dataset": dataclasses.asdict(datasets.card(run.recipe.dataset, options.data_dir)),
                "measures": [
                    dataclasses.asdict(measure)
                    for measure in importlib.import_module(f"benchmarks.tasks.{run.task}").MEASURES
                ]
                if bench
                else [],
                "layers": describe_layers(model) if trained else [],
            },
            "pictures": self.pictures,
        }
        return records.identified(record)


def describe_layers(model: Any) -> list[dict[str, Any]]:
    """The model's layers for the architecture diagram: name, kind, output shape, trainable parameters."""
    rows = []
    for layer in getattr(model, "layers", None) or [model]:
        try:
            shape = str(tuple(layer.output.shape)[1:])
        except (AttributeError, ValueError):
            shape = ""
        parameters = sum(int(np.prod(weight.shape)) for weight in layer.trainable_variables)
        rows.append(
            {"name": layer.name, "kind": type(layer).__name__, "shape": shape, "parameters": parameters}
        )
    return rows
