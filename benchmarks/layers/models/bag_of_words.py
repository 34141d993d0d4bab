"""A linear classifier of lists of words, whose order does not count."""

from typing import Any

import keras
from keras import ops

from benchmarks.layers.look_up import rows


class BagOfWords(keras.layers.Layer):
    """s = b + the weights of the words that a text has, each once: int [n,steps] to logits [n,2], -s and s.

    There is a weight for each number from `first_word` to below `vocabulary`; smaller numbers are no words.
    All weights start at 0.
    """

    def __init__(self, vocabulary: int, first_word: int = 1, **kwargs: Any) -> None:
        super().__init__(**kwargs)
        self.vocabulary = vocabulary
        self.first_word = first_word

    def build(self, input_shape: tuple[int | None, int]) -> None:
        """Make `kernel` [words, 1] and `bias` []."""
        words = self.vocabulary - self.first_word
        self.kernel = self.add_weight(shape=(words, 1), initializer="zeros", name="kernel")
        self.bias = self.add_weight(shape=(), initializer="zeros", name="bias")

    def call(self, x: Any) -> Any:
        """The logits."""
        words = ops.sort(x, axis=-1)
        before = ops.pad(words[:, :-1], ((0, 0), (1, 0)), constant_values=-1)
        new = ops.cast((words != before) & (words >= self.first_word), self.compute_dtype)
        weights = rows(ops.convert_to_tensor(self.kernel), ops.maximum(words - self.first_word, 0))
        score = ops.sum(new * ops.cast(weights[..., 0], self.compute_dtype), axis=-1) + self.bias
        return ops.stack([-score, score], axis=-1)

    def compute_output_shape(self, input_shape: tuple[int | None, int]) -> tuple[int | None, int]:
        """[n, 2]."""
        return input_shape[0], 2
