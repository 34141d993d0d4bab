"""Brings up a backend: the environment before its import, and Keras' configuration after it."""

import contextlib
import importlib
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterable, Iterator
from pathlib import Path

from benchmarks import environment
from benchmarks.catalogue import nearest
from benchmarks.engine.driver import Driver
from benchmarks.spec import BACKENDS, PRECISIONS

#: Packages that TensorFlow and Keras import if they are installed, though no run needs them. That takes time
#: (pandas is a tenth of the import of TensorFlow), and Matplotlib writes to the home folder.
NEEDLESS = {
    "tensorflow": ("jax", "sklearn", "matplotlib", "pandas"),
    "jax": ("sklearn", "matplotlib", "pandas"),
}

ROOT = Path(__file__).parents[2]
POLICIES = {"float32": "float32", "tf32": "float32", "bfloat16": "mixed_bfloat16", "float64": "float64"}


def check(backend: str, precision: str, devices: int = 1) -> None:
    """Raises ValueError for an unknown backend or precision, and for devices that it cannot share a batch."""
    if backend not in BACKENDS:
        raise ValueError(f"unknown backend {backend!r}: {nearest(backend, list(BACKENDS))}")
    if precision not in PRECISIONS:
        raise ValueError(f"unknown precision {precision!r}: {nearest(precision, list(PRECISIONS))}")
    if devices < 1:
        raise ValueError(f"--devices is {devices}; give at least 1")
    if devices > 1 and backend != "jax":
        raise ValueError(
            f"--devices is {devices}, but {backend} trains on one device here: choose jax, or 1 device"
        )


def prepare(backend: str, precision: str, determinism: str = "bitwise") -> list[str]:
    """Set the environment that the backend reads when it is imported.

    Returns the names of the user's variables that were cleared. Raises ValueError for an unknown backend or
    precision.
    """
    check(backend, precision)
    return environment.fix(backend, determinism=determinism)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Hold back what native code writes to standard error; show it only if an exception leaves the block.

    TensorFlow writes when it is imported and when it looks for a GPU, before its log level takes effect.
    """
    sys.stderr.flush()
    with tempfile.TemporaryFile() as held:
        kept = os.dup(2)
        os.dup2(held.fileno(), 2)
        try:
            yield
        except BaseException:
            held.seek(0)
            os.write(kept, held.read())
            raise
        finally:
            os.dup2(kept, 2)
            os.close(kept)


@contextlib.contextmanager
def hidden(names: Iterable[str]) -> Iterator[None]:
    """Inside the block, importing these fails as if they were not installed; loaded modules stay."""
    absent = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


def start(backend: str, precision: str) -> None:
    """Import the backend and Keras, and set everything that affects numbers, whatever a user has configured.

    Raises ImportError, or ValueError if Keras cannot compute in this precision, with the remedy.
    """
    try:
        with quiet(), hidden(NEEDLESS[backend]):
            import keras

            module = importlib.import_module(backend)
    except ImportError as error:
        raise ImportError(
            f"backend {backend!r} cannot be imported ({error}); install it, or choose another with --backend"
        ) from error
    if keras.backend.backend() != backend:
        raise RuntimeError(
            f"Keras runs on {keras.backend.backend()!r}, not {backend!r}: it was imported before the engine"
        )
    floatx = "float64" if precision == "float64" else "float32"
    if backend == "jax":
        from keras.src.backend.common import dtypes

        module.config.update("jax_enable_x64", precision == "float64")
        # Keras' operations round float64 to float32 here, as JAX does by default.
        dtypes.BIT64_TO_BIT32_DTYPE["float64"] = floatx
        # Unless TF32 is asked for, factors stay float32: GPUs would round them to TF32, TPUs to bfloat16.
        module.config.update(
            "jax_default_matmul_precision", "tensorfloat32" if precision == "tf32" else "highest"
        )
    else:
        module.config.experimental.enable_tensor_float_32_execution(precision == "tf32")
    keras.config.set_floatx(floatx)
    keras.config.set_epsilon(1e-7)
    keras.config.set_image_data_format("channels_last")
    if keras.backend.result_type(floatx, float) != floatx:
        raise ValueError(
            f"Keras {keras.__version__} does not compute in {precision} on {backend};"
            " choose another precision or backend"
        )
    keras.config.set_dtype_policy(POLICIES[precision])


def try_flags(backend: str) -> None:
    """Check, in a child process, that XLA accepts XLA_FLAGS: an unknown flag ends the process that compiles.

    On Linux the child is forked, so the backend must have been imported; no device is started here.
    Raises ValueError with what XLA said.
    """
    with tempfile.TemporaryFile() as errors:
        if forks():
            code = _fork_and_compile(backend, errors.fileno())
        else:
            words = [
                sys.executable,
                "-c",
                f"from benchmarks.engine import backend; backend.compile_on_cpu({backend!r})",
            ]
            variables = {**os.environ, "CUDA_VISIBLE_DEVICES": "", "PYTHONPATH": python_path()}
            code = subprocess.run(words, env=variables, stderr=errors, check=False).returncode
        if code == 0:
            return
        errors.seek(0)
        text = errors.read().decode(errors="replace")
    line = next((line for line in text.splitlines() if "XLA_FLAGS" in line), text[-500:])
    if environment.DETERMINISTIC in line:
        remedy = "install the versions of requirements.lock, or give --determinism seeded"
    elif environment.UNDIVIDED in line:
        remedy = "install the versions of requirements.lock"
    else:
        remedy = "remove it from the environment"
    raise ValueError(
        f"{backend} does not accept XLA_FLAGS={os.environ['XLA_FLAGS']!r}"
        f" ({' '.join(line.split())}): {remedy}"
    )


def forks() -> bool:
    """Whether a process with a framework may fork: not on macOS, whose libraries break in the child."""
    return sys.platform == "linux"


def python_path() -> str:
    """PYTHONPATH for a new process that imports the suite as this one does."""
    return os.pathsep.join(filter(None, [str(ROOT), os.environ.get("PYTHONPATH", "")]))


def _fork_and_compile(backend: str, errors: int) -> int:
    """Call `compile_on_cpu` in a forked child that writes errors to this descriptor; returns its status."""
    child = os.fork()
    if child == 0:
        code = 1
        try:
            os.dup2(errors, 2)
            os.environ["CUDA_VISIBLE_DEVICES"] = ""  # XLA reads all its flags, whatever it compiles for
            compile_on_cpu(backend)
            code = 0
        finally:
            os._exit(code)
    return os.waitpid(child, 0)[1]


def compile_on_cpu(backend: str) -> None:
    """Have XLA compile something small for the processor."""
    module = importlib.import_module(backend)
    if backend == "jax":
        module.config.update("jax_platforms", "cpu")
        module.jit(abs)(1.0)
    else:
        module.function(abs, jit_compile=True, autograph=False)(1.0)


def matmul_precision(backend: str, precision: str) -> str:
    """The precision to which `start` has factors of products and convolutions rounded, such as "tf32"."""
    check(backend, precision)
    return precision


def driver_class(backend: str) -> type[Driver]:
    """The backend's driver; importing it imports the backend."""
    chosen: type[Driver] = importlib.import_module(f"benchmarks.engine.{backend}_driver").Driver
    return chosen
