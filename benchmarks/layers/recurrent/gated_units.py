"""Gated hidden units (GRU): those of an encoder, and those of a decoder that looks back at its source."""

from typing import Any

import keras
from keras import ops

from benchmarks.layers.recurrent.scan import scan


def advance(net: Any, state: Any, recurrent_kernel: Any) -> Any:
    """The next state of gated units: net inputs [n, 3 * units] and state [n, units] to [n, units].

    The columns are those of the update gate z, the reset gate r and the candidate: s' = (1 - z) s + z
    tanh(net + U (r s)), with gates sigmoid(net + U s). Bahdanau, Cho, Bengio 2014, appendix A.1.1.
    """
    units = state.shape[-1]
    kernel = ops.convert_to_tensor(recurrent_kernel)
    gates = ops.sigmoid(net[:, : 2 * units] + ops.matmul(state, kernel[:, : 2 * units]))
    z, r = gates[:, :units], gates[:, units:]
    candidate = ops.tanh(net[:, 2 * units :] + ops.matmul(r * state, kernel[:, 2 * units :]))
    return (1.0 - z) * state + z * candidate


def three_orthogonal(shape: tuple[int, int], dtype: Any = None) -> Any:
    """Three random orthogonal matrices side by side (appendix B.1)."""
    rows, columns = shape
    return ops.concatenate(
        [keras.initializers.Orthogonal()((rows, columns // 3), dtype) for _ in range(3)], axis=1
    )


class GatedUnits(keras.layers.Layer):
    """A recurrent layer of gated units: float [n, T, d] to float [n, T, units].

    With `backwards` it reads from the last step to the first; outputs stay in the order of the inputs.
    Recurrent weights start as orthogonal matrices, the others normal of deviation `initial`, biases at 0.
    """

    def __init__(self, units: int, backwards: bool = False, initial: float = 0.01, **options: Any) -> None:
        super().__init__(**options)
        self.units, self.backwards, self.initial = units, backwards, initial

    def build(self, x_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        self.kernel = self.add_weight(
            shape=(x_shape[-1], 3 * self.units),
            initializer=keras.initializers.RandomNormal(stddev=self.initial),
            name="kernel",
        )
        self.recurrent_kernel = self.add_weight(
            shape=(self.units, 3 * self.units), initializer=three_orthogonal, name="recurrent_kernel"
        )
        self.bias = self.add_weight(shape=(3 * self.units,), initializer="zeros", name="bias")

    def compute_output_spec(self, x: Any, present: Any = None) -> Any:
        """The shapes of the outputs."""
        last = keras.KerasTensor((x.shape[0], self.units), dtype=self.compute_dtype)
        return keras.KerasTensor((*x.shape[:-1], self.units), dtype=self.compute_dtype), last

    def call(self, x: Any, present: Any = None) -> tuple[Any, Any]:
        """The states at all steps [n, T, units], and the state [n, units] at the end.

        Steps where `present`, bool [n, T], is False leave the state as it is.
        """
        net = ops.matmul(x, self.kernel) + self.bias

        def step(state: Any, net: Any) -> tuple[Any, Any]:
            state = advance(net, state, self.recurrent_kernel)
            return state, state

        start = ops.zeros((ops.shape(x)[0], self.units), net.dtype)
        last, states = scan(step, start, net, reverse=self.backwards, mask=present)
        return states, last


class AligningUnits(keras.layers.Layer):
    """Gated units that see, at each step, a weighted mean of annotations: the decoder of appendix A.2.2.

    With annotations a(j), the weights of step i are a softmax over j of v tanh(W s(i-1) + U a(j)), and the
    mean by these weights is the context c(i), a third input of the gated units besides y(i) and s(i-1).
    `alignment` is the number of hidden units in that tanh. With None there are no weights: the one
    annotation is the context of all steps, as in the RNN Encoder-Decoder of Cho et al. 2014.
    """

    def __init__(self, units: int, alignment: int | None, initial: float = 0.01, **options: Any) -> None:
        super().__init__(**options)
        self.units, self.alignment, self.initial = units, alignment, initial

    def build(self, y_shape: tuple[Any, ...], annotations_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of these shapes."""

        def normal(name: str, shape: tuple[int, int], deviation: float) -> Any:
            return self.add_weight(
                shape=shape, initializer=keras.initializers.RandomNormal(stddev=deviation), name=name
            )

        self.kernel = normal("kernel", (y_shape[-1], 3 * self.units), self.initial)
        self.context_kernel = normal("context_kernel", (annotations_shape[-1], 3 * self.units), self.initial)
        self.recurrent_kernel = self.add_weight(
            shape=(self.units, 3 * self.units), initializer=three_orthogonal, name="recurrent_kernel"
        )
        self.bias = self.add_weight(shape=(3 * self.units,), initializer="zeros", name="bias")
        if self.alignment:
            # A tenth of the other weights' deviation: 0.001 in appendix B.1.
            self.from_state = normal("from_state", (self.units, self.alignment), self.initial / 10)
            self.from_annotations = normal(
                "from_annotations", (annotations_shape[-1], self.alignment), self.initial / 10
            )
            self.v = self.add_weight(shape=(self.alignment,), initializer="zeros", name="v")

    def compute_output_spec(self, y: Any, annotations: Any, present: Any, state: Any) -> Any:
        """The shapes of the outputs."""
        return tuple(
            keras.KerasTensor((*y.shape[:2], width), dtype=self.compute_dtype)
            for width in (self.units, annotations.shape[-1], annotations.shape[1])
        )

    def keys(self, annotations: Any) -> Any:
        """What the annotations contribute to the alignment, once for all steps: [n, S, alignment]."""
        return ops.matmul(annotations, self.from_annotations) if self.alignment else annotations

    def call(self, y: Any, annotations: Any, present: Any, state: Any) -> tuple[Any, Any, Any]:
        """One step for each of y [n, T, d], from the first `state` [n, units].

        Of the annotations [n, S, a] those count that are `present`, bool [n, S]. Returns the state
        before each step [n, T, units], the contexts [n, T, a] and the weights [n, T, S].
        """
        keys = self.keys(annotations)
        net = ops.matmul(y, self.kernel) + self.bias

        def step(state: Any, net: Any) -> tuple[Any, Any]:
            after, context, weights = self._advance(net, annotations, keys, present, state)
            return after, (state, context, weights)

        return scan(step, state, net)[1]

    def step(self, y: Any, annotations: Any, keys: Any, present: Any, state: Any) -> tuple[Any, Any, Any]:
        """One step alone: y [n, d] to the state after it, its context and its weights."""
        net = ops.matmul(y, self.kernel) + self.bias
        return self._advance(net, annotations, keys, present, state)

    def _advance(self, net: Any, annotations: Any, keys: Any, present: Any, state: Any) -> Any:
        if self.alignment:
            hidden = ops.tanh(ops.matmul(state, self.from_state)[:, None] + keys)
            scores = ops.matmul(hidden, ops.convert_to_tensor(self.v)[:, None])[..., 0]
            weights = ops.softmax(ops.where(present, scores, ops.cast(-1e9, scores.dtype)))
            context = ops.sum(weights[..., None] * annotations, axis=1)
        else:
            weights, context = ops.ones_like(annotations[..., 0]), annotations[:, 0]
        net = net + ops.matmul(context, self.context_kernel)
        return advance(net, state, self.recurrent_kernel), context, weights
