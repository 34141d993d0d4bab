"""Which program is dispatched: what the rule sees of a model, and what it decides."""

from typing import Any

import pytest

from benchmarks.engine.programs import (
    LARGE,
    LONG,
    SMALL,
    UNROLLED,
    Choice,
    Trait,
    choose,
    multiplications,
    traits,
    unrolled,
)


def nested(layer: Any, shape: tuple[int, ...]) -> Any:
    """The layer inside a model inside a model."""
    import keras

    inner = keras.Sequential([keras.Input(shape), layer])
    return keras.Sequential([keras.Input(shape), keras.Sequential([keras.Input(shape), inner])])


CONVOLUTIONS = [
    "Conv1D",
    "Conv2D",
    "Conv2DTranspose",
    "DepthwiseConv2D",
    "SeparableConv2D",
    "SeparableConv1D",
    "Conv1DTranspose",
]


@pytest.mark.parametrize("kind", CONVOLUTIONS)
def test_convolutions_are_seen_however_deep_they_lie(kind: str, driver_class: Any) -> None:
    import keras

    named: dict[str, Any] = (
        {"kernel_size": 3} if kind.startswith("Depthwise") else {"filters": 2, "kernel_size": 3}
    )
    shape = (8, 8, 1) if "2D" in kind else (8, 1)
    assert traits(nested(getattr(keras.layers, kind)(**named), shape)) == {"convolution"}


def test_recurrence_is_seen_inside_wrappers(driver_class: Any) -> None:
    import keras

    layers = keras.layers
    assert traits(nested(layers.Bidirectional(layers.LSTM(2)), (4, 1))) == {"recurrence"}
    assert traits(
        nested(layers.RNN(layers.StackedRNNCells([layers.GRUCell(2), layers.GRUCell(2)])), (4, 1))
    ) == {"recurrence"}
    assert traits(nested(layers.TimeDistributed(layers.Conv1D(2, 2)), (4, 4, 1))) == {"convolution"}
    assert traits(nested(layers.ConvLSTM2D(1, 2), (2, 4, 4, 1))) == {"convolution", "recurrence"}


def test_our_own_layers_say_it_themselves(driver_class: Any) -> None:
    import keras

    class Sparse(keras.layers.Dense):
        trait = "convolution"

    class Unrolled(keras.layers.Dense):
        trait = "recurrence"

    assert traits(nested(Sparse(2), (3,))) == {"convolution"}
    assert traits(nested(Unrolled(2), (3,))) == {"recurrence"}
    assert traits(nested(keras.layers.Dense(2), (3,))) == set()
    assert traits(Sparse(2)) == {"convolution"}, "a layer alone is a model"
    misspelt = Sparse(2, name="mine")
    misspelt.trait = "convolutional"
    with pytest.raises(
        ValueError, match="layer mine has the unknown trait 'convolutional': make it 'convolution' or"
    ):
        traits(misspelt)


@pytest.mark.parametrize("backend", ["tensorflow", "jax"])
@pytest.mark.parametrize("found", [set(), {"convolution"}, {"recurrence"}, {"convolution", "recurrence"}])
@pytest.mark.parametrize("size", [0, LARGE])
def test_the_rule_is_the_measured_one(backend: str, found: set[Trait], size: int) -> None:
    """On a GPU one loop for all; on a processor no convolution inside a loop that XLA compiles."""
    assert choose(backend, True, found, size) == Choice(loop=True, xla=True, constant=True)
    choice = choose(backend, False, found, size)
    assert not ("convolution" in found and choice.loop and choice.xla)
    assert choice.xla or backend == "tensorflow", "JAX has no other compiler"
    if not found:
        assert choice == Choice(loop=True, xla=True)


def test_only_long_loops_of_small_nets_on_a_processor_are_unrolled() -> None:
    loop = Choice(loop=True, xla=True)
    assert unrolled(loop, False, SMALL, LONG) == UNROLLED
    others = [
        (loop, True, 4, LONG),
        (loop, False, SMALL + 1, LONG),
        (loop, False, 4, LONG - 1),
        (Choice(True, False), False, 4, LONG),
    ]
    assert {unrolled(*other) for other in others} == {1}


@pytest.mark.parametrize(("units", "small"), [(8, True), (128, False)])
def test_tensorflows_own_kernels_run_large_recurrent_nets(units: int, small: bool, driver_class: Any) -> None:
    import keras

    net = keras.Sequential([keras.Input((100, 32)), keras.layers.LSTM(units), keras.layers.Dense(10)])
    # Four gates of `units` cells that see 32 inputs, themselves and a bias; ten outputs.
    weights = 4 * units * (32 + units + 1) + 10 * (units + 1)
    assert multiplications(net, 64) == 64 * weights
    assert choose("tensorflow", False, traits(net), 64 * weights).xla == small
    assert choose("jax", False, traits(net), 64 * weights).xla
