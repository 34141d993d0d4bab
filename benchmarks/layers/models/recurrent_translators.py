"""Translators made of recurrent layers: they write symbol by symbol, each step given the state before it.

Their inputs are {"source": int32 [n, S], "target": int32 [n, T]}, with 0 for padding; their outputs the
logits of each next symbol of the target, [n, T, vocabulary]. `start` and `decode_step` are what
`benchmarks.tasks.translation` asks of a model.
"""

from collections.abc import Mapping
from typing import Any

import keras
from keras import ops

from benchmarks.layers.recurrent.gated_units import AligningUnits
from benchmarks.layers.recurrent.lstm import LSTM


def no_longer_than(batch: Mapping[str, Any], longest: int) -> dict[str, Any]:
    """The batch cut to `longest` source symbols and as many target symbols between start and end.

    Pairs that are longer on either side lose all of their target, so that they count in no loss. What is cut
    off is mostly padding, and a recurrent net takes a step for each column of it.
    """
    source, target = batch["source"], batch["target"]
    short = ops.logical_and(
        ops.all(source[:, longest:] == 0, axis=1), ops.all(target[:, longest + 2 :] == 0, axis=1)
    )
    return {
        "source": source[:, :longest],
        "target": ops.where(short[:, None], target[:, : longest + 2], 0),
    }


def larger_of_pairs(x: Any) -> Any:
    """Maxout units of two linear functions each, k and units + k: [..., 2 * units] to [..., units]."""
    units = x.shape[-1] // 2
    return ops.maximum(x[..., :units], x[..., units:])


class StackedTranslator(keras.Model):
    """A functional model with the layers `encoder_1`, ... and `decoder_1`, ... of the class `LSTM`.

    The decoder's layers begin with the last states of the encoder's, given as `states`: h and c of the first
    layer, then of the next. Sutskever, Vinyals, Le 2014.
    """

    def __init__(self, inputs: Any, outputs: Any, states: list[Any]) -> None:
        super().__init__(inputs=inputs, outputs=outputs)
        self.encoder = keras.Model(inputs["source"], states)

    @property
    def decoder_layers(self) -> list[LSTM]:
        """The decoder's layers, from the first."""
        return [layer for layer in self.layers if layer.name.startswith("decoder_")]

    def start(self, source: Any, longest: int) -> tuple[Any, Any]:
        """Read the source: no memory, and the state [n, cells] of all layers, h and c in turn."""
        return {}, list(self.encoder(source, training=False))

    def decode_step(self, symbols: Any, position: Any, memory: Any, state: Any) -> tuple[Any, Any]:
        """The logits [n, vocabulary] of what follows `symbols`, int32 [n], and the new state."""
        y = self.get_layer("target_embedding")(symbols)
        after: list[Any] = []
        for i, layer in enumerate(self.decoder_layers):
            y, now = layer.one_step(y, state[2 * i : 2 * i + 2])
            after += now
        return self.get_layer("output")(y), after


class AligningTranslator(keras.Model):
    """A functional model with the decoder `decoder` of the class `AligningUnits`.

    `reading` is what the decoder is given of the source: annotations, where they are, and the first state.
    Bahdanau, Cho, Bengio 2014.
    """

    def __init__(self, inputs: Any, outputs: Any, reading: tuple[Any, Any, Any]) -> None:
        super().__init__(inputs=inputs, outputs=outputs)
        self.encoder = keras.Model(inputs["source"], reading)

    @property
    def decoder(self) -> AligningUnits:
        """The decoder's recurrent layer."""
        return self.get_layer("decoder")

    def start(self, source: Any, longest: int) -> tuple[Any, Any]:
        """Read the source: the annotations with their share in the alignment, and the first state."""
        annotations, present, state = self.encoder(source, training=False)
        memory = {
            "annotations": annotations,
            "keys": self.decoder.keys(annotations),
            "present": present,
        }
        return memory, state

    def decode_step(self, symbols: Any, position: Any, memory: Any, state: Any) -> tuple[Any, Any]:
        """The logits [n, vocabulary] of what follows `symbols`, int32 [n], and the new state."""
        y = self.get_layer("target_embedding")(symbols)
        after, context, _ = self.decoder.step(
            y, memory["annotations"], memory["keys"], memory["present"], state
        )
        seen = ops.concatenate([state, y, context], axis=-1)
        return self.get_layer("output")(larger_of_pairs(self.get_layer("deep_output")(seen))), after


def alignment(model: AligningTranslator, source: Any, target: Any) -> dict[str, Any]:
    """How much of each source position every target position sees: {"weights": float [n, T, S]}."""
    y = model.get_layer("target_embedding")(target)
    return {"weights": model.decoder(y, *model.encoder(source, training=False))[2]}
