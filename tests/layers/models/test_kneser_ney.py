"""Kneser-Ney smoothing against its formula, written with dictionaries of strings."""

import numpy as np
import pytest

from benchmarks.layers.models.kneser_ney import KneserNey

RNG = np.random.default_rng(0)
ROWS = RNG.choice(4, (6, 15), p=[0.5, 0.3, 0.15, 0.05])
X, Y = ROWS[:, :-1], ROWS[:, 1:]


def by_formula(order: int, history: tuple[int, ...], word: int) -> float:
    """p(word | history), counted anew; 9 stands before the first symbol."""
    strings = [(9,) * order + tuple(row) for row in ROWS]
    grams = [
        string[end - order : end] for string in strings for end in range(order + 2, len(string) + 1)
    ]  # a row's first symbol is not predicted

    def count(length: int) -> dict[tuple[int, ...], int]:
        kinds = grams if length == order else {gram[order - length - 1 :] for gram in longest()}
        found: dict[tuple[int, ...], int] = {}
        for gram in kinds:
            gram = gram[-length:]
            found[gram] = found.get(gram, 0) + 1
        return found

    def longest() -> list[tuple[int, ...]]:
        return grams

    def p(length: int, history: tuple[int, ...]) -> float:
        if length == 0:
            return 0.25
        counts = count(length)
        once, twice = (sum(c == times for c in counts.values()) for times in (1, 2))
        discount = once / (once + 2 * twice) if once else 0.5
        after = {gram[-1]: c for gram, c in counts.items() if gram[:-1] == history}
        shorter = p(length - 1, history[1:])
        if not after:
            return shorter
        mine = max(after.get(word, 0) - discount, 0.0)
        return (mine + discount * len(after) * shorter) / sum(after.values())

    return p(order, ((9,) * order + history)[-(order - 1) :] if order > 1 else ())


@pytest.mark.parametrize("order", [1, 3])
def test_probabilities_are_those_of_the_formula(order: int) -> None:
    model = KneserNey(order=order, symbols=4)
    np.testing.assert_allclose(model.probabilities(X), 0.25)  # it has counted nothing
    model.fit(X, Y, seed=0)
    seen = np.array([[0, 1, 3, 3, 3, 2, 0]])
    found = model.probabilities(seen)
    np.testing.assert_allclose(found.sum(axis=-1), 1.0)
    for t in range(7):
        for word in range(4):
            wanted = by_formula(order, tuple(seen[0, : t + 1].tolist()), word)
            assert found[0, t, word] == pytest.approx(wanted)
    again = KneserNey(order=order, symbols=4)
    again.set_state(model.state())
    np.testing.assert_array_equal(again(seen), np.log(found))


def test_one_that_follows_in_one_phrase_alone_is_not_expected_elsewhere() -> None:
    """Kneser and Ney's point: a symbol may be frequent, and yet come after one other only."""
    rows = np.array([[0, 1] * 20 + [2, 3, 4, 3, 0, 3, 2, 4, 2, 3]])
    model = KneserNey(order=2, symbols=6)
    model.fit(rows[:, :-1], rows[:, 1:], seed=0)
    after_new = model.probabilities(np.array([[5]]))[0, 0]
    assert (rows == 1).sum() > 3 * (rows == 3).sum() and after_new[1] < after_new[3]
