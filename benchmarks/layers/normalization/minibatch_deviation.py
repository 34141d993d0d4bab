"""How much the images of a batch differ, as a map of its own for a discriminator.

Karras et al., "Progressive growing of GANs" (2017), section 3: a generator that always draws the same image
is found out.
"""

from typing import Any

import keras
from keras import ops

#: Added under the root, which has no slope at 0.
SMALLEST = 1e-8


@keras.saving.register_keras_serializable("benchmarks")
class MinibatchDeviation(keras.layers.Layer):
    """Float [n, h, w, c] to [n, h, w, c + 1]: the last map holds the mean deviation within a group of images.

    The standard deviation of each feature over a group, averaged over all features and places, is one number
    for all images of the group. A group has 4 images, or the largest smaller number that divides n.
    """

    def __init__(self, group: int = 4, **options: Any) -> None:
        super().__init__(**options)
        self.group = group

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says. Raises ValueError if the batch's size is unknown."""
        n, height, width, channels = x.shape
        if n is None:
            raise ValueError("the number of images of a batch is unknown; give batches of a fixed size")
        size = next(size for size in range(min(self.group, n), 0, -1) if n % size == 0)
        # Image i is in group i % (n / size).
        groups = ops.reshape(x, (size, n // size, height, width, channels))
        variance = ops.mean(ops.square(groups - ops.mean(groups, axis=0, keepdims=True)), axis=0)
        deviation = ops.mean(ops.sqrt(variance + SMALLEST), axis=(1, 2, 3))
        each = ops.reshape(ops.tile(deviation, (size,)), (n, 1, 1, 1))
        return ops.concatenate([x, ops.broadcast_to(each, (n, height, width, 1))], axis=-1)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return (*input_shape[:-1], input_shape[-1] + 1)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "group": self.group}
