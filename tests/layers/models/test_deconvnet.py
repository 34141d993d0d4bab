"""The way back through a net: the transpose of its convolutions, the switches of its pooling, nothing
outside a unit's view.
"""

import keras
import numpy as np
import pytest
from keras import layers

from benchmarks.layers.models import deconvnet

RNG = np.random.default_rng(2013)


@pytest.mark.parametrize(
    ("length", "size", "stride", "padding"),
    [(9, 3, 2, "valid"), (8, 3, 2, "valid"), (7, 5, 1, "same"), (6, 3, 1, "valid")],
)
def test_the_way_back_through_a_convolution_is_its_transpose(length, size, stride, padding):
    """<A x, y> = <x, A' y> for all x and y: what the gradient of a linear layer is, too."""
    layer = layers.Conv2D(4, size, stride, padding, use_bias=False)
    x = RNG.normal(size=(2, length, length, 3)).astype("float32")
    out = np.asarray(layer(x))
    y = RNG.normal(size=out.shape).astype("float32")
    back = np.asarray(deconvnet.transposed(y, layer.kernel, (length, length), stride, padding))
    assert back.shape == x.shape
    np.testing.assert_allclose(
        np.sum(out * y, axis=(1, 2, 3)), np.sum(x * back, axis=(1, 2, 3)), rtol=1e-3, atol=1e-3
    )


def small_net(bias: float = 0.0) -> list:
    net = [
        layers.ZeroPadding2D(1),
        layers.Conv2D(3, 3, 2, bias_initializer=keras.initializers.Constant(bias)),
        layers.ReLU(),
        layers.MaxPooling2D(3, strides=2, padding="same"),
        layers.Conv2D(4, 3, padding="same"),
        layers.ReLU(),
    ]
    return net


def test_where_all_rectifiers_are_open_the_projection_is_the_gradient_times_the_answer():
    """A net without biases multiplies its input by its gradient: then the image times the projection of an
    answer a is a squared.
    """
    net = small_net()
    x = RNG.uniform(0.5, 1.0, size=(1, 16, 16, 2)).astype("float32")
    deconvnet.up(net, x)
    for layer in (net[1], net[4]):
        layer.kernel.assign(np.abs(np.asarray(layer.kernel.value)))
    maps = deconvnet.up(net, x)
    answer = np.asarray(maps[-1])
    alone = np.zeros_like(answer)
    alone[0, 2, 1, 3] = answer[0, 2, 1, 3]
    projection = np.asarray(deconvnet.down(net, maps, alone))
    np.testing.assert_allclose(np.sum(x * projection), answer[0, 2, 1, 3] ** 2, rtol=1e-4)


def test_a_projection_lies_within_what_the_unit_sees():
    """The unit in the corner sees two pooled units a side, these five filters, these eleven pixels of the
    image, one of them border.
    """
    net = small_net(bias=1.0)
    x = RNG.normal(size=(1, 16, 16, 2)).astype("float32")
    maps = deconvnet.up(net, x)
    alone = np.zeros(maps[-1].shape, "float32")
    alone[0, 0, 0, :] = 1.0
    projection = np.asarray(deconvnet.down(net, maps, alone))
    assert np.abs(projection[:, :10, :10]).max() > 0
    assert np.abs(projection[:, 10:]).max() == np.abs(projection[:, :, 10:]).max() == 0


def test_a_layer_that_cannot_be_walked_through_is_named():
    net = [layers.Conv2D(2, 3), layers.AveragePooling2D(2, name="mean")]
    maps = deconvnet.up(net, np.zeros((1, 6, 6, 1), "float32"))
    with pytest.raises(ValueError, match="mean of type AveragePooling2D"):
        deconvnet.down(net, maps, maps[-1])
