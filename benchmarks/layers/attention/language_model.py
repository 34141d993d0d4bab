"""A decoder alone: a Transformer that predicts each next symbol, and can go on by itself.

Keys and values of the symbols already read are kept, so that one more costs one step and not a pass over
all.
"""

from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks.layers.attention.blocks import Block
from benchmarks.layers.sampled_text import Reader, carried


class LanguageModel(keras.Model):
    """A functional model of `Tokens`, `Positions` and causal `Block`s: int32 [n, t] to [n, t, vocabulary].

    The layers are named "tokens" and "positions", and the normalisation before the logits, where there is
    one, "last_norm".
    """

    @property
    def blocks(self) -> list[Block]:
        """The blocks, from the first."""
        return [layer for layer in self.layers if isinstance(layer, Block)]

    @property
    def context(self) -> int:
        """How many symbols the model can look back at, the present one included."""
        return int(self.get_layer("positions").longest)

    def start(self) -> dict[str, np.ndarray]:
        """What is kept of the symbols before the first: keys and values [blocks, 1, context, heads, size]."""
        attention = self.blocks[0].attention
        size = attention.width // attention.heads
        shape = (len(self.blocks), 1, self.context, attention.heads, size)
        dtype = keras.backend.standardize_dtype(attention.compute_dtype)
        exact = "float64" if dtype == "float64" else "float32"
        return {
            "position": np.zeros((), "int32"),
            "keys": np.zeros(shape, exact),
            "values": np.zeros(shape, exact),
        }

    def decode_step(self, symbols: Any, position: Any, keys: Any, values: Any) -> tuple[Any, Any, Any]:
        """The logits [n, vocabulary] of what follows `symbols`, int32 [n], at this position.

        Keys and values are those of `start`, with n rows; they are returned with this position's written in.
        """
        x = self.get_layer("positions")(self.get_layer("tokens")(symbols[:, None]), position=position)
        kept = []
        for i, block in enumerate(self.blocks):
            x, *pair = block.step(x, position, ops.cast(keys[i], x.dtype), ops.cast(values[i], x.dtype))
            kept.append([ops.cast(part, keys.dtype) for part in pair])
        if any(layer.name == "last_norm" for layer in self.layers):
            x = self.get_layer("last_norm")(x)
        logits = self.get_layer("tokens")(x, reverse=True)[:, 0]
        return logits, ops.stack([k for k, _ in kept]), ops.stack([v for _, v in kept])


def step(model: LanguageModel, symbol: Any, state: dict[str, Any]) -> dict[str, Any]:
    """One symbol int32 [1] more: the state after it, and the `logits` float32 [1, vocabulary]."""
    logits, keys, values = model.decode_step(symbol, state["position"], state["keys"], state["values"])
    return {
        "position": state["position"] + 1,
        "keys": keys,
        "values": values,
        "logits": ops.cast(logits, "float32"),
    }


def reader(predict: Any, model: LanguageModel, step: Any = step) -> Reader:
    """Reads with kept keys and values. When the context is full, its later half is read again as a new one.

    A learned position has no place for a symbol beyond the context, and a window that moved by one symbol
    would have to be read anew each time. `step` is given the model that `predict` computes with.
    """
    read = carried(predict, step, model.start())
    seen: list[int] = []

    def one(symbol: int) -> np.ndarray:
        nonlocal read
        if len(seen) == model.context:
            seen[:] = seen[-(model.context // 2) :]
            read = carried(predict, step, model.start())
            for earlier in seen:
                read(earlier)
        seen.append(symbol)
        return read(symbol)

    return one
