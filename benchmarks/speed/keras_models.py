"""The five nets in Keras: for the engine and for `model.fit`."""

from typing import Any

import keras
from keras import layers, ops


def build(name: str) -> keras.Model:
    """The net of this workload; its outputs are logits."""
    model: keras.Model = {
        "mlp": _mlp,
        "lenet5": _lenet5,
        "lstm": _lstm,
        "resnet20": _resnet20,
        "transformer": _transformer,
    }[name]()
    return model


def _mlp() -> keras.Model:
    """784-300-10."""
    return keras.Sequential([keras.Input((784,)), layers.Dense(300, activation="tanh"), layers.Dense(10)])


def _lenet5() -> keras.Model:
    """The common form: 61,706 parameters."""
    return keras.Sequential(
        [
            keras.Input((28, 28, 1)),
            layers.Conv2D(6, 5, padding="same", activation="relu"),
            layers.MaxPooling2D(),
            layers.Conv2D(16, 5, activation="relu"),
            layers.MaxPooling2D(),
            layers.Flatten(),
            layers.Dense(120, activation="relu"),
            layers.Dense(84, activation="relu"),
            layers.Dense(10),
        ]
    )


def _lstm() -> keras.Model:
    """128 units over 100 steps, the last state classified."""
    return keras.Sequential([keras.Input((100, 32)), layers.LSTM(128), layers.Dense(10)])


def _resnet20() -> keras.Model:
    """He et al. 2015, section 4.2, option A shortcuts."""

    def convolution(x: Any, filters: int, stride: int = 1) -> Any:
        x = layers.Conv2D(
            filters, 3, strides=stride, padding="same", use_bias=False, kernel_initializer="he_normal"
        )(x)
        return layers.BatchNormalization(momentum=0.9, epsilon=1e-5)(x)

    x = inputs = keras.Input((32, 32, 3))
    x = layers.ReLU()(convolution(x, 16))
    for filters in (16, 32, 64):
        for block in range(3):
            stride = 2 if block == 0 and filters > 16 else 1
            y = layers.ReLU()(convolution(x, filters, stride))
            y = convolution(y, filters)
            if stride == 2:
                pad = (filters - x.shape[-1]) // 2
                x = ops.pad(x[:, ::2, ::2, :], ((0, 0), (0, 0), (0, 0), (pad, pad)))
            x = layers.ReLU()(layers.Add()([x, y]))
    return keras.Model(inputs, layers.Dense(10)(layers.GlobalAveragePooling2D()(x)))


class _Positions(layers.Layer):
    """Adds a learned vector to each position."""

    def build(self, input_shape: tuple[int, ...]) -> None:
        self.table = self.add_weight(shape=input_shape[1:], initializer="uniform", name="table")

    def call(self, x: Any) -> Any:
        return x + self.table


def _transformer() -> keras.Model:
    """An encoder of two post-norm layers, width 128, 4 heads, 512 hidden units, over 128 tokens."""
    x = inputs = keras.Input((128,), dtype="int32")
    x = _Positions()(layers.Embedding(1000, 128)(x))
    for _ in range(2):
        x = layers.LayerNormalization(epsilon=1e-5)(x + layers.MultiHeadAttention(4, 32)(x, x))
        y = layers.Dense(128)(layers.Dense(512, activation="relu")(x))
        x = layers.LayerNormalization(epsilon=1e-5)(x + y)
    return keras.Model(inputs, layers.Dense(10)(layers.GlobalAveragePooling1D()(x)))
