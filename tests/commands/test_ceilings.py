"""The ceilings of the machine."""

import importlib.util
import json
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import machine

ROOT = Path(__file__).parents[2]


@pytest.mark.slow
@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
def test_the_ceilings_are_what_the_machine_can_do(tmp_path: Path, backend: str) -> None:
    pytest.importorskip(backend, exc_type=ImportError)
    command = [
        sys.executable,
        "-m",
        "benchmarks.commands.ceilings",
        "--backend",
        backend,
        "--out",
        str(tmp_path),
    ]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True)
    (path,) = tmp_path.iterdir()
    measured = json.loads(path.read_text())
    row = machine.facts(backend)
    assert (measured["machine_id"], measured["software_id"]) == (row["machine_id"], row["software_id"])
    # Not a speed, but a range: from a slow core to far beyond the fastest accelerator.
    assert 1e9 < measured["matmul_flops"] < 1e16 and 1e8 < measured["bandwidth"] < 1e14
    assert 1e7 < measured["bfloat16_flops"] < 1e16 and 1e-7 < measured["launch_s"] < 1
    again = subprocess.run([*command, "--once"], cwd=ROOT, check=True, capture_output=True, text=True)
    assert again.stdout == "" and list(tmp_path.iterdir()) == [path], "they are known"
    gpu = bool(row["accelerators"])
    assert (measured["host_to_device"] is None, measured["tf32_flops"] is None) == (not gpu, not gpu)


@pytest.mark.slow
def test_jobs_that_begin_together_measure_a_machine_once(tmp_path: Path) -> None:
    backend = "tensorflow" if importlib.util.find_spec("tensorflow") else "jax"
    command = [sys.executable, "-m", "benchmarks.commands.ceilings", "--once", "--backend", backend]
    jobs = [
        subprocess.Popen([*command, "--out", str(tmp_path)], cwd=ROOT, stdout=subprocess.PIPE, text=True)
        for _ in range(3)
    ]
    said = [job.communicate(timeout=300)[0] for job in jobs]
    assert [job.returncode for job in jobs] == [0, 0, 0]
    assert len(list(tmp_path.iterdir())) == sum("FLOP/s" in text for text in said) == 1
