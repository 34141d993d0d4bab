"""The blocks of residual nets, as functions on Keras tensors.

He, Zhang, Ren, Sun, "Deep residual learning for image recognition" (2015). Images are float [n,h,w,c].
Convolutions have no bias, are drawn after He et al. (2015, "Delving deep into rectifiers") and followed by
batch normalisation. `plain` leaves the shortcuts out.
"""

from collections.abc import Sequence
from typing import Any

import keras
import numpy as np
from keras import layers, ops

from benchmarks.layers.resampling.max_pooling import MaxPooling2D
from benchmarks.pictures import grid
from benchmarks.spec import Picture


def weights(
    x: Any, maps: int, size: int, stride: int = 1, decay: float = 0.0, name: str | None = None
) -> Any:
    """The convolution alone; zeros around the image so that stride 1 keeps its size."""
    if size > 1 and stride > 1:
        # Symmetric, as the paper's framework pads; padding "same" would put all of it on one side.
        x, padding = layers.ZeroPadding2D(size // 2)(x), "valid"
    else:
        padding = "same"
    regularizer = (
        keras.regularizers.L2(decay / 2) if decay else None
    )  # the gradient of an L2 penalty of decay / 2 is decay * w
    options = {
        "use_bias": False,
        "kernel_initializer": "he_normal",
        "kernel_regularizer": regularizer,
        "name": name,
    }
    return layers.Conv2D(maps, size, stride, padding, **options)(x)


def normalize(x: Any) -> Any:
    """Batch normalisation as the residual nets have it."""
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)


def convolution(x: Any, maps: int, size: int, stride: int = 1, decay: float = 0.0) -> Any:
    """Convolution, then batch normalisation."""
    return normalize(weights(x, maps, size, stride, decay))


