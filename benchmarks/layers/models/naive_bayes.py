"""Naive Bayes: how often each feature occurs in each class, as if features knew nothing of one another."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from benchmarks.layers.code_counts import code_counts

#: The code of a pair of words is that of the first, times this, plus that of the second.
PAIR = 1 << 32


class NaiveBayes:
    """The class under which a bag of features is most probable, all features being taken as independent.

    `events` says how a bag comes about. "multinomial": it is drawn one feature at a time, and a feature
    counts as often as it is there. "bernoulli": of each feature it is decided whether it is there at all, so
    that what is missing speaks, too. With `presence` the multinomial model counts a feature of a bag once. In
    training every count of every class begins at `smoothing`.

    With `words` 1, x [n, steps] holds numbers of words, and the features are the words of the training
    examples, with 2 also their neighbouring pairs; numbers below `first_word` (padding, start, unknown) are
    left out, and so is what the training examples lack. With `words` 0, x [n, ...] is the bag itself: a
    feature for each of its numbers, which says how often that is there; it is there at all above `threshold`.

    Source: A. McCallum, K. Nigam, "A comparison of event models for naive Bayes text classification", AAAI-98
    workshop on learning for text categorization (1998), equations 2 to 7.
    """

    codes: np.ndarray
    weights: np.ndarray
    thresholds: np.ndarray

    def __init__(
        self,
        classes: int,
        events: str = "multinomial",
        presence: bool = False,
        smoothing: float = 1.0,
        words: int = 0,
        first_word: int = 0,
        threshold: float = 0.0,
    ) -> None:
        if events not in ("multinomial", "bernoulli"):
            raise ValueError(f"events is {events!r}; naive Bayes knows 'multinomial' and 'bernoulli'")
        self.classes, self.events, self.smoothing = classes, events, smoothing
        self.present = presence or events == "bernoulli"
        self.words, self.first_word, self.threshold = words, first_word, threshold
        self.codes = np.zeros(0, "int64")
        self.weights = np.zeros((classes, 0))
        self.thresholds = np.zeros(classes)

    def occurrences(self, x: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Of word numbers x [n, steps]: example and code of each word, and of each pair; int64 [k] each."""
        known = x >= self.first_word
        example, step = np.nonzero(known)
        examples, codes = [example], [x[example, step].astype("int64")]
        if self.words == 2:
            example, step = np.nonzero(known[:, :-1] & known[:, 1:])
            examples.append(example)
            codes.append(x[example, step].astype("int64") * PAIR + x[example, step + 1])
        return np.concatenate(examples), np.concatenate(codes)

    def bag(self, x: np.ndarray) -> Any:
        """How often each known feature is in each example, or whether: float64 [n, features].

        A sparse matrix of words, an array of anything else.
        """
        if not self.words:
            flat = np.asarray(x, "float64").reshape(len(x), -1)
            return np.where(flat > self.threshold, 1.0, 0.0) if self.present else flat
        bag = code_counts(*self.occurrences(x), self.codes, len(x))
        if self.present:
            bag.data[:] = 1.0
        return bag

    def fit(self, x: np.ndarray, y: np.ndarray | None, seed: int) -> None:
        """Count in examples `x` of classes `y`, int [n]. `seed` has no effect."""
        assert y is not None
        if self.words:
            self.codes = np.unique(self.occurrences(x)[1])
        bag = self.bag(x)
        examples = np.bincount(y, minlength=self.classes)
        counts = np.array([bag[y == number].sum(axis=0) for number in range(self.classes)])
        counts = self.smoothing + counts.reshape(self.classes, -1)
        self.thresholds = np.full(self.classes, -1e9)  # of a class without examples: never that class
        self.thresholds[examples > 0] = np.log(examples[examples > 0] / len(y))
        if self.events == "multinomial":
            self.weights = np.log(counts) - np.log(counts.sum(axis=1, keepdims=True))
        else:
            absent = 2.0 * self.smoothing + examples[:, None] - counts
            self.weights = np.log(counts) - np.log(absent)
            self.thresholds += (np.log(absent) - np.log(counts + absent)).sum(axis=1)

    def __call__(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The log-probability of class and bag, up to what all classes share: float64 [n, classes]."""
        return np.asarray(self.bag(x) @ self.weights.T + self.thresholds)

    def state(self) -> dict[str, np.ndarray]:
        """What is learned: sorted `codes` [features] of words and pairs, `weights` [classes, features], and
        `thresholds` [classes].
        """
        return {"codes": self.codes, "weights": self.weights, "thresholds": self.thresholds}

    def set_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `state` returned."""
        self.codes, self.weights = state["codes"], state["weights"]
        self.thresholds = state["thresholds"]

    def parameters(self) -> int:
        """A weight for each feature and class, and a threshold for each class."""
        return self.weights.size + self.thresholds.size
