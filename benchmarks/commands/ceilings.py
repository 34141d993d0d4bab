"""Measure the ceilings of this machine: `python -m benchmarks.commands.ceilings --backend X --out FOLDER`.

They are its speeds on matrix products and on copying memory, with which the throughput of runs can be
compared, and the time that any call takes.
"""

import argparse
import functools
import math
import os
import statistics
import sys
import time
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks import cores, disturbance, machine, power, records
from benchmarks.engine import lease
from benchmarks.spec import BACKENDS

REPEATS = 7
#: A timed repeat takes at least this long, so that the clock and the dispatch of operations do not matter.
REPEAT_S = 0.05
#: After this time, three repeats are enough, in order not to delay a busy or slow machine.
PATIENCE_S = 0.5
COPY_FLOATS = 1 << 25
LAUNCHES = 200


def ceilings(backend: str) -> dict[str, float | None]:
    """Measured ceilings: speeds of matrix products [FLOP/s] and of copying [B/s], and `launch_s` [s].

    `matmul_flops` is the speed of a float32 matrix product, `bfloat16_flops` and, where the device has it,
    `tf32_flops` that in other precisions; `bandwidth` that of copying memory, which counts bytes read and
    written; `host_to_device`, on an accelerator, that of bringing an array there. `launch_s` is the time of a
    compiled program that adds two numbers, from its call until the sum is on the host. All are measured on
    the backend's default device, brought up as for a run, with the flags for bitwise repeatability. They are
    medians of repeats after a warm-up, which await the device. The matrices are doubled until a product takes
    long enough to fill the device.
    """
    from benchmarks.engine import backend as bring_up

    bring_up.prepare(backend, "float32")
    bring_up.start(backend, "float32")
    driver = bring_up.driver_class(backend)()
    driver.start()
    import keras

    ops = keras.ops
    products: dict[str, float | None] = {
        "matmul_flops": _product("float32"),
        "bfloat16_flops": _product("bfloat16"),
    }
    negate = ops.negative
    if backend == "jax":
        # On a CPU, JAX would spend most of the time on allocating memory for every result.
        import jax

        negate = jax.jit(ops.negative, donate_argnums=0)
    source = keras.random.uniform((COPY_FLOATS // 1024, 1024), dtype="float32", seed=0)
    bandwidth = 2 * 4 * COPY_FLOATS / _seconds(negate, source, ops.convert_to_numpy)
    on_host = np.zeros(COPY_FLOATS, "float32")
    add = driver.function(lambda x: x + x)
    one = driver.put(np.ones(1, "float32"))
    launch_s = statistics.median(timed(lambda: ops.convert_to_numpy(add(one))) for _ in range(LAUNCHES))
    host_to_device = None
    if driver.is_gpu():
        arrive = [timed(lambda: ops.convert_to_numpy(driver.put(on_host)[:1])) for _ in range(REPEATS + 1)]
        host_to_device = on_host.nbytes / statistics.median(arrive[1:])
    products["tf32_flops"] = None
    if driver.has_tf32():
        bring_up.start(backend, "tf32")
        products["tf32_flops"] = _product("float32")
    return {**products, "bandwidth": bandwidth, "host_to_device": host_to_device, "launch_s": launch_s}


def _product(dtype: str) -> float:
    """Operations a second of a square matrix product in this dtype, with the present rounding of factors."""
    import keras

    ops = keras.ops
    size = 512
    while True:
        # Rows that add up to about 1 keep product after product in range.
        left = ops.cast(keras.random.uniform((size, size), maxval=2 / size, dtype="float32", seed=0), dtype)
        seconds = _seconds(functools.partial(ops.matmul, left), left, ops.convert_to_numpy)
        if seconds >= REPEAT_S / 5 or size == 16384:
            return 2 * size**3 / seconds
        size *= 2


def timed(call: Callable[[], Any]) -> float:
    """The seconds that a call takes."""
    began = time.perf_counter()
    call()
    return time.perf_counter() - began


def _seconds(operation: Callable[[Any], Any], value: Any, to_numpy: Callable[[Any], Any]) -> float:
    """Median seconds of one call over repeats of several calls, after a warm-up.

    Each call takes the result of the call before.
    """

    def timed(calls: int) -> float:
        nonlocal value
        began = time.perf_counter()
        for _ in range(calls):
            value = operation(value)
        # A device works in order: once one element is on the host, everything is done.
        to_numpy(value[:1, :1])
        return (time.perf_counter() - began) / calls

    for _ in range(2):
        timed(1)
    calls = math.ceil(REPEAT_S / max(timed(1), 1e-6))
    repeats: list[float] = []
    deadline = time.perf_counter() + PATIENCE_S
    while len(repeats) < 3 or (len(repeats) < REPEATS and time.perf_counter() < deadline):
        repeats.append(timed(calls))
    return statistics.median(repeats)


def stem(backend: str, row: dict[str, Any]) -> str:
    """How the names of files of a machine's ceilings begin; `row` is what `machine.facts` says of it."""
    return "-".join([backend, row["machine_id"], row["software_id"]])


def main(arguments: list[str] | None = None) -> int:
    """Measure the ceilings of this machine, those of one device, and write them, with its ids, as JSON.

    With --once, nothing is done where the folder has those of this machine with this backend.
    """
    parser = argparse.ArgumentParser(
        prog="python -m benchmarks.commands.ceilings", description=(main.__doc__ or "").split("\n")[0]
    )
    parser.add_argument("--backend", choices=BACKENDS, default="tensorflow")
    parser.add_argument("--devices", type=int, default=1, help="devices that share a batch in the runs here")
    parser.add_argument("--once", action="store_true", help="unless they are known for this machine")
    parser.add_argument("--out", type=Path, required=True, help="the folder for the JSON file")
    options = parser.parse_args(arguments)
    row = machine.facts(options.backend, options.devices)
    name = stem(options.backend, row)
    lease.ceilings(name, print)  # of jobs that begin together, one measures and the others find what it found
    if options.once and any(options.out.glob(f"{name}-*.json")):
        return 0
    gpus = machine.visible_gpus(options.backend)
    if gpus and machine.is_nvidia(gpus[0].uuid):
        # The first GPU that the row names; CUDA may number GPUs differently.
        os.environ["CUDA_VISIBLE_DEVICES"] = gpus[0].uuid
    meter = disturbance.Meter()
    try:
        measured = ceilings(options.backend)
    except ImportError as error:
        print(error, file=sys.stderr)
        return 1
    load = meter.read()
    ceiling = {
        **{name: row[name] for name in ("machine_id", "software_id")},
        "measured": datetime.now(UTC).strftime("%Y-%m-%dT%H:%M:%SZ"),
        "threads": len(cores.usable()),
        **measured,
        **(power.limits(gpus[0].uuid) if gpus else {"power_limit_w": None, "clock_hz": None}),
        **{name: load[name] for name in ("other_cores", "stolen_cores")},
    }
    ceiling_id = records.ceiling_id(ceiling)
    records.write_json_atomic(
        {"ceiling_id": ceiling_id, **ceiling}, options.out / f"{name}-{ceiling_id}.json"
    )
    print(
        f"{row['accelerators'] or row['processor']}: {measured['matmul_flops']:.3g} FLOP/s, "
        f"{measured['bandwidth']:.3g} B/s"
    )
    return 0


if __name__ == "__main__":
    sys.exit(main())
