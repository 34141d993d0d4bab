"""The probability of a word as that of its class, times that of the word among those of its class."""

from typing import Any

import keras
import numpy as np
from keras import ops


def frequency_classes(counts: np.ndarray, classes: int) -> np.ndarray:
    """The class int [symbols] of each symbol; from the most frequent on, each has a like share of `counts`.

    A symbol belongs to the share in which its place in the sum of the more frequent ones lies, so that the
    first classes have few symbols and the last many; a class may be empty.
    """
    order = np.argsort(-counts, kind="stable")
    before = np.cumsum(counts[order]) - counts[order]
    found = np.zeros(len(counts), np.int64)
    found[order] = np.minimum(before * classes // max(counts.sum(), 1), classes - 1)
    return found


class ClassFactoredOutput(keras.layers.Layer):
    """Log-probabilities of symbols: float [..., units] to float [..., symbols].

    log p(w) = log softmax(X s)[class of w] + log softmax over its class of (V s)[w]. The classes are taken
    from the training text by `adapt`: before, all symbols are of the first one.

    Source: T. Mikolov, S. Kombrink, L. Burget, J. Cernocky, S. Khudanpur, "Extensions of recurrent neural
    network language model", ICASSP 2011.
    """

    def __init__(self, symbols: int, classes: int, initial: float = 0.1, **options: Any) -> None:
        super().__init__(**options)
        self.symbols, self.classes, self.initial = symbols, classes, initial

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        self.word_kernel, self.class_kernel = (
            self.add_weight(
                shape=(input_shape[-1], columns),
                initializer=keras.initializers.RandomNormal(stddev=self.initial),
                name=name,
            )
            for columns, name in ((self.symbols, "word_kernel"), (self.classes, "class_kernel"))
        )

        def all_in_the_first(shape: tuple[int, ...], dtype: Any = None) -> Any:
            return ops.cast(np.eye(1, self.classes).repeat(self.symbols, axis=0), dtype)

        self.members = self.add_weight(
            shape=(self.symbols, self.classes), initializer=all_in_the_first, trainable=False, name="members"
        )

    def adapt(self, x: np.ndarray) -> None:
        """Take the classes from a text, int [...]."""
        counts = np.bincount(np.asarray(x).ravel(), minlength=self.symbols)
        self.members.assign(np.eye(self.classes, dtype="float32")[frequency_classes(counts, self.classes)])

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return (*input_shape[:-1], self.symbols)

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        members = ops.convert_to_tensor(self.members)
        words = ops.matmul(x, self.word_kernel)
        words = words - ops.stop_gradient(ops.max(words, axis=-1, keepdims=True))
        sums = ops.matmul(ops.exp(words), members)
        of_class = ops.log_softmax(
            ops.matmul(x, self.class_kernel) + ops.where(ops.sum(members, axis=0) > 0, 0.0, -1e9)
        )
        # An empty class has a sum of 0, and no word that asks for it.
        both = of_class - ops.log(ops.maximum(sums, 1e-30))
        return words + ops.matmul(both, ops.transpose(members))
