"""The LSTM as everybody has used it since 2013, trained by backpropagation through time."""

from typing import Any

import keras
from keras import ops

from benchmarks.layers.recurrent.scan import scan


class LSTM(keras.layers.Layer):
    """Memory cells with input, forget and output gates: float [n, T, d] to float [n, T, cells].

    With the sigmoid function s: c(t) = s(f) c(t-1) + s(i) tanh(g) and h(t) = s(o) tanh(c(t)), where i, f, g
    and o are each affine in x(t) and h(t-1). Columns of the weights are in the order i, f, g, o. All
    weights, biases included, start uniform on [-initial, initial].

    Sources: S. Hochreiter, J. Schmidhuber 1997, with the forget gate of F. Gers et al. 2000, without the
    peepholes of A. Graves 2013.
    """

    def __init__(self, cells: int, initial: float = 0.08, **options: Any) -> None:
        super().__init__(**options)
        self.cells, self.initial = cells, initial

    def build(self, x_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""

        def weight(name: str, *shape: int) -> Any:
            """An initialiser of its own for each: from one, all would begin with the same numbers."""
            return self.add_weight(
                shape=(*shape, 4 * self.cells),
                initializer=keras.initializers.RandomUniform(-self.initial, self.initial),
                name=name,
            )

        self.kernel = weight("kernel", x_shape[-1])
        self.recurrent_kernel = weight("recurrent_kernel", self.cells)
        self.bias = weight("bias")

    def compute_output_spec(self, x: Any, h: Any = None, c: Any = None, present: Any = None) -> Any:
        """The shapes of the outputs."""
        last = keras.KerasTensor((x.shape[0], self.cells), dtype=self.compute_dtype)
        return keras.KerasTensor((*x.shape[:-1], self.cells), dtype=self.compute_dtype), last, last

    def call(self, x: Any, h: Any = None, c: Any = None, present: Any = None) -> tuple[Any, Any, Any]:
        """h at all steps [n, T, cells], and h and c [n, cells] after the last one.

        `h` and `c` are the state to begin with, zero if None. Steps where `present`, bool [n, T], is False
        leave the state as it is.
        """
        net = self._net(x)
        if h is None:
            h = c = ops.zeros((ops.shape(x)[0], self.cells), net.dtype)

        def step(state: tuple[Any, Any], net: Any) -> tuple[tuple[Any, Any], Any]:
            h, c = self._advance(net, *state)
            return (h, c), h

        (h, c), outputs = scan(step, (h, c), net, mask=present)
        return outputs, h, c

    def step(self, x: Any, h: Any, c: Any) -> tuple[Any, Any]:
        """One step alone: x [n, d] and the state [n, cells] to the next state."""
        return self._advance(self._net(x), h, c)

    def _net(self, x: Any) -> Any:
        """What the inputs and biases contribute to all net inputs, for all steps at once."""
        return ops.matmul(x, self.kernel) + self.bias

    def _advance(self, net: Any, h: Any, c: Any) -> tuple[Any, Any]:
        i, f, g, o = ops.split(net + ops.matmul(h, self.recurrent_kernel), 4, axis=-1)
        c = ops.sigmoid(f) * c + ops.sigmoid(i) * ops.tanh(g)
        return ops.sigmoid(o) * ops.tanh(c), c
