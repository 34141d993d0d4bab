"""The hidden layer of Elman's simple recurrent network, which sees its own activations of one step before."""

from collections.abc import Callable
from typing import Any

import keras
from keras import ops

from benchmarks.layers.recurrent.scan import scan


class ContextUnits(keras.layers.Layer):
    """Logistic hidden units with context: float [n, T, d] to float [n, T, units].

    The context units hold the hidden units' activations of one step before, and start at `start`. As in
    the paper, learning treats them as inputs: the weights from them change, and no error flows through
    them to earlier steps. A first pass computes the activations step by step; all steps are then
    differentiated at once. With `through_time`, errors flow back through the copies to the first step:
    backpropagation through time (Rumelhart, Hinton, Williams 1986).

    Weights start uniform on [-initial, initial].

    Source: J. L. Elman, Finding structure in time, Cognitive Science 14, 1990.
    """

    def __init__(
        self,
        units: int,
        initial: float = 0.1,
        start: float = 0.5,
        through_time: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.units, self.initial, self.start, self.through_time = units, initial, start, through_time

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""

        def uniform() -> Any:
            """An initialiser of one weight: from the same one, all would begin with the same numbers."""
            return keras.initializers.RandomUniform(-self.initial, self.initial)

        self.kernel = self.add_weight(
            shape=(input_shape[-1], self.units), initializer=uniform(), name="kernel"
        )
        self.context_kernel = self.add_weight(
            shape=(self.units, self.units), initializer=uniform(), name="context_kernel"
        )
        self.bias = self.add_weight(shape=(self.units,), initializer=uniform(), name="bias")

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return (*input_shape[:-1], self.units)

    def call(self, x: Any, training: bool = False) -> Any:
        """The hidden units' activations at all steps, float [n, T, units]."""
        net = ops.matmul(x, self.kernel) + self.bias
        hidden = self._run(ops.stop_gradient(net), ops.stop_gradient(self.context_kernel))
        if not training:
            return hidden
        context = ops.concatenate([ops.full_like(hidden[:, :1], self.start), hidden[:, :-1]], axis=1)
        if self.through_time:
            return _through_time(net, self.context_kernel + 0.0, hidden, context)
        return ops.sigmoid(net + ops.matmul(context, self.context_kernel))

    def _run(self, net: Any, context_kernel: Any) -> Any:
        """The activations at all steps, one step after the other, [n, T, units], without gradient."""

        def step(context: Any, net: Any) -> tuple[Any, Any]:
            hidden = ops.sigmoid(net + ops.matmul(context, context_kernel))
            return hidden, hidden

        start = ops.full((ops.shape(net)[0], self.units), self.start, net.dtype)
        return ops.stop_gradient(scan(step, start, net)[1])


@ops.custom_gradient
def _through_time(
    net: Any, context_kernel: Any, hidden: Any, context: Any
) -> tuple[Any, Callable[..., tuple[Any, ...]]]:
    """`hidden` [n, T, units] = sigmoid(net + context @ context_kernel), with its gradient through time."""

    def gradient(*arguments: Any, upstream: Any = None) -> tuple[Any, ...]:
        error = upstream if upstream is not None else arguments[0]

        def step(later: Any, now: tuple[Any, Any]) -> tuple[Any, Any]:
            error, hidden = now
            delta = (error + ops.matmul(later, ops.transpose(context_kernel))) * hidden * (1.0 - hidden)
            return delta, delta

        _, delta = scan(step, ops.zeros_like(error[:, 0]), (error, hidden), reverse=True)
        return (
            delta,
            ops.einsum("ntc,ntd->cd", context, delta),
            ops.zeros_like(hidden),
            ops.zeros_like(context),
        )

    return hidden, gradient
