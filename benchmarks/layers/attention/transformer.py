"""The parts of the Transformer, each a layer with the paper's name.

Vaswani et al., "Attention is all you need" (2017), section 3. Tensors are [n, t, width]: n examples, t
positions of the sequence that attends, s positions of the sequence that is attended to.
"""

import math
from typing import Any

import keras
from keras import ops

from benchmarks.layers.look_up import rows


def sinusoids(positions: Any, width: int) -> Any:
    """Sines at even and cosines at odd dimensions, float32 [t, width] (section 3.5).

    `positions` is [t]; dimension 2i and 2i + 1 have the wavelength 2 pi 10000^(2i / width).
    """
    frequencies = ops.exp(-math.log(10_000.0) / width * ops.arange(0, width, 2, dtype="float32"))
    angles = ops.cast(positions, "float32")[:, None] * frequencies
    return ops.reshape(ops.stack([ops.sin(angles), ops.cos(angles)], axis=-1), (-1, width))


def scaled_dot_product_attention(queries: Any, keys: Any, values: Any, allowed: Any) -> Any:
    """`softmax(Q K^T / sqrt(d_k)) V` (equation 1).

    Queries are [n, h, t, d_k], keys [n, h, s, d_k]. Returns the values [n, h, t, d_v] and the weights [n,
    h, t, s]. The weight is 0 where `allowed` (boolean, broadcast to the weights) is false. The softmax is
    computed in float32, or in float64 for float64 inputs.
    """
    scores = ops.matmul(queries, ops.transpose(keys, (0, 1, 3, 2))) / math.sqrt(queries.shape[-1])
    exact = scores if scores.dtype == "float64" else ops.cast(scores, "float32")
    weights = ops.cast(ops.softmax(ops.where(allowed, exact, ops.cast(-1e9, exact.dtype))), scores.dtype)
    return ops.matmul(weights, values), weights


