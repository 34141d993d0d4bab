"""Contenders are compared fairly: the same nets, the same loss, and counts by hand."""

import importlib.util
from collections.abc import Callable, Iterator
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from benchmarks.engine import backend
from benchmarks.speed.workloads import WORKLOADS
from tests.engine.conftest import NAME

#: Trainable weights, counted by hand. LeNet-5's 61,706 are those of the common form; ResNet-20's 0.27
#: million are those of He et al. 2015, table 6.
PARAMETERS = {
    "mlp": 784 * 300 + 300 + 300 * 10 + 10,
    "lenet5": 61_706,
    "lstm": 4 * 128 * (32 + 128 + 1) + 128 * 10 + 10,
    "resnet20": 9 * (3 * 16 + 6 * 16**2 + 16 * 32 + 5 * 32**2 + 32 * 64 + 5 * 64**2)
    + 2 * (7 * 16 + 6 * 32 + 6 * 64)
    + 64 * 10
    + 10,
    "transformer": (1000 + 128) * 128
    + 2 * (4 * (128**2 + 128) + 2 * 2 * 128 + 128 * 512 + 512 + 512 * 128 + 128)
    + 128 * 10
    + 10,
}


@pytest.fixture(scope="module")
def build() -> Callable[[str], Any]:
    """Makes the Keras net of a workload, with weights that are neither all zero nor all one."""
    backend.prepare(NAME, "float32")
    backend.start(NAME, "float32")
    import keras

    from benchmarks.speed import keras_models

    def made(name: str) -> Any:
        keras.utils.set_random_seed(1)
        model = keras_models.build(name)
        random = np.random.default_rng(2)
        for weight in model.trainable_variables:
            weight.assign(np.asarray(weight.value) + 0.1 * random.random(weight.shape).astype("float32"))
        return model

    return made


def few(name: str) -> dict[str, np.ndarray]:
    return {key: value[:4] for key, value in WORKLOADS[name].data().items()}


@pytest.mark.parametrize("name", WORKLOADS)
def test_the_nets_in_keras_have_the_parameters_of_their_papers(name: str, build: Any) -> None:
    model = build(name)
    assert sum(int(np.prod(weight.shape)) for weight in model.trainable_variables) == PARAMETERS[name]
    assert model.input_shape == (None, *WORKLOADS[name].shape)
    assert model.output_shape == (None, WORKLOADS[name].classes)


@pytest.mark.parametrize("name", ["mlp", "lenet5"])
def test_the_engine_and_fit_minimise_the_same_loss(name: str, build: Any) -> None:
    import keras

    from benchmarks.tasks import classification

    model, batch = build(name), few(name)
    ours = float(classification.loss(model, batch, True))
    theirs = float(
        keras.losses.SparseCategoricalCrossentropy(from_logits=True)(batch["y"], model(batch["x"]))
    )
    logits = np.asarray(keras.ops.convert_to_numpy(model(batch["x"])), "float64")
    logits -= logits.max(axis=1, keepdims=True)
    by_hand = np.mean(np.log(np.exp(logits).sum(1)) - logits[np.arange(4), batch["y"]])
    assert ours == pytest.approx(by_hand, rel=1e-5)
    assert theirs == pytest.approx(by_hand, rel=1e-5)


