"""The check of a GPU, rehearsed on the processor: its findings, and stages that hang or crash."""

import importlib.util
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from benchmarks.speed import gpu_check

ROOT = Path(__file__).parents[2]
FIRST = """
import json, os, sys, subprocess
print(json.dumps({"what": "first", "value": 1, "unit": ""}), flush=True)
"""


def test_a_stage_that_hangs_is_ended_with_all_that_it_started() -> None:
    hang = """
child = subprocess.Popen(["sleep", "600"])
print(json.dumps({"what": "child", "value": child.pid}), flush=True)
child.wait()
"""
    finding, child, last = gpu_check.lines([sys.executable, "-c", FIRST + hang], 3.0)
    assert finding["value"] == 1, "earlier findings stand"
    assert last["what"] == "stage" and last["value"] == "ended after its 3 s"
    for _ in range(50):
        if (
            not Path(f"/proc/{child['value']}/cmdline").exists()
            or not Path(f"/proc/{child['value']}/cmdline").read_bytes()
        ):
            break
        time.sleep(0.1)
    else:
        pytest.fail("what the stage started is still there")


def test_a_stage_that_crashes_says_how() -> None:
    finding, last = gpu_check.lines(
        [sys.executable, "-c", FIRST + "print('no such kernel', file=sys.stderr, flush=True); os.abort()"],
        60.0,
    )
    assert finding["what"] == "first"
    assert (last["value"], last["error"]) == ("failed with exit code -6", "no such kernel\n")


@pytest.mark.slow
def test_a_rehearsal_on_the_processor_finds_the_errors_of_each_precision(tmp_path: Path) -> None:
    if not importlib.util.find_spec("jax"):
        pytest.skip("jax is not installed")
    command = [
        sys.executable,
        "-m",
        "benchmarks.speed.gpu_check",
        "--budget",
        "5m",
        "--only",
        "devices",
        "twice",
        "precision",
        "energy",
        "--out",
        str(tmp_path),
    ]
    done = subprocess.run(
        command, cwd=ROOT, env={**os.environ, "CUDA_VISIBLE_DEVICES": ""}, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stdout + done.stderr
    findings = [json.loads(line) for line in (tmp_path / "findings.jsonl").read_text().splitlines()]
    assert [row["stage"] for row in findings if row["what"] == "stage"] == [
        *("devices", "twice", "precision", "energy")
    ]
    values = {row["what"]: row["value"] for row in findings}
    assert values["equal weights"] is True
    # On a GPU none of these is empty.
    assert set(values["left empty"]) == {
        "accelerators",
        "accelerator_memory_bytes",
        *("driver", "cuda", "idle_w"),
        "device_peak_memory_bytes",
    }
    for what in ("product", "convolution"):
        # Eight bits of mantissa against 24; the processor knows no TF32.
        assert values[f"{what}, float32"] < 1e-6 and values[f"{what}, tf32"] == values[f"{what}, float32"]
        assert 1e-3 < values[f"{what}, bfloat16"] < 1e-2
