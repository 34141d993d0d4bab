"""How a translator fares with short and with long sources, as a curve for an entry's pictures."""

from typing import Any

import numpy as np

from benchmarks.pictures import Axis, Curves, Series, Texts
from benchmarks.spec import Data
from benchmarks.tasks.protocol import Predict
from benchmarks.tasks.translation import decode, text

#: Into how many groups of about equal size the examples are divided.
GROUPS = 6


def groups(lengths: np.ndarray, most: int = GROUPS) -> list[np.ndarray]:
    """The examples of `lengths`, int [n], in groups of neighbouring lengths; one length is in one group."""
    cuts = np.unique(np.quantile(lengths, np.linspace(0, 1, most + 1)[1:-1], method="higher"))
    number = np.searchsorted(cuts, lengths, side="left")
    return [np.flatnonzero(number == group) for group in np.unique(number)]


def produced(predict: Predict, model: Any, data: Data, some: slice = slice(None)) -> list[str]:
    """Greedy translations of (some of) the test split, as text."""
    longest = np.shape(data.train["target"])[1] - 1
    sources = {"source": np.asarray(data.test["source"][some], "int32")}
    rows = predict(decode, sources, 500, longest=longest, beam=1, alpha=0.0)["sequence"]
    return [text(row, data.info["target_vocabulary"], data.info["joiner"]) for row in rows]


def examples(predict: Predict, model: Any, data: Data, number: int = 8) -> Texts:
    """The first test examples: source, translation and, where it is another, what was wanted."""
    joiner, some = data.info["joiner"], slice(number)
    texts = []
    for source, wanted, written in zip(
        (text(row, data.info["source_vocabulary"], joiner) for row in data.test["source"][some]),
        (text(row, data.info["target_vocabulary"], joiner) for row in data.test["target"][some]),
        produced(predict, model, data, some),
        strict=True,
    ):
        texts.append(f"{source} → {written}" + ("" if written == wanted else f" (wanted: {wanted})"))
    return Texts(texts, "Greedy translations of the first test examples.")


def by_length(predict: Predict, model: Any, data: Data) -> Curves:
    """BLEU of words, exact matches of characters, of greedy translations by the length of the source."""
    joiner = data.info["joiner"]
    written = produced(predict, model, data)
    wanted = [text(row, data.info["target_vocabulary"], joiner) for row in data.test["target"]]
    lengths = np.sum(np.asarray(data.test["source"]) != 0, axis=1)
    some = groups(lengths)
    scores = []
    for group in some:
        if joiner == " ":
            import sacrebleu

            references = [data.info["references"]["test"][i] for i in group]
            found = sacrebleu.corpus_bleu(
                [written[i] for i in group], [references], lowercase=True, force=True
            ).score
        else:
            found = 100.0 * float(np.mean([written[i] == wanted[i] for i in group]))
        scores.append(found)
    name, unit, symbols = ("BLEU", "BLEU", "words") if joiner == " " else ("exact", "%", "characters")
    middles = np.array([np.mean(lengths[group]) for group in some])
    caption = (
        f"Greedy translations of the test split by the length of the source: {len(some)} groups of "
        f"{min(map(len, some))} to {max(map(len, some))} examples, each at its mean length."
    )
    return Curves(
        [Series(name, middles, np.array(scores))],
        Axis(f"length of the source in {symbols}"),
        Axis(name if unit == "BLEU" else "exact matches", "" if unit == "BLEU" else unit),
        caption,
    )
