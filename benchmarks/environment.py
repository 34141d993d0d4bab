"""Environment variables that may change numbers: fixed by the suite, part of the identity, or harmless."""

import hashlib
import os
import re
import sys
from collections.abc import Mapping, MutableMapping

#: Prefixes of the variables that tell frameworks, compilers and numerical libraries how to compute.
PREFIXES = (
    *("TF_", "XLA_", "TFRT_", "MLIR_", "PJRT_", "JAX_"),
    *("DNNL_", "ONEDNN_", "MKL_", "OPENBLAS_", "GOTO_", "BLIS_", "OMP_", "KMP_", "GOMP_", "NPY_"),
    *("CUDA_", "CUBLAS_", "CUBLASLT_", "CUDNN_", "NCCL_", "HIP_", "ROCBLAS_", "MIOPEN_"),
)
NAMES = {"NUMPY_EXPERIMENTAL_DTYPE_API", "GLIBC_TUNABLES"}

#: The engine sets a run's threads: it pins the process to its cores, and libraries count those.
THREADS = {
    "TF_NUM_INTRAOP_THREADS",
    "TF_NUM_INTEROP_THREADS",
    "NPROC",
    "PJRT_NPROC",
    "OMP_NUM_THREADS",
    "OMP_THREAD_LIMIT",
    "OMP_DYNAMIC",
    "MKL_NUM_THREADS",
    "MKL_DYNAMIC",
    "OPENBLAS_NUM_THREADS",
    "OPENBLAS_DEFAULT_NUM_THREADS",
    "GOTO_NUM_THREADS",
    "BLIS_NUM_THREADS",
    "VECLIB_MAXIMUM_THREADS",
    "NUMEXPR_NUM_THREADS",
    "NUMEXPR_MAX_THREADS",
}
#: The run sets the precision: float32 is neither rounded to TF32 nor widened.
PRECISION = {"NVIDIA_TF32_OVERRIDE", "JAX_ENABLE_X64", "JAX_DEFAULT_MATMUL_PRECISION"}

#: Which device is used, where caches are, how memory is shared, and what is logged: none changes a number.
#: Terraform's variables have TensorFlow's prefix, and may hold secrets. A cluster's variables name its hosts,
#: but no run spans several.
HARMLESS = re.compile(
    r"(CUDA_VISIBLE_DEVICES|HIP_VISIBLE_DEVICES|CUDA_DEVICE_ORDER|JAX_PLATFORMS|JAX_PLATFORM_NAME)"
    r"|(CUDA|CUDNN|NCCL|HIP)_(HOME|PATH|ROOT|VERSION)|CUDA_(TOOLKIT|BIN|INC|LIB)\w*|CUDA_CACHE_\w+|MKL_ROOT"
    r"|TF_JIT_CACHE_DIR|JAX_COMPILATION_CACHE_\w+|JAX_(ENABLE|PERSISTENT)_(COMPILATION_)?CACHE\w*|JAX_CACHE\w+"
    r"|TF_FORCE_GPU_ALLOW_GROWTH|TF_GPU_ALLOCATOR|TF_ONEDNN_USE_SYSTEM_ALLOCATOR|TF_FORCE_UNIFIED_MEMORY|XLA_PYTHON_CLIENT_(PREALLOCATE|MEM_FRACTION|ALLOCATOR)"
    r"|XLA_CLIENT_MEM_FRACTION|TF_DEVICE_MIN_SYS_MEMORY_IN_MB|TF_PER_DEVICE_MEMORY_LIMIT_MB"
    r"|TF_CPP_\w+|\w+_(VERBOSE|VERBOSITY)|(NCCL|CUDNN|CUBLAS|CUBLASLT)_(LOG|DEBUG|ERRATA)\w*|JAX_LOG\w*|JAX_TRACEBACK_FILTERING"
    r"|TF_(VAR|CLI|TOKEN|LOG|CLOUD|HTTP|REGISTRY|PLUGIN|REATTACH)(_\w+)?|TF_(WORKSPACE|INPUT|DATA_DIR|IN_AUTOMATION|IGNORE|CONFIG)"
    r"|JAX_(COORDINATOR|PROCESS|NUM_PROCESSES|SLICE|PARTITION|LOCAL_DEVICE)\w*"
    r"|OMP_(PROC_BIND|PLACES|DISPLAY_\w+|STACKSIZE)|KMP_(AFFINITY|SETTINGS|WARNINGS|DUPLICATE_LIB_OK|INIT_AT_FORK|BLOCKTIME)|GOMP_CPU_AFFINITY"
)
#: Without it cuDNN and XLA pick faster reductions whose order varies, and runs must be bit-identical. If a
#: flag is given twice, the last value counts.
DETERMINISTIC = "--xla_gpu_deterministic_ops=true"
#: XLA cuts each program for processors into 32 parts, to compile them side by side. On the core or the few of
#: a run the whole compiles a sixth faster, to the same bits.
UNDIVIDED = "--xla_cpu_parallel_codegen_split_count=1"

