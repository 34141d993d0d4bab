"""The body of the VGG nets against the published number of weights of its convolutions."""

import keras
import pytest

from benchmarks.layers.bodies import vgg


@pytest.mark.parametrize(
    ("layers", "total"), [(11, 132_863_336), (13, 133_047_848), (16, 138_357_544), (19, 143_667_240)]
)
def test_with_its_three_dense_layers_a_net_has_the_published_parameters(layers, total):
    """Table 2 prints 133, 133, 138 and 144 million; the dense layers see 7 x 7 x 512 values and have 4096,
    4096 and 1000 units.
    """
    inputs = keras.Input((224, 224, 3))
    pooled = vgg.body(inputs, vgg.PLANS[layers])
    dense = (7 * 7 * 512 + 1) * 4096 + 4097 * 4096 + 4097 * 1000
    assert keras.Model(inputs, pooled[-1]).count_params() + dense == total
    assert [maps.shape[1] for maps in pooled] == [112, 56, 28, 14, 7]


def test_the_last_pixel_of_an_odd_number_is_pooled_alone():
    assert [maps.shape[1:] for maps in vgg.body(keras.Input((9, 6, 1)), ((2,), (3,)))] == [
        (5, 3, 2),
        (3, 2, 3),
    ]
