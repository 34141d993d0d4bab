"""Translation: one sequence of symbols into another.

Symbols are 0 padding, 1 start, 2 end, 3 unknown, and from 4 on the vocabulary.
"""

from collections.abc import Mapping
from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks.layers.look_up import chosen
from benchmarks.measures.translation import MEASURES as MEASURES
from benchmarks.spec import Data
from benchmarks.tasks._decoding import END, PADDING, START, beam_search, greedy
from benchmarks.tasks.protocol import Predict, Translator, require

#: The arrays of a data set that the task reads.
NEEDS = ("source", "target")
#: What the task asks of a model.
MODEL = Translator


def cross_entropy(model: Any, batch: Mapping[str, Any], training: bool, smoothing: float) -> Any:
    """Mean cross-entropy in nats of each next target symbol, padding left out.

    With `smoothing`, that share of the target distribution is spread evenly over the vocabulary (Szegedy et
    al. 2015).
    """
    target = ops.cast(batch["target"], "int32")
    logits = model({"source": batch["source"], "target": target[:, :-1]}, training=training)
    after = target[:, 1:]
    surprise = -ops.log_softmax(ops.cast(logits, "float32"))
    true = chosen(surprise, after)
    nats = (1.0 - smoothing) * true + smoothing * ops.mean(surprise, axis=-1)
    counts = ops.cast(after != PADDING, "float32")
    return ops.sum(nats * counts) / ops.sum(counts)


def loss(model: Any, batch: Mapping[str, Any], training: bool) -> Any:
    """Mean cross-entropy in nats of each next target symbol."""
    return cross_entropy(model, batch, training, smoothing=0.0)


def score(model: Any, batch: Mapping[str, Any]) -> dict[str, Any]:
    """For each example [n]: its cross-entropy in nats, its symbols, and how many were the likeliest."""
    after = batch["target"][:, 1:]
    logits = ops.cast(
        model({"source": batch["source"], "target": batch["target"][:, :-1]}, training=False), "float32"
    )
    nats = keras.losses.sparse_categorical_crossentropy(after, logits, from_logits=True)
    counts = ops.cast(after != PADDING, "float32")
    right = ops.cast(ops.cast(ops.argmax(logits, axis=-1), "int32") == after, "float32")
    return {
        "nats": ops.sum(nats * counts, axis=1),
        "symbols": ops.sum(counts, axis=1),
        "right": ops.sum(right * counts, axis=1),
    }


def decode(model: Any, batch: Mapping[str, Any], longest: int, beam: int, alpha: float) -> dict[str, Any]:
    """The sequences that the model produces, int32 [n, longest]: greedily where `beam` is 1."""
    if beam == 1:
        return {"sequence": greedy(model, batch["source"], longest)}
    return {"sequence": beam_search(model, batch["source"], longest, beam, alpha)[0]}


def text(symbols: np.ndarray, vocabulary: list[str], joiner: str) -> str:
    """The words up to the end symbol, joined; a blank in front of the first is left out."""
    ends = np.flatnonzero(symbols == END)
    shown = symbols[: ends[0]] if len(ends) else symbols
    return joiner.join(vocabulary[symbol] for symbol in shown if symbol not in (PADDING, START)).strip()


def evaluate(
    predict: Predict,
    model: Any,
    data: Data,
    split: str,
    beam: int = 4,
    alpha: float = 0.6,
    batch_size: int = 100,
) -> dict[str, float]:
    """The measures on one split: the test split by beam search, the validation split greedily.

    At most as many symbols are produced as the training targets are long. BLEU is reported where
    blanks separate words, against the data set's reference sentences.
    """
    require("translation", model, MODEL)
    arrays = {key: np.asarray(getattr(data, split)[key], "int32") for key in ("source", "target")}
    longest = np.shape(data.train["target"])[1] - 1
    totals = {key: float(np.sum(value)) for key, value in predict(score, arrays, batch_size).items()}
    chosen = {"beam": beam, "alpha": alpha} if split == "test" else {"beam": 1, "alpha": alpha}
    produced = predict(decode, {"source": arrays["source"]}, batch_size, longest=longest, **chosen)[
        "sequence"
    ]
    vocabulary, joiner = data.info["target_vocabulary"], data.info["joiner"]
    written = [text(row, vocabulary, joiner) for row in produced]
    wanted = [text(row, vocabulary, joiner) for row in arrays["target"]]
    measures = {
        "exact_match": 100.0 * float(np.mean([a == b for a, b in zip(written, wanted, strict=True)])),
        "token_accuracy": 100.0 * totals["right"] / totals["symbols"],
        "perplexity": float(np.exp(min(totals["nats"] / totals["symbols"], 700.0))),
    }
    if any(" " in symbol for symbol in [joiner, *vocabulary]):
        import sacrebleu

        measures["bleu"] = sacrebleu.corpus_bleu(
            written, [list(data.info["references"][split])], lowercase=True, force=True
        ).score
    return measures
