"""Long short-term memory as it has been used since about 2013: forget gates, no peepholes, full gradients."""

from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks.layers.recurrent.scan import scan


class LSTM(keras.layers.Layer):
    """A layer of cells: float [n, T, d] to its outputs [n, T, units].

    i, f, o = sigmoid(W x + U h + b), g = tanh(W x + U h + b), c' = f c + i g, h' = o tanh(c'). Columns of the
    weights are in the order i, f, g, o. Weights start uniform on [-initial, initial], as do biases, except
    that those of the forget gates are `forget_bias` unless it is None. While learning, `recurrent_dropout`
    is the share of h that is set to zero at each step anew, before U sees it. With `return_state`, h and c
    [n, units] after the last step are returned as well.

    Sources: S. Hochreiter, J. Schmidhuber 1997, with the forget gate of F. Gers et al. 2000.
    """

    trait = "recurrence"

    def __init__(
        self,
        units: int,
        initial: float = 0.1,
        forget_bias: float | None = None,
        recurrent_dropout: float = 0.0,
        return_state: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.units, self.initial, self.forget_bias = units, initial, forget_bias
        self.recurrent_dropout, self.return_state = recurrent_dropout, return_state
        self.seed_generator = keras.random.SeedGenerator() if recurrent_dropout else None

    def build(self, x_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""

        def uniform() -> Any:
            """An initialiser of one weight: from the same one, all would begin with the same numbers."""
            return keras.initializers.RandomUniform(-self.initial, self.initial)

        def biases(shape: tuple[int, ...], dtype: Any = None) -> Any:
            start = uniform()(shape, dtype)
            if self.forget_bias is None:
                return start
            forget = ops.full((self.units,), self.forget_bias, dtype)
            return ops.concatenate([start[: self.units], forget, start[2 * self.units :]])

        self.kernel = self.add_weight(
            shape=(x_shape[-1], 4 * self.units), initializer=uniform(), name="kernel"
        )
        self.recurrent_kernel = self.add_weight(
            shape=(self.units, 4 * self.units), initializer=uniform(), name="recurrent_kernel"
        )
        self.bias = self.add_weight(shape=(4 * self.units,), initializer=biases, name="bias")

    def compute_output_spec(
        self, x: Any, h: Any = None, c: Any = None, present: Any = None, training: bool = False
    ) -> Any:
        """The shapes of what is returned."""
        outputs = keras.KerasTensor((*x.shape[:-1], self.units), dtype=self.compute_dtype)
        # Not one tensor twice: what a functional model names h would come back as c.
        h, c = (keras.KerasTensor((x.shape[0], self.units), dtype=self.compute_dtype) for _ in range(2))
        return (outputs, h, c) if self.return_state else outputs

    def call(self, x: Any, h: Any = None, c: Any = None, present: Any = None, training: bool = False) -> Any:
        """The cells' outputs at all steps, from the state `h` and `c` [n, units], zeros if None.

        Steps where `present`, bool [n, T], is False leave the state as it is.
        """
        net = ops.matmul(x, self.kernel) + self.bias
        sequences = {"net": net}
        if training and self.recurrent_dropout:
            ones = ops.ones_like(net[..., : self.units])
            sequences["kept"] = keras.random.dropout(ones, self.recurrent_dropout, seed=self.seed_generator)
        if h is None:
            h = c = ops.zeros((ops.shape(x)[0], self.units), net.dtype)
        (h, c), outputs = scan(self._step, (h, c), sequences, mask=present)
        return (outputs, h, c) if self.return_state else outputs

    def _step(self, carry: tuple[Any, Any], now: dict[str, Any]) -> tuple[tuple[Any, Any], Any]:
        h, c = carry
        seen = h * now["kept"] if "kept" in now else h
        i, f, g, o = ops.split(now["net"] + ops.matmul(seen, self.recurrent_kernel), 4, axis=-1)
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
        h = ops.sigmoid(o) * ops.tanh(c)
        return (h, c), h

    def beginning(self) -> list[np.ndarray]:
        """Outputs and cells before the first step: zeros [1, units]."""
        return [np.zeros((1, self.units), np.float32) for _ in range(2)]

    def one_step(self, x: Any, state: list[Any]) -> tuple[Any, list[Any]]:
        """The outputs [n, units] for x [n, d], and the next outputs and cells."""
        net = ops.matmul(x, self.kernel) + self.bias
        (h, c), _ = self._step((state[0], state[1]), {"net": net})
        return h, [h, c]
