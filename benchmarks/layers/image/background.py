"""A margin of background around images or maps, as around the layers of the zip code net of 1989."""

from typing import Any

import keras
from keras import ops


@keras.saving.register_keras_serializable("benchmarks")
class Background(keras.layers.Layer):
    """Surrounds maps by `width` rows and columns of the constant `level`.

    Float [n,h,w,c] to [n,h+2*width,w+2*width,c].
    """

    def __init__(self, width: int = 2, level: float = -1.0, **options: Any) -> None:
        super().__init__(**options)
        self.width, self.level = width, level

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        margin = (self.width, self.width)
        return ops.pad(x, ((0, 0), margin, margin, (0, 0)), constant_values=self.level)

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        n, height, width, maps = input_shape
        return (n, height + 2 * self.width, width + 2 * self.width, maps)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "width": self.width, "level": self.level}
