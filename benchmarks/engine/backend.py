"""Bringing up a backend: before its import, and what Keras is told after it."""

import contextlib
import importlib
import os
import sys
import tempfile
from collections.abc import Iterable, Iterator
from typing import Any

from benchmarks.catalogue import nearest
from benchmarks.spec import BACKENDS, PRECISIONS

#: What TensorFlow's and Keras' converters import wherever it is installed, though no run calls them: a third of the import's time.
NEEDLESS = {"tensorflow": ("jax", "sklearn"), "jax": ("sklearn",)}

POLICIES = {"float32": "float32", "bfloat16": "mixed_bfloat16", "float64": "float64"}


def check(backend: str, precision: str) -> None:
    """Raises ValueError for an unknown backend or precision."""
    if backend not in BACKENDS:
        raise ValueError(f"unknown backend {backend!r}: {nearest(backend, list(BACKENDS))}")
    if precision not in PRECISIONS:
        raise ValueError(f"unknown precision {precision!r}: {nearest(precision, list(PRECISIONS))}")


def prepare(backend: str, precision: str) -> None:
    """Check the names and set the environment that the backend reads at its import.

    Raises ValueError for an unknown backend or precision.
    """
    check(backend, precision)
    os.environ["KERAS_BACKEND"] = backend
    os.environ.setdefault("TF_CPP_MIN_LOG_LEVEL", "3")
    # cuDNN and XLA pick faster, order-dependent reductions unless told not to: runs must be bit-identical.
    flags = os.environ.get("XLA_FLAGS", "")
    if "xla_gpu_deterministic_ops" not in flags:
        os.environ["XLA_FLAGS"] = f"{flags} --xla_gpu_deterministic_ops=true".strip()
    os.environ.setdefault("XLA_PYTHON_CLIENT_PREALLOCATE", "false")
    os.environ.setdefault("TF_FORCE_GPU_ALLOW_GROWTH", "true")


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
    """Import the backend and Keras, and set the precision of all layers.

    Raises ImportError, or ValueError where Keras cannot compute in this precision, with the remedy.
    """
    try:
        with quiet(), hidden(NEEDLESS[backend]):
            import keras

            module = importlib.import_module(backend)
    except ImportError as error:
        raise ImportError(f"backend {backend!r} cannot be imported ({error}); install it, or choose another with --backend") from error
    if keras.backend.backend() != backend:
        raise RuntimeError(f"Keras runs on {keras.backend.backend()!r}, not {backend!r}: it was imported before the engine")
    floatx = "float64" if precision == "float64" else "float32"
    if backend == "jax":
        from keras.src.backend.common import dtypes

        module.config.update("jax_enable_x64", precision == "float64")
        # Keras' operations round float64 to float32 here, as JAX does unless it is told not to.
        dtypes.BIT64_TO_BIT32_DTYPE["float64"] = floatx
    keras.config.set_floatx(floatx)
    if keras.backend.result_type(floatx, float) != floatx:
        raise ValueError(f"Keras {keras.__version__} does not compute in {precision} on {backend}; choose another precision or backend")
    keras.config.set_dtype_policy(POLICIES[precision])


def driver_class(backend: str) -> Any:
    """The class `Driver` of the backend."""
    return importlib.import_module(f"benchmarks.engine.{backend}_driver").Driver


def matmul_precision(backend: str, precision: str) -> str:
    return precision
