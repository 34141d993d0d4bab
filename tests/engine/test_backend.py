"""What is imported with a backend, what is not, and how it is told to compute."""

import importlib
import importlib.util
import os
import subprocess
import sys
from pathlib import Path

import pytest

from benchmarks import environment
from benchmarks.engine import backend
from benchmarks.spec import BACKENDS

ROOT = Path(__file__).parents[2]


def test_what_is_hidden_cannot_be_imported_until_the_block_ends() -> None:
    sys.modules.pop("colorsys", None)
    with backend.hidden(["colorsys", "pytest"]):
        with pytest.raises(ModuleNotFoundError):
            importlib.import_module("colorsys")
        assert importlib.import_module("pytest") is pytest, "what is imported already stays"
    assert importlib.import_module("colorsys").rgb_to_hsv(0.0, 0.0, 0.0) == (0.0, 0.0, 0.0)
    assert sys.modules["pytest"] is pytest


PRODUCTS = """
import sys
from benchmarks.engine import backend
backend.prepare("jax", sys.argv[1])
backend.start("jax", sys.argv[1])
import jax, keras, numpy as np
from keras import ops
layers = keras.layers
convolutions = [layers.Conv2D(3, 3), layers.DepthwiseConv2D(3)]
model = keras.Sequential([keras.Input((8, 8, 2)), *convolutions, layers.Flatten(), layers.Dense(5)])
def loss(values, x):
    return ops.sum(model.stateless_call(values, [], x)[0])
weights = [v.value for v in model.trainable_variables]
traced = jax.jit(jax.grad(loss)).trace(weights, np.zeros((4, 8, 8, 2), "float32"))
print(traced.lower(lowering_platforms=("cuda",)).as_text())
"""


@pytest.mark.parametrize(("precision", "told"), [("float32", "HIGHEST"), ("tf32", "HIGH")])
def test_products_are_compiled_for_a_gpu_in_the_precision_that_was_asked_for(
    precision: str, told: str
) -> None:
    """XLA rounds the factors of float32 products to TF32 unless the precision is HIGHEST.

    Lowering for CUDA needs no GPU.
    """
    if not importlib.util.find_spec("jax"):
        pytest.skip("jax is not installed")
    done = subprocess.run(
        [sys.executable, "-c", PRODUCTS, precision], cwd=ROOT, capture_output=True, text=True
    )
    assert done.returncode == 0, done.stderr
    products = [
        line
        for line in done.stdout.splitlines()
        if "stablehlo.dot_general" in line or "stablehlo.convolution" in line
    ]
    assert len(products) >= 7, "forwards, and backwards with respect to weights and images"
    assert all(
        line.count(told) == 2
        and line.count("HIGHEST") == (2 if told == "HIGHEST" else 0)
        and "DEFAULT" not in line
        for line in products
    )


BRING_UP = """
import sys
from benchmarks.engine import backend
backend.prepare(sys.argv[1], "float32", sys.argv[2])
backend.start(sys.argv[1], "float32")
backend.try_flags(sys.argv[1])
print(sorted({"matplotlib", "pandas", "sklearn"} & set(sys.modules)))
"""


@pytest.mark.parametrize("name", BACKENDS)
def test_the_installed_libraries_take_the_flags_of_the_suite(name: str) -> None:
    """And a flag that they do not know, which would end every run, is told before any starts."""
    if not importlib.util.find_spec(name):
        pytest.skip(f"{name} is not installed")

    def brought_up(flags: str) -> subprocess.CompletedProcess[str]:
        inside = {**os.environ, "XLA_FLAGS": flags, "TF_CPP_MIN_LOG_LEVEL": "3"}
        return subprocess.run(
            [sys.executable, "-c", BRING_UP, name, "bitwise"],
            cwd=ROOT,
            env=inside,
            capture_output=True,
            text=True,
        )

    done = brought_up("")
    assert (done.returncode, done.stdout) == (0, "[]\n"), "nor do they import what no run needs"
    ours = (environment.UNDIVIDED, environment.DETERMINISTIC)
    refused = brought_up("--xla_of_tomorrow=1")
    assert (
        f"ValueError: {name} does not accept XLA_FLAGS='{' '.join(['--xla_of_tomorrow=1', *ours])}'"
        in refused.stderr
    )
    assert "Unknown flag in XLA_FLAGS: --xla_of_tomorrow=1): remove it from the environment" in refused.stderr
