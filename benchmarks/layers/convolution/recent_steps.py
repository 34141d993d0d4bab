"""What a sequence was at the last few steps, side by side."""

from typing import Any

import keras

from benchmarks.layers.convolution.time_delay import delayed


class RecentSteps(keras.layers.Layer):
    """Each step next to the `steps` - 1 before it, the earliest first: [n,T,c] to [n,T,steps*c].

    Before the first step there are zeros.
    """

    def __init__(self, steps: int, **options: Any) -> None:
        super().__init__(**options)
        self.steps = steps

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return (*input_shape[:-1], self.steps * input_shape[-1])

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        return delayed(x, self.steps, causal=True)
