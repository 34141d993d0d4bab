"""The memory network again in NumPy, and its parts by hand."""

import keras
import numpy as np
import pytest

from benchmarks.layers.models.memory_network import LINEAR_START, MemoryNetwork, position_weights, watch
from benchmarks.spec import Data


def test_words_count_by_their_place():
    """Two of three words, two numbers: (1 - j/2) - (k/2) (1 - j) for j = 1, 2 and k = 1, 2."""
    found = np.asarray(position_weights(np.array([5, 9, 0], "int32"), 2))
    np.testing.assert_allclose(found, [[0.5, 0.5], [0.5, 1.0], [0.0, 0.0]])


def encoded(table, words, width, order):
    """Section 4.1 for one sentence: the sum of l_kj times the words' vectors."""
    words = [word for word in words if word]
    total = np.zeros(width)
    for j, word in enumerate(words, start=1):
        for k in range(1, width + 1):
            place = (1 - j / len(words)) - (k / width) * (1 - 2 * j / len(words)) if order else 1.0
            total[k - 1] += place * table[word, k - 1]
    return total


@pytest.mark.parametrize(("order", "linear"), [(True, False), (False, True)])
def test_the_looks_and_the_answer_are_those_of_the_paper(order, linear):
    keras.utils.set_random_seed(5)
    model = MemoryNetwork(9, sentences=4, classes=3, width=5, hops=2, order=order)
    model.begin_stage(LINEAR_START if linear else "softmax", Data({}, {}, {}), None)
    rng = np.random.default_rng(6)
    for weight in (*model.tables, *model.ages):
        weight.assign(rng.normal(size=weight.shape))
    x = rng.integers(1, 9, (6, 5, 3)).astype("int32")
    x[:, :, 2] *= rng.integers(0, 2, (6, 5))
    x[:3, 3:] = 0  # shorter stories
    tables, ages = ([np.asarray(w.value, "float64") for w in kind] for kind in (model.tables, model.ages))
    found = watch(model, {"x": x})
    for row, (question, *sentences) in enumerate(x):
        there = [i for i, sentence in enumerate(sentences) if any(sentence)]
        state = encoded(tables[0], question, 5, order)
        for hop in range(2):
            keys, values = (
                np.array([encoded(tables[k], sentences[i], 5, order) + ages[k][i] for i in there])
                for k in (hop, hop + 1)
            )
            scores = keys @ state
            look = scores if linear else np.exp(scores - scores.max()) / np.exp(scores - scores.max()).sum()
            np.testing.assert_allclose(
                np.asarray(found["attention"])[row, hop, there], look, rtol=1e-3, atol=1e-4
            )
            state = state + look @ values
        wanted = tables[2][1:4] @ state
        np.testing.assert_allclose(np.asarray(found["logits"])[row], wanted, rtol=1e-3, atol=1e-3)
