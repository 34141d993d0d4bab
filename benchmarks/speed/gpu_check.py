"""Checks a GPU in nine minutes: whether all of the suite works there, how exact and how fast it is.

    python -m benchmarks.speed.gpu_check --budget 9m --backend jax

Each stage is a process with a time limit, so a crash or a hang costs that stage alone. Findings are written
at once, one JSON object on each line. On a processor the same stages run with smaller numbers.
"""

import argparse
import contextlib
import functools
import json
import os
import signal
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pynvml

from benchmarks import machine, power
from benchmarks.commands import ceilings as measured_ceilings
from benchmarks.commands.duration import in_seconds
from benchmarks.records import read_record
from benchmarks.spec import BACKENDS

#: The seconds of each stage out of nine minutes. The remaining time is shared in these proportions.
SECONDS = {
    "devices": 25,
    "twice": 45,
    "operations-bitwise": 50,
    "operations-seeded": 50,
    "loops": 50,
    "precision": 30,
    "ceilings": 20,
    "energy": 15,
    "nets": 135,
    "bfloat16": 30,
    "whole": 90,
}
#: Entry and pocket recipe of the nets that are trained for a while. The first is also trained in bfloat16,
#: the last to its end.
NETS = (
    ("lenet5_1998", "digits-relu"),
    ("mlp_mnist_1998", "digits"),
    ("lstm_1997", "adding_30"),
    ("transformer_2017", "date_translation"),
    ("unet_2015", "digit_scenes"),
    ("resnet_cifar_2015", "digits"),
)
#: What the record of a successful run may leave empty.
MAY_BE_EMPTY = {
    "variant",
    "reason",
    "machine_name",
    "start_sha256",
    "price_per_hour",
    "currency",
    "commit",
    "dirty",
    "lock_sha256",
    "environment",
    "peak_memory_bytes",
    "processor_vendor",
    "processor_family",
    "processor_model",
    "processor_stepping",
    "instruction_sets",
    "caches",
}


def say(what: str, value: Any, unit: str = "", **more: Any) -> None:
    """Print one finding as a line of JSON."""
    print(json.dumps({"what": what, "value": value, "unit": unit, **more}), flush=True)


def bring_up(name: str, determinism: str = "bitwise") -> Any:
    """A driver of the backend with its device started."""
    from benchmarks.engine import backend

    backend.prepare(name, "float32", determinism)
    backend.start(name, "float32")
    driver = backend.driver_class(name)(deterministic=determinism == "bitwise")
    driver.start()
    return driver


def devices(options: argparse.Namespace) -> None:
    """The devices. Starting one checks that writing to index 0 works under the deterministic flag."""
    try:
        say("GPUs by NVML", [gpu.name for gpu in machine.by_nvml()])
    except pynvml.NVMLError as error:
        say("GPUs by NVML", str(error))
    say("GPUs by nvidia-smi", [gpu.name for gpu in machine.by_nvidia_smi()])
    for name, value in machine.facts(options.backend).items():
        if value not in ("", None):
            say(name, value)
    say("visible", [gpu.uuid for gpu in machine.visible_gpus(options.backend)])
    began = time.perf_counter()
    driver = bring_up(options.backend)
    say("import and start", round(time.perf_counter() - began, 2), "s")
    say("device", driver.device())
    say("TF32", driver.has_tf32())
    say("index 0", "as written")


def seconds_per_step(program: Any, order: np.ndarray) -> float:
    """Median seconds per step of a program, over at least three rounds and half a second."""
    rounds: list[float] = []
    while len(rounds) < 3 or (sum(rounds) < 0.5 and len(rounds) < 20):
        began = time.perf_counter()
        program(order, len(order))
        rounds.append(time.perf_counter() - began)
    return float(np.median(rounds)) / len(order)


