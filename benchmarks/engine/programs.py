"""Which program is dispatched: one step or many, compiled by XLA or not. A rule that was measured.

Measured on two processor cores; `python -m benchmarks.speed` repeats the measurement: a loop of steps
compiled by XLA is fastest wherever the step is small, since it removes the cost of dispatching; but XLA's
processor backend runs a convolution inside a compiled loop many times slower than the same step dispatched
alone, and TensorFlow's own kernels run convolutions and recurrent layers faster than XLA's. On a GPU the loop
is chosen because it removes the gaps between kernel launches; that choice has not been measured yet, nor is
how its length is given there: as a constant, since a GPU's loop asks the host before each step whether there
is one more, unless XLA knows the number of steps.

Where the net is small, a loop whose body holds four steps is a sixth faster on a processor than
one whose body holds a single one, on either backend; its compilation takes three times as long,
seconds that only a long run earns back.
"""

from dataclasses import dataclass
from typing import Any, Literal, Protocol, get_args, runtime_checkable

#: The most steps in one program: beyond that nothing is gained, and the order of the examples takes memory.
MOST_STEPS = 20_000
#: A loop's body holds UNROLLED steps where that pays: nets of at most SMALL weight arrays in runs of at least
#: LONG steps.
UNROLLED, SMALL, LONG = 4, 12, 60_000
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

    A layer with `trait = "convolution"` convolves, but descends from none of Keras' convolutions; one with
    "recurrence" differentiates a loop over time steps, but is no `keras.layers.RNN`. The trait decides
    whether XLA compiles a run's steps, and so the last bits of its numbers.
    """

    trait: Trait


def traits(model: Any) -> set[Trait]:
    """The traits of a model's layers, nested ones included. Raises ValueError for one that is unknown."""
    found: set[Trait] = set()
    for layer in layers(model):
        kinds = {base.__name__ for base in type(layer).__mro__}
        if kinds & CONVOLUTIONS:
            found.add("convolution")
        if "RNN" in kinds:
            found.add("recurrence")
        if isinstance(layer, WithTrait):
            if layer.trait not in get_args(Trait):
                known = " or ".join(map(repr, get_args(Trait)))
                raise ValueError(
                    f"layer {getattr(layer, 'name', layer)}: its trait is {layer.trait!r}; make it {known}"
                )
            found.add(layer.trait)
    return found


def layers(model: Any) -> list[Any]:
    """All layers of a model, nested ones included, itself first."""
    return list(model._flatten_layers()) if hasattr(model, "_flatten_layers") else [model]


def choose(backend: str, gpu: bool, found: set[Trait]) -> Choice:
    """The program for this backend, kind of device and these traits of the model."""
    if gpu:
        return Choice(loop=True, xla=True, constant=True)
    if "convolution" in found:
        return Choice(loop=False, xla=backend == "jax")
    if "recurrence" in found:
        return Choice(loop=True, xla=backend == "jax")
    return Choice(loop=True, xla=True)


def unrolled(choice: Choice, gpu: bool, weights: int, steps: int) -> int:
    """How many steps the loop's body holds, by the number of weight arrays and of steps of the run."""
    small_steps = choice.loop and choice.xla and not gpu and weights <= SMALL
    return UNROLLED if small_steps and steps >= LONG else 1