@pytest.mark.parametrize("name", WORKLOADS)
def test_jax_by_hand_has_the_nets_of_the_engine(name: str, build: Any) -> None:
    """With the same weights the same logits; the weights of the net by hand are as many."""
    if not importlib.util.find_spec("jax"):
        pytest.skip("jax is not installed")
    import jax
    import keras

    from benchmarks.speed import jax_loop

    make = {
        "mlp": jax_loop._mlp,
        "lenet5": jax_loop._lenet5,
        "lstm": jax_loop._lstm,
        "resnet20": jax_loop._resnet20,
        "transformer": jax_loop._transformer,
    }[name]
    made, forward = make(iter(jax.random.split(jax.random.key(0), 64)))
    state = made.pop("_state", None) if isinstance(made, dict) else None
    assert sum(leaf.size for leaf in jax.tree.leaves(made)) == PARAMETERS[name]

    model, x = build(name), few(name)["x"]
    values = iter([np.asarray(weight.value) for weight in model.trainable_variables])
    given = GIVEN[name](values)
    assert [leaf.shape for leaf in jax.tree.leaves(given)] == [leaf.shape for leaf in jax.tree.leaves(made)]
    by_hand, _ = forward(given, state, x)
    logits = keras.ops.convert_to_numpy(model(x, training=True))
    np.testing.assert_allclose(np.asarray(by_hand), logits, rtol=1e-4, atol=1e-4)


def dense(values: Iterator[np.ndarray], shape: tuple[int, ...] | None = None) -> dict[str, np.ndarray]:
    """The next kernel and bias, as matrix and vector."""
    kernel, bias = next(values), next(values)
    return {"w": kernel.reshape(shape or kernel.shape), "b": bias.reshape(-1)}


def normalisation(values: Iterator[np.ndarray]) -> dict[str, np.ndarray]:
    return {"scale": next(values), "shift": next(values)}


def lenet5(values: Iterator[np.ndarray]) -> dict[str, Any]:
    kernels = {name: next(values) for name in ("c1", "b1", "c2", "b2")}
    return {**kernels, "dense": [dense(values) for _ in range(3)]}


def transformer(values: Iterator[np.ndarray]) -> dict[str, Any]:
    net: dict[str, Any] = {"embedding": next(values), "positions": next(values), "layers": []}
    for _ in range(2):
        # Keras' attention has its weights in the order query, key, value, output.
        layer = {name: dense(values, (128, 128)) for name in ("q", "k", "v", "o")}
        layer["n1"] = normalisation(values)
        layer |= {name: dense(values) for name in ("up", "down")}
        net["layers"].append({**layer, "n2": normalisation(values)})
    return {**net, "out": dense(values)}


#: How the weights of the Keras nets, in order, are those of the nets by hand.
GIVEN: dict[str, Callable[[Iterator[np.ndarray]], Any]] = {
    "mlp": lambda values: [dense(values), dense(values)],
    "lenet5": lenet5,
    "lstm": lambda values: {"w": next(values), "u": next(values), "b": next(values), "out": dense(values)},
    "resnet20": lambda values: {
        "convolutions": [{"w": next(values), **normalisation(values)} for _ in range(19)],
        "out": dense(values),
    },
    "transformer": transformer,
}


def test_the_fastest_candidate_is_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    from benchmarks.speed import contenders

    clock = 0.0

    def takes(seconds: float) -> Callable[[], None]:
        def train() -> None:
            nonlocal clock
            clock += seconds

        return train

    monkeypatch.setattr(contenders.time, "perf_counter", lambda: clock)
    slow, fast, hopeless = takes(2.0), takes(1.0), takes(1000.0)
    assert contenders.fastest([slow, fast, hopeless]) is fast
    assert contenders.fastest([fast, slow]) is fast


@pytest.mark.parametrize(
    ("capability", "rounds"),
    [("8.0", True), ("10.0", True), ("7.5", False), ("gfx90a", False), (None, False)],
)
def test_hand_written_jax_rounds_to_tf32_where_the_engine_does(
    monkeypatch: pytest.MonkeyPatch, capability: str | None, rounds: bool
) -> None:
    """AMD's GPUs have a capability that is no number, processors have none."""
    jax = pytest.importorskip("jax")
    from benchmarks.engine import jax_driver
    from benchmarks.speed import jax_loop

    device = SimpleNamespace(**({"compute_capability": capability} if capability else {}))
    monkeypatch.setattr(jax, "devices", lambda: [device])
    assert jax_loop.has_tf32() == jax_driver.Driver.has_tf32() == rounds
