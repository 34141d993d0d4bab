"""Readers that learn to predict the next word of texts first, and labels afterwards.

Texts are int32 [n, steps] as the data set imdb has them: 0 is padding, in front; 1 the start; 2 an unknown
word; 3 does not occur, and stands for the whole text here.
"""

from typing import Any

import keras
from keras import ops

from benchmarks.layers.attention import language_model
from benchmarks.layers.attention.blocks import normal
from benchmarks.layers.attention.language_model import LanguageModel
from benchmarks.layers.look_up import chosen

PADDING, UNKNOWN, WHOLE = 0, 2, 3


def words(x: Any, steps: int, limit: int) -> Any:
    """The last `steps` words of each text; those of number `limit` and above are unknown."""
    last = x[:, -steps:]
    return ops.where(last < limit, last, UNKNOWN)


def entropies(labels: Any, logits: Any) -> Any:
    """The cross-entropy in nats of whole numbers [...] below k and float logits [..., k]: float [...]."""
    return -chosen(ops.log_softmax(logits), labels)


def mean(values: Any, weight: Any) -> Any:
    """The mean of values over the places of weight 1; 0 if there are none."""
    return ops.sum(values * weight) / ops.maximum(ops.sum(weight), 1.0)


class NextWordReader(keras.Model):
    """A language model, and a linear layer above its last state: logits [n, classes] of texts.

    `language_model` maps int32 [n, steps + 1] to the logits of next words, `trunk` to the states below them.
    Behind each text stands the symbol for the whole.
    """

    def __init__(self, language_model: LanguageModel, trunk: Any, classes: int, dropout: float) -> None:
        super().__init__()
        self.language_model, self.trunk = language_model, trunk
        self.steps, self.limit = language_model.context - 1, language_model.get_layer("tokens").vocabulary
        self.dropout = keras.layers.Dropout(dropout)
        self.output_layer = keras.layers.Dense(classes, kernel_initializer=normal(0.02), name="output")
        self.output_layer.build((None, trunk.output_shape[-1]))
        self.built = True

    def symbols(self, x: Any) -> Any:
        """Texts with the symbol for the whole behind them, int32 [n, steps + 1]."""
        text = words(x, self.steps, self.limit)
        return ops.concatenate([text, ops.full_like(text[:, :1], WHOLE)], axis=1)

    def call(self, x: Any, training: bool = False) -> Any:
        """The logits [n, classes]."""
        states = self.trunk(self.symbols(x), training=training)
        return self.output_layer(self.dropout(states[:, -1], training=training))

    def both(self, x: Any, training: bool = False) -> tuple[Any, Any]:
        """The logits [n, classes], and the mean cross-entropy in nats of the next words."""
        symbols = self.symbols(x)
        states = self.trunk(symbols, training=training)
        # That a symbol for the whole comes last needs no learning.
        text, following = symbols[:, :-2], symbols[:, 1:-1]
        logits = ops.cast(self.language_model.get_layer("tokens")(states[:, :-2], reverse=True), "float32")
        known = ops.cast((text != PADDING) & (following != PADDING), "float32")
        entropy = mean(entropies(following, logits), known)
        return self.output_layer(self.dropout(states[:, -1], training=training)), entropy


def step(model: NextWordReader, symbol: Any, state: dict[str, Any]) -> dict[str, Any]:
    """One word more, for its language model: see `language_model.step`."""
    return language_model.step(model.language_model, symbol, state)
