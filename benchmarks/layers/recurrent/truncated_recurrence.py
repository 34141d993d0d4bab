"""A simple recurrent layer whose errors flow back through a few steps and no further."""

from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks.layers.recurrent.scan import scan


class TruncatedRecurrence(keras.layers.Layer):
    """Logistic units that see their own state of one step before: float [n, T, d] to [n, T, units].

    s(t) = sigmoid(W x(t) + U s(t-1)), from a state of `start`. A first pass computes the states step by step,
    without gradient; then each state is computed again from that of `through` steps before, which is held
    constant, all steps at once. So an error at a step changes the weights by what the last `through` steps
    contributed to it: truncated backpropagation through time (Williams and Peng 1990). 1 is Elman's learning.

    Weights start as Gaussian numbers of standard deviation `initial`. There are no biases.

    Source: T. Mikolov et al., Recurrent neural network based language model, Interspeech 2010, equations 1
    to 5.
    """

    trait = "recurrence"

    def __init__(
        self, units: int, through: int = 5, start: float = 0.1, initial: float = 0.1, **options: Any
    ) -> None:
        super().__init__(**options)
        self.units, self.through, self.start, self.initial = units, through, start, initial

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        self.kernel, self.recurrent_kernel = (
            self.add_weight(
                shape=(rows, self.units),
                initializer=keras.initializers.RandomNormal(stddev=self.initial),
                name=name,
            )
            for rows, name in ((input_shape[-1], "kernel"), (self.units, "recurrent_kernel"))
        )

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return (*input_shape[:-1], self.units)

    def call(self, x: Any, training: bool = False) -> Any:
        """The states at all steps."""
        net = ops.matmul(x, self.kernel)
        states = self._run(ops.stop_gradient(net), ops.stop_gradient(self.recurrent_kernel))
        if not training:
            return states
        steps = net.shape[1]
        # Before the first step the state stays at its start.
        padding = [[0, 0], [self.through, 0], [0, 0]]
        inputs = ops.pad(net, padding)
        begun = ops.cast(np.arange(steps + self.through) >= self.through, net.dtype)[None, :, None]
        state = ops.pad(states, padding, constant_values=self.start)[:, :steps]
        for back in range(self.through):
            now = slice(back + 1, back + 1 + steps)
            moved = ops.sigmoid(inputs[:, now] + ops.matmul(state, self.recurrent_kernel))
            state = begun[:, now] * moved + (1.0 - begun[:, now]) * state
        return state

    def _run(self, net: Any, recurrent_kernel: Any) -> Any:
        """The states at all steps, one after the other, without gradient."""

        def step(state: Any, net: Any) -> tuple[Any, Any]:
            state = ops.sigmoid(net + ops.matmul(state, recurrent_kernel))
            return state, state

        start = ops.full((ops.shape(net)[0], self.units), self.start, net.dtype)
        return ops.stop_gradient(scan(step, start, net)[1])

    def beginning(self) -> list[np.ndarray]:
        """The state before the first step, [1, units]."""
        return [np.full((1, self.units), self.start, np.float32)]

    def one_step(self, x: Any, state: list[Any]) -> tuple[Any, list[Any]]:
        """The state [n, units] for x [n, d], twice: it is what comes out, too."""
        moved = ops.sigmoid(
            ops.matmul(x, self.kernel) + ops.matmul(state[0], ops.convert_to_tensor(self.recurrent_kernel))
        )
        return moved, [moved]
