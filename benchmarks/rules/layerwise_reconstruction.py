"""Greedy learning without labels: one layer learns to reconstruct what the layers below make of the data.

Bengio, Lamblin, Popovici, Larochelle, "Greedy layer-wise training of deep networks" (2007); with corrupted
inputs Vincent et al., "Stacked denoising autoencoders", JMLR 11 (2010).
"""

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Protocol, runtime_checkable

from keras import ops

from benchmarks.rules import backpropagation
from benchmarks.rules.protocol import Context


@runtime_checkable
class Reconstructs(Protocol):
    """A layer that can draw its own input."""

    def reconstruction_error(self, x: Any, training: bool) -> Any:
        """How far the reconstruction of x [n, inputs] is from it, [n]."""
        ...


class Learner(backpropagation.Learner):
    """Descends the reconstruction error of the layer that the stage names; layers below do not change.

    The model is a stack of layers, and those below are called as when it is used: without noise.
    """

    def __init__(self, context: Context) -> None:
        part = context.part
        if not isinstance(part, Reconstructs):
            raise ValueError(
                f"layerwise_reconstruction trains a layer that reconstructs its input, and"
                f" {type(part).__name__} does not: name a DenoisingLayer in the `trains` of stage"
                f" {context.stage.name!r}"
            )
        below = context.model.layers[: context.model.layers.index(part)]

        def loss(model: Any, batch: Mapping[str, Any], training: bool) -> Any:
            x = batch["x"]
            for layer in below:
                x = layer(x)
            return ops.mean(part.reconstruction_error(x, training))

        super().__init__(replace(context, loss=loss))
