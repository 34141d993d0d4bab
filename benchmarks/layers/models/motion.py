"""The layers of the 3D convolutional net for actions.

Ji, Xu, Yang, Yu, "3D convolutional neural networks for human action recognition" (2010). Clips and maps are
float [n,t,h,w,c]: t moments of c maps.
"""

from typing import Any

import keras
from keras import ops

from benchmarks.layers.units.scaled_tanh import FanInUniform


@keras.saving.register_keras_serializable("benchmarks")
class Hardwired(keras.layers.Layer):
    """Layer H1: clips as a list of five channels, with nothing to learn.

    Clips are [n,t,h,w,1] of any type, and are divided by `scale`. Grey values, their slopes to the right
    and downwards [n,t,h,w,1], and the motion from each frame to the next to the right and downwards, in
    pixels [n,t-1,h,w,1], cut off beyond `fastest`.
    """

    def __init__(self, scale: float = 255.0, window: int = 5, fastest: float = 3.0, **options: Any) -> None:
        super().__init__(**options)
        self.scale, self.window, self.fastest = scale, window, fastest

    def call(self, clips: Any) -> Any:
        """The output, of the shape that the class says."""
        grey = ops.cast(clips, self.compute_dtype) / self.scale
        right, down = slope(grey, 3), slope(grey, 2)
        flow = optical_flow(grey, right, down, self.window)
        return [grey, right, down, *(ops.clip(part, -self.fastest, self.fastest) for part in flow)]

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "scale": self.scale, "window": self.window, "fastest": self.fastest}


def slope(x: Any, axis: int) -> Any:
    """Half the difference of the two neighbours along an axis.

    Beyond the edges the image goes on as it ends.
    """
    ends = [(0, 0)] * len(x.shape)
    ends[axis] = (1, 1)
    wide = ops.pad(x, ends, mode="symmetric")  # one pixel of it is the edge again
    n = x.shape[axis]
    after, before = ([slice(None)] * len(x.shape) for _ in range(2))
    after[axis], before[axis] = slice(2, n + 2), slice(0, n)
    return 0.5 * (wide[tuple(after)] - wide[tuple(before)])


def optical_flow(grey: Any, right: Any, down: Any, window: int = 5, ridge: float = 0.0001) -> Any:
    """The motion from each frame to the next, after Lucas and Kanade (1981).

    Returns motion to the right and downwards, each [n,t-1,h,w,1]: in each window, the least squares
    solution of slope * motion = - change. `ridge` is added to the squares of the slopes, so that nothing
    moves where nothing is seen.
    """
    x, y = (0.5 * (part[:, 1:] + part[:, :-1]) for part in (right, down))
    change = grey[:, 1:] - grey[:, :-1]

    def around(values: Any) -> Any:
        """The mean over the window around each pixel."""
        n = ops.shape(values)[0]
        t, h, w = values.shape[1:4]
        return ops.reshape(
            ops.average_pool(ops.reshape(values, (n * t, h, w, 1)), window, 1, "same"), (n, t, h, w, 1)
        )

    xx, yy, xy, xc, yc = (around(product) for product in (x * x, y * y, x * y, x * change, y * change))
    xx, yy = xx + ridge, yy + ridge
    determinant = xx * yy - xy * xy
    return (xy * yc - yy * xc) / determinant, (xy * xc - xx * yc) / determinant


@keras.saving.register_keras_serializable("benchmarks")
class ClipConvolution(keras.layers.Layer):
    """Convolutions over time, rows and columns, each of a single map, then tanh.

    Maps [n,t,h,w,maps] to [n,t-d+1,h-r+1,w-c+1,maps*filters] for kernels (d, r, c): `filters` for each map,
    those of a map next to each other. Computed as a two-dimensional convolution over the d frames that a
    filter covers, with zeros for the other maps: XLA's three-dimensional and grouped convolutions are slow
    on a processor.
    """

    trait = "convolution"

    def __init__(self, filters: int, kernel: tuple[int, int, int], **options: Any) -> None:
        super().__init__(**options)
        self.filters, self.size = filters, tuple(kernel)

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        depth, rows, columns = self.size
        maps, inputs = input_shape[-1], depth * rows * columns
        uniform = FanInUniform(3**0.5, 0.5, inputs)
        self.kernel = self.add_weight(
            name="kernel", shape=(rows, columns, depth, maps, self.filters), initializer=uniform
        )
        self.bias = self.add_weight(name="bias", shape=(maps * self.filters,), initializer="zeros")

    def call(self, clips: Any) -> Any:
        """The output, of the shape that the class says."""
        _, t, h, w, maps = clips.shape
        depth, rows, columns = self.size
        moments = t - depth + 1
        covered = ops.concatenate([clips[:, start : start + moments] for start in range(depth)], axis=-1)
        own = ops.eye(maps, dtype=self.kernel.dtype)[:, :, None]
        kernel = ops.reshape(
            self.kernel[:, :, :, :, None, :] * own, (rows, columns, depth * maps, maps * self.filters)
        )
        sums = ops.conv(ops.reshape(covered, (-1, h, w, depth * maps)), kernel) + self.bias
        return ops.tanh(ops.reshape(sums, (-1, moments, h - rows + 1, w - columns + 1, maps * self.filters)))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "filters": self.filters, "kernel": self.size}


@keras.saving.register_keras_serializable("benchmarks")
class ClipSubsampling(keras.layers.Layer):
    """The sum of each size x size area, times a trained coefficient, plus a trained bias, through tanh.

    Float [n,t,h,w,c] to [n,t,h/size,w/size,c]; each of the t * c maps has its own coefficient and bias, as
    in LeNet-5.
    """

    def __init__(self, size: int, **options: Any) -> None:
        super().__init__(**options)
        self.size = size

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        _, moments, _, _, channels = input_shape
        shape = (moments, 1, 1, channels)
        self.coefficient = self.add_weight(
            name="coefficient", shape=shape, initializer=FanInUniform(3**0.5, 0.5, self.size**2)
        )
        self.bias = self.add_weight(name="bias", shape=shape, initializer="zeros")

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        _, t, h, w, c = x.shape
        s = self.size
        areas = ops.reshape(x, (-1, t, h // s, s, w // s, s, c))
        return ops.tanh(ops.sum(areas, axis=(3, 5)) * self.coefficient + self.bias)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "size": self.size}


@keras.saving.register_keras_serializable("benchmarks")
class WholeMapConvolution(keras.layers.Layer):
    """`units` tanh units that see all of all maps: [n,h,w,maps] to [n,units].

    Each kernel of h x w has its own bias. A unit's biases act only as their sum; the paper's count of
    295,458 parameters includes each of them.
    """

    def __init__(self, units: int, **options: Any) -> None:
        super().__init__(**options)
        self.units = units

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        _, h, w, maps = input_shape
        self.kernel = self.add_weight(
            name="kernel", shape=(h * w * maps, self.units), initializer=FanInUniform(3**0.5, 0.5)
        )
        self.bias = self.add_weight(name="bias", shape=(maps, self.units), initializer="zeros")

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        n, size = ops.shape(x)[0], self.kernel.shape[0]
        return ops.tanh(ops.matmul(ops.reshape(x, (n, size)), self.kernel) + ops.sum(self.bias, axis=0))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "units": self.units}
