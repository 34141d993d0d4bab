"""The published sizes, counted by hand; a map of an alignment that is known."""

from types import SimpleNamespace

import numpy as np
import pytest

from benchmarks.entries.attention import bahdanau_2014
from benchmarks.entries.attention.bahdanau_2014 import ENTRY
from benchmarks.tasks import _by_length


def by_hand(aligned: bool, n: int = 1000, m: int = 620, k: int = 30_000, l: int = 500) -> int:  # noqa: E741
    """The matrices of appendix A.2 in its letters, and a bias wherever the appendix omits one."""
    encoder = 3 * (n * m + n * n + n)
    context = 2 * n if aligned else n
    decoder = 3 * (n * m + n * n + n * context + n)
    alignment = n * n + n * 2 * n + n if aligned else 0
    first_state = n * n + n
    output = 2 * l * (n + m + context + 1) + k * (l + 1)
    return 2 * k * m + (2 if aligned else 1) * encoder + first_state + alignment + decoder + output


def test_the_declared_counts_are_those_counted_by_hand():
    search, encdec = ENTRY.parameters
    assert search.trainable == by_hand(True)
    assert encdec.trainable == by_hand(False)


@pytest.mark.parametrize("aligned", [True, False])
def test_the_map_has_the_words_on_both_axes_and_no_padding(aligned, monkeypatch):
    monkeypatch.setattr(_by_length, "by_length", lambda *_: None)
    monkeypatch.setattr(_by_length, "examples", lambda *_: None)
    words = ["<pad>", "<start>", "<end>", "<unknown>", "ein", "hund", "a", "dog", " "]
    data = SimpleNamespace(
        test={
            "source": np.array([[4, 0, 0], [4, 5, 0], [4, 5, 8]], "int32"),
            "target": np.array([[1, 6, 2, 0, 0], [1, 6, 7, 2, 0], [1, 6, 7, 8, 2]], "int32"),
        },
        info={"source_vocabulary": words, "target_vocabulary": words},
    )
    weights = np.arange(12.0).reshape(1, 4, 3)
    seen = []

    def once(function, source, target):
        seen.append((source, target))
        return {"weights": weights}

    model = SimpleNamespace(decoder=SimpleNamespace(alignment=4 if aligned else None))
    shown = bahdanau_2014.pictures(model, data, SimpleNamespace(once=once))
    assert ("alignment" in shown) is aligned
    if aligned:
        # The second example is the first of at least the median length.
        np.testing.assert_array_equal(seen[0][0], [[4, 5, 0]])
        np.testing.assert_array_equal(seen[0][1], [[1, 6, 7, 2]])
        picture = shown["alignment"]
        assert (picture.rows, picture.columns) == (["a", "dog", "<end>"], ["ein", "hund"])
        np.testing.assert_array_equal(picture.values, weights[0, :3, :2])
