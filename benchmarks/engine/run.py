"""Trains one recipe of one entry with several seeds, and records each run."""

import errno
import functools
import math
import time
from collections.abc import Callable, Iterator, Mapping
from datetime import UTC, datetime
from typing import Any

from benchmarks import catalogue, disturbance, machine, power, records
from benchmarks.engine import backend, checkpoints, legs, memory, outcome, seeds, start
from benchmarks.engine.clock import Clock
from benchmarks.engine.outcome import Outcome
from benchmarks.engine.runs import Options, Run, execution_key
from benchmarks.engine.workbench import Workbench, WrongDevice
from benchmarks.measures import CRITERION
from benchmarks.sources import source_sha256

#: The least number of seconds between two lines of progress.
PROGRESS_S = 5.0


class Diverged(Exception):
    """The loss became infinite or not a number."""


class TimeIsUp(Exception):
    """The run's time limit has passed."""


def run_recipe(
    runs: list[Run], options: Options, import_s: float, progress: Callable[[str], None]
) -> Iterator[dict[str, Any]]:
    """Train runs of one entry and recipe; yields the record of each as it ends."""
    bench: Workbench | None = None
    device = power.Meter([gpu.uuid for gpu in machine.visible_gpus(options.backend)[: options.devices]])
    idle_w: float | None = None
    for run in runs:
        clock = Clock({"import": import_s})
        import_s = 0.0
        memory.reset_peak_memory()
        if bench is not None:
            bench.driver.reset_peak_memory()
        started = datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ")
        seed = seeds.derive(run.entry.id, run.recipe.dataset, run.seed)
        trainer = Trainer(run, options, clock, seed, started, progress, device)
        left = trainer.outcome
        try:
            if bench is None:
                bench = Workbench(run.entry, run.recipe, options, clock, seed)
                clock.stop()
                idle_w = device.idle_w()
            left.idle_w = idle_w
            trainer.train(bench)
        except Diverged as error:
            left.status, left.reason = "diverged", str(error)
        except TimeIsUp as error:
            left.status, left.reason = "timeout", str(error)
        except Exception as error:
            if not _is_of_the_run(error, options):
                raise
            out_of_memory = backend.driver_class(options.backend).ran_out_of_memory(error)
            left.status = "oom" if out_of_memory else "error"
            left.reason = records.clean_text(f"{type(error).__name__}: {' '.join(str(error).split())}", 500)
            _show_traceback(progress)
        clock.stop()
        because = f": {left.reason}" if left.reason else ""
        progress(f"{run.label}: {left.status} after {clock.total:.1f} s{because}")
        left.seconds = clock.seconds
        left.peak_memory_bytes = memory.peak_memory()
        left.trained = bench.trained() if bench else None
        yield outcome.record(run, options, left)


