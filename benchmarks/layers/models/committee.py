"""A committee of classifiers that learn apart and decide together."""

from typing import Any

import keras
from keras import ops


class Committee(keras.Model):
    """Maps [n, ...] to the logarithm of its members' average probabilities, float [n, classes].

    The members are built models of the same input that give logits [n, classes].
    """

    def __init__(self, columns: list[Any], **options: Any) -> None:
        super().__init__(**options)
        self.columns = columns
        self.built = True

    def members(self, x: Any, training: bool = False) -> Any:
        """The logits of each member, float [n, members, classes]."""
        return ops.stack([column(x, training=training) for column in self.columns], axis=1)

    def call(self, x: Any, training: bool = False) -> Any:
        """The logarithm of the mean over the members of the softmax of their logits."""
        logits = ops.cast(self.members(x, training=training), keras.config.floatx())
        return ops.logsumexp(ops.log_softmax(logits, axis=-1), axis=1) - ops.log(
            ops.cast(float(len(self.columns)), logits.dtype)
        )
