"""Content and style of pictures, as read from a net's maps.

Gatys, Ecker, Bethge, "A neural algorithm of artistic style" (2015). Pictures are [n,h,w,3], inside the net
from -1 (0) to 1 (255).
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from benchmarks.layers.bodies.vgg import stage


def feature_net(plan: Sequence[Sequence[int]], wanted: Sequence[str]) -> Any:
    """A VGG net's convolutions with average pooling between the stages of `plan`.

    The model gives the maps of the `wanted` layers, and then the net's last map. Layers are named as in the
    paper: conv4_2 is the second of the fourth stage, here after its ReLU; "colours" is the picture itself,
    from 0 to 1.
    """
    x = inputs = keras.Input((None, None, 3))
    outputs = {"colours": layers.Rescaling(0.5, 0.5)(inputs)}
    for i, widths in enumerate(plan, 1):
        x = layers.AveragePooling2D(2)(x) if i > 1 else x
        for j, width in enumerate(widths, 1):
            x = outputs[f"conv{i}_{j}"] = stage(x, (width,))
    return keras.Model(inputs, [*(outputs[name] for name in wanted), x], name="features")


class StyleTransfer(keras.Model):
    """A feature net, a classifier on top of it, and pictures: content, styles, and the pixels to be found.

    `classes` 0 leaves the classifier out. `content` and each of `style` name layers. `show` sets the
    pictures, `size` each; the pixels start as white noise. None of these are parameters of the net.
    """

    def __init__(
        self,
        plan: Sequence[Sequence[int]],
        classes: int,
        content: str,
        style: Sequence[str],
        size: tuple[int, int],
        styles: int,
    ) -> None:
        super().__init__()
        self.features = feature_net(plan, (content, *style))
        self.head = (
            keras.Sequential([layers.GlobalAveragePooling2D(), layers.Dense(classes)], name="classifier")
            if classes
            else None
        )
        if self.head is not None:
            self.head.build((None, None, None, plan[-1][-1]))
        self.content = self.add_weight(
            name="content", shape=(1, *size, 3), initializer="zeros", trainable=False
        )
        self.styles = self.add_weight(
            name="styles", shape=(styles, *size, 3), initializer="zeros", trainable=False
        )
        noise = keras.initializers.RandomUniform(-1.0, 1.0)
        self.pixels = self.add_weight(
            name="pixels", shape=(styles, *size, 3), initializer=noise, trainable=False
        )
        self.built = True

    def show(self, content: Any, styles: Any) -> None:
        """Take the pictures, 0 to 255: content [h,w,3], styles [n,h,w,3]."""
        for weight, pictures in ((self.content, [content]), (self.styles, styles)):
            values = np.asarray(pictures, "float32") / 127.5 - 1.0
            if values.shape != tuple(weight.shape):
                raise ValueError(
                    f"the model was built for pictures {tuple(weight.shape)}, not {values.shape}; give "
                    "it the size of the data's"
                )
            weight.assign(values)

    def call(self, x: Any, training: bool = False) -> Any:
        """Logits [n,classes] of images 0 to 255; without a classifier the last maps."""
        maps = self.features(ops.cast(x, self.compute_dtype) / 127.5 - 1.0, training=training)[-1]
        return maps if self.head is None else self.head(maps)

    def distances(self, pictures: Any) -> tuple[Any, Any]:
        """How far each picture [n,h,w,3] is from the content, and picture k from style k.

        Returns two float [n], n the number of styles, in at least float32. Content: the squared difference
        of the maps of the content layer, relative to the square of the content's own. Style: the same of
        the Gram matrices, averaged over the style layers.
        """
        n = self.styles.shape[0]
        features = self.features(
            ops.concatenate(
                [ops.cast(part, self.compute_dtype) for part in (pictures, self.content, self.styles)]
            )
        )
        maps, *rest = (ops.cast(part, keras.config.floatx()) for part in features[:-1])
        grams = [gram(part) for part in rest]
        style = sum(relative_difference(matrix[:n], matrix[n + 1 :]) for matrix in grams) / len(grams)
        return relative_difference(maps[:n], maps[n : n + 1]), style


def gram(maps: Any) -> Any:
    """The mean product of each pair of maps: [n,h,w,c] to [n,c,c] (equation 3, over h * w).

    It forgets where things are, and keeps what occurs together.
    """
    flat = ops.reshape(maps, (-1, maps.shape[1] * maps.shape[2], maps.shape[3]))
    return ops.matmul(ops.transpose(flat, (0, 2, 1)), flat) / flat.shape[1]


def relative_difference(a: Any, b: Any) -> Any:
    """|a - b|² / |b|² over all axes but the first: [n]."""
    axes = tuple(range(1, len(a.shape)))
    return ops.sum(ops.square(a - b), axis=axes) / ops.maximum(ops.sum(ops.square(b), axis=axes), 1e-12)
