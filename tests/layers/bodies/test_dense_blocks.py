"""Dense blocks by what they must pass on, and the table of what layers use."""

import keras
import numpy as np
import pytest

from benchmarks.layers.bodies.dense_blocks import dense_block, equal, reuse, transition

RNG = np.random.default_rng(2016)


@pytest.mark.parametrize("bottleneck", [False, True])
def test_every_layer_sees_all_maps_before_it_and_adds_its_own(bottleneck):
    inputs = keras.Input((6, 6, 5))
    model = keras.Model(inputs, dense_block(inputs, 1, 3, 4, bottleneck))
    seen = [layer.kernel.shape[2] for layer in model.layers if layer.name.startswith("block1_layer")]
    assert seen == [5, 9, 13]
    x = RNG.normal(size=(2, 6, 6, 5)).astype("float32")
    y = np.asarray(model(x))
    assert y.shape == (2, 6, 6, 5 + 3 * 4)
    np.testing.assert_array_equal(y[..., :5], x)  # what was there before stays as it is


def test_a_transition_averages_four_pixels_and_rounds_its_maps_down():
    inputs = keras.Input((4, 4, 5))
    model = keras.Model(inputs, transition(inputs, 0.5))
    norm, convolution = (
        next(layer for layer in model.layers if isinstance(layer, kind))
        for kind in (keras.layers.BatchNormalization, keras.layers.Conv2D)
    )
    kernel = RNG.normal(size=(1, 1, 5, 2)).astype("float32")
    convolution.kernel.assign(kernel)
    norm.epsilon = 0.0
    x = RNG.normal(size=(2, 4, 4, 5)).astype("float32")
    expected = (np.maximum(x, 0) @ kernel[0, 0]).reshape(2, 2, 2, 2, 2, 2).mean(axis=(2, 4))
    np.testing.assert_allclose(np.asarray(model(x)), expected, rtol=1e-4, atol=1e-5)


def test_reuse_finds_the_sources_that_a_layer_uses():
    inputs = keras.Input((6, 6, 5))
    model = keras.Model(inputs, dense_block(inputs, 2, 3, 4, False))
    for name, used in (
        ("block2_layer00", slice(0, 5)),
        ("block2_layer01", slice(0, 5)),
        ("block2_layer02", slice(5, 9)),
    ):
        kernel = np.zeros(model.get_layer(name).kernel.shape)
        kernel[:, :, used] = -0.5
        model.get_layer(name).kernel.assign(kernel)
    nan = np.nan
    np.testing.assert_array_equal(reuse(model, 2), [[1, 1, 0], [nan, 0, 1], [nan, nan, 0]])


def test_blocks_divide_the_depth_or_it_is_refused():
    assert (equal(40, False), equal(100, True), equal(190, True)) == ((12,) * 3, (16,) * 3, (31,) * 3)
    with pytest.raises(ValueError, match=r"depth 41 is not of the form 3n \+ 4; take one of"):
        equal(41, False)
