"""Blocks of Transformers that read one sequence: an encoder or a decoder alone.

Vaswani et al., "Attention is all you need" (2017), without the attention from one sequence to another. The
normalisation stands behind each sub-layer, as there, in GPT and in BERT, or before it, as in GPT-2 and in the
vision Transformer. Tensors are float [n, t, width]: n examples, t positions.
"""

import math
from typing import Any

import keras
from keras import ops

from benchmarks.layers.look_up import rows

#: Stands for minus infinity before a softmax: finite, so that a row in which all is forbidden is not NaN.
FORBIDDEN = -1e9


def normal(spread: float | None) -> Any:
    """A fresh initialiser: normal with this standard deviation, or Glorot's uniform one if it is None."""
    if spread is None:
        return keras.initializers.GlorotUniform()
    return keras.initializers.RandomNormal(stddev=spread)


@keras.saving.register_keras_serializable("benchmarks")
class SelfAttention(keras.layers.Layer):
    """Each position looks at all, or, if `causal`, at itself and earlier ones: [n, t, width] to the same.

    Queries, keys and values of all heads come from one product. The backend's fused attention is used, except
    in training with `dropout`, which leaves out weights of the attention.
    """

    def __init__(
        self,
        width: int,
        heads: int,
        causal: bool,
        dropout: float = 0.0,
        bias: bool = True,
        spread: float | None = 0.02,
        residual_spread: float | None = 0.02,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        if width % heads:
            raise ValueError(f"width {width} is not divisible by {heads} heads; choose a multiple")
        self.width, self.heads, self.causal, self.rate, self.bias = width, heads, causal, dropout, bias
        self.spread, self.residual_spread = spread, residual_spread
        # Glorot's bound for each of the three, which stand side by side in one matrix.
        glorot = keras.initializers.VarianceScaling(2.0, "fan_avg", "uniform")
        start = glorot if spread is None else normal(spread)
        self.inward = keras.layers.Dense(3 * width, use_bias=bias, kernel_initializer=start, name="inward")
        self.outward = keras.layers.Dense(
            width, use_bias=bias, kernel_initializer=normal(residual_spread), name="outward"
        )
        self.dropout = keras.layers.Dropout(dropout, name="dropout")

    def build(self, x_shape: tuple[Any, ...], present_shape: Any = None) -> None:
        """Make the weights for inputs of this shape."""
        self.inward.build((None, None, self.width))
        self.outward.build((None, None, self.width))

    def project(self, x: Any) -> tuple[Any, Any, Any]:
        """Queries, keys and values, each [n, t, heads, width / heads]."""
        shape = ops.shape(x)
        parts = ops.reshape(self.inward(x), (shape[0], shape[1], 3, self.heads, self.width // self.heads))
        return parts[:, :, 0], parts[:, :, 1], parts[:, :, 2]

    def merge(self, attended: Any) -> Any:
        """What the heads found [n, t, heads, width / heads], brought together: [n, t, width]."""
        shape = ops.shape(attended)
        return self.outward(ops.reshape(attended, (shape[0], shape[1], self.width)))

    def call(self, x: Any, present: Any = None, training: bool = False) -> Any:
        """The output. `present`, boolean [n, t], is false at positions that nobody may look at."""
        queries, keys, values = self.project(x)
        allowed = None if present is None else present[:, None, None, :]
        if not (training and self.rate):
            return self.merge(
                ops.dot_product_attention(queries, keys, values, mask=allowed, is_causal=self.causal)
            )
        weights = self.dropout(self.shares(queries, keys, allowed), training=True)
        return self.merge(ops.einsum("nhts,nshd->nthd", weights, values))

    def shares(self, queries: Any, keys: Any, allowed: Any) -> Any:
        """How much each position [t] takes of each [s]: [n, heads, t, s], its sum over s 1."""
        scores = ops.einsum("nthd,nshd->nhts", queries, keys) / math.sqrt(self.width // self.heads)
        exact = scores if scores.dtype == "float64" else ops.cast(scores, "float32")
        if self.causal:
            places = ops.arange(ops.shape(keys)[1], dtype="int32")
            past = (places[None, :] <= places[:, None])[None, None]
            allowed = past if allowed is None else ops.logical_and(past, allowed)
        if allowed is not None:
            exact = ops.where(allowed, exact, ops.cast(FORBIDDEN, exact.dtype))
        return ops.cast(ops.softmax(exact, axis=-1), scores.dtype)

    def step(self, x: Any, position: Any, keys: Any, values: Any) -> tuple[Any, Any, Any]:
        """One position alone, x [n, 1, width], given keys and values [n, longest, heads, width / heads].

        Returns the output, and keys and values with those of this position written in.
        """
        queries, new_keys, new_values = self.project(x)
        places = ops.arange(ops.shape(keys)[1], dtype="int32")
        here = (places == position)[None, :, None, None]
        keys, values = ops.where(here, new_keys, keys), ops.where(here, new_values, values)
        past = (places <= position)[None, None, None, :]
        return self.merge(ops.dot_product_attention(queries, keys, values, mask=past)), keys, values

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        names = ("width", "heads", "causal", "bias", "spread", "residual_spread")
        return {**super().get_config(), "dropout": self.rate, **{name: getattr(self, name) for name in names}}


@keras.saving.register_keras_serializable("benchmarks")
class Block(keras.layers.Layer):
    """Self-attention, then two dense layers with GELU at each position: [n, t, width] to the same.

    If `first`, a sub-layer sees the normalised sequence and its result is added to the sequence itself;
    otherwise the sum is normalised. `dropout` acts on the sub-layers' results, `attention_dropout` on the
    weights of the attention; `approximate` GELU is that by a tanh. Weights start normal with the standard
    deviation `spread`, those that end a sub-layer with `residual_spread`; None stands for Glorot's.
    """

    def __init__(
        self,
        width: int,
        heads: int,
        hidden: int,
        causal: bool,
        first: bool,
        dropout: float = 0.0,
        attention_dropout: float = 0.0,
        bias: bool = True,
        approximate: bool = True,
        epsilon: float = 1e-5,
        spread: float | None = 0.02,
        residual_spread: float | None = 0.02,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.settings = {
            "width": width,
            "heads": heads,
            "hidden": hidden,
            "causal": causal,
            "first": first,
            "dropout": dropout,
            "attention_dropout": attention_dropout,
            "bias": bias,
            "approximate": approximate,
            "epsilon": epsilon,
            "spread": spread,
            "residual_spread": residual_spread,
        }
        self.width, self.hidden, self.first, self.approximate = width, hidden, first, approximate
        self.attention = SelfAttention(
            width, heads, causal, attention_dropout, bias, spread, residual_spread, name="attention"
        )
        self.inner = keras.layers.Dense(
            hidden, use_bias=bias, kernel_initializer=normal(spread), name="inner"
        )
        self.outer = keras.layers.Dense(
            width, use_bias=bias, kernel_initializer=normal(residual_spread), name="outer"
        )
        self.norms = [
            keras.layers.LayerNormalization(epsilon=epsilon, center=bias, name=f"norm_{i}") for i in range(2)
        ]
        self.dropouts = [keras.layers.Dropout(dropout, name=f"dropout_{i}") for i in range(2)]

    def build(self, x_shape: tuple[Any, ...], present_shape: Any = None) -> None:
        """Make the weights for inputs of this shape."""
        for layer in (self.attention, self.inner, *self.norms):
            layer.build((None, None, self.width))
        self.outer.build((None, None, self.hidden))

    def _perceptron(self, x: Any) -> Any:
        return self.outer(ops.gelu(self.inner(x), approximate=self.approximate))

    def call(self, x: Any, present: Any = None, training: bool = False) -> Any:
        """The output. `present`, boolean [n, t], is false at positions that nobody may look at."""

        def attention(y: Any) -> Any:
            return self.attention(y, present, training=training)

        sublayers = (attention, self._perceptron)
        for norm, drop, sublayer in zip(self.norms, self.dropouts, sublayers, strict=True):
            if self.first:
                x = x + drop(sublayer(norm(x)), training=training)
            else:
                x = norm(x + drop(sublayer(x), training=training))
        return x

    def step(self, x: Any, position: Any, keys: Any, values: Any) -> tuple[Any, Any, Any]:
        """One position alone: see `SelfAttention.step`."""
        if self.first:
            found, keys, values = self.attention.step(self.norms[0](x), position, keys, values)
            x = x + found
            return x + self._perceptron(self.norms[1](x)), keys, values
        found, keys, values = self.attention.step(x, position, keys, values)
        x = self.norms[0](x + found)
        return self.norms[1](x + self._perceptron(x)), keys, values

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), **self.settings}


@keras.saving.register_keras_serializable("benchmarks")
class Tokens(keras.layers.Layer):
    """One table for both directions: symbols to vectors, and, `reverse`, vectors to logits.

    int32 [n, t] to float [n, t, width]; float [n, t, width] to [n, t, vocabulary].
    """

    def __init__(self, vocabulary: int, width: int, spread: float = 0.02, **options: Any) -> None:
        super().__init__(**options)
        self.vocabulary, self.width, self.spread = vocabulary, width, spread

    def build(self, inputs_shape: tuple[Any, ...]) -> None:
        """Make the table."""
        self.table = self.add_weight(
            shape=(self.vocabulary, self.width), initializer=normal(self.spread), name="table"
        )

    def call(self, inputs: Any, reverse: bool = False) -> Any:
        """The output, of the shape that the class says."""
        table = ops.convert_to_tensor(self.table)
        if reverse:
            return ops.matmul(inputs, ops.transpose(table))
        return ops.cast(rows(table, inputs), self.compute_dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        names = ("vocabulary", "width", "spread")
        return {**super().get_config(), **{name: getattr(self, name) for name in names}}


@keras.saving.register_keras_serializable("benchmarks")
class Positions(keras.layers.Layer):
    """Adds a learned vector for each position: [n, t, width] to the same, t at most `longest`."""

    def __init__(self, longest: int, spread: float = 0.02, **options: Any) -> None:
        super().__init__(**options)
        self.longest, self.spread = longest, spread

    def build(self, x_shape: tuple[Any, ...]) -> None:
        """Make the table for inputs of this shape."""
        self.table = self.add_weight(
            shape=(self.longest, x_shape[-1]), initializer=normal(self.spread), name="table"
        )

    def compute_output_spec(self, x: Any, position: Any = None) -> Any:
        """The shape of the output, also where the number of positions is not known yet."""
        return keras.KerasTensor(x.shape, dtype=self.compute_dtype)

    def call(self, x: Any, position: Any = None) -> Any:
        """The output. With a scalar `position`, x [n, 1, width] stands there, and not at the beginning."""
        table = ops.convert_to_tensor(self.table)
        if position is not None:
            return x + ops.cast(ops.take(table, ops.reshape(position, (1,)), axis=0), x.dtype)
        if x.shape[1] is not None and x.shape[1] > self.longest:
            raise ValueError(
                f"a sequence of {x.shape[1]} positions, and the model knows {self.longest}:"
                " lengthen its context"
            )
        return x + ops.cast(table[: ops.shape(x)[1]], x.dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "longest": self.longest, "spread": self.spread}
