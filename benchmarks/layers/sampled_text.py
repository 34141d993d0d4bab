"""Text drawn from a model of language, symbol by symbol: what it has learned, to be read.

A `Reader` is told one symbol and says how likely each is to follow. A recurrent net, or an attention with
kept keys and values, is `carried`: a symbol costs it one step. A model that sees the last few symbols alone,
such as an n-gram table or a feed-forward net, is `windowed`; so is any model that is to be checked against
its own steps.
"""

from collections.abc import Callable, Mapping, Sequence
from typing import Any

import numpy as np
from keras import ops

from benchmarks.pictures import Texts

#: Every model of Tiny Shakespeare is asked to go on from here, so that a reader can compare.
PROMPT = "ROMEO:\n"
#: How many symbols are drawn.
LENGTH = 300
#: Every text is drawn by the same random numbers.
SEED = 2015

#: One symbol in, the logits [symbols] of the next one out.
Reader = Callable[[int], np.ndarray]


def carried(predict: Any, step: Callable[..., Mapping[str, Any]], start: Mapping[str, np.ndarray]) -> Reader:
    """A reader that keeps the model's state: `step(model, symbol, state)`, called once a symbol.

    `symbol` is int32 [1]; `state`, at first `start`, is a dict of arrays whose shapes and types do not
    change. `step`, a function of a module, returns the next state with `logits` [1, symbols] added to it.
    """
    state = dict(start)

    def read(symbol: int) -> np.ndarray:
        nonlocal state
        state = predict.once(step, np.array([symbol], np.int32), state)
        return state.pop("logits")[0]

    return read


def windowed(predict: Any, context: int) -> Reader:
    """A reader that shows the last `context` symbols, int32 [1, context], to a model of whole sequences.

    The model gives logits [1, context, symbols] of what follows each of them, and looks at none behind it:
    a window that is not yet full ends in zeros.
    """
    seen: list[int] = []

    def read(symbol: int) -> np.ndarray:
        seen[:] = [*seen, symbol][-context:]
        window = np.zeros((1, context), np.int32)
        window[0, : len(seen)] = seen
        return predict.once(_outputs, window)["outputs"][0, len(seen) - 1]

    return read


def _outputs(model: Any, x: Any) -> dict[str, Any]:
    return {"outputs": ops.cast(model(x, training=False), "float32")}


def draw(read: Reader, prompt: Sequence[int], length: int = LENGTH, seed: int = SEED) -> list[int]:
    """`length` numbers of symbols to follow the `prompt` (one at least), each drawn by its probability."""
    for symbol in prompt:
        logits = read(symbol)
    drawn: list[int] = []
    for uniform in np.random.default_rng(seed).random(length):
        likely = np.exp(logits.astype("float64") - logits.max())
        total = np.cumsum(likely)
        drawn.append(int(np.searchsorted(total, uniform * total[-1], side="right")))
        if len(drawn) < length:
            logits = read(drawn[-1])
    return drawn


def sampled_text(
    predict: Any,
    read: Reader,
    symbols: Sequence[str],
    prompt: Sequence[str] = PROMPT,
    length: int = LENGTH,
    between: str = "",
) -> Texts:
    """The prompt and what the model wrote after it, with `between` two symbols each.

    `symbols` are the model's symbols by their numbers. Raises ValueError if one of the prompt is not
    among them.
    """
    number = {symbol: i for i, symbol in enumerate(symbols)}
    if unknown := [symbol for symbol in prompt if symbol not in number]:
        raise ValueError(f"the prompt has the symbol {unknown[0]!r}, which the model does not know")
    with predict.sampling():
        drawn = draw(read, [number[symbol] for symbol in prompt], length)
    text = between.join([*prompt, *(symbols[i] for i in drawn)])
    begin = " ".join(between.join(prompt).split())
    return Texts([text], f"After the prompt {begin!r}: {length} symbols, drawn at temperature 1.")
