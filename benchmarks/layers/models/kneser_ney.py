"""Counting what followed: n-grams, each order smoothed by the one below, after Kneser and Ney."""

from collections.abc import Mapping

import numpy as np
from scipy.sparse import csr_array


class KneserNey:
    """The next symbol's probability, from how often each followed the last `order` - 1 symbols.

    From every count of the highest order a discount is taken, and what is saved goes to the order below:

    p(w | h) = max(c(h w) - D, 0) / c(h) + D k(h) / c(h) p(w | shorter h)

    where k(h) is how many different symbols followed h. Of lower orders c(h w) is not how often h w occurred
    but after how many different symbols, so that one that follows in one phrase alone is not expected
    elsewhere. Below the first order all symbols are alike. D is n1 / (n1 + 2 n2) for each order, where n1 and
    n2 are how many of its counts are 1 and 2.

    Source: R. Kneser, H. Ney, "Improved backing-off for m-gram language modeling", ICASSP 1995, in the
    interpolated form of S. F. Chen, J. Goodman, "An empirical study of smoothing techniques for language
    modeling", Computer Speech and Language 13 (1999).
    """

    def __init__(self, order: int = 6, symbols: int = 65) -> None:
        self.order, self.symbols = order, symbols
        #: For each order from 1: the numbers of its histories, sorted, and counts [histories, symbols].
        self.histories = [np.zeros(0, np.int64) for _ in range(order)]
        self.counts = [csr_array((0, symbols)) for _ in range(order)]
        self.discounts = np.zeros(order)

    def numbers(self, x: np.ndarray, length: int) -> np.ndarray:
        """A number int64 [n, T] for the last `length` symbols at each step of x [n, T].

        Before the first step of a row stands a symbol of its own.
        """
        padded = np.pad(x.astype(np.int64), [(0, 0), (length, 0)], constant_values=self.symbols)
        number = np.zeros(x.shape, np.int64)
        for back in reversed(range(length)):
            start = length - back
            number = number * (self.symbols + 1) + padded[:, start : start + x.shape[1]]
        return number

    def fit(self, x: np.ndarray, y: np.ndarray | None, seed: int) -> None:
        """Count, in rows of symbols x int [n, T], what followed: y [n, T]. Nothing is drawn by `seed`."""
        assert y is not None
        following = y.astype(np.int64).ravel()
        for length in reversed(range(self.order)):
            whole = length == self.order - 1
            # Each occurrence counts at the highest order, below it each kind of one symbol more.
            longer = self.numbers(x, length if whole else length + 1).ravel() * self.symbols + following
            kinds, first, times = np.unique(longer, return_index=True, return_counts=True)
            history = self.numbers(x, length).ravel()[first]
            self.histories[length], row = np.unique(history, return_inverse=True)
            counted = times.astype(float) if whole else np.ones(len(kinds))
            counts = csr_array(
                (counted, (row.ravel(), following[first])), shape=(len(self.histories[length]), self.symbols)
            )
            counts.sum_duplicates()
            self.counts[length] = counts
            once, twice = (counts.data == 1).sum(), (counts.data == 2).sum()
            self.discounts[length] = once / (once + 2 * twice) if once else 0.5

    def probabilities(self, x: np.ndarray) -> np.ndarray:
        """Of each symbol to follow, after each step of x int [n, T]: float64 [n, T, symbols]."""
        p = np.full((x.size, self.symbols), 1.0 / self.symbols)
        for length in range(self.order):
            if not len(self.histories[length]):
                continue
            wanted = self.numbers(x, length).ravel()
            row = np.minimum(np.searchsorted(self.histories[length], wanted), len(self.histories[length]) - 1)
            (known,) = np.nonzero(self.histories[length][row] == wanted)
            counts, discount = self.counts[length][row[known]].toarray(), self.discounts[length]
            saved = discount * (counts > 0).sum(axis=1, keepdims=True)
            p[known] = (np.maximum(counts - discount, 0.0) + saved * p[known]) / counts.sum(
                axis=1, keepdims=True
            )
        return p.reshape(*x.shape, self.symbols)

    def __call__(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The logarithms of `probabilities`."""
        return np.log(self.probabilities(np.asarray(x)))

    def state(self) -> dict[str, np.ndarray]:
        """All counts, by order."""
        state: dict[str, np.ndarray] = {"discounts": self.discounts}
        for length, (histories, counts) in enumerate(zip(self.histories, self.counts, strict=True)):
            state |= {
                f"histories_{length}": histories,
                f"counts_{length}": counts.data,
                f"symbols_{length}": counts.indices,
                f"starts_{length}": counts.indptr,
            }
        return state

    def set_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `state` returned."""
        self.discounts = np.asarray(state["discounts"])
        for length in range(self.order):
            self.histories[length] = np.asarray(state[f"histories_{length}"])
            parts = (state[f"{name}_{length}"] for name in ("counts", "symbols", "starts"))
            shape = (len(self.histories[length]), self.symbols)
            self.counts[length] = csr_array(tuple(map(np.asarray, parts)), shape=shape)

    def parameters(self) -> int:
        """The counts that are not zero, and the discounts."""
        return sum(counts.nnz for counts in self.counts) + self.order