def operations(options: argparse.Namespace, determinism: str) -> None:
    """Milliseconds of the operations that the deterministic flag may slow down, with and without gradient."""
    driver = bring_up(options.backend, determinism)
    import keras
    from keras import ops

    from benchmarks.engine import programs
    from benchmarks.layers.look_up import rows as rows_of
    from benchmarks.layers.resampling.unpooling import max_pool

    gpu = driver.is_gpu()
    count, maps, side, size, rows = (256, 64, 32, 8192, 16) if gpu else (4, 8, 16, 256, 2)
    random = np.random.default_rng(0)
    places = random.integers(0, 1000, count * 64).astype("int32")
    cases: dict[str, tuple[tuple[tuple[int, ...], ...], Callable[..., Any]]] = {
        "max-pool": (((count, side, side, maps),), lambda x: ops.max_pool(x, 2, 2)),
        "max-pool by slices": (((count, side, side, maps),), lambda x: max_pool(x, 2, 2, "valid")[0]),
        "take": (((1000, 128),), lambda table: ops.take(table, places, axis=0)),
        "look_up.rows": (((1000, 128),), lambda table: rows_of(table, places)),
        "convolution": (
            ((count, side, side, maps), (3, 3, maps, maps)),
            lambda x, kernel: ops.conv(x, kernel, padding="same"),
        ),
        "depthwise convolution": (
            ((count, side, side, maps), (3, 3, maps, 1)),
            lambda x, kernel: ops.depthwise_conv(x, kernel, padding="same"),
        ),
        "product": (((size, size), (size, size)), ops.matmul),
    }
    choice = programs.choose(options.backend, gpu, {"convolution"}, 0)
    order = np.zeros((rows, 1), "int32")
    for name, (shapes, operation) in cases.items():
        for backwards in (False, True):
            variables = [keras.Variable(random.normal(size=shape).astype("float32")) for shape in shapes]
            driver.bind(variables)

            # Each step uses what the step before computed, so that the compiler can drop none.
            def step(
                batch: Any,
                variables: Any = variables,
                operation: Any = operation,
                backwards: bool = backwards,
            ) -> dict[str, Any]:
                def compute() -> Any:
                    return ops.mean(ops.square(operation(*(variable.value for variable in variables))))

                if backwards:
                    value, gradients = driver.gradient(compute, variables)
                    for variable, gradient in zip(variables, gradients, strict=True):
                        variable.assign_sub(1e-6 * gradient)
                else:
                    value = compute()
                    variables[0].assign(variables[0].value * (1.0 - 1e-9 * value))
                return {"value": value}

            label = f"{name}{', with gradient' if backwards else ''}"
            try:
                began = time.perf_counter()
                counts = {rows} if choice.constant else ()
                program = driver.training_program(
                    step,
                    {"x": driver.put(np.zeros((1,), "float32"))},
                    rows,
                    1,
                    choice.loop,
                    choice.xla,
                    1,
                    counts,
                )
                compiled = time.perf_counter() - began
                say(
                    label,
                    round(1e3 * seconds_per_step(program, order), 4),
                    "ms",
                    determinism=determinism,
                    compile_s=round(compiled, 2),
                )
            except Exception as error:  # an operation that does not compile must not hide the others
                say(
                    label,
                    None,
                    "ms",
                    determinism=determinism,
                    error=f"{type(error).__name__}: {' '.join(str(error).split())[:300]}",
                )


def loops(options: argparse.Namespace) -> None:
    """Microseconds per step of a small net in each form of program: what the host's part in a loop costs."""
    driver = bring_up(options.backend)
    from benchmarks.engine import seeds
    from benchmarks.rules.backpropagation import Learner
    from benchmarks.rules.protocol import Context
    from benchmarks.spec import Data, Stage
    from benchmarks.speed.keras_models import build
    from benchmarks.speed.workloads import WORKLOADS
    from benchmarks.tasks import classification

    rows = WORKLOADS["mlp"].steps if driver.is_gpu() else 100
    workload = replace(WORKLOADS["mlp"], steps=rows)
    stage = Stage("training", optimizer={"name": "SGD", "learning_rate": 0.01, "momentum": 0.9})
    order = seeds.order(0, 0, workload.examples, workload.batch_size)
    for form, (loop, unroll, counts) in {
        "loop of any length": (True, 1, ()),
        "loop of constant length": (True, 1, {rows}),
        "loop of constant length, four steps in its body": (True, 4, {rows}),
        "step by step": (False, 1, ()),
    }.items():
        seeds.set_global(0)
        learner: Any = Learner(
            Context(build("mlp"), classification.loss, stage, Data({}, {}, {}), driver, rows, 0)
        )
        driver.bind(learner.variables)
        data = {key: driver.put(value) for key, value in workload.data().items()}
        began = time.perf_counter()
        program = driver.training_program(
            learner.step, data, rows, workload.batch_size, loop, True, unroll, counts
        )
        compiled = time.perf_counter() - began
        say(form, round(1e6 * seconds_per_step(program, order), 2), "µs", compile_s=round(compiled, 2))


