"""The four nets of AlphaGo: two policies, a value, and a fast policy for rollouts.

Silver et al., "Mastering the game of Go with deep neural networks and tree search", Nature 529, 2016,
methods, "Neural network architecture" and "Rollout policy".
"""

from collections.abc import Sequence
from typing import Any

import keras
from keras import layers, ops

from benchmarks.layers.bodies.two_heads import Planes
from benchmarks.spec import Data


@keras.saving.register_keras_serializable("benchmarks")
class Places(layers.Layer):
    """A map [n, h, w, 1] of scores -> logits [n, actions], with a bias for each place if `biased`.

    An action is a place, counted row by row. With `falls` it is a column, and its score that of the place in
    which a piece falls on the boards int [n, h, w]. Given boards, actions that are not legal have logits of
    -1e4.
    """

    def __init__(self, falls: bool, biased: bool, **options: Any) -> None:
        super().__init__(**options)
        self.falls, self.biased = falls, biased

    def build(self, scores_shape: Any, boards_shape: Any = None) -> None:
        """Make the biases."""
        if self.biased:
            self.bias = self.add_weight(shape=scores_shape[1:], initializer="zeros", name="bias")
        self.built = True

    def call(self, scores: Any, boards: Any = None) -> Any:
        """The logits."""
        scores = (scores + self.bias if self.biased else scores)[..., 0]
        if boards is None:
            return ops.reshape(scores, (-1, scores.shape[1] * scores.shape[2]))
        empty = boards == 0
        if self.falls:
            lies = ops.concatenate([~empty[:, 1:], ops.ones_like(empty[:, :1])], axis=1)
            scores = ops.sum(ops.where(ops.logical_and(empty, lies), scores, 0.0), axis=1)
            empty = empty[:, 0]
        places = (-1, scores.shape[-1] if self.falls else scores.shape[1] * scores.shape[2])
        return ops.where(ops.reshape(empty, places), ops.reshape(scores, places), -1e4)

    def compute_output_shape(self, scores_shape: Any, boards_shape: Any = None) -> Any:
        """[n, actions]."""
        _, height, width, _ = scores_shape
        return (scores_shape[0], width if self.falls else height * width)


class AlphaGo(keras.Model):
    """Boards -> logits of the moves by the policy that imitates [n, actions], and the value [n, 1].

    `policy` imitates; `reinforced`, of the same form, begins as a copy of it when the stage "reinforcement"
    does; `value` says who wins. They are `depth` convolutions of `filters`, the first of size `first`, the
    others of 3; then a score for each place, or a hidden layer of `hidden` units. `rollout` is linear in the
    3 by 3 places around each move. `board` is (height, width) for boards of pieces, or (height, width,
    planes) with one plane more for the value.
    """

    def __init__(
        self, board: Sequence[int], falls: bool, depth: int, filters: int, first: int, hidden: int
    ) -> None:
        super().__init__()

        def eye(extra: int = 0) -> tuple[Any, Any, Any]:
            """The input, its planes, and its boards if it is those."""
            if len(board) == 2:
                boards = keras.Input(tuple(board), dtype="int32")
                return boards, Planes()(boards), boards
            planes = keras.Input((*board[:2], board[2] + extra))
            return planes, planes, None

        def trunk(x: Any) -> Any:
            for number in range(depth):
                size = first if number == 0 else 3
                x = layers.Conv2D(filters, size, padding="same", activation="relu")(x)
            return x

        def policy(name: str) -> Any:
            seen, x, boards = eye()
            scores = layers.Conv2D(1, 1, use_bias=False)(trunk(x))
            return keras.Model(seen, Places(falls, biased=True)(scores, boards), name=name)

        self.policy, self.reinforced = policy("policy"), policy("reinforced")
        seen, x, _ = eye(extra=1)
        x = layers.Flatten()(layers.Conv2D(1, 1, activation="relu")(trunk(x)))
        x = layers.Dense(hidden, activation="relu")(x)
        self.value = keras.Model(seen, layers.Dense(1, activation="tanh")(x), name="value")
        seen, x, boards = eye()
        scores = layers.Conv2D(1, 3, padding="same", use_bias=False, kernel_initializer="zeros")(x)
        self.rollout = keras.Model(seen, Places(falls, biased=False)(scores, boards), name="rollout")
        self.built = True

    def call(self, boards: Any, training: bool = False) -> tuple[Any, Any]:
        """The logits and the value."""
        return self.policy(boards, training=training), self.value(boards, training=training)

    def begin_stage(self, name: str, data: Data, predict: Any) -> None:
        """Let the policy that is reinforced begin as the one that imitates."""
        if name == "reinforcement":
            for to, source in zip(self.reinforced.variables, self.policy.variables, strict=True):
                to.assign(source.value)
