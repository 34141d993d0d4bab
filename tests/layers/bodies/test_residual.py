"""Residual blocks: what their parts compute, and that a block can do nothing."""

import keras
import numpy as np
import pytest

from benchmarks.layers.bodies.residual import PaddedIdentity, block, cifar_body, imagenet_body

RNG = np.random.default_rng(2015)


def test_the_shortcut_takes_every_second_pixel_and_fills_up_with_zeros():
    x = RNG.normal(size=(2, 5, 6, 3)).astype("float32")
    y = np.asarray(PaddedIdentity(7, 2)(x))
    np.testing.assert_array_equal(y[..., :3], x[:, ::2, ::2])
    assert y.shape == (2, 3, 3, 7) and not y[..., 3:].any()


@pytest.mark.parametrize("bottleneck", [False, True])
def test_a_block_whose_last_scale_is_zero_does_nothing(bottleneck):
    inputs = keras.Input((6, 6, 8))
    model = keras.Model(inputs, block(inputs, 2 if bottleneck else 8, bottleneck=bottleneck))
    last = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)][-1]
    x = np.abs(RNG.normal(size=(2, 6, 6, 8))).astype("float32")
    assert not np.allclose(np.asarray(model(x)), x)
    last.gamma.assign(np.zeros(8))
    np.testing.assert_array_equal(np.asarray(model(x)), x)


def test_shortcuts_between_stages_cost_no_parameter_and_plain_nets_have_none():
    inputs = keras.Input((8, 8, 4))
    residual, plain = (
        keras.Model(inputs, block(inputs, 8, stride=2, plain=plain)) for plain in (False, True)
    )
    assert residual.count_params() == plain.count_params()
    assert not any(isinstance(layer, keras.layers.Add) for layer in plain.layers)


def test_a_net_of_depth_20_has_20_layers_with_weights_and_halves_the_image_twice():
    inputs = keras.Input((32, 32, 3))
    model = keras.Model(inputs, cifar_body(inputs, 20))
    convolutions = [layer for layer in model.layers if isinstance(layer, keras.layers.Conv2D)]
    assert len(convolutions) == 19  # and the output layer
    assert [tuple(layer.output.shape[1:]) for layer in convolutions[::6]] == [
        (32, 32, 16),
        (32, 32, 16),
        (16, 16, 32),
        (8, 8, 64),
    ]


def test_a_strided_convolution_is_centred():
    """With the same zeros on both sides, mirroring the input of an odd width mirrors the output."""
    from benchmarks.layers.bodies.residual import convolution

    inputs = keras.Input((5, 5, 1))
    model = keras.Model(inputs, convolution(inputs, 1, 3, 2))
    kernel = model.layers[2].kernel
    kernel.assign(np.ones((3, 3, 1, 1)))
    x = RNG.normal(size=(1, 5, 5, 1)).astype("float32")
    np.testing.assert_allclose(np.asarray(model(x[:, :, ::-1])), np.asarray(model(x))[:, :, ::-1], rtol=1e-5)


@pytest.mark.parametrize(("body", "depth"), [(cifar_body, 21), (imagenet_body, 20)])
def test_other_depths_are_refused(body, depth):
    with pytest.raises(ValueError, match=f"depth {depth} .*; take one of"):
        body(keras.Input((32, 32, 3)), depth)


def test_a_correction_is_what_the_block_adds_before_its_last_relu():
    from benchmarks.layers.bodies.residual import corrections

    inputs = keras.Input((8, 8, 4))
    model = keras.Model(inputs, block(block(inputs, 4), 8, stride=2))
    x = np.abs(RNG.normal(size=(2, 8, 8, 4))).astype("float32")
    found = corrections(model, {"x": x})
    assert {name: tuple(np.asarray(value).shape) for name, value in found.items()} == {
        "00": (2, 8, 8),
        "01": (2, 4, 4),
    }
    norms = [layer for layer in model.layers if isinstance(layer, keras.layers.BatchNormalization)]
    norms[1].gamma.assign(np.zeros(4))
    norms[1].beta.assign(np.array([1.0, -1.0, 2.0, 0.0]))
    np.testing.assert_allclose(np.asarray(corrections(model, {"x": x})["00"]), np.ones((2, 8, 8)), rtol=1e-6)
