"""The cells of the neocognitron: S-cells look for a feature, C-cells forgive where exactly it was.

Fukushima, "Neocognitron", Biological Cybernetics 36 (1980), chapters 2 and 5. All cells are silent (0) or
active (> 0).
"""

import math
from typing import Any

import keras
import numpy as np
from keras import ops


def fading(area: int, base: float) -> np.ndarray:
    """Fixed efficiencies [area, area] that fall with the distance from the middle.

    They are base^distance; the paper says only that they fall.
    """
    offsets = np.arange(area) - (area - 1) / 2
    return base ** np.hypot(offsets[:, None], offsets)


def first_efficiencies(area: int, inputs: int, planes: int) -> np.ndarray:
    """The pattern [area, area, inputs, planes] of the first weights, in [0, 1], without randomness.

    Plane k prefers, weakly, the direction π k / planes, and cell-planes of the layer before whose number,
    as a fraction of all, is like its own. The paper (chapter 3) says what they depend on, and gives no
    formula.
    """
    offsets = np.arange(area) - (area - 1) / 2
    direction = np.arctan2(offsets[:, None], offsets)
    own, theirs = np.arange(planes) / planes, np.arange(inputs) / inputs
    oriented = 1 + np.cos(2 * (direction[..., None] - math.pi * own))
    related = 1 + np.cos(2 * math.pi * (theirs[:, None] - own)) if inputs > 1 else np.full((1, planes), 2.0)
    return oriented[:, :, None, :] * related / 4


