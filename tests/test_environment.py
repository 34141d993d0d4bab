"""Which environment variables make another software, and that those which the suite decides make none."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import environment

ROOT = Path(__file__).parents[1]
#: Tried: each of these changed the numbers of a run, or can.
NUMBERS = {
    "TF_ENABLE_ONEDNN_OPTS": "0",
    "ONEDNN_MAX_CPU_ISA": "SSE41",
    "DNNL_MAX_CPU_ISA": "AVX2",
    "OPENBLAS_CORETYPE": "Haswell",
    "XLA_FLAGS": "--xla_cpu_enable_fast_math=true",
    "JAX_DEFAULT_PRNG_IMPL": "rbg",
    "NPY_DISABLE_CPU_FEATURES": "AVX512F",
    "MKL_CBWR": "COMPATIBLE",
    "CUBLAS_WORKSPACE_CONFIG": ":4096:8",
    "TF_CUDNN_USE_AUTOTUNE": "0",
    "GLIBC_TUNABLES": "glibc.cpu.hwcaps=-AVX2",
}
DECIDED = {
    "TF_NUM_INTRAOP_THREADS": "4",
    "TF_NUM_INTEROP_THREADS": "4",
    "OMP_NUM_THREADS": "1",
    "OPENBLAS_NUM_THREADS": "1",
    "NVIDIA_TF32_OVERRIDE": "1",
    "JAX_ENABLE_X64": "1",
    "JAX_DEFAULT_MATMUL_PRECISION": "bfloat16",
    "KERAS_BACKEND": "torch",
    "KERAS_HOME": "/somewhere",
    "KERAS_MAX_EPOCHS": "1",
    "KERAS_NNX_ENABLED": "true",
}
HARMLESS = {
    "CUDA_VISIBLE_DEVICES": "0",
    "JAX_PLATFORMS": "cpu",
    "CUDA_HOME": "/usr/local/cuda",
    "CUDA_VERSION": "12.4",
    "CUDA_CACHE_PATH": "/tmp",
    "JAX_COMPILATION_CACHE_DIR": "/tmp",
    "TF_CPP_MIN_LOG_LEVEL": "0",
    "TF_CPP_VMODULE": "x=1",
    "ONEDNN_VERBOSE": "1",
    "NCCL_DEBUG": "INFO",
    "TF_FORCE_GPU_ALLOW_GROWTH": "false",
    "XLA_PYTHON_CLIENT_MEM_FRACTION": "0.5",
    "KMP_DUPLICATE_LIB_OK": "True",
    "PYTHONHASHSEED": "3",
    "TF_VAR_password": "secret",
    "TF_VAR_PASSWORD": "secret",
    "TF_TOKEN_APP": "secret",
    "TF_CONFIG": '{"cluster": {"worker": ["host:1"]}}',
    "HOME": "/home/x",
    "SLURM_JOB_ID": "7",
}


@pytest.mark.parametrize("name", NUMBERS)
def test_what_changes_numbers_is_recorded(name: str) -> None:
    assert environment.described({**HARMLESS, name: NUMBERS[name]}) == f"{name}={NUMBERS[name]}"


@pytest.mark.parametrize("name", DECIDED | HARMLESS)
def test_what_is_decided_or_harmless_is_not(name: str) -> None:
    assert environment.described({name: (DECIDED | HARMLESS)[name]}) == ""


def test_it_is_sorted_and_the_same_before_and_after_the_engine_has_set_its_own() -> None:
    variables = {**HARMLESS, **DECIDED, "XLA_FLAGS": " --a=1   --b=2 ", "TF_ENABLE_ONEDNN_OPTS": "0"}
    before = environment.described(variables)
    assert before == "TF_ENABLE_ONEDNN_OPTS=0; XLA_FLAGS=--a=1 --b=2"
    for _ in range(2):
        environment.fix("jax", variables)
        assert environment.described(variables) == before
    assert environment.described({}) == ""


def test_what_is_decided_is_cleared_and_named() -> None:
    variables = {
        **DECIDED,
        "XLA_FLAGS": "--xla_gpu_deterministic_ops=false --a=1",
        "TF_ENABLE_ONEDNN_OPTS": "0",
    }
    cleared = environment.fix("jax", variables)
    assert {"TF_NUM_INTRAOP_THREADS", "NVIDIA_TF32_OVERRIDE", "KERAS_MAX_EPOCHS"} <= set(cleared)
    assert not set(cleared) & set(variables)
    assert variables["KERAS_BACKEND"] == "jax"
    assert variables["XLA_FLAGS"].split()[-1] == "--xla_gpu_deterministic_ops=true", "the last one counts"
    assert "--a=1" in variables["XLA_FLAGS"]
    assert variables["TF_ENABLE_ONEDNN_OPTS"] == "0", "the user's choice stays, and is recorded"
    assert environment.fix("jax", variables) == []


def test_every_processor_gets_tensorflows_fast_kernels_unless_the_user_declines() -> None:
    variables: dict[str, str] = {}
    environment.fix("tensorflow", variables)
    assert variables["TF_ENABLE_ONEDNN_OPTS"] == "1"
    assert environment.described({"TF_ENABLE_ONEDNN_OPTS": "1"}) == "", "what is chosen anyway"
    assert environment.described({"TF_ENABLE_ONEDNN_OPTS": "0"}) == "TF_ENABLE_ONEDNN_OPTS=0"


def test_long_and_strange_values_stay_apart_and_short() -> None:
    long = [environment.described({"XLA_FLAGS": "--x=" + "a" * 10_000 + end}) for end in "bc"]
    assert long[0] != long[1]
    strange = [
        environment.described({"TF_X": f"a{letter}b"}) for letter in "\x00\x1b\u202e\u200b\udcff\u2028"
    ]
    assert all(text.isprintable() for text in strange)
    assert len(set(strange)) == len(strange)
    many = environment.described({f"TF_{number}": "x" * 400 for number in range(1_000)})
    assert max(len(text) for text in (*long, many)) <= environment.LONGEST
    assert environment.described({"TF_<script>": "1", "TF_a": "2"}) == ""


def test_it_is_taken_before_libraries_set_their_own() -> None:
    code = (
        "import os; from benchmarks.environment import environment\n"
        "os.environ['TF_LATER'] = '1'; print(environment(), end='')"
    )
    variables = {**os.environ, "TF_ENABLE_ONEDNN_OPTS": "0"}
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=variables, capture_output=True, text=True, check=True
    )
    assert "TF_ENABLE_ONEDNN_OPTS=0" in done.stdout and "TF_LATER" not in done.stdout


def test_xla_is_left_to_choose_where_equal_bits_are_not_asked_for() -> None:
    variables = {"XLA_FLAGS": f"--a=1 {environment.DETERMINISTIC}"}
    environment.fix("jax", variables, determinism="seeded")
    assert variables["XLA_FLAGS"] == f"--a=1 {environment.UNDIVIDED}"


def test_programs_are_compiled_undivided_unless_somebody_divides_them() -> None:
    divided = "--xla_cpu_parallel_codegen_split_count=8"
    for given, flags in (("", environment.UNDIVIDED), (divided, divided)):
        variables = {"XLA_FLAGS": given}
        for _ in range(2):  # a child process fixes again what its parent has fixed
            environment.fix("jax", variables)
            assert variables["XLA_FLAGS"] == f"{flags} {environment.DETERMINISTIC}"
        assert environment.recorded(variables).get("XLA_FLAGS", "") == given
