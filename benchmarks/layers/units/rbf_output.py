"""The output layer of LeNet-5: distances to fixed codes, drawn as 7x12 pictures of the digits."""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

#: Stylised digits, 7 wide and 12 high, drawn for this suite: those of the paper are shown in its figure 3
#: alone.
DIGITS = (
    "....... .#####. ##...## ##...## ##...## ##...## ##...## ##...## ##...## .#####. ....... .......",
    "....... ...##.. ..###.. .####.. ...##.. ...##.. ...##.. ...##.. ...##.. .###### ....... .......",
    "....... .#####. ##...## .....## .....## ....##. ...##.. ..##... .##.... ####### ....... .......",
    "....... ####### .....## ....##. ...##.. ..####. .....## .....## ##...## .#####. ....... .......",
    "....... ....##. ...###. ..####. .##.##. ##..##. ####### ....##. ....##. ....##. ....... .......",
    "....... ####### ##..... ##..... ######. .....## .....## .....## ##...## .#####. ....... .......",
    "....... ..####. .##.... ##..... ######. ##...## ##...## ##...## ##...## .#####. ....... .......",
    "....... ####### .....## .....## ....##. ....##. ...##.. ...##.. ..##... ..##... ....... .......",
    "....... .#####. ##...## ##...## .##.##. ..###.. .##.##. ##...## ##...## .#####. ....... .......",
    "....... .#####. ##...## ##...## ##...## ##...## .###### .....## ....##. .####.. ....... .......",
)


def codes(pictures: Sequence[str] = DIGITS) -> np.ndarray:
    """Pictures as codes: +1 for ink, -1 for paper; float32 [classes, pixels]."""
    return np.array(
        [[1.0 if mark == "#" else -1.0 for mark in picture.replace(" ", "")] for picture in pictures],
        "float32",
    )


@keras.saving.register_keras_serializable("benchmarks")
class EuclideanRBF(keras.layers.Layer):
    """Minus the squared distance of a state [n,84] to the code of each class: [n,classes].

    The largest is the decision; the codes are fixed. `criterion` is the loss that belongs to it: with
    `rubbish` None the distance to the right class (LeCun et al. 1998, equation 8); otherwise the
    discriminative criterion (equation 9), in which the classes compete with each other and with a rubbish
    class whose penalty is the constant `rubbish` (the paper's j).
    """

    def __init__(self, rubbish: float | None = None, **options: Any) -> None:
        super().__init__(**options)
        self.rubbish = rubbish

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        self.codes = self.add_weight(
            name="codes",
            shape=codes().shape,
            initializer=lambda shape, dtype=None: ops.cast(codes(), dtype),
            trainable=False,
        )

    def call(self, state: Any) -> Any:
        """The output, of the shape that the class says."""
        return -ops.sum(ops.square(state[:, None, :] - ops.cast(self.codes, state.dtype)), axis=-1)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return (input_shape[0], len(DIGITS))

    def criterion(self, outputs: Any, labels: Any) -> Any:
        """The loss of each example, floats [n].

        From this layer's outputs [n,classes] and the classes int [n].
        """
        outputs = ops.cast(outputs, keras.config.floatx())
        right = ops.sum(outputs * ops.one_hot(labels, len(DIGITS), dtype=outputs.dtype), axis=-1)
        return -right if self.rubbish is None else ops.logsumexp(self._with_rubbish(outputs), axis=-1) - right

    def curvature(self, state: Any, labels: Any) -> Any:
        """Second derivatives of `criterion` with respect to each component of the state alone.

        Float [n,84], never negative.
        """
        if self.rubbish is None:
            return 2.0 * ops.ones_like(state)
        share = ops.softmax(self._with_rubbish(ops.cast(self(state), state.dtype)), axis=-1)[:, :-1]
        slopes = 2.0 * (state[:, None, :] - ops.cast(self.codes, state.dtype))
        mean = ops.sum(share[:, :, None] * slopes, axis=1)
        square = ops.sum(share[:, :, None] * ops.square(slopes), axis=1)
        return 2.0 * (1.0 - ops.sum(share, axis=-1, keepdims=True)) + square - ops.square(mean)

    def _with_rubbish(self, outputs: Any) -> Any:
        assert self.rubbish is not None  # only the criterion of equation 9 asks
        return ops.concatenate([outputs, ops.full_like(outputs[:, :1], -self.rubbish)], axis=-1)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "rubbish": self.rubbish}
