"""Scores by the length of the source, of a translator whose mistakes are known."""

import itertools
from types import SimpleNamespace
from typing import Any

import numpy as np
import pytest

from benchmarks.spec import Data
from benchmarks.tasks._by_length import by_length, examples, groups

WORDS = ["<pad>", "<start>", "<end>", "<unknown>", "a", "b", "c", "d"]


def test_groups_hold_all_examples_once_and_no_length_twice():
    lengths = np.random.default_rng(1).integers(3, 20, 200)
    found = groups(lengths)
    assert sorted(np.concatenate(found).tolist()) == list(range(200)) and len(found) == 6
    for shorter, longer in itertools.pairwise(found):
        assert lengths[shorter].max() < lengths[longer].min()
    assert [len(group) for group in groups(np.full(5, 7))] == [5]


@pytest.mark.parametrize(("joiner", "metric"), [("", "exact matches"), (" ", "BLEU")])
def test_a_translator_that_fails_at_long_sources(joiner, metric):
    """Sources of two and of six symbols, copied; of the long ones, every second loses its last symbol."""
    rows = [[4, 5] if i < 6 else [4, 5, 6, 7, 4, 5] for i in range(12)]
    source = np.array([row + [0] * (6 - len(row)) for row in rows], "int32")
    target = np.array([[1, *row, 2] + [0] * (6 - len(row)) for row in rows], "int32")
    written = target[:, 1:].copy()
    written[7::2, 5] = 2
    split = {"source": source, "target": target}
    info = {
        "source_vocabulary": WORDS,
        "target_vocabulary": WORDS,
        "joiner": joiner,
        "references": {"test": [joiner.join(WORDS[i] for i in row) for row in rows]},
    }
    data = Data(split, split, split, info)

    def decoded(function, arrays, *_, **__):
        return {"sequence": written[: len(arrays["source"])]}

    predict: Any = decoded

    curve = by_length(predict, SimpleNamespace(), data)
    assert curve.y.label == metric
    np.testing.assert_array_equal(curve.series[0].x, [2, 6])
    short, long = curve.series[0].y
    if metric == "BLEU":
        # All n-grams are right, and 33 of 36 words are there: only brevity costs.
        assert long == pytest.approx(100 * np.exp(1 - 36 / 33), abs=0.01)
    else:
        assert (short, long) == (100.0, 50.0)
    texts = examples(predict, SimpleNamespace(), data).texts
    ab, long_one = joiner.join("ab"), joiner.join("abcdab")
    assert len(texts) == 8 and texts[0] == f"{ab} → {ab}"
    assert texts[7] == f"{long_one} → {joiner.join('abcda')} (wanted: {long_one})"