@keras.saving.register_keras_serializable("benchmarks")
class PaddedIdentity(layers.Layer):
    """The shortcut of option A: every `stride`-th pixel, and zeros for the missing maps.

    It has no parameters.
    """

    def __init__(self, maps: int, stride: int, **options: Any) -> None:
        super().__init__(**options)
        self.maps, self.stride = maps, stride

    def call(self, x: Any) -> Any:
        """The output, of the shape that the class says."""
        return ops.pad(
            x[:, :: self.stride, :: self.stride, :], ((0, 0), (0, 0), (0, 0), (0, self.maps - x.shape[-1]))
        )

    def compute_output_shape(self, input_shape: tuple[Any, ...]) -> tuple[Any, ...]:
        """The shape of the output."""
        n, height, width, _ = input_shape
        return (n, -(-height // self.stride), -(-width // self.stride), self.maps)

    def get_config(self) -> dict[str, Any]:
        """The arguments that make this layer again."""
        return {**super().get_config(), "maps": self.maps, "stride": self.stride}


def block(
    x: Any,
    maps: int,
    stride: int = 1,
    bottleneck: bool = False,
    plain: bool = False,
    project: bool = False,
    decay: float = 0.0,
    gate: Any = None,
) -> Any:
    """Two 3x3 convolutions (or 1x1, 3x3, 1x1 to 4 * maps), plus the block's input, then ReLU.

    Where sizes differ the shortcut is a 1x1 convolution (`project`, option B) or a padded identity (option
    A). `gate` is a function on Keras tensors, applied to the correction before it is added.
    """
    out = 4 * maps if bottleneck else maps
    y = x
    if bottleneck:
        y = layers.ReLU()(convolution(y, maps, 1, stride, decay))
        y = layers.ReLU()(convolution(y, maps, 3, 1, decay))
        y = convolution(y, out, 1, 1, decay)
    else:
        y = layers.ReLU()(convolution(y, maps, 3, stride, decay))
        y = convolution(y, out, 3, 1, decay)
    if gate:
        y = gate(y)
    if plain:
        return layers.ReLU()(y)
    if stride > 1 or x.shape[-1] != out:
        x = convolution(x, out, 1, stride, decay) if project else PaddedIdentity(out, stride)(x)
    return layers.ReLU()(layers.Add()([x, y]))


def cifar_body(
    x: Any,
    depth: int,
    widths: Sequence[int] = (16, 32, 64),
    plain: bool = False,
    decay: float = 0.0,
    gate: Any = None,
) -> Any:
    """A 3x3 convolution and three stages of n = (depth - 2) / 6 blocks.

    Float [n,h,w,c] to [n, widths[-1]] by the global mean.

    Raises ValueError for a depth that is not 6n + 2.
    """
    if depth < 8 or depth % 6 != 2:
        raise ValueError(f"depth {depth} is not of the form 6n + 2; take one of 8, 14, 20, 32, 44, 56, 110")
    x = layers.ReLU()(convolution(x, widths[0], 3, 1, decay))
    for stage, maps in enumerate(widths):
        for number in range((depth - 2) // 6):
            x = block(x, maps, 2 if stage and not number else 1, plain=plain, decay=decay, gate=gate)
    return layers.GlobalAveragePooling2D()(x)


#: Depth of the ImageNet nets: blocks in each stage, and whether they are bottlenecks (table 1).
IMAGENET = {
    18: ((2, 2, 2, 2), False),
    34: ((3, 4, 6, 3), False),
    50: ((3, 4, 6, 3), True),
    101: ((3, 4, 23, 3), True),
    152: ((3, 8, 36, 3), True),
}


def imagenet_body(
    x: Any,
    depth: int,
    plain: bool = False,
    decay: float = 0.0,
    gate: Any = None,
    project: bool = True,
    small: bool = False,
    blocks: Sequence[int] | None = None,
    width: int = 64,
) -> Any:
    """The nets of table 1: float [n,224,224,3] to [n, maps of the last stage] by the global mean.

    Where sizes differ, shortcuts are projections (option B), or padded identities without `project` (option
    A). `small` is for small images: a single 3x3 convolution replaces the 7x7 one with stride 2 and the
    pooling. `blocks` replaces the table's numbers of blocks, `width` is the number of maps in the first
    stage. Raises ValueError for a depth that is not in the table.
    """
    if depth not in IMAGENET:
        raise ValueError(
            f"depth {depth} is not in the paper's table 1; take one of {', '.join(map(str, IMAGENET))}"
        )
    counts, bottleneck = IMAGENET[depth]
    if small:
        x = layers.ReLU()(convolution(x, width, 3, 1, decay))
    else:
        x = layers.ReLU()(convolution(x, width, 7, 2, decay))
        x = MaxPooling2D(3, 2)(layers.ZeroPadding2D(1)(x))
    for stage, count in enumerate(blocks or counts):
        for number in range(count):
            x = block(
                x, width * 2**stage, 2 if stage and not number else 1, bottleneck, plain, project, decay, gate
            )
    return layers.GlobalAveragePooling2D()(x)


def corrections(model: Any, batch: Any) -> Any:
    """What the blocks add to their inputs.

    The mean magnitude over maps, float [n,h,w] per block, under "00", "01", ... in order. Of a deep net
    nine evenly spaced blocks are taken; a net without shortcuts has none. `batch["x"]` is a batch of
    inputs.
    """
    sums = [layer for layer in model.layers if isinstance(layer, layers.Add)]
    chosen = [sums[round(place * (len(sums) - 1) / 8)] for place in range(9)] if len(sums) > 9 else sums
    branches = (
        keras.Model(model.input, {f"{place:02}": layer.input[1] for place, layer in enumerate(chosen)})(
            batch["x"], training=False
        )
        if chosen
        else {}
    )
    return {name: ops.mean(ops.abs(branch), axis=-1) for name, branch in branches.items()}


def corrections_picture(data: Any, predict: Any) -> dict[str, Picture]:
    """A picture of the `corrections` for four test images, one per row.

    Empty for photographs and for nets without shortcuts.
    """
    images = data.test["x"][:4]
    side = images.shape[1]
    branches = predict(corrections, {"x": images}) if side <= 64 else {}
    if not branches:
        return {}
    shown = [
        np.kron(maps / max(maps.max(), 1e-12), np.ones((side // maps.shape[1], side // maps.shape[2])))
        for _, maps in sorted(branches.items())
    ]
    caption = (
        "What blocks add to what they are given (mean magnitude over maps), from the first to the last, for "
        "four test images."
    )
    return {
        "corrections": grid(
            np.stack(shown, axis=1).reshape(-1, side * side), (side, side), len(shown), caption
        )
    }
