"""Each entry's learning step as a GPU would be given it, lowered without a GPU.

Runs are reproducible because of a flag of XLA. With it, XLA refuses operations that scatter to colliding
indices, or turns them into a serial loop: the gradients of the libraries' max pooling and of look-ups.
TensorFlow keeps int32 variables on the host, where a compiled program cannot reach them.
"""

import collections
import dataclasses
import functools
import os
import re
from typing import Any

import numpy as np
import pytest

from benchmarks import catalogue
from benchmarks.engine import backend, programs, workbench
from benchmarks.engine.clock import Clock
from benchmarks.engine.runs import Options
from benchmarks.spec import Entry, Recipe
from tests.contract.forked import in_child
from tests.contract.last_stage import last_stage_alone

#: Recipes, besides the first of each entry, whose step has other operations.
OTHERS = {
    "lenet5_1998": ["digits-relu", "digits-distorted"],
    "mlp_mnist_1998": ["digits-deslanted"],
    "backprop_1986": ["digits"],
    "elman_1990": ["embedded_reber-through-time", "digits-through-time"],
    "lstm_1997": ["embedded_reber", "embedded_reber-online", "embedded_reber-forget", "digits"],
    "tcn_2018": ["digits", "embedded_reber"],
}
#: Rules without a step that could be compiled: weights set by hand; a fit, a list or a table on the host.
WITHOUT_STEPS = ("none", "fit", "recorded_gradient", "tabular_q_learning")
STEPS = [
    pytest.param(entry, recipe, id=f"{entry.id}-{recipe.name}")
    for entry in map(catalogue.load, catalogue.ids())
    for number, recipe in enumerate(catalogue.recipes(entry, "pocket"))
    if recipe.epochs
    and recipe.rule not in WITHOUT_STEPS
    and (number == 0 or recipe.name in OTHERS.get(entry.id, ()))
]
#: The first entry of each learning rule. Its step is also compiled, for the processor, which takes several
#: times as long; most of what XLA cannot do shows when a step is written down.
COMPILED = {
    catalogue.stages(catalogue.recipes(catalogue.load(id), "pocket")[0])[-1].rule: id
    for id in reversed(catalogue.ids())
}.values()

pytestmark = pytest.mark.slow


def as_on_a_gpu(monkeypatch: pytest.MonkeyPatch) -> None:
    """Make engine and layers act as they do on a GPU."""
    # By name, because importing the module imports Keras.
    monkeypatch.setattr("benchmarks.layers.device.on_gpu", lambda: True)
    monkeypatch.setattr(programs, "choose", lambda *_: programs.Choice(loop=True, xla=True))


def bench(entry: Entry, recipe: Recipe, options: Options) -> workbench.Workbench:
    """The recipe, ready to train on one batch of its data."""
    recipe = last_stage_alone(recipe)
    short = dataclasses.replace(recipe, limit=recipe.batch_size, train_on="train")
    return workbench.Workbench(entry, short, options, Clock(), 1)


def lowered(
    entry: Entry, recipe: Recipe, options: Options, monkeypatch: pytest.MonkeyPatch
) -> tuple[str, list[Any]]:
    """The learning step as XLA gets it (TensorFlow: HLO; JAX: StableHLO for CUDA), and its variables."""
    kept: list[str] = []
    by_backend: dict[str, Any] = {
        "tensorflow": functools.partial(by_tensorflow, compiled=entry.id in COMPILED),
        "jax": by_jax,
    }
    lower = by_backend[options.backend]
    driver = backend.driver_class(options.backend)

    def training_program(
        self: Any, step: Any, data: Any, rows: int, batch_size: int, *_: Any, **__: Any
    ) -> None:
        kept.append(lower(self, step, data, batch_size))

    monkeypatch.setattr(driver, "training_program", training_program)
    monkeypatch.setattr(driver, "step_work", lambda *_: None)
    monkeypatch.setattr(driver, "function", lambda *_, **__: lambda *_: None)
    ready = bench(entry, recipe, options)
    return kept[0], ready.driver.variables


def by_tensorflow(
    driver: Any, step: Any, data: dict[str, Any], batch_size: int, compiled: bool = False
) -> str:
    import tensorflow as tf

    def one(indices: Any, *values: Any) -> Any:
        return step({key: tf.gather(value, indices) for key, value in zip(data, values, strict=True)})

    # XLA reads this at the first compilation in a process. The program is never run, so it need not be fast.
    os.environ["XLA_FLAGS"] += " --xla_backend_optimization_level=0"
    tf.random.set_seed(0)  # the function below draws a number to find its device, and needs a seed for that
    signature = [
        tf.TensorSpec((batch_size,), tf.int32),
        *(tf.TensorSpec(value.shape, value.dtype) for value in data.values()),
    ]
    shown = tf.function(one, jit_compile=True, autograph=False).experimental_get_compiler_ir(*signature)
    if compiled:
        shown(stage="optimized_hlo")
    return str(shown(stage="hlo"))