def precision(options: argparse.Namespace) -> None:
    """The relative error (root mean square) of a matrix product and a convolution in each precision."""
    driver = bring_up(options.backend)
    from keras import ops

    from benchmarks.engine import backend

    random = np.random.default_rng(0)
    left, right = (random.normal(size=(512, 512)).astype("float32") for _ in range(2))
    images, kernel = (
        random.normal(size=(4, 12, 12, 64)).astype("float32"),
        random.normal(size=(3, 3, 64, 32)).astype("float32"),
    )
    wide = images.astype("float64")
    taps = sum(
        wide[:, i : i + 10, j : j + 10] @ kernel[i, j].astype("float64") for i in range(3) for j in range(3)
    )
    exact = {"product": left.astype("float64") @ right.astype("float64"), "convolution": taps}
    for name in ("float32", "tf32", "bfloat16"):
        backend.start(options.backend, name)
        kind = "bfloat16" if name == "bfloat16" else "float32"
        calls = {
            "product": (
                lambda a, b, kind=kind: ops.cast(ops.matmul(ops.cast(a, kind), ops.cast(b, kind)), "float32"),
                left,
                right,
            ),
            "convolution": (
                lambda x, k, kind=kind: ops.cast(ops.conv(ops.cast(x, kind), ops.cast(k, kind)), "float32"),
                images,
                kernel,
            ),
        }
        for what, (call, *arguments) in calls.items():
            driver.bind([])
            computed = np.asarray(driver.function(call)(*arguments), "float64")
            error = float(np.sqrt(np.mean((computed - exact[what]) ** 2) / np.mean(exact[what] ** 2)))
            say(f"{what}, {name}", float(f"{error:.3g}"), "relative error")


def energy(options: argparse.Namespace) -> None:
    """The power that the device draws at rest and in a second of matrix products; its limit and its clock."""
    driver = bring_up(options.backend)
    from keras import ops

    uuids = [gpu.uuid for gpu in machine.visible_gpus(options.backend)[:1]]
    meter = power.Meter(uuids)
    for name, value in power.limits(uuids[0]).items() if uuids else ():
        say(name, value)
    say("power at rest", meter.idle_w(), "W")
    driver.bind([])
    size = 8192 if driver.is_gpu() else 512
    product = driver.function(lambda factor: ops.sum(ops.matmul(factor, factor)))
    factor = driver.put(np.ones((size, size), "float32"))
    np.asarray(product(factor))  # compiles
    meter.start()
    began = time.perf_counter()
    while time.perf_counter() - began < 1:
        np.asarray(product(factor))
    seconds = time.perf_counter() - began
    found = meter.read()
    drawn = found.pop("energy_j")
    say("power in products", None if drawn is None else round(drawn / seconds, 1), "W", **found)
    began = time.perf_counter()
    meter.start()
    say("reading the counter", round(1e6 * (time.perf_counter() - began), 1), "µs")


def ceilings(options: argparse.Namespace) -> None:
    """The machine's ceilings, measured as in the workflow."""
    for name, value in measured_ceilings.ceilings(options.backend).items():
        say(name, float(f"{value:.4g}"), "FLOP/s" if name == "matmul_flops" else "B/s")


def trained(
    options: argparse.Namespace, folder: str, runs: list[dict[str, Any]], *arguments: str
) -> Iterator[Any]:
    """Train these pocket runs as the workflow does, and yield each record as soon as it is written."""
    out = options.out / folder
    out.mkdir(parents=True, exist_ok=True)
    plan = out / "plan.json"
    plan.write_text(json.dumps([{"tier": "pocket", "seed": 0, "execution": 1, **run} for run in runs]))
    command = [
        sys.executable,
        "-m",
        "benchmarks.engine",
        "--job",
        "check",
        "--runs",
        str(plan),
        "--out",
        str(out),
        "--backend",
        options.backend,
    ]
    seen: set[Path] = set()
    with open(out / "engine.log", "w") as log:
        engine = subprocess.Popen([*command, *arguments], stdout=log, stderr=log)
        running = True
        while running:
            time.sleep(0.2)
            running = engine.poll() is None
            for path in sorted(set(out.glob("runs/*/*.json")) - seen):
                seen.add(path)
                yield read_record(path)
    if engine.returncode:
        say("engine", f"exit code {engine.returncode}", error=(out / "engine.log").read_text()[-500:])


