"""A convolution whose output maps see only some of the input maps.

Layer C3 of LeNet-5 and H2 of the zip code net are of this kind.
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import ops

from benchmarks.layers.look_up import spread
from benchmarks.layers.units.scaled_tanh import FanInUniform

#: Table I of LeCun et al. 1998: the maps of S2 that each of the 16 maps of C3 combines.
C3_TABLE = (
    *((0, 1, 2), (1, 2, 3), (2, 3, 4), (3, 4, 5), (4, 5, 0), (5, 0, 1)),
    *((0, 1, 2, 3), (1, 2, 3, 4), (2, 3, 4, 5), (3, 4, 5, 0), (4, 5, 0, 1), (5, 0, 1, 2)),
    *((0, 1, 3, 4), (1, 2, 4, 5), (0, 2, 3, 5)),
    (0, 1, 2, 3, 4, 5),
)


@keras.saving.register_keras_serializable("benchmarks")
class SparseConvolution(keras.layers.Layer):
    """A valid convolution without activation, whose output maps see some input maps.

    Float [n,h,w,in] to [n,(h-k)//strides+1,(w-k)//strides+1,len(table)]. `table[j]` lists the input maps
    that output map j sees. Only kernels of connections that exist are parameters: [k,k,connections], drawn
    by FanInUniform(bound, power); biases are 0. With `untied` each unit has a bias, instead of each map
    (LeCun et al. 1989).
    """

    trait = "convolution"

    def __init__(
        self,
        table: Sequence[Sequence[int]] = C3_TABLE,
        size: int = 5,
        bound: float = 2.4,
        power: float = 1.0,
        strides: int = 1,
        untied: bool = False,
        **options: Any,
    ) -> None:
        super().__init__(**options)
        self.table = [list(maps) for maps in table]
        self.size, self.bound, self.power, self.strides, self.untied = size, bound, power, strides, untied

    def build(self, input_shape: tuple[Any, ...]) -> None:
        """Make the weights for inputs of this shape."""
        counts = [len(maps) for maps in self.table]
        inputs = self.size**2 * np.repeat(counts, counts)
        self.kernel = self.add_weight(
            name="kernel",
            shape=(self.size, self.size, sum(counts)),
            initializer=FanInUniform(self.bound, self.power, inputs),
        )
        units = self.compute_output_shape(input_shape)[1:] if self.untied else (len(counts),)
        self.bias = self.add_weight(name="bias", shape=units, initializer="zeros")
        # Where each pair (input map, output map) finds its kernel; absent pairs find zeros.
        self.place = np.full((input_shape[-1], len(counts)), sum(counts), "int32")
        number = 0
        for output, maps in enumerate(self.table):
            for map in maps:
                self.place[map, output] = number
                number += 1

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        dense = spread(ops.convert_to_tensor(self.kernel), self.place)
        return ops.conv(x, ops.cast(dense, x.dtype), strides=self.strides, padding="valid") + ops.cast(
            self.bias, x.dtype
        )

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        n, height, width, _ = input_shape
        return (
            n,
            (height - self.size) // self.strides + 1,
            (width - self.size) // self.strides + 1,
            len(self.table),
        )

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        config = {
            "table": self.table,
            "size": self.size,
            "bound": self.bound,
            "power": self.power,
            "strides": self.strides,
            "untied": self.untied,
        }
        return {**super().get_config(), **config}
