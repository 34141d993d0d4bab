"""The net of AlphaGo Zero: a residual tower with a head for the policy and one for the value.

Silver et al., "Mastering the game of Go without human knowledge", Nature 550, 2017, methods, "Neural network
architecture".
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from benchmarks.layers.bodies import residual
from benchmarks.pictures import grid
from benchmarks.spec import Picture


@keras.saving.register_keras_serializable("benchmarks")
class Planes(layers.Layer):
    """Boards int [n, h, w] with pieces of 1 and -1 -> float [n, h, w, 2], a plane for each player."""

    def call(self, x: Any) -> Any:
        """The planes, first that of the player to move."""
        return ops.cast(ops.stack([x == 1, x == -1], axis=-1), self.compute_dtype)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """[n, h, w, 2]."""
        return (*input_shape, 2)


def two_heads(
    board: Sequence[int], actions: int, blocks: int, filters: int, hidden: int, decay: float = 0.0
) -> Any:
    """Boards -> logits of the actions [n, actions] and the value [n, 1] for the player to move.

    `board` is (height, width) for boards of pieces, or (height, width, planes). A convolution and `blocks`
    residual blocks of `filters` maps; the heads have two maps and one, the value's a layer of `hidden` units.
    `decay` is the weight decay of all weights.
    """
    penalty = keras.regularizers.L2(decay / 2) if decay else None

    def dense(units: int, activation: str | None = None, name: str | None = None) -> Any:
        return layers.Dense(
            units, activation, kernel_initializer="he_normal", kernel_regularizer=penalty, name=name
        )

    boards = keras.Input(board, dtype="int32" if len(board) == 2 else "float32")
    x = Planes()(boards) if len(board) == 2 else boards
    x = layers.ReLU()(residual.convolution(x, filters, 3, decay=decay))
    for _ in range(blocks):
        x = residual.block(x, filters, decay=decay)
    policy = layers.ReLU()(residual.convolution(x, 2, 1, decay=decay))
    value = layers.ReLU()(residual.convolution(x, 1, 1, decay=decay))
    value = dense(hidden, "relu")(layers.Flatten()(value))
    return keras.Model(
        boards, [dense(actions, name="policy")(layers.Flatten()(policy)), dense(1, "tanh", "value")(value)]
    )


def chances(model: Any, batch: Any) -> dict[str, Any]:
    """The net's policy for boards `x`: `policy` [n, actions], float32."""
    return {"policy": ops.softmax(ops.cast(model(batch["x"], training=False)[0], "float32"))}


def moves_picture(data: Any, predict: Any) -> Picture:
    """Twelve test positions, and beside each where the net would play: white is certain."""
    boards = data.test["x"][:12]
    height, width = boards.shape[1:]
    policy = predict(chances, {"x": boards})["policy"]
    if policy.shape[1] == width:  # a column is chosen, not a place
        policy = np.repeat(policy, height, axis=0)
    pairs = np.stack([0.5 + 0.5 * boards, policy.reshape(boards.shape)], axis=1).reshape(-1, height, width)
    large = np.kron(pairs, np.ones((1, 6, 6)))  # a place becomes 6 by 6 pixels
    caption = (
        "Pairs from left to right. Test positions, in which the player to move has the white pieces; beside "
        "each where the net, without search, would play: the brighter, the likelier."
    )
    return grid(large.reshape(len(large), -1), large.shape[1:], 6, caption)