def twice(options: argparse.Namespace) -> None:
    """Whether a repeated run ends with the same weights, and what its record leaves empty."""
    runs = [{"entry": "perceptron_1958", "recipe": "digits-simple", "execution": turn} for turn in (1, 2)]
    records = list(trained(options, "twice", runs))
    hashes = {record["run"]["weights_sha256"] for record in records}
    say("equal weights", len(records) == 2 and len(hashes) == 1 and "" not in hashes)
    for record in records[:1]:
        row = {**record["machine"], **record["run"]}
        say(
            "left empty",
            sorted(name for name, value in row.items() if value in ("", None) and name not in MAY_BE_EMPTY),
        )
        for name in (
            "device",
            "accelerators",
            "driver",
            "matmul_precision",
            "steps_per_program",
            "xla",
            "step_flop",
            "device_peak_memory_bytes",
        ):
            say(name, row[name])


def say_speed(record: Any) -> None:
    """Print a run's speed and what it took; `first_leg` is the first leg's time relative to later ones."""
    row, legs = record["run"], record["epochs"]
    steady = [leg for leg in legs if not leg["warm_up"]] or legs
    seconds = sum(leg["train_s"] for leg in steady)
    rate = sum(leg["examples"] for leg in steady) / seconds if seconds else None
    details: dict[str, Any] = {
        name: row[name]
        for name in ("status", "reason", "matmul_precision", "steps_per_program", "device_peak_memory_bytes")
    }
    details |= {
        name: round(row[name] or 0.0, 2)
        for name in ("import_s", "data_s", "compile_s", "train_s", "evaluate_s", "total_s")
    }
    if rate and row["step_flop"]:
        details["flops"] = float(f"{row['step_flop'] * rate / row['batch_size']:.4g}")
    if rate and len(steady) < len(legs):
        details["first_leg"] = round(legs[0]["train_s"] / legs[0]["examples"] * rate, 2)
    elif rate:
        details["warm_up"] = True  # the first leg was the only one
    say(f"{row['entry']} {row['recipe']}", float(f"{rate:.4g}") if rate else None, "examples/s", **details)


def nets(options: argparse.Namespace) -> None:
    """The speed of six nets of different kinds, each trained for a while."""
    runs = [{"entry": entry, "recipe": recipe} for entry, recipe in NETS]
    for record in trained(options, "nets", runs, "--time-limit", f"{0.6 * options.seconds / len(NETS):.1f}"):
        say_speed(record)


def bfloat16(options: argparse.Namespace) -> None:
    """The speed of the first net in bfloat16."""
    entry, recipe = NETS[0]
    limit = f"{options.seconds / 2:.1f}"
    for record in trained(
        options,
        "bfloat16",
        [{"entry": entry, "recipe": recipe}],
        "--precision",
        "bfloat16",
        "--time-limit",
        limit,
    ):
        say_speed(record)


def whole(options: argparse.Namespace) -> None:
    """One recipe from its data to the final test: its speed, memory and test scores."""
    entry, recipe = NETS[-1]
    for record in trained(
        options, "whole", [{"entry": entry, "recipe": recipe}], "--time-limit", f"{0.9 * options.seconds:.1f}"
    ):
        say_speed(record)
        for measure in record["measures"]:
            if measure["split"] == "test":
                say(f"test {measure['measure']}", measure["value"], measure["unit"])


STAGES: dict[str, Callable[[argparse.Namespace], None]] = {
    **{
        stage.__name__: stage
        for stage in (devices, twice, loops, precision, ceilings, energy, nets, bfloat16, whole)
    },
    **{
        f"operations-{each}": functools.partial(operations, determinism=each)
        for each in ("bitwise", "seeded")
    },
}


