"""Jordan's recurrence: state units that remember what the net has put out, and forget it bit by bit."""

from typing import Any

import keras
from keras import ops

from benchmarks.layers.recurrent.scan import scan


class StateUnits(keras.layers.Layer):
    """Logistic hidden and output units with state: float [n, T, d] to the outputs, float [n, T, outputs].

    There is a state unit for each output: s(t) = decay * s(t-1) + output(t-1), and s(0) = 0. Hidden units see
    the inputs and the state units, outputs the hidden units. The connections to the state units are fixed,
    and learning takes the states for inputs: no error flows through them to earlier steps. A first pass
    computes the outputs step by step; all steps are then differentiated at once.

    Weights start uniform on [-initial, initial].

    Source: M. I. Jordan, Serial order: a parallel distributed processing approach, UCSD, 1986.
    """

    def __init__(
        self, hidden: int, outputs: int, decay: float = 0.5, initial: float = 0.5, **options: Any
    ) -> None:
        super().__init__(**options)
        self.hidden, self.outputs, self.decay, self.initial = hidden, outputs, decay, initial

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""

        def weight(shape: tuple[int, ...], name: str) -> Any:
            uniform = keras.initializers.RandomUniform(-self.initial, self.initial)
            return self.add_weight(shape=shape, initializer=uniform, name=name)

        self.kernel = weight((input_shape[-1], self.hidden), "kernel")
        self.state_kernel = weight((self.outputs, self.hidden), "state_kernel")
        self.bias = weight((self.hidden,), "bias")
        self.output_kernel = weight((self.hidden, self.outputs), "output_kernel")
        self.output_bias = weight((self.outputs,), "output_bias")

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return (*input_shape[:-1], self.outputs)

    def call(self, x: Any, training: bool = False) -> Any:
        """The outputs at all steps, float [n, T, outputs]."""
        net = ops.matmul(x, self.kernel) + self.bias
        outputs, states = self._run(ops.stop_gradient(net))
        if not training:
            return outputs
        hidden = ops.sigmoid(net + ops.matmul(states, self.state_kernel))
        return ops.sigmoid(ops.matmul(hidden, self.output_kernel) + self.output_bias)

    def watch(self, x: Any) -> tuple[Any, Any]:
        """Outputs and states at all steps, both float [n, T, outputs]."""
        return self._run(ops.matmul(x, self.kernel) + self.bias)

    def _run(self, net: Any) -> tuple[Any, Any]:
        """What `watch` returns, computed one step after the other, without gradient."""
        state_kernel, output_kernel, output_bias = map(
            ops.stop_gradient, (self.state_kernel, self.output_kernel, self.output_bias)
        )

        def step(states: Any, net: Any) -> tuple[Any, Any]:
            hidden = ops.sigmoid(net + ops.matmul(states, state_kernel))
            outputs = ops.sigmoid(ops.matmul(hidden, output_kernel) + output_bias)
            return self.decay * states + outputs, (outputs, states)

        start = ops.zeros((ops.shape(net)[0], self.outputs), net.dtype)
        outputs, states = scan(step, start, net)[1]
        return ops.stop_gradient(outputs), ops.stop_gradient(states)
