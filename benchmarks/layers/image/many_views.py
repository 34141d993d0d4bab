"""Training on random windows of each image, and deciding by several windows in the end."""

from typing import Any

import keras
from keras import ops

from benchmarks.layers.image.crops import ScaleCrop

#: Where windows lie, in halves of the free space (down, right), the central one first; and whether their
#: mirror images are asked too.
VIEWS = {
    "one": ([(1, 1)], False),
    "nine": (
        [(1, 1), *((row, column) for row in range(3) for column in range(3) if (row, column) != (1, 1))],
        False,
    ),
    "ten": ([(1, 1), (0, 0), (0, 2), (2, 0), (2, 2)], True),
}


def count(views: str) -> int:
    """The number of windows per image."""
    places, mirrored = VIEWS[views]
    return len(places) * (2 if mirrored else 1)


@keras.saving.register_keras_serializable("benchmarks")
class ManyViews(ScaleCrop):
    """In training a random window of each image, otherwise several fixed ones.

    Windows of images [n,side,side,c] have `size` pixels; in training half of them are mirrored (if `flip`).
    Otherwise several windows of each image, one after the other: float [n * count(views),size,size,c].
    "ten" are the corners, the centre and their mirror images (Krizhevsky et al. 2012, section 4.1); "nine"
    a grid of three by three, as the data provider of cuda-convnet (2011) makes for CIFAR-10; "one" is the
    centre. `MeanOfViews` puts their answers together. In training the image is scaled to a side drawn from
    `scales`, where they are given (He et al. 2015, section 3.4).
    """

    def __init__(
        self,
        size: int,
        side: int,
        views: str = "ten",
        flip: bool = True,
        scales: tuple[int, int] | None = None,
        **options: Any,
    ) -> None:
        super().__init__(size, scales or (side, side), flip, **options)
        self.side, self.views = side, views

    def call(self, images: Any, training: bool = False) -> Any:
        """The output, of the shape that the class says."""
        if training:
            return super().call(images, training=True)
        images = ops.cast(images, self.compute_dtype)
        places, mirrored = VIEWS[self.views]
        half = (images.shape[1] - self.size) // 2
        windows = [
            images[:, half * row : half * row + self.size, half * column : half * column + self.size]
            for row, column in places
        ]
        if mirrored:
            windows += [ops.flip(window, axis=2) for window in windows]
        return ops.reshape(ops.stack(windows, axis=1), (-1, self.size, self.size, images.shape[-1]))

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "side": self.side, "views": self.views}


@keras.saving.register_keras_serializable("benchmarks")
class MeanOfViews(keras.layers.Layer):
    """The logarithm of the mean probabilities of an image's windows.

    Logits [n * count(views),classes] of the windows of `ManyViews` to [n,classes]. In training, where there
    is one window, the logits pass unchanged.
    """

    def __init__(self, views: str = "ten", **options: Any) -> None:
        super().__init__(**options)
        self.views = views

    def call(self, logits: Any, training: bool = False) -> Any:
        """The output, of the shape that the class says."""
        if training or self.views == "one":
            return logits
        single = ops.log_softmax(ops.cast(logits, self.variable_dtype), axis=-1)
        number = count(self.views)
        together = ops.logsumexp(ops.reshape(single, (-1, number, logits.shape[-1])), axis=1)
        return together - ops.log(ops.cast(number, together.dtype))

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        return input_shape

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "views": self.views}
