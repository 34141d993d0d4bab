"""What is particular to the neural language model: equation 1, and how far it looks back."""

import numpy as np
import pytest

from benchmarks import catalogue, datasets
from tests.eager import Eager

ENTRY = catalogue.load("nplm_2003")


@pytest.mark.parametrize("direct", [False, True])
def test_equation_1(direct: bool) -> None:
    n, m, h, symbols = 4, 2, 5, 6
    model = ENTRY.build(symbols=symbols, n=n, m=m, h=h, direct=direct)
    size = symbols * (1 + m + h) + h * (1 + (n - 1) * m) + direct * symbols * (n - 1) * m
    assert model.count_params() == size, "section 2: |V| (1 + nm + h) + h (1 + (n - 1) m) with all"
    weights = {weight.path: np.asarray(weight.value, "float64") for weight in model.weights}
    table, kernel, d = weights["C/embeddings"], weights["H/kernel"], weights["H/bias"]
    words = np.array([[3, 1, 4, 1, 5]], "int32")
    wanted = []
    for t in range(5):
        x = np.concatenate([table[words[0, s]] if s >= 0 else np.zeros(m) for s in range(t - n + 2, t + 1)])
        y = weights["U/bias"] + np.tanh(d + x @ kernel) @ weights["U/kernel"]
        wanted.append(y + x @ weights["W/kernel"] if direct else y)
    np.testing.assert_allclose(np.asarray(model(words))[0], wanted, atol=1e-5)


def test_pictures_show_words_of_one_class_together() -> None:
    data = datasets.load("sentences")
    model = ENTRY.build(symbols=29, n=3, m=4, h=5)
    assert ENTRY.pictures is not None
    shown = ENTRY.pictures(model, data, Eager(model))["words"]
    assert sorted(shown.rows) == sorted(data.info["symbols"]) and shown.rows[:2] == ["man", "woman"]
    np.testing.assert_allclose(np.diag(shown.values), 100.0, rtol=1e-5)
