"""A user's configuration of Keras or the frameworks changes no number; no home is needed or written to."""

import importlib.util
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from benchmarks.spec import BACKENDS
from tests.engine.conftest import ROOT

CONFIGURED = {
    "floatx": "float16",
    "epsilon": 1e-3,
    "backend": "torch",
    "image_data_format": "channels_first",
    "nnx_enabled": True,
}

BRING_UP = """
import json, sys
from benchmarks.engine import backend
name = sys.argv[1]
cleared = backend.prepare(name, "float32")
backend.start(name, "float32")
import keras, numpy as np
if name == "jax":
    import jax
    product = str(jax.config.jax_default_matmul_precision)
    wide = jax.config.jax_enable_x64
else:
    import tensorflow as tf
    product = "highest" if not tf.config.experimental.tensor_float_32_execution_enabled() else "tf32"
    wide = False
config = keras.config
layer = keras.layers.BatchNormalization()
threads = None if name == "jax" else tf.config.threading.get_intra_op_parallelism_threads()
print(json.dumps({
    "data_format": config.image_data_format(), "epsilon": config.epsilon(),
    "floatx": config.floatx(), "backend": config.backend(),
    "policy": layer.compute_dtype, "pooling": keras.layers.MaxPooling2D().data_format,
    "nnx": config.is_nnx_enabled(),
    "product": product, "wide": wide, "threads": threads, "cleared": cleared,
}))
"""
RIGHT = {
    **{
        "data_format": "channels_last",
        "epsilon": 1e-7,
        "floatx": "float32",
        "policy": "float32",
        "pooling": "channels_last",
    },
    **{"nnx": False, "product": "highest", "wide": False},
}


def brought_up(backend: str, **variables: str | None) -> dict[str, Any]:
    """What a backend computes with under these environment variables; None takes one away."""
    if not importlib.util.find_spec(backend):
        pytest.skip(f"{backend} is not installed")
    inside = {name: value for name, value in {**os.environ, **variables}.items() if value is not None}
    done = subprocess.run(
        [sys.executable, "-c", BRING_UP, backend], cwd=ROOT, env=inside, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    assert found.pop("backend") == backend
    return found


@pytest.mark.parametrize("backend", BACKENDS)
def test_keras_configuration_is_ours(backend: str, tmp_path: Path) -> None:
    (tmp_path / ".keras").mkdir()
    (tmp_path / ".keras" / "keras.json").write_text(json.dumps(CONFIGURED))
    found = brought_up(
        backend,
        HOME=str(tmp_path),
        KERAS_HOME=str(tmp_path / ".keras"),
        KERAS_BACKEND="torch",
        TF_NUM_INTRAOP_THREADS="4",
        NVIDIA_TF32_OVERRIDE="1",
        JAX_ENABLE_X64="1",
        JAX_DEFAULT_MATMUL_PRECISION="bfloat16",
    )
    assert set(found.pop("cleared")) >= {"TF_NUM_INTRAOP_THREADS", "NVIDIA_TF32_OVERRIDE"}
    assert found.pop("threads") in (None, 0), "as many as the cores that the run is pinned to"
    assert found == RIGHT


@pytest.mark.parametrize("home", ["", None, "/dev/null/nobody"])
def test_no_home_is_needed_or_written_to(home: str | None, tmp_path: Path) -> None:
    found = brought_up(
        "jax", HOME=str(tmp_path) if home == "" else home, XDG_CACHE_HOME=None, KERAS_HOME=None
    )
    assert found["data_format"] == "channels_last"
    assert list(tmp_path.iterdir()) == []
