"""Producing a sequence symbol by symbol: greedily, or by beam search. Shapes are static, so that it compiles.

A model that can decode is a `benchmarks.tasks.protocol.Translator`, with two methods:
`start(source, longest) -> (memory, state)`, two trees of tensors with one row for each source, and
`decode_step(symbols [n], position, memory, state) -> (logits [n, vocabulary], state)`.
"""

from typing import Any

import keras
from keras import ops

PADDING, START, END, UNKNOWN = 0, 1, 2, 3
#: Stands for the logarithm of zero: finite, so that differences are not NaN.
IMPOSSIBLE = -1e9


def length_penalty(length: Any, alpha: float) -> Any:
    """`((5 + length) / 6) ** alpha` (Wu et al. 2016, equation 14); the end symbol counts."""
    return ((5.0 + ops.cast(length, "float32")) / 6.0) ** alpha


def greedy(model: Any, source: Any, longest: int) -> Any:
    """The likeliest symbol at each step, until the end symbol: int32 [n, longest], padded after it."""
    memory, state = model.start(source, longest)
    leaves = keras.tree.flatten(state)
    rows = ops.shape(source)[0]
    places = ops.arange(longest + 1, dtype="int32")

    def proceed(i: Any, written: Any, running: Any, *_: Any) -> Any:
        return ops.logical_and(i < longest, ops.any(running))

    def step(i: Any, written: Any, running: Any, *leaves: Any) -> tuple[Any, ...]:
        logits, after = model.decode_step(
            ops.take(written, i, axis=1), i, memory, keras.tree.pack_sequence_as(state, leaves)
        )
        symbols = ops.where(running, ops.cast(ops.argmax(logits, axis=-1), "int32"), PADDING)
        written = ops.where(places == i + 1, symbols[:, None], written)
        return i + 1, written, ops.logical_and(running, symbols != END), *keras.tree.flatten(after)

    written = ops.where(places == 0, START, ops.zeros((rows, longest + 1), "int32"))
    running = ops.ones((rows,), "bool")
    return ops.while_loop(proceed, step, (ops.convert_to_tensor(0, "int32"), written, running, *leaves))[1][
        :, 1:
    ]


def beam_search(model: Any, source: Any, longest: int, beam: int = 4, alpha: float = 0.6) -> tuple[Any, Any]:
    """The best hypothesis of `beam` parallel searches: int32 [n, longest], padded, and its score [n].

    The score is the log-probability divided by the length penalty. In each step, the likeliest continuations
    of the beam are split into those that end, of which the best `beam` so far are kept, and those that go on.
    An example is done when no open hypothesis can still beat the kept ones. If nothing ended within `longest`
    symbols, the likeliest open hypothesis is returned.
    """
    rows = ops.shape(source)[0]
    memory, state = keras.tree.map_structure(
        lambda x: ops.repeat(x, beam, axis=0), model.start(source, longest)
    )
    places = ops.arange(longest + 1, dtype="int32")

    def pick(x: Any, index: Any) -> Any:
        """Along axis 1: x [n, m, longest + 1], index [n, k]."""
        return ops.take_along_axis(x, index[:, :, None], axis=1)

    def proceed(i: Any, open_: Any, likelihood: Any, ended: Any, scores: Any, *_: Any) -> Any:
        hope = likelihood[:, 0] / length_penalty(longest, alpha)
        return ops.logical_and(i < longest, ops.any(scores[:, -1] < hope))

    def step(i: Any, open_: Any, likelihood: Any, ended: Any, scores: Any, *leaves: Any) -> tuple[Any, ...]:
        symbols = ops.reshape(ops.take(open_, i, axis=2), (-1,))
        logits, after = model.decode_step(symbols, i, memory, keras.tree.pack_sequence_as(state, leaves))
        vocabulary = logits.shape[-1]
        total = likelihood[:, :, None] + ops.reshape(
            ops.log_softmax(ops.cast(logits, "float32")), (-1, beam, vocabulary)
        )
        # Each hypothesis can end in only one way: of 2 * beam continuations at least `beam` go on.
        best, index = ops.top_k(ops.reshape(total, (-1, beam * vocabulary)), 2 * beam)
        parent, symbol = index // vocabulary, index % vocabulary
        written = ops.where(places == i + 1, ops.cast(symbol, "int32")[:, :, None], pick(open_, parent))
        ends = symbol == END

        closing = ops.where(ends, best / length_penalty(i + 1, alpha), IMPOSSIBLE)
        scores, kept = ops.top_k(ops.concatenate([scores, closing], axis=1), beam)
        ended = pick(ops.concatenate([ended, written], axis=1), kept)

        likelihood, kept = ops.top_k(ops.where(ends, IMPOSSIBLE, best), beam)
        came_from = ops.reshape(
            ops.arange(rows, dtype="int32")[:, None] * beam
            + ops.cast(ops.take_along_axis(parent, kept, axis=1), "int32"),
            (-1,),
        )
        followed = [ops.take(leaf, came_from, axis=0) for leaf in keras.tree.flatten(after)]
        return i + 1, pick(written, kept), likelihood, ended, scores, *followed

    empty = ops.zeros((rows, beam, longest + 1), "int32")
    # All beams start equal: unless only the first counted, they would stay equal.
    likelihood = ops.cast(
        ops.where(ops.arange(beam, dtype="int32") == 0, 0.0, IMPOSSIBLE), "float32"
    ) + ops.zeros((rows, beam), "float32")
    initial = (
        ops.convert_to_tensor(0, "int32"),
        ops.where(places == 0, START, empty),
        likelihood,
        empty,
        ops.full((rows, beam), IMPOSSIBLE, "float32"),
        *keras.tree.flatten(state),
    )
    _, open_, likelihood, ended, scores, *_ = ops.while_loop(proceed, step, initial)
    none = scores[:, 0] <= IMPOSSIBLE / 2
    sequence = ops.where(none[:, None], open_[:, 0], ended[:, 0])
    score = ops.where(none, likelihood[:, 0] / length_penalty(longest, alpha), scores[:, 0])
    return sequence[:, 1:], score
