"""The blocks of He, Zhang, Ren, Sun, "Deep residual learning for image recognition" (2015), as functions on Keras tensors.

Images are float [n,h,w,c]. Convolutions have no bias, are drawn after He et al. (2015, "Delving
deep into rectifiers") and followed by batch normalisation. `plain` leaves the shortcuts out.
"""

import keras
from keras import layers, ops


def convolution(x, maps: int, size: int, stride: int = 1, decay: float = 0.0):
    """Convolution, then batch normalisation; zeros around the image so that stride 1 keeps its size."""
    if size > 1 and stride > 1:
        # Symmetric, as the paper's framework pads; padding "same" would put all of it on one side.
        x, padding = layers.ZeroPadding2D(size // 2)(x), "valid"
    else:
        padding = "same"
    regularizer = keras.regularizers.L2(decay / 2) if decay else None  # the gradient of an L2 penalty of decay / 2 is decay * w
    x = layers.Conv2D(maps, size, stride, padding, use_bias=False, kernel_initializer="he_normal", kernel_regularizer=regularizer)(x)
    return layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)


@keras.saving.register_keras_serializable("benchmarks")
class PaddedIdentity(layers.Layer):
    """Shortcut of option A: every `stride`-th pixel, and zeros for the maps that the input lacks. No parameters."""

    def __init__(self, maps: int, stride: int, **options) -> None:
        super().__init__(**options)
        self.maps, self.stride = maps, stride

    def call(self, x):
        return ops.pad(x[:, :: self.stride, :: self.stride, :], ((0, 0), (0, 0), (0, 0), (0, self.maps - x.shape[-1])))

    def compute_output_shape(self, input_shape):
        n, height, width, _ = input_shape
        return (n, -(-height // self.stride), -(-width // self.stride), self.maps)

    def get_config(self):
        return {**super().get_config(), "maps": self.maps, "stride": self.stride}


def block(x, maps: int, stride: int = 1, bottleneck: bool = False, plain: bool = False, project: bool = False, decay: float = 0.0, gate=None):
    """Two 3x3 convolutions (or 1x1, 3x3, 1x1 to 4 * maps), plus the block's input, then ReLU.

    Where sizes differ the shortcut is a 1x1 convolution (`project`, option B) or a padded identity (option A).
    `gate` is a function on Keras tensors, applied to the correction before it is added.
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


def cifar_body(x, depth: int, widths=(16, 32, 64), plain: bool = False, decay: float = 0.0, gate=None):
    """A 3x3 convolution and three stages of n = (depth - 2) / 6 blocks; float [n,h,w,c] to [n, widths[-1]] by the global mean.

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


def imagenet_body(x, depth: int, plain: bool = False, decay: float = 0.0, gate=None):
    """The nets of table 1, with projections where sizes differ (option B); float [n,224,224,3] to [n,512 or 2048].

    Raises ValueError for a depth that the paper's table does not have.
    """
    if depth not in IMAGENET:
        raise ValueError(f"depth {depth} is not in the paper's table 1; take one of {', '.join(map(str, IMAGENET))}")
    blocks, bottleneck = IMAGENET[depth]
    x = layers.ReLU()(convolution(x, 64, 7, 2, decay))
    x = layers.MaxPooling2D(3, 2)(layers.ZeroPadding2D(1)(x))
    for stage, count in enumerate(blocks):
        for number in range(count):
            x = block(x, 64 * 2**stage, 2 if stage and not number else 1, bottleneck, plain, True, decay, gate)
    return layers.GlobalAveragePooling2D()(x)
