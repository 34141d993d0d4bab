"""A memory of sentences, read several times by attention before a question is answered.

Sukhbaatar, Szlam, Weston, Fergus, "End-to-end memory networks" (2015), sections 2 and 4.1. n stories, m
sentences of w words, d numbers for a word.
"""

from typing import Any

import keras
from keras import ops

from benchmarks.layers.look_up import rows
from benchmarks.spec import Data

#: The name of the stage in which attention is linear.
LINEAR_START = "linear start"


def position_weights(words: Any, width: int) -> Any:
    """How much each place of a sentence counts for each of `width` numbers (section 4.1): [..., w] to [...,
    w, d].

    For the j-th of J words, (1 - j / J) - (k / d) (1 - 2 j / J); 0 where the word number is 0.
    """
    there = ops.cast(ops.not_equal(words, 0), "float32")
    count = ops.maximum(ops.sum(there, axis=-1, keepdims=True), 1.0)
    place = (ops.arange(1, words.shape[-1] + 1, dtype="float32") / count)[..., None]
    number = ops.arange(1, width + 1, dtype="float32") / width
    return ((1.0 - place) - number * (1.0 - 2.0 * place)) * there[..., None]


class MemoryNetwork(keras.Model):
    """Word numbers int32 [n, 1 + m, w], the question first, to logits [n, classes] of the words 1 .. classes.

    There are `hops` + 1 tables of words, and as many for the age of a sentence: table k encodes what the
    k-th look is compared with, and table k + 1 what it returns; the first encodes the question, and the last
    the answers (the paper's "adjacent" tying). `order` encodes the order of words within a sentence. With
    `supported`, the entry's loss tells each hop where to look. In the stage `LINEAR_START` attention has no
    softmax.
    """

    def __init__(
        self,
        vocabulary: int,
        sentences: int,
        classes: int,
        width: int = 20,
        hops: int = 3,
        order: bool = True,
        supported: bool = False,
    ) -> None:
        super().__init__()
        self.classes, self.width, self.hops = classes, width, hops
        self.order, self.supported = order, supported
        self.tables = [
            self.add_weight(
                shape=(vocabulary, width),
                initializer=keras.initializers.RandomNormal(stddev=0.1),
                name=f"words_{k}",
            )
            for k in range(hops + 1)
        ]
        self.ages = [
            self.add_weight(
                shape=(sentences, width),
                initializer=keras.initializers.RandomNormal(stddev=0.1),
                name=f"ages_{k}",
            )
            for k in range(hops + 1)
        ]
        self.linear = self.add_weight(shape=(), initializer="zeros", trainable=False, name="linear")
        self.built = True

    def begin_stage(self, name: str, data: Data, predict: Any) -> None:
        """Attention is linear in the stage of that name, and a softmax in others."""
        self.linear.assign(float(name == LINEAR_START))

    def encode(self, table: Any, words: Any) -> Any:
        """Sentences int32 [..., w] as vectors [..., d]."""
        table = ops.convert_to_tensor(table)
        if self.order:
            weights = position_weights(words, self.width)
        else:
            weights = ops.cast(ops.not_equal(words, 0), "float32")[..., None]
        return ops.sum(rows(table, words) * ops.cast(weights, table.dtype), axis=-2)

    def read(self, x: Any) -> tuple[Any, list[Any]]:
        """The logits [n, classes], and of each hop its attention [n, m]."""
        x = ops.cast(x, "int32")
        question, sentences = x[:, 0], x[:, 1:]
        there = ops.any(ops.not_equal(sentences, 0), axis=-1)
        state = self.encode(self.tables[0], question)
        encoded = [
            self.encode(table, sentences) + ops.convert_to_tensor(age)
            for table, age in zip(self.tables, self.ages, strict=True)
        ]
        looks = []
        for k in range(self.hops):
            scores = ops.matmul(encoded[k], state[:, :, None])[..., 0]
            soft = ops.softmax(ops.where(there, scores, ops.cast(-1e9, scores.dtype)), axis=-1)
            plain = ops.where(there, scores, ops.zeros_like(scores))
            looks.append(ops.where(self.linear > 0.5, plain, soft))
            state = state + ops.matmul(looks[-1][:, None], encoded[k + 1])[:, 0]
        answers = ops.convert_to_tensor(self.tables[-1])[1 : 1 + self.classes]
        return ops.matmul(state, ops.transpose(answers)), looks

    def call(self, x: Any, training: bool = False) -> Any:
        """The logits."""
        return self.read(x)[0]


def watch(model: MemoryNetwork, batch: Any) -> dict[str, Any]:
    """The attention of all hops [n, hops, m], and the logits."""
    logits, looks = model.read(batch["x"])
    return {"attention": ops.stack(looks, axis=1), "logits": logits}