def _is_of_the_run(error: Exception, options: Options) -> bool:
    """Whether an error is the run's own, which is recorded, or one of the infrastructure, which ends the job.

    Faults of the infrastructure are the wrong device, a full disk, a broken pipe, and a folder of results
    that cannot be written.
    """
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
    """The course of one run: stages of legs, with evaluations, clocks and checkpoints between the legs."""

    def __init__(
        self,
        run: Run,
        options: Options,
        clock: Clock,
        seed: int,
        started: str,
        progress: Callable[[str], None],
        device: power.Meter,
    ) -> None:
        self.run, self.options, self.clock = run, options, clock
        self.seed, self.progress, self.device = seed, progress, device
        self.outcome = Outcome(started, source_sha256(run.entry, run.recipe, options.backend))
        self.checkpoint = checkpoints.path(options.checkpoint_dir, execution_key(run, options))
        self.epochs = catalogue.epochs(run.recipe)
        self.meter = disturbance.Meter()
        self.saved = self.reported = 0.0

    def train(self, bench: Workbench) -> None:
        """From the start, or from the checkpoint, to the final evaluation."""
        recipe, left = self.run.recipe, self.outcome
        self.clock.start("compile")
        bench.reset(self.seed, self.clock)
        self.clock.start("checkpoint")
        resumed = self._resume(bench)
        self._start(bench, resumed)
        self.meter = disturbance.Meter()
        self.saved = self.reported = time.monotonic()
        for number in range(bench.current, len(bench.stages)):
            inside = resumed and number == bench.current
            if inside and left.epoch == bench.ends[number]:
                continue  # the checkpoint was the stage's last
            bench.begin(number, self.clock, resumed=inside)
            self._train_stage(bench, number)
        self.clock.start("evaluate")
        if not bench.finite():
            raise Diverged(f"weights are not finite after epoch {left.epoch}")
        if recipe.criterion is not None and recipe.train_on == "train" and not self._criterion_noted():
            self._add_criterion(None)
        self._add_measures(bench, "test", bench.evaluate("test"), None)
        self._add_measures(bench, "test", bench.evaluate_further(), None)
        left.weights_sha256 = bench.weights_sha256()
        if self.run.keep_weights:
            start.keep(self.run, self.options, bench.weights(), left.weights_sha256)
        if self.run.entry.pictures is not None:
            pictures = self.run.entry.pictures(bench.model, bench.data, bench.predict)
            left.pictures = {name: records.encode_picture(picture) for name, picture in pictures.items()}

    def _start(self, bench: Workbench, resumed: bool) -> None:
        """Take over the weights of the run that this one starts from, if there is one."""
        given = start.of_parent(self.run, self.options, self.progress)
        if given is None:
            return
        weights, self.outcome.start_sha256 = given
        if not resumed:
            count = bench.start_from(weights)
            self.progress(f"{self.run.label}: starts from {self.run.recipe.starts_from}, {count} weights")

    def _train_stage(self, bench: Workbench, number: int) -> None:
        """Train the rest of a stage, leg by leg."""
        left, ready, end = self.outcome, bench.stages[number], bench.ends[number]
        stage = ready.stage
        warm_up = True
        began, first_epoch = time.monotonic(), left.epoch
        while left.epoch < end and not self._has_succeeded():
            last = min(left.epoch + ready.leg, end)
            train = functools.partial(bench.train_leg, left.epoch, last)
            (steps, examples, logs), train_s, read = legs.measured(train, self.clock, self.device, self.meter)
            left.epoch = last
            leg = {
                "epoch": last,
                "stage": stage.name,
                "steps": steps,
                "examples": examples,
                "train_s": train_s,
                "warm_up": warm_up,
            }
            left.epochs.append({**leg, **read})
            warm_up = False
            self._add_measures(bench, "train", logs, last)
            bad = [name for name, value in logs.items() if not math.isfinite(value)]
            if bad:
                raise Diverged(f"{bad[0]} is {logs[bad[0]]} in epoch {last}")
            scores = self._score(bench, last)
            if stage.test_at_end and last == end:
                self._add_measures(bench, "test", bench.evaluate("test"), last)
            self.clock.start("checkpoint")
            now = time.monotonic()
            if last < self.epochs and now - self.saved >= self.options.checkpoint_s:
                self._save(bench)
                self.saved = now
            if now - self.reported >= PROGRESS_S or last == self.epochs:
                rest = (now - began) / (last - first_epoch) * (self.epochs - last)
                self._report(stage.name, {**logs, **{f"validation {n}": v for n, v in scores.items()}}, rest)
                self.reported = now
            limit = self.options.time_limit_s
            late = limit is not None and self.clock.total > limit
            if late and last < self.epochs and not self._has_succeeded():
                self._save(bench)
                raise TimeIsUp(
                    f"{self.clock.total:.0f} s have passed after epoch {last} of {self.epochs};"
                    f" the limit is {limit:g} s"
                )

    def _score(self, bench: Workbench, epoch: int) -> dict[str, float]:
        """Record the scores on the validation split, if there is one and the stage asks for them."""
        stage = bench.stages[bench.current].stage
        if self.run.recipe.train_on != "train" or stage.evaluate_every is None:
            return {}
        scores = bench.evaluate("validation")
        self._add_measures(bench, "validation", scores, epoch)
        self._note_criterion(bench, scores, epoch)
        return scores

    def _report(self, stage: str, values: Mapping[str, float], left_s: float) -> None:
        """A line of progress."""
        where = f"{stage}, " if stage else ""
        shown = "".join(f"{name} {value:.4g}, " for name, value in values.items())
        disturbed = f"; {self.device.disturbance}" if self.device.disturbance else ""
        self.progress(
            f"{self.run.label}: {where}epoch {self.outcome.epoch}/{self.epochs}, {shown}{left_s:.0f} s left"
            f"{disturbed}"
        )

    def _add_measures(
        self, bench: Workbench, split: str, values: Mapping[str, float], epoch: int | None
    ) -> None:
        units = {measure.name: measure.unit for measure in bench.measures}
        for name, value in values.items():
            finite = float(value) if math.isfinite(value) else None
            self.outcome.measures.append(
                {
                    "epoch": epoch,
                    "split": split,
                    "measure": name,
                    "value": finite,
                    "unit": units.get(name, ""),
                }
            )

    def _has_succeeded(self) -> bool:
        """Whether the recipe stops at its criterion, and the net has reached it."""
        return self.run.recipe.stops_at_criterion and self._criterion_noted()

    def _criterion_noted(self) -> bool:
        return any(row["measure"] == CRITERION.name for row in self.outcome.measures)

    def _note_criterion(self, bench: Workbench, scores: Mapping[str, float], epoch: int) -> None:
        """Record the first epoch at which the recipe's criterion is reached."""
        if self.run.recipe.criterion is None or self._criterion_noted():
            return
        name, value = self.run.recipe.criterion
        lower = next(measure.direction for measure in bench.measures if measure.name == name) == "lower"
        if scores[name] <= value if lower else scores[name] >= value:
            self._add_criterion(float(epoch))

    def _add_criterion(self, epochs: float | None) -> None:
        self.outcome.measures.append(
            {
                "epoch": None,
                "split": "validation",
                "measure": CRITERION.name,
                "value": epochs,
                "unit": CRITERION.unit,
            }
        )

    def _save(self, bench: Workbench) -> None:
        left = self.outcome
        history = {
            "stage": bench.current,
            "epoch": left.epoch,
            "resumed": left.resumed,
            "epochs": left.epochs,
            "measures": left.measures,
            "source": left.source_sha256,
            "seconds": self.clock.seconds,
        }
        checkpoints.save(self.checkpoint, bench.driver.read(), bench.host_state(), history)

    def _resume(self, bench: Workbench) -> bool:
        """Continue from the checkpoint of this run and source. Returns whether there is one."""
        left = self.outcome
        checkpoint = checkpoints.load(self.checkpoint, self.progress)
        if checkpoint is None or checkpoint[2]["source"] != left.source_sha256:
            return False
        state, host, history = checkpoint
        if [value.shape for value in state] != [tuple(variable.shape) for variable in bench.driver.variables]:
            checkpoints.set_aside(self.checkpoint, "holds other variables than this run's", self.progress)
            return False
        bench.driver.write(state)
        bench.set_host_state(history["stage"], host)
        left.epoch, left.epochs, left.measures = history["epoch"], history["epochs"], history["measures"]
        left.resumed = history["resumed"] + 1
        for name, seconds in history["seconds"].items():
            self.clock.seconds[name] += seconds
        self.progress(f"{self.run.label}: resumed after epoch {left.epoch}")
        return True