def by_jax(driver: Any, step: Any, data: dict[str, Any], batch_size: int) -> str:
    import jax
    import keras

    stateless = driver._stateless(
        lambda indices, data: step(
            {key: keras.ops.take(value, indices, axis=0) for key, value in data.items()}
        )
    )
    traced = jax.jit(stateless).trace(driver.state, np.zeros((batch_size,), "int32"), data)
    return str(traced.lower(lowering_platforms=("cuda",)).as_text())


HOST = r"outfeed|infeed|send|recv"
#: What a step may not contain, in HLO or in StableHLO. TensorFlow computes scalars such as decay rates in
#: float64; a float64 array is a mistake.
FORBIDDEN = {
    "select-and-scatter": r" select-and-scatter\(|stablehlo\.select_and_scatter",
    "scatter": r" scatter\((?!.*unique_indices=true)|stablehlo\.scatter(?!.*unique_indices = true)",
    "float64": r"\bf64\[\d|tensor<[\dx]+xf64>",
    "product of rounded factors": r"stablehlo\.(dot_general|convolution)\b(?!.*HIGHEST)",
    "call of the host": rf"custom.call.*(callback|py_func)| ({HOST})\(|stablehlo\.({HOST})\b",
}


def forbidden_in(text: str) -> dict[str, int]:
    """How often each forbidden operation occurs."""
    return dict(
        collections.Counter(
            name
            for name, pattern in FORBIDDEN.items()
            for line in text.splitlines()
            if re.search(pattern, line)
        )
    )


@pytest.mark.parametrize(("entry", "recipe"), STEPS)
@in_child
def test_a_step_is_made_of_what_a_gpu_can_compile_and_repeat(
    entry: Entry, recipe: Recipe, options: Options, monkeypatch: pytest.MonkeyPatch
) -> None:
    as_on_a_gpu(monkeypatch)
    text, variables = lowered(entry, recipe, options, monkeypatch)
    assert forbidden_in(text) == {}
    if options.backend == "tensorflow":
        assert [variable.path for variable in variables if variable.dtype == "int32"] == []


def test_a_product_of_rounded_factors_is_found() -> None:
    exact = "%2 = stablehlo.dot_general %0, %1, precision = [HIGHEST, HIGHEST] : ..."
    assert forbidden_in(exact) == {}
    assert forbidden_in(exact.replace("HIGHEST", "DEFAULT")) == {"product of rounded factors": 1}


@in_child
def test_what_is_forbidden_is_found(options: Options, monkeypatch: pytest.MonkeyPatch) -> None:
    """In the libraries' own max pooling and look-up, which our layers use without a GPU."""
    import keras

    def step(batch: Any) -> dict[str, Any]:
        def compute() -> Any:
            maps = keras.ops.take(table.value, batch["x"], axis=0)  # [n, 4, 4, 2]
            return keras.ops.mean(keras.layers.MaxPooling2D()(maps))

        loss, (gradient,) = driver.gradient(compute, [table])
        table.assign_sub(gradient)
        return {"loss": loss}

    table = keras.Variable(np.zeros((5, 4, 4, 2), "float32"))
    driver = backend.driver_class(options.backend)()
    driver.bind([table])
    data = {"x": driver.put(np.arange(5, dtype="int32"))}
    if options.backend == "tensorflow":
        with pytest.raises(ValueError, match="deterministic XLA implementation"):
            by_tensorflow(driver, step, data, 3)
    else:
        assert forbidden_in(by_jax(driver, step, data, 3)) == {"select-and-scatter": 1, "scatter": 1}


@in_child
def test_the_program_for_a_gpu_learns_what_that_for_a_processor_learns(options: Options) -> None:
    """Compiled by XLA as one loop, with pooling by slices: after three steps the weights agree."""
    entry = catalogue.load("lenet5_1998")
    recipe = next(recipe for recipe in catalogue.recipes(entry, "pocket") if recipe.name == "digits-relu")
    weights = []
    for gpu in (False, True):
        with pytest.MonkeyPatch.context() as patch:
            if gpu:
                as_on_a_gpu(patch)
            ready = bench(entry, dataclasses.replace(recipe, epochs=3), options)
            ready.reset(1)
            start = ready.driver.read()
            ready.train_leg(0, 3)
            weights.append(ready.driver.read())
    for before, one, other in zip(start, *weights, strict=True):
        assert not before.ndim or not np.array_equal(before, one)  # of scalars, the learning rate stays
        np.testing.assert_allclose(one, other, rtol=1e-4, atol=1e-6)