@keras.saving.register_keras_serializable("benchmarks")
class TokenEmbedding(keras.layers.Layer):
    """One table for both directions (section 3.4).

    It maps symbols to vectors, times sqrt(width), and vectors to logits.
    """

    def __init__(self, vocabulary: int, width: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.vocabulary, self.width = vocabulary, width

    def build(self, inputs_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        # Of this spread, a vector has unit variance once it is multiplied by sqrt(width), and
        # logits begin small.
        self.table = self.add_weight(
            shape=(self.vocabulary, self.width),
            initializer=keras.initializers.RandomNormal(stddev=self.width**-0.5),
            name="table",
        )

    def call(self, inputs: Any, reverse: bool = False) -> Any:
        """int32 [n, t] to [n, t, width]; with `reverse`, [n, t, width] to logits [n, t, vocabulary]."""
        table = ops.convert_to_tensor(self.table)
        if reverse:
            return ops.matmul(inputs, ops.transpose(table))
        return rows(table, inputs) * math.sqrt(self.width)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "vocabulary": self.vocabulary, "width": self.width}


@keras.saving.register_keras_serializable("benchmarks")
class PositionalEncoding(keras.layers.Layer):
    """Adds the fixed sinusoids of the positions 0, 1, 2, ... (section 3.5)."""

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        return x + ops.cast(sinusoids(ops.arange(ops.shape(x)[1], dtype="int32"), x.shape[-1]), x.dtype)


@keras.saving.register_keras_serializable("benchmarks")
class MultiHeadAttention(keras.layers.Layer):
    """`heads` attentions of width / heads dimensions each, side by side (section 3.2.2)."""

    def __init__(self, width: int, heads: int, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        if width % heads:
            raise ValueError(f"width {width} is not divisible by {heads} heads; choose a multiple")
        self.width, self.heads = width, heads
        self.to_queries, self.to_keys, self.to_values, self.to_output = (
            keras.layers.Dense(width, name=name) for name in ("queries", "keys", "values", "output")
        )

    def build(self, x_shape: tuple[Any, ...], memory_shape: Any = None, allowed_shape: Any = None) -> None:
        """Make the weights for inputs of this shape."""
        for layer in (self.to_queries, self.to_keys, self.to_values, self.to_output):
            layer.build((None, None, self.width))

    def _split(self, x: Any) -> Any:
        shape = ops.shape(x)
        return ops.transpose(
            ops.reshape(x, (shape[0], shape[1], self.heads, self.width // self.heads)), (0, 2, 1, 3)
        )

    def keys_values(self, memory: Any) -> Any:
        """Keys and values of the sequence that is attended to.

        [n, s, width] to two of [n, heads, s, width / heads].
        """
        return self._split(self.to_keys(memory)), self._split(self.to_values(memory))

    def attend(self, x: Any, keys: Any, values: Any, allowed: Any) -> Any:
        """What the positions of `x` [n, t, width] find: [n, t, width], and the weights [n, heads, t, s]."""
        attended, weights = scaled_dot_product_attention(
            self._split(self.to_queries(x)), keys, values, allowed
        )
        shape = ops.shape(x)
        return self.to_output(
            ops.reshape(ops.transpose(attended, (0, 2, 1, 3)), (shape[0], shape[1], self.width))
        ), weights

    def call(self, x: Any, memory: Any, allowed: Any) -> Any:
        """The output, of the shape that the class says."""
        keys, values = self.keys_values(memory)
        return self.attend(x, keys, values, allowed)[0]

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "width": self.width, "heads": self.heads}


class _Block(keras.layers.Layer):
    """What encoder and decoder layers share (section 3.1).

    Sub-layers are wrapped as `LayerNorm(x + Dropout(Sublayer(x)))`.
    """

    attentions = 1

    def __init__(self, width: int, heads: int, hidden: int, dropout: float, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.width, self.heads, self.hidden, self.rate = width, heads, hidden, dropout
        self.attention = [
            MultiHeadAttention(width, heads, name=f"attention_{i}") for i in range(self.attentions)
        ]
        self.inner = keras.layers.Dense(hidden, activation="relu", name="inner")
        self.outer = keras.layers.Dense(width, name="outer")
        self.dropout = [
            keras.layers.Dropout(dropout, name=f"dropout_{i}") for i in range(self.attentions + 1)
        ]
        self.norm = [
            keras.layers.LayerNormalization(epsilon=1e-6, name=f"norm_{i}")
            for i in range(self.attentions + 1)
        ]

    def _build(self) -> None:
        shape = (None, None, self.width)
        for layer in [*self.attention, *self.norm, self.inner]:
            layer.build(shape)
        self.outer.build((None, None, self.hidden))

    def _wrap(self, i: int, x: Any, sublayer: Any) -> Any:
        return self.norm[i](x + self.dropout[i](sublayer))

    def _feed_forward(self, x: Any) -> Any:
        return self._wrap(self.attentions, x, self.outer(self.inner(x)))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {
            **super().get_config(),
            "width": self.width,
            "heads": self.heads,
            "hidden": self.hidden,
            "dropout": self.rate,
        }


@keras.saving.register_keras_serializable("benchmarks")
class EncoderLayer(_Block):
    """Self-attention, then two dense layers at each position.

    `present` (boolean [n, s]) is false at padding.
    """

    def build(self, x_shape: tuple[Any, ...], present_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        self._build()

    def call(self, x: Any, present: Any) -> Any:
        """The output, of the shape that the class says."""
        return self._feed_forward(self._wrap(0, x, self.attention[0](x, x, present[:, None, None, :])))


@keras.saving.register_keras_serializable("benchmarks")
class DecoderLayer(_Block):
    """Self-attention to this and earlier positions, attention to the encoder's output, two dense layers."""

    attentions = 2

    def build(
        self, x_shape: tuple[Any, ...], memory_shape: tuple[Any, ...], present_shape: tuple[Any, ...]
    ) -> None:
        """Make the weights for inputs of this shape."""
        self._build()

    def forward(self, x: Any, memory: Any, present: Any) -> Any:
        """Outputs [n, t, width] and the weights of the attention to the encoder's output [n, heads, t, s]."""
        positions = ops.arange(ops.shape(x)[1], dtype="int32")
        past = (positions[None, :] <= positions[:, None])[None, None]
        x = self._wrap(0, x, self.attention[0](x, x, past))
        keys, values = self.attention[1].keys_values(memory)
        attended, weights = self.attention[1].attend(x, keys, values, present[:, None, None, :])
        return self._feed_forward(self._wrap(1, x, attended)), weights

    def call(self, x: Any, memory: Any, present: Any) -> Any:
        """The output, of the shape that the class says."""
        return self.forward(x, memory, present)[0]

    def step(
        self,
        x: Any,
        position: Any,
        keys: Any,
        values: Any,
        memory_keys: Any,
        memory_values: Any,
        present: Any,
    ) -> Any:
        """One position alone, given the keys and values of the earlier ones.

        `x` is [n, 1, width]; `keys` and `values` are [n, heads, longest, width / heads]. Returns the output
        and the keys and values with this position's written in.
        """
        places = ops.arange(ops.shape(keys)[2], dtype="int32")[None, None, :, None]
        new_keys, new_values = self.attention[0].keys_values(x)
        keys, values = (
            ops.where(places == position, new_keys, keys),
            ops.where(places == position, new_values, values),
        )
        past = ops.transpose(places, (0, 1, 3, 2)) <= position
        x = self._wrap(0, x, self.attention[0].attend(x, keys, values, past)[0])
        x = self._wrap(
            1, x, self.attention[1].attend(x, memory_keys, memory_values, present[:, None, None, :])[0]
        )
        return self._feed_forward(x), keys, values


class Transformer(keras.Model):
    """A functional model of the layers above that can also produce its output symbol by symbol.

    Its inputs are {"source": int32 [n, s], "target": int32 [n, t]}, with 0 for padding; its outputs
    the logits of each next symbol of the target, [n, t, vocabulary]. `start` and `decode_step` are what
    `benchmarks.tasks.translation` asks of a model.
    """

    def __init__(self, inputs: Any, outputs: Any, memory: Any) -> None:
        super().__init__(inputs=inputs, outputs=outputs)
        self.encoder = keras.Model(inputs["source"], memory)

    @property
    def decoder_layers(self) -> list[DecoderLayer]:
        """The decoder's layers, from the first."""
        return [layer for layer in self.layers if isinstance(layer, DecoderLayer)]

    def start(self, source: Any, longest: int) -> Any:
        """Read the source: the memory, and the state before the first symbol.

        Both are trees whose leaves have n rows. The memory stays as it is while symbols are produced; the
        state holds room for `longest` positions.
        """
        encoded = self.encoder(source, training=False)
        heads = [layer.attention[1].keys_values(encoded) for layer in self.decoder_layers]
        memory = {
            "present": ops.not_equal(source, 0),
            "keys": [keys for keys, _ in heads],
            "values": [values for _, values in heads],
        }
        shape = ops.shape(memory["keys"][0])
        empty = [ops.zeros((shape[0], shape[1], longest, shape[3]), encoded.dtype) for _ in heads]
        return memory, {"keys": empty, "values": list(empty)}

    def decode_step(self, symbols: Any, position: Any, memory: Any, state: Any) -> Any:
        """The logits [n, vocabulary] of what follows `symbols`, and the new state.

        `symbols` is int32 [n], `position` a scalar.
        """
        x = self.get_layer("target_embedding")(symbols[:, None])
        x = x + ops.cast(sinusoids(ops.reshape(position, (1,)), x.shape[-1]), x.dtype)
        new: dict[str, list] = {"keys": [], "values": []}
        for i, layer in enumerate(self.decoder_layers):
            x, keys, values = layer.step(
                x,
                position,
                state["keys"][i],
                state["values"][i],
                memory["keys"][i],
                memory["values"][i],
                memory["present"],
            )
            new["keys"].append(keys)
            new["values"].append(values)
        return self.get_layer("target_embedding")(x, reverse=True)[:, 0], new


def attention_weights(model: Transformer, source: Any, target: Any) -> dict[str, Any]:
    """The attention of every decoder layer and head to the source.

    Returns {"weights": [n, layers, heads, t, s]}.
    """
    encoded, present = model.encoder(source, training=False), ops.not_equal(source, 0)
    x = model.get_layer("target_positions")(model.get_layer("target_embedding")(target))
    maps = []
    for layer in model.decoder_layers:
        x, weights = layer.forward(x, encoded, present)
        maps.append(weights)
    return {"weights": ops.stack(maps, axis=1)}
