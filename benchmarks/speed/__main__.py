"""Time the engine and the alternatives, in turn round by round, and print medians and ratios.

Each contender has a process, since a process can hold one Keras backend; the parent
lets them train one round each, in turn, so that all meet the same weather on a shared machine.
"""

import argparse
import csv
import importlib.util
import io
import multiprocessing
import statistics
import sys
from pathlib import Path
from typing import Any

from benchmarks.catalogue import nearest
from benchmarks.records import write_bytes_atomic
from benchmarks.speed.workers import CONTENDERS, NEEDS, PRECISIONS, serve
from benchmarks.speed.workloads import WORKLOADS, Workload

#: The targets: contender, rival, the least ratio of their speeds, and for which workloads.
WANTED = (
    ("engine on JAX", "JAX by hand", 0.95, tuple(WORKLOADS)),
    ("engine on TensorFlow", "Keras fit, defaults", 5.0, ("mlp",)),
    ("engine on TensorFlow", "Keras fit, best", 1.0, tuple(WORKLOADS)),
    ("engine, measured", "engine on TensorFlow", 0.98, tuple(WORKLOADS)),
)


def time_workload(
    workload: Workload, contenders: list[str], rounds: int, precision: str
) -> dict[str, list[float]]:
    """Examples a second of each contender in each round, taken in turn."""
    context = multiprocessing.get_context("spawn")
    pipes: dict[str, Any] = {}
    children = []
    speeds: dict[str, list[float]] = {}
    for name in contenders:
        pipe, end = context.Pipe()
        child = context.Process(target=serve, args=(name, workload, precision, end), daemon=True)
        child.start()
        end.close()
        children.append(child)
        print(f"  {workload.name}: preparing {name}", file=sys.stderr, flush=True)
        answer = pipe.recv()
        if answer != "ready":
            raise SystemExit(f"error: {name} cannot train {workload.name}: {answer}")
        pipes[name], speeds[name] = pipe, []
    for turn in range(rounds):
        print(f"  {workload.name}: round {turn + 1} of {rounds}", file=sys.stderr, flush=True)
        # Forwards and backwards, so that no contender always runs after the same neighbour.
        for name in contenders if turn % 2 == 0 else contenders[::-1]:
            pipes[name].send("go")
            seconds = pipes[name].recv()
            if isinstance(seconds, str):
                raise SystemExit(f"error: {name} failed on {workload.name}: {seconds}")
            speeds[name].append(workload.examples / seconds)
    for pipe in pipes.values():
        pipe.close()
    for child in children:
        child.join(timeout=10)
        child.terminate()
    return speeds


def ratio(speeds: dict[str, list[float]], contender: str, rival: str) -> float:
    """The median over rounds of `one` relative to `other` in the same round."""
    return statistics.median(a / b for a, b in zip(speeds[contender], speeds[rival], strict=True))


def table(results: dict[str, dict[str, list[float]]], contenders: list[str], precision: str) -> str:
    """Medians in examples a second, and ratios to Keras' defaults, as text."""
    lines = [f"all contenders compute in {precision}"]
    for workload, speeds in results.items():
        lines.append(f"{workload} (batch {WORKLOADS[workload].batch_size})")
        for name in contenders:
            values = speeds[name]
            relative = (
                f"  {ratio(speeds, name, 'Keras fit, defaults'):6.2f} x Keras' defaults"
                if "Keras fit, defaults" in speeds
                else ""
            )
            lines.append(
                f"  {name:22s} {statistics.median(values):12,.1f} examples/s"
                f"  ({min(values):,.1f} to {max(values):,.1f}){relative}"
            )
    lines.append("")
    for contender, rival, least, workloads in WANTED:
        for workload in workloads:
            if workload in results and contender in results[workload] and rival in results[workload]:
                reached = ratio(results[workload], contender, rival)
                lines.append(
                    f"{'reached' if reached >= least else 'MISSED '}  {workload:12s} {contender} / {rival}:"
                    f" {reached:.2f} (wanted {least})"
                )
    for workload, speeds in results.items():
        for ours in ("engine on TensorFlow", "engine on JAX"):
            for theirs in ("PyTorch", "PyTorch, best"):
                if ours in speeds and theirs in speeds:
                    reached = ratio(speeds, ours, theirs)
                    lines.append(f"note     {workload:12s} {ours} / {theirs}: {reached:.2f}")
    return "\n".join(lines)


def rows(results: dict[str, dict[str, list[float]]], precision: str) -> bytes:
    """The raw samples as CSV: model, contender, backend, precision, round, examples_per_s."""
    out = io.StringIO()
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(["model", "contender", "backend", "precision", "round", "examples_per_s"])
    for workload, speeds in results.items():
        for name, values in speeds.items():
            backend = CONTENDERS[name][0] or NEEDS[name]
            writer.writerows(
                [workload, name, backend, precision, index, repr(value)] for index, value in enumerate(values)
            )
    return out.getvalue().encode()


def chosen(names: list[str] | None, valid: list[str], what: str) -> list[str]:
    """The names asked for, all by default. Raises SystemExit for an unknown one."""
    for name in names or []:
        if name not in valid:
            raise SystemExit(f"error: unknown {what} {name!r}: {nearest(name, valid)}")
    return [name for name in valid if not names or name in names]


def main() -> None:
    """Run, print, save."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.speed", description=__doc__)
    parser.add_argument("--models", nargs="+", help=f"which of {', '.join(WORKLOADS)} (default: all)")
    parser.add_argument(
        "--contenders",
        nargs="+",
        help=f"which of {', '.join(map(repr, CONTENDERS))} (default: all that are installed)",
    )
    parser.add_argument(
        "--precision",
        default=PRECISIONS[0],
        help=f"one of {', '.join(PRECISIONS)}, for all contenders alike (default: {PRECISIONS[0]})",
    )
    parser.add_argument("--rounds", type=int, default=7, help="rounds of each contender (default: 7)")
    parser.add_argument(
        "--out",
        type=Path,
        default=Path("results/speed.csv"),
        help="where the raw samples go (default: results/speed.csv)",
    )
    arguments = parser.parse_args()
    models = chosen(arguments.models, list(WORKLOADS), "model")
    contenders = chosen(arguments.contenders, list(CONTENDERS), "contender")
    (precision,) = chosen([arguments.precision], list(PRECISIONS), "precision")
    for name in [
        name for name in contenders if name in NEEDS and importlib.util.find_spec(NEEDS[name]) is None
    ]:
        print(f"without {name}: {NEEDS[name]} is not installed", file=sys.stderr)
        contenders.remove(name)
    results = {}
    for model in models:
        results[model] = time_workload(WORKLOADS[model], contenders, arguments.rounds, precision)
        write_bytes_atomic(rows(results, precision), arguments.out)
    print(table(results, contenders, precision))
    print(f"\nraw samples: {arguments.out}")


if __name__ == "__main__":
    main()
