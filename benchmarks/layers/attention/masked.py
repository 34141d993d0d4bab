"""Readers that learn to fill in hidden words of texts first, and labels afterwards.

Devlin et al., "BERT: pre-training of deep bidirectional transformers for language understanding" (2018),
section 3.1. Texts are int32 [n, steps] as the data set imdb has them: 0 is padding, in front; 1 the start,
which stands for the whole text here, in front of all; 2 an unknown word; 3 does not occur, and stands for a
hidden word here.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

import keras
from keras import ops

from benchmarks.layers.attention.blocks import normal
from benchmarks.layers.attention.pretrained import PADDING, entropies, mean, words
from benchmarks.layers.units.draws import uniform

WHOLE, MASK, FIRST_WORD = 1, 3, 4
#: Which share of the words is to be predicted; and of these, how many are hidden, or another word at random.
SHARE, HIDDEN, RANDOM = 0.15, 0.8, 0.1


class Hidden(NamedTuple):
    """Texts with k words at most to be predicted.

    `symbols` int32 [n, steps] is what the net sees; `places` int32 [n, k] are positions, `labels` int32
    [n, k] the words that stood there, and `weight` float32 [n, k] is 1 where there is one to predict.
    """

    symbols: Any
    places: Any
    labels: Any
    weight: Any


def most(steps: int) -> int:
    """How many words of a text of so many words are to be predicted: 15%, one at least."""
    return max(1, round(SHARE * steps))


def hide(text: Any, order: Any, kind: Any, other: Any, limit: int) -> Hidden:
    """Hide words of texts int32 [n, steps], by numbers drawn evenly from [0, 1).

    In each text the words with the lowest `order` [n, steps] are chosen, 15% of them and one at least. By
    its `kind` [n, k] a chosen word becomes the mask (below 0.8), the word that `other` [n, k] draws from
    those below `limit` (below 0.9), or stays.
    """
    steps = text.shape[1]
    is_word = (text != PADDING) & (text != WHOLE)
    length = ops.sum(ops.cast(is_word, "float32"), axis=1)
    number = ops.minimum(ops.maximum(ops.round(SHARE * length), 1.0), length)
    places = ops.cast(ops.argsort(ops.where(is_word, order, 2.0), axis=1)[:, : most(steps)], "int32")
    weight = ops.cast(ops.arange(most(steps), dtype="float32")[None] < number[:, None], "float32")
    # [n, k, steps], 1 where a chosen word stands: sums over it need no scattering.
    at = ops.one_hot(places, steps, dtype="int32") * ops.cast(weight, "int32")[:, :, None]
    labels = ops.sum(at * text[:, None], axis=2)
    drawn = FIRST_WORD + ops.cast(other * (limit - FIRST_WORD), "int32")
    seen = ops.where(kind < HIDDEN, MASK, ops.where(kind < HIDDEN + RANDOM, drawn, labels))
    symbols = ops.where(ops.sum(at, axis=1) > 0, ops.sum(at * seen[:, :, None], axis=1), text)
    return Hidden(symbols, places, labels, weight)


@keras.saving.register_keras_serializable("benchmarks")
class Segments(keras.layers.Layer):
    """Adds the learned vector of the first of two sentences: [n, t, width] to the same.

    Texts that stand alone have no second one, as in the authors' fine-tuning on single sentences; its vector
    is there, and unused.
    """

    def __init__(self, spread: float = 0.02, **options: Any) -> None:
        super().__init__(**options)
        self.spread = spread

    def build(self, x_shape: tuple[Any, ...]) -> None:
        """Make the table for inputs of this shape."""
        self.table = self.add_weight(shape=(2, x_shape[-1]), initializer=normal(self.spread), name="table")

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        return x + ops.cast(ops.convert_to_tensor(self.table)[0], x.dtype)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "spread": self.spread}


class MaskedWordReader(keras.Model):
    """An encoder of texts, read at a symbol for the whole, and at hidden words: logits [n, classes] of texts.

    `encoder` maps int32 [n, context] to states [n, context, width]; it has a layer `Tokens` of that name,
    whose table also reads the words. The symbol for the whole stands in front of each text. With an encoder
    that looks at earlier words alone, `causal`, it stands behind, and next words take the place of hidden
    ones (section 5.1, left to right).
    """

    def __init__(
        self, encoder: Any, context: int, classes: int, dropout: float, spread: float, causal: bool
    ) -> None:
        super().__init__()
        self.encoder, self.steps, self.causal = encoder, context - 1, causal
        self.tokens = encoder.get_layer("tokens")
        width, self.limit = self.tokens.width, self.tokens.vocabulary
        self.pooler = keras.layers.Dense(width, "tanh", kernel_initializer=normal(spread), name="pooler")
        self.dropout = keras.layers.Dropout(dropout)
        self.output_layer = keras.layers.Dense(classes, kernel_initializer=normal(spread), name="output")
        self.transform = keras.layers.Dense(width, kernel_initializer=normal(spread), name="transform")
        self.norm = keras.layers.LayerNormalization(epsilon=1e-12, name="norm")
        for layer in (self.pooler, self.output_layer, self.transform, self.norm):
            layer.build((None, width))
        self.bias = self.add_weight(shape=(self.limit,), initializer="zeros", name="bias")
        self.random = keras.random.SeedGenerator()
        self.built = True

    def text(self, x: Any) -> Any:
        """The last words of texts [n, ...], without a start of their own: int32 [n, steps]."""
        text = words(x, self.steps, self.limit)
        return ops.where(text == WHOLE, PADDING, text)

    def states(self, text: Any, training: bool = False) -> tuple[Any, Any]:
        """The states of the whole [n, width] and of each word [n, steps, width] of texts int32 [n, steps]."""
        whole = ops.full_like(text[:, :1], WHOLE)
        if self.causal:
            states = self.encoder(ops.concatenate([text, whole], axis=1), training=training)
            return states[:, -1], states[:, :-1]
        states = self.encoder(ops.concatenate([whole, text], axis=1), training=training)
        return states[:, 0], states[:, 1:]

    def call(self, x: Any, training: bool = False) -> Any:
        """The logits [n, classes]."""
        whole, _ = self.states(self.text(x), training)
        return self.output_layer(self.dropout(self.pooler(whole), training=training))

    def read(self, states: Any) -> Any:
        """The logits of words [n, k, vocabulary] from states [n, k, width]."""
        logits = self.tokens(self.norm(ops.gelu(self.transform(states), approximate=True)), reverse=True)
        return logits + ops.cast(self.bias, logits.dtype)

    def fill(self, text: Any, places: Any, training: bool = False) -> Any:
        """The logits [n, k, vocabulary] of the words at `places`, int32 [n, k], of texts int32 [n, steps]."""
        _, states = self.states(text, training)
        # A product with zeros and ones: the gradient of a look-up would scatter.
        return self.read(ops.matmul(ops.one_hot(places, self.steps, dtype=states.dtype), states))

    def entropy(self, x: Any, training: bool = False) -> Any:
        """The mean cross-entropy in nats of words that are hidden at random, or of next words."""
        text = self.text(x)
        if self.causal:
            _, states = self.states(text, training)
            logits = ops.cast(self.read(states[:, :-1]), "float32")
            known = ops.cast((text[:, :-1] != PADDING) & (text[:, 1:] != PADDING), "float32")
            return mean(entropies(text[:, 1:], logits), known)
        n, k = text.shape[0], most(self.steps)
        order, kind, other = (uniform(shape, self.random) for shape in ((n, self.steps), (n, k), (n, k)))
        hidden = hide(text, order, kind, other, self.limit)
        logits = ops.cast(self.fill(hidden.symbols, hidden.places, training), "float32")
        return mean(entropies(hidden.labels, logits), hidden.weight)


def guesses(model: MaskedWordReader, batch: Mapping[str, Any]) -> dict[str, Any]:
    """How probable each word is at one `place` of each text `x`, where the model sees the mask.

    Places, int32 [n], are counted from the end: 1 is the last. `probability` is float32 [n, vocabulary].
    """
    place = model.steps - batch["place"]
    here = ops.arange(model.steps, dtype="int32")[None] == place[:, None]
    logits = model.fill(ops.where(here, MASK, model.text(batch["x"])), place[:, None])[:, 0]
    return {"probability": ops.softmax(ops.cast(logits, "float32"))}
