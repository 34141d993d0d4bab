"""Chooses the program that is dispatched: one step or many, compiled by XLA or not.

The choice was measured on two processor cores, and `python -m benchmarks.speed` repeats the measurement.
A loop of steps compiled by XLA is fastest if the step is small, since it removes the cost of dispatching. But
on a processor XLA runs a convolution inside a compiled loop many times slower than the same step dispatched
alone, and TensorFlow's own kernels run convolutions faster than XLA's. In a recurrent net the cost of
dispatching comes once a time step: small nets run up to four times as fast compiled by XLA, large ones
slower.

On a GPU the loop removes the gaps between kernel launches. Its length is a constant, because a loop of
unknown length asks the host before each step whether there is one more. Neither choice for a GPU has been
measured yet.

For small nets on a processor, a loop whose body holds four steps is a sixth faster than one with a single
step, on either backend. Its compilation takes three times as long, which only pays in long runs.
"""

import math
from dataclasses import dataclass
from typing import Any, Literal, Protocol, get_args, runtime_checkable

#: The most steps in one program: more gain nothing, and the order of the examples takes memory.
MOST_STEPS = 20_000
#: A loop's body holds UNROLLED steps where that pays: nets of at most SMALL weight arrays in runs of at least
#: LONG steps.
UNROLLED, SMALL, LONG = 4, 12, 60_000
#: Multiplications in a time step, as examples in a batch times weights, from which TensorFlow's kernels run a
#: recurrent net faster than XLA's. At a twentieth XLA's are four times as fast, at 5 million they are slower.
LARGE = 2_000_000
#: The classes of Keras from which its convolutions descend.
CONVOLUTIONS = {"BaseConv", "BaseConvTranspose", "BaseDepthwiseConv", "BaseSeparableConv", "ConvLSTM"}


@dataclass(frozen=True)
class Choice:
    """`loop`: many steps in one program; `xla`: XLA compiles it; `constant`: one loop per number of steps."""

    loop: bool
    xla: bool
    constant: bool = False


#: What decides which program suits a layer: convolutions, or a loop over time steps that is differentiated.
Trait = Literal["convolution", "recurrence"]


@runtime_checkable
class WithTrait(Protocol):
    """A layer of ours that says how it computes, since the rule cannot tell from its class.

    A layer with `trait = "convolution"` convolves without being a subclass of Keras' convolutions; one with
    "recurrence" differentiates a loop over time steps without being a `keras.layers.RNN`. The trait decides
    whether XLA compiles a run's steps, and thus the last bits of its numbers.
    """

    trait: Trait


def traits(model: Any) -> set[Trait]:
    """The traits of a model's layers, nested ones included. Raises ValueError for one that is unknown."""
    of_layers: set[Trait] = set()
    for layer in layers(model):
        kinds = {base.__name__ for base in type(layer).__mro__}
        if kinds & CONVOLUTIONS:
            of_layers.add("convolution")
        if "RNN" in kinds:
            of_layers.add("recurrence")
        if isinstance(layer, WithTrait):
            if layer.trait not in get_args(Trait):
                known = " or ".join(map(repr, get_args(Trait)))
                name = getattr(layer, "name", layer)
                raise ValueError(f"layer {name} has the unknown trait {layer.trait!r}: make it {known}")
            of_layers.add(layer.trait)
    return of_layers


def layers(model: Any) -> list[Any]:
    """All layers of a model, nested ones included, itself first."""
    return list(model._flatten_layers()) if hasattr(model, "_flatten_layers") else [model]


def choose(backend: str, gpu: bool, of_model: set[Trait], multiplications: int) -> Choice:
    """The program for this backend, kind of device and these traits of the model.

    `multiplications` are the examples of a batch times the model's weights.
    """
    if gpu:
        return Choice(loop=True, xla=True, constant=True)
    if "convolution" in of_model:
        return Choice(loop=False, xla=backend == "jax")
    if "recurrence" in of_model and multiplications >= LARGE:
        return Choice(loop=True, xla=backend == "jax")
    return Choice(loop=True, xla=True)


def multiplications(model: Any, batch_size: int) -> int:
    """The examples of a batch times the trainable weights of a model."""
    return batch_size * sum(math.prod(weight.shape) for weight in model.trainable_variables)


def unrolled(choice: Choice, gpu: bool, weights: int, steps: int) -> int:
    """How many steps the loop's body holds, by the number of weight arrays and of steps of the run."""
    small_steps = choice.loop and choice.xla and not gpu and weights <= SMALL
    return UNROLLED if small_steps and steps >= LONG else 1