#: TensorFlow's fast kernels for processors. By itself it takes them only where a processor has AVX-512 VNNI.
ONEDNN = "TF_ENABLE_ONEDNN_OPTS"

#: The most characters of a value, and of all together. What exceeds them is replaced by a digest.
LONGEST_VALUE, LONGEST = 500, 5_000


def recorded(variables: Mapping[str, str]) -> dict[str, str]:
    """The variables that can change numbers, in alphabetical order, with single blanks in their values.

    What `fix` sets or clears is left out, so that the result is the same before and after it.
    """
    kept = {}
    for name in sorted(variables):
        value = " ".join(
            word
            for word in variables[name].split()
            if name != "XLA_FLAGS" or word not in (DETERMINISTIC, UNDIVIDED)
        )
        counts = name in NAMES or name.startswith(PREFIXES)
        if (
            value
            and counts
            and re.fullmatch(r"[A-Z0-9_]{1,100}", name)
            and name not in THREADS | PRECISION
            and (name, value) != (ONEDNN, "1")
            and not HARMLESS.fullmatch(name)
        ):
            kept[name] = value
    return kept


def described(variables: Mapping[str, str]) -> str:
    """The variables of `recorded` as `NAME=value; NAME=value`, empty for none; long values as a digest."""
    return _bounded(
        "; ".join(f"{name}={_bounded(value, LONGEST_VALUE)}" for name, value in recorded(variables).items()),
        LONGEST,
    )


def _bounded(text: str, limit: int) -> str:
    """The printable characters of a text, with its digest if it is too long or has other characters."""
    clean = "".join(letter if letter.isprintable() else "?" for letter in text)
    if clean == text and len(text) <= limit:
        return text
    digest = hashlib.sha256(text.encode(errors="surrogateescape")).hexdigest()
    return f"{clean[: limit - 30]}... sha256 {digest[:16]}"


#: Read when this module is first imported, before libraries set variables themselves.
_SET_BY_USER = recorded(os.environ)


def set_by_user() -> dict[str, str]:
    """The variables that the user set and that can change numbers, as `recorded`."""
    return dict(_SET_BY_USER)


def environment() -> str:
    """The same as one string (see `described`): part of the software's identity."""
    return described(_SET_BY_USER)


def check_system() -> None:
    """Raises SystemExit, with one sentence, on Windows: runs need POSIX's file locks and signals."""
    if sys.platform == "win32":
        raise SystemExit(
            "error: the suite trains on Linux and macOS; on Windows, install WSL (`wsl --install`) and run "
            "it there"
        )


#: TensorFlow, XLA and linear algebra libraries read their number of threads from these.
THREAD_COUNTS = (
    *("TF_NUM_INTRAOP_THREADS", "NPROC", "PJRT_NPROC"),
    *("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS", "VECLIB_MAXIMUM_THREADS"),
)


def limit_threads(count: int, variables: MutableMapping[str, str] = os.environ) -> None:
    """Make libraries that are imported later start `count` threads, on systems that cannot pin processes."""
    variables.update(dict.fromkeys(THREAD_COUNTS, str(count)))


def fix(
    backend: str, variables: MutableMapping[str, str] = os.environ, determinism: str = "bitwise"
) -> list[str]:
    """Set and clear the variables that the suite decides on; called before a backend is imported.

    Returns the names of those cleared. `determinism` says whether XLA gives the same bits each time
    ("bitwise") or chooses what is fastest ("seeded"). Keras neither reads nor writes a user's configuration,
    since its folder is set to one that cannot exist.
    """
    cleared = sorted(name for name in variables if name in THREADS | PRECISION or name.startswith("KERAS_"))
    for name in cleared:
        del variables[name]
    variables["KERAS_BACKEND"] = backend
    variables["KERAS_HOME"] = os.path.join(os.devnull, "keras")
    flags = [flag for flag in variables.get("XLA_FLAGS", "").split() if flag != DETERMINISTIC]
    if not any(flag.startswith(UNDIVIDED.partition("=")[0]) for flag in flags):
        flags.append(UNDIVIDED)
    variables["XLA_FLAGS"] = " ".join([*flags, DETERMINISTIC] if determinism == "bitwise" else flags)
    variables.setdefault(ONEDNN, "1")
    variables.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    variables.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    variables.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")
    return [name for name in cleared if name not in ("KERAS_BACKEND", "KERAS_HOME")]
