"""A net that sees an image and writes a sentence: Vinyals, Toshev, Bengio, Erhan, "Show and tell" (2015),
section 3."""

from typing import Any

import keras
from keras import ops

from benchmarks.layers.look_up import Embedding
from benchmarks.layers.recurrent.scan import scan
from benchmarks.layers.recurrent.turing_machine import forget_bias, lstm


class Captioner(keras.Model):
    """An image is the first thing that an LSTM is given, then the words one by one (equations 10 to 12).

    `encoder` maps images [n, h, w, c] to vectors [n, units]; words are vectors of `units`, too. As a
    translator, its source is the image, and its target int32 [n, T] a sentence that begins with a start
    symbol.
    """

    def __init__(self, encoder: Any, vocabulary: int, units: int, dropout: float) -> None:
        super().__init__()
        self.encoder, self.units = encoder, units
        self.words = Embedding(vocabulary, units, name="words")
        self.words.build((None,))
        self.gates = keras.layers.Dense(4 * units, bias_initializer=forget_bias, name="gates")
        self.gates.build((None, 2 * units))
        self.dropout = keras.layers.Dropout(dropout)
        self.answer = keras.layers.Dense(vocabulary, name="output")
        self.answer.build((None, units))
        self.built = True

    def step(self, before: list[Any], x: Any) -> tuple[list[Any], Any]:
        """The state [h, c] after one more vector [n, units], and the output h."""
        after = lstm(self.gates(ops.concatenate([x, before[0]], axis=-1)), before[1])
        return after, after[0]

    def seen(self, source: Any, training: bool) -> list[Any]:
        """The state after the image."""
        image = self.encoder(source, training=training)
        nothing = ops.zeros_like(image)
        return self.step([nothing, nothing], image)[0]

    def call(self, inputs: Any, training: bool = False) -> Any:
        """The logits [n, T, vocabulary] of each next word."""
        words = self.words(ops.cast(inputs["target"], "int32"))
        outputs = scan(self.step, self.seen(inputs["source"], training), words)[1]
        return self.answer(self.dropout(outputs, training=training))

    def start(self, source: Any, longest: int) -> tuple[Any, Any]:
        """Nothing but the state: what is known of the image is in it. The memory is a row for each image."""
        state = self.seen(source, False)
        return {"rows": state[0][:, :1]}, state

    def decode_step(self, symbols: Any, position: Any, memory: Any, state: Any) -> tuple[Any, Any]:
        """The logits [n, vocabulary] after these words [n], and the next state."""
        state, output = self.step(state, self.words(ops.cast(symbols, "int32")))
        return self.answer(output), state