@keras.saving.register_keras_serializable("benchmarks")
class SCells(keras.layers.Layer):
    """Planes of S-cells, float [n,h,w,inputs] to [n,h+2p-area+1,w+2p-area+1,planes] for a padding of p.

    Equation 1: u = r φ[(1 + Σ a u') / (1 + 2r/(1+r) b v) - 1], where φ cuts off what is negative, u' are
    the C-cells of the area, and the inhibitory cell is v = √(Σ c u'²) (equation 3), with fixed c that add
    up to 1. A plane that has learned one pattern answers to inputs whose cosine with it exceeds r/(1+r).
    Trainable: `a` [area² inputs, planes], small at first, and `b` [planes], zero at first; the cells of a
    plane share them. `column` is the side of an S-column.
    """

    def __init__(
        self,
        planes: int,
        selectivity: float,
        area: int = 5,
        padding: int = 0,
        column: int = 5,
        first: float = 0.01,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.planes, self.selectivity, self.area, self.padding = planes, selectivity, area, padding
        self.column, self.first = column, first

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        _, height, width, inputs = input_shape
        area, planes = self.area, self.planes
        c = np.repeat(fading(area, 0.9).reshape(-1, 1), inputs, axis=1)
        self.c = (c / c.sum()).reshape(-1).astype("float32")
        start = self.first * self.c[:, None] * first_efficiencies(area, inputs, planes).reshape(-1, planes)
        self.a = self.add_weight(
            name="a",
            shape=start.shape,
            initializer=lambda shape, dtype=None: ops.convert_to_tensor(start, dtype),
        )
        self.b = self.add_weight(name="b", shape=(planes,), initializer="zeros")
        self.height, self.width = height + 2 * self.padding - area + 1, width + 2 * self.padding - area + 1
        rows, columns = np.indices((self.height, self.width)).reshape(2, -1, 1) + np.indices(
            (area, area)
        ).reshape(2, 1, -1)
        self.place = (rows * (width + 2 * self.padding) + columns).astype("int32")

    def areas(self, x: Any) -> Any:
        """What each cell sees: [n, cells of a plane, area² inputs]."""
        p, inputs = self.padding, x.shape[-1]
        x = ops.reshape(ops.pad(x, ((0, 0), (p, p), (p, p), (0, 0))), (ops.shape(x)[0], -1, inputs))
        return ops.reshape(
            ops.take(x, self.place, axis=1),
            (ops.shape(x)[0], self.height * self.width, self.area**2 * inputs),
        )

    def inhibition(self, areas: Any) -> Any:
        """The inhibitory cells v [n, cells of a plane]."""
        return ops.sqrt(ops.matmul(ops.square(areas), ops.cast(self.c, areas.dtype)))

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        areas, r = self.areas(x), self.selectivity
        excited = ops.matmul(areas, ops.cast(self.a, areas.dtype))
        inhibited = 2 * r / (1 + r) * ops.cast(self.b, areas.dtype) * self.inhibition(areas)[..., None]
        cells = r * ops.relu((1 + excited) / (1 + inhibited) - 1)
        return ops.reshape(cells, (ops.shape(x)[0], self.height, self.width, self.planes))

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        n, height, width, _ = input_shape
        grown = 2 * self.padding - self.area + 1
        return (n, height + grown, width + grown, self.planes)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        own = ("planes", "selectivity", "area", "padding", "column", "first")
        return {**super().get_config(), **{name: getattr(self, name) for name in own}}


@keras.saving.register_keras_serializable("benchmarks")
class CCells(keras.layers.Layer):
    """As many planes of C-cells as of S-cells; nothing is trained.

    Float [n,h,w,planes] to [n,side,side,planes]. Equations 4 to 6: u = ψ[(1 + Σ d u') / (1 + v) - 1] with
    ψ(x) = φ(x) / (α + φ(x)), u' the S-cells of the cell's own plane in its area, and v the mean of Σ d u'
    over all planes, by which the planes inhibit each other. The cells stand `stride` S-cells apart, the
    first one `before` S-cells before the S-plane begins.
    """

    def __init__(
        self,
        side: int,
        area: int = 5,
        stride: int = 2,
        before: int = 2,
        base: float = 0.8,
        alpha: float = 0.5,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.side, self.area, self.stride, self.before = side, area, stride, before
        self.base, self.alpha = base, alpha

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        d, reach = fading(self.area, self.base), (self.area - 1) // 2
        spread = np.zeros((self.side, self.side, *input_shape[1:3]))
        for row, column, i, j in np.ndindex(self.side, self.side, self.area, self.area):
            at = self.stride * row - self.before - reach + i, self.stride * column - self.before - reach + j
            if 0 <= at[0] < input_shape[1] and 0 <= at[1] < input_shape[2]:
                spread[row, column, *at] = d[i, j]
        self.spread = spread.reshape(self.side**2, -1).astype("float32")

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        n, planes = ops.shape(x)[0], x.shape[-1]
        excited = ops.matmul(ops.cast(self.spread, x.dtype), ops.reshape(x, (n, -1, planes)))
        # The paper puts φ around x/(α+x), which is the same for x > -α and would answer to strong
        # inhibition below it.
        contrast = ops.relu((1 + excited) / (1 + ops.mean(excited, axis=-1, keepdims=True)) - 1)
        return ops.reshape(contrast / (self.alpha + contrast), (n, self.side, self.side, planes))

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return (input_shape[0], self.side, self.side, input_shape[-1])

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        own = ("side", "area", "stride", "before", "base", "alpha")
        return {**super().get_config(), **{name: getattr(self, name) for name in own}}


@keras.saving.register_keras_serializable("benchmarks")
class Naming(keras.layers.Layer):
    """What the cells of the last layer stand for: float [n,1,1,planes] to votes [n,classes].

    Each cell votes, as strongly as it responds, for the classes in whose company it was seen to respond, in
    that proportion: `seen` [planes, classes], which is counted, not trained. Where each pattern has a cell
    of its own, as in the paper, the cell that responds names its pattern.
    """

    def __init__(self, classes: int, **options: Any) -> None:
        super().__init__(**options)
        self.classes = classes

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        self.seen = self.add_weight(
            name="seen", shape=(input_shape[-1], self.classes), initializer="zeros", trainable=False
        )

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        cells = ops.reshape(x, (-1, x.shape[-1]))
        seen = ops.cast(self.seen, cells.dtype)
        return ops.matmul(cells, seen / ops.maximum(ops.sum(seen, axis=-1, keepdims=True), 1e-12))

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return (input_shape[0], self.classes)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "classes": self.classes}
