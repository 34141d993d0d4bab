"""Vectors of words that tell a word's neighbours from noise: skip-gram and CBOW with negative sampling."""

from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks.layers.look_up import rows
from benchmarks.layers.units.draws import uniform


def shifted(x: Any, by: int) -> Any:
    """x [n, T, ...] moved along T, with zeros where nothing is: at t is what was at t + `by`."""
    pads: list[tuple[int, int]] = [(0, 0)] * x.ndim
    pads[1] = (0, by) if by > 0 else (-by, 0)
    return ops.pad(x[:, by:] if by > 0 else x[:, :by], pads)


class WordVectors(keras.layers.Layer):
    """Two vectors a word: its own in `vectors`, and the one that it has as a neighbour in `contexts`.

    A word's neighbours are those at most R places away, R being drawn from 1 to `window` for each word. With
    v the vector of a word, u that of a neighbour, and u' those of `negatives` words drawn from the noise, the
    loss of the pair is -log s(u v) - sum log s(-u' v), where s is the sigmoid function (equation 4). With
    `bag`, the mean of the neighbours' vectors predicts the word in their midst instead (CBOW).

    Noise draws a word by its count in the training text to the power `exponent`, from a long list in which
    words occur that often. A word of the share f is kept with probability sqrt(`threshold` / f), if f is
    larger (equation 5), and is neither word nor neighbour where it is not. `adapt` counts. Numbers below
    `first_word` are no words: padding and the like.

    Mikolov, Sutskever, Chen, Corrado, Dean 2013. Vectors start uniform on [-0.5, 0.5] / width, contexts at 0.
    """

    def __init__(
        self,
        vocabulary: int,
        width: int,
        window: int = 5,
        negatives: int = 5,
        bag: bool = False,
        threshold: float = 1e-5,
        exponent: float = 0.75,
        first_word: int = 0,
        listed: int = 2**20,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.vocabulary, self.width, self.window, self.negatives = vocabulary, width, window, negatives
        self.bag, self.threshold, self.exponent = bag, threshold, exponent
        self.first_word, self.listed = first_word, listed
        self.seed_generator = keras.random.SeedGenerator()
        self.build((None, None))

    def build(self, x_shape: tuple[int | None, ...]) -> None:
        """Make both tables, and what `adapt` fills: the list of noise and how often each word is kept."""
        shape, half = (self.vocabulary, self.width), 0.5 / self.width
        self.vectors = self.add_weight(
            shape=shape, initializer=keras.initializers.RandomUniform(-half, half), name="vectors"
        )
        self.contexts = self.add_weight(shape=shape, initializer="zeros", name="contexts")
        self.noise = self.add_weight(
            shape=(self.listed,), initializer="zeros", dtype="int", trainable=False, name="noise"
        )
        self.kept = self.add_weight(
            shape=(self.vocabulary,), initializer="ones", trainable=False, name="kept"
        )
        self.built = True

    def adapt(self, x: np.ndarray) -> None:
        """Count the words of the training text, int [n, T]."""
        counts = np.bincount(np.asarray(x).ravel(), minlength=self.vocabulary).astype("float64")
        counts[: self.first_word] = 0.0
        weight = np.where(counts > 0, counts, 1.0) ** self.exponent * (counts > 0)
        ends = np.cumsum(weight) / weight.sum()
        self.noise.assign(np.searchsorted(ends, (np.arange(self.listed) + 0.5) / self.listed))
        share = np.maximum(counts / counts.sum(), 1e-12)
        self.kept.assign(np.minimum(np.sqrt(self.threshold / share), 1.0))

    def call(self, x: Any, training: bool = False) -> tuple[Any, Any]:
        """The loss in nats of the pairs of each text, and their number: int [n, T] to two of float32 [n].

        Not in training, all words are kept, windows are whole, and noise comes from a fixed seed.
        """
        words = tuple(x.shape)
        there = x >= self.first_word
        reach = ops.full(words, self.window, "int32")
        seed: Any = 0
        if training:
            seed = self.seed_generator
            chance = ops.cast(ops.take(ops.convert_to_tensor(self.kept), x, axis=0), "float32")
            there = ops.logical_and(there, uniform(words, seed) < chance)
            reach = 1 + ops.cast(ops.floor(uniform(words, seed) * self.window), "int32")
        place = ops.cast(ops.floor(uniform((*words, self.negatives), seed) * self.listed), "int32")
        drawn = ops.take(ops.convert_to_tensor(self.noise), ops.minimum(place, self.listed - 1), axis=0)
        return self.nats(x, there, reach, drawn)

    def nats(self, x: Any, there: Any, reach: Any, drawn: Any) -> tuple[Any, Any]:
        """The loss of the pairs of each text and their number, float32 [n].

        Of words x [n, T] those count that are `there`, bool, with neighbours at most `reach` places away; the
        words `drawn`, int [n, T, negatives], are the noise of all pairs of a word.
        """
        vectors, contexts = (
            ops.cast(ops.convert_to_tensor(table), "float32") for table in (self.vectors, self.contexts)
        )
        noise = rows(contexts, drawn)
        offsets = [by for d in range(1, self.window + 1) for by in (d, -d)]
        near = [
            ops.cast(ops.logical_and(there, shifted(there, by)) & (reach >= abs(by)), "float32")
            for by in offsets
        ]
        number = sum(near)
        if self.bag:
            own = rows(vectors, x)
            total = sum(n[..., None] * shifted(own, by) for n, by in zip(near, offsets, strict=True))
            guess = total / ops.maximum(number, 1.0)[..., None]
            number = ops.cast(number > 0, "float32")  # the word in the midst counts once
            right = ops.softplus(-ops.sum(guess * rows(contexts, x), axis=-1)) * number
        else:
            guess, neighbours = rows(vectors, x), rows(contexts, x)
            right = sum(
                n * ops.softplus(-ops.sum(guess * shifted(neighbours, by), axis=-1))
                for n, by in zip(near, offsets, strict=True)
            )
        wrong = ops.sum(ops.softplus(ops.sum(guess[:, :, None] * noise, axis=-1)), axis=-1)
        return ops.sum(right + number * wrong, axis=1), ops.sum(number, axis=1)
