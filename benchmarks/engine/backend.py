"""Bringing up a backend: before its import, and what Keras is told after it."""

import contextlib
import importlib
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator

from benchmarks import environment
from benchmarks.catalogue import nearest
from benchmarks.engine.driver import Driver
from benchmarks.spec import BACKENDS, PRECISIONS

#: What TensorFlow and Keras import wherever it is installed, though no run calls it: that takes time, and Matplotlib writes to the home folder.
NEEDLESS = {"tensorflow": ("jax", "sklearn", "matplotlib"), "jax": ("sklearn", "matplotlib")}

POLICIES = {"float32": "float32", "tf32": "float32", "bfloat16": "mixed_bfloat16", "float64": "float64"}


def check(backend: str, precision: str) -> None:
    """Raises ValueError for an unknown backend or precision."""
    if backend not in BACKENDS:
        raise ValueError(f"unknown backend {backend!r}: {nearest(backend, list(BACKENDS))}")
    if precision not in PRECISIONS:
        raise ValueError(f"unknown precision {precision!r}: {nearest(precision, list(PRECISIONS))}")


def prepare(backend: str, precision: str, determinism: str = "bitwise") -> list[str]:
    """Check the names and set the environment that the backend reads at its import; returns the variables of the user's that were cleared.

    Raises ValueError for an unknown backend or precision.
    """
    check(backend, precision)
    return environment.fix(backend, determinism=determinism)


@contextlib.contextmanager
def quiet() -> Iterator[None]:
    """Hold back what native code writes to standard error; it is shown after all if an exception leaves the block.

    TensorFlow announces at its import, and when it looks for a GPU, what it found and did not find,
    before its own log level takes effect.
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
    """Let imports of these fail inside the block, as if they were not installed; what is imported already stays."""
    absent = [name for name in names if name not in sys.modules]
    sys.modules.update(dict.fromkeys(absent))  # type: ignore[arg-type]
    try:
        yield
    finally:
        for name in absent:
            del sys.modules[name]


def start(backend: str, precision: str) -> None:
    """Import the backend and Keras, and set what the numbers of all layers depend on, whatever a user has configured.

    Raises ImportError, or ValueError where Keras cannot compute in this precision, with the remedy.
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
        # Keras' operations round float64 to float32 here, as JAX does unless it is told not to.
        dtypes.BIT64_TO_BIT32_DTYPE["float64"] = floatx
        # Products of float32 are of float32 unless TF32 is asked for: recent GPUs would round their factors to it, TPUs to bfloat16.
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
            f"Keras {keras.__version__} does not compute in {precision} on {backend}; choose another precision or backend"
        )
    keras.config.set_dtype_policy(POLICIES[precision])


def try_flags(backend: str) -> None:
    """See, in a child of this process, that XLA takes XLA_FLAGS: at a flag that it does not know it ends the process that compiles.

    The backend is imported; no device is started here. Raises ValueError with what XLA said.
    """
    with tempfile.TemporaryFile() as said:
        child = os.fork()
        if child == 0:
            code = 1
            try:
                os.dup2(said.fileno(), 2)
                os.environ["CUDA_VISIBLE_DEVICES"] = ""  # XLA reads all its flags, whatever it compiles for
                module = importlib.import_module(backend)
                if backend == "jax":
                    module.config.update("jax_platforms", "cpu")
                    module.jit(abs)(1.0)
                else:
                    module.function(abs, jit_compile=True, autograph=False)(1.0)
                code = 0
            finally:
                os._exit(code)
        if os.waitpid(child, 0)[1] == 0:
            return
        said.seek(0)
        words = said.read().decode(errors="replace")
    line = next((line for line in words.splitlines() if "XLA_FLAGS" in line), words[-500:])
    ours = environment.DETERMINISTIC in line
    remedy = (
        "install the versions of requirements.lock, or give --determinism seeded"
        if ours
        else "take it out of the environment"
    )
    raise ValueError(
        f"{backend} does not take XLA_FLAGS={os.environ['XLA_FLAGS']!r} ({' '.join(line.split())}): {remedy}"
    )


def matmul_precision(backend: str, precision: str) -> str:
    """What the factors of a matrix product or convolution are rounded to, as `start` has set it: "float32", "tf32", "bfloat16" or "float64"."""
    check(backend, precision)
    return precision


def driver_class(backend: str) -> type[Driver]:
    """The backend's driver; importing it imports the backend."""
    chosen: type[Driver] = importlib.import_module(f"benchmarks.engine.{backend}_driver").Driver
    return chosen