def lines(command: list[str], limit: float) -> Iterator[dict[str, Any]]:
    """The findings of a stage, as they come; the last one says how the stage ended.

    A stage that reaches its limit, in seconds, is killed with all processes that it started.
    """
    began = time.monotonic()
    with tempfile.TemporaryFile("w+") as errors_file:
        process = subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=errors_file, text=True, start_new_session=True
        )
        assert process.stdout

        def end(*_: object) -> None:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)

        # The alarm kills the stage's whole process group, which closes the pipe that is read below.
        signal.signal(signal.SIGALRM, end)
        signal.setitimer(signal.ITIMER_REAL, limit)
        try:
            for line in process.stdout:
                with contextlib.suppress(ValueError):
                    yield json.loads(line)
            code = process.wait()
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            end()
            process.stdout.close()
            process.wait()
        errors_file.seek(0)
        errors = errors_file.read()
    seconds = round(time.monotonic() - began, 1)
    ended = {0: "done", -signal.SIGKILL: f"ended after its {limit:.0f} s"}.get(
        code, f"failed with exit code {code}"
    )
    yield {
        "what": "stage",
        "value": ended,
        "unit": "",
        "seconds": seconds,
        **({"error": errors[-1000:]} if code else {}),
    }


def table(findings: list[dict[str, Any]]) -> str:
    """All findings as text, one line for each."""
    rows = []
    for row in findings:
        more = "  ".join(
            f"{key}={value}"
            for key, value in row.items()
            if key not in ("stage", "what", "value", "unit") and value not in ("", None)
        )
        rows.append(
            f"{row['stage']:20s} {row['what']:45s} {row['value']} {row['unit']}  {more[:160]}".rstrip()
        )
    return "\n".join(rows)


def main() -> int:
    """The command line. Returns 0 if every stage finished, 1 if not, 2 for a wrong argument."""
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.speed.gpu_check",
        description=__doc__,
        formatter_class=argparse.RawTextHelpFormatter,
    )
    parser.add_argument(
        "--budget", default="9m", help="time limit of all stages together, such as 9m (the default) or 60s"
    )
    parser.add_argument("--backend", choices=BACKENDS, default="jax")
    parser.add_argument(
        "--out", type=Path, help="folder for findings and records (default: a new one in results/gpu-check)"
    )
    parser.add_argument("--only", nargs="+", choices=list(SECONDS), help="only these stages")
    parser.add_argument("--stage", choices=list(SECONDS), help=argparse.SUPPRESS)
    parser.add_argument("--seconds", type=float, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.stage:
        gpus = machine.visible_gpus(options.backend)
        if "CUDA_VISIBLE_DEVICES" not in os.environ and gpus and machine.is_nvidia(gpus[0].uuid):
            os.environ["CUDA_VISIBLE_DEVICES"] = gpus[0].uuid
        STAGES[options.stage](options)
        return 0
    try:
        end = time.monotonic() + in_seconds("--budget", options.budget)
    except ValueError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    out = options.out or Path("results", "gpu-check", time.strftime("%Y%m%dT%H%M%S"))
    out.mkdir(parents=True, exist_ok=True)
    left = [stage for stage in SECONDS if stage in (options.only or SECONDS)]
    findings: list[dict[str, Any]] = []
    with open(out / "findings.jsonl", "a") as file:
        while left:
            remaining = max(end - time.monotonic(), 1.0)
            stage = left[0]
            share = remaining * SECONDS[stage] / sum(SECONDS[each] for each in left)
            # Most stages need less than their share. A stage may take up to twice its share, as long as the
            # others keep at least half of theirs.
            limit = min(2 * share, share + (remaining - share) / 2)
            command = [
                sys.executable,
                "-m",
                "benchmarks.speed.gpu_check",
                "--stage",
                stage,
                "--backend",
                options.backend,
                "--out",
                str(out),
            ]
            for row in lines([*command, "--seconds", str(share)], limit):
                findings.append({"stage": stage, **row})
                print(json.dumps(findings[-1], ensure_ascii=False), file=file, flush=True)
                print(json.dumps(findings[-1], ensure_ascii=False), flush=True)
            left = left[1:]
    print(f"\n{table(findings)}\n\nfindings: {out / 'findings.jsonl'}")
    return 0 if all(row["value"] == "done" for row in findings if row["what"] == "stage") else 1


if __name__ == "__main__":
    sys.exit(main())
