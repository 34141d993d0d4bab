"""The parts of the denoisers against NumPy, and the size of the U-Net by adding up its parts."""

import keras
import numpy as np

from benchmarks.layers.bodies.denoisers import Doubled, SelfAttention, TimeEmbedding, dense_denoiser, unet

RNG = np.random.default_rng(2020)


def test_times_become_waves_of_ten_thousand_paces():
    code = np.asarray(TimeEmbedding(6)(np.array([1.0, 250.0], "float32")), "float64")
    paces = np.array([1.0, 0.01, 0.0001])
    angles = np.array([[1.0], [250.0]]) * paces
    np.testing.assert_allclose(code, np.concatenate([np.sin(angles), np.cos(angles)], 1), atol=2e-5)


def test_places_attend_to_one_another():
    layer = SelfAttention(groups=2)
    x = RNG.normal(size=(2, 3, 2, 4)).astype("float32")
    layer.build(x.shape)
    for weight in layer.weights:
        weight.assign(RNG.normal(size=weight.shape))
    gamma, beta, *pairs = (
        np.asarray(weight.value, "float64")
        for part in (layer.norm, layer.query, layer.key, layer.value, layer.out)
        for weight in part.weights
    )
    (wq, bq), (wk, bk), (wv, bv), (wo, bo) = zip(pairs[::2], pairs[1::2], strict=True)
    groups = x.astype("float64").reshape(2, 6, 2, 2)
    normal = groups - groups.mean((1, 3), keepdims=True)
    normal /= np.sqrt(groups.var((1, 3), keepdims=True) + 1e-6)
    seen = normal.reshape(2, 6, 4) * gamma + beta
    scores = (seen @ wq + bq) @ (seen @ wk + bk).transpose(0, 2, 1) / 2.0
    shares = np.exp(scores) / np.exp(scores).sum(-1, keepdims=True)
    expected = x + (shares @ (seen @ wv + bv) @ wo + bo).reshape(x.shape)
    np.testing.assert_allclose(np.asarray(layer(x)), expected, rtol=1e-3, atol=1e-3)


def test_each_pixel_becomes_four():
    x = RNG.normal(size=(2, 3, 2, 4)).astype("float32")
    np.testing.assert_array_equal(np.asarray(Doubled()(x)), x.repeat(2, axis=1).repeat(2, axis=2))


def test_the_unet_has_the_parts_of_the_authors_code():
    """Their layers for CIFAR-10 listed one by one: channels in and out of each block."""

    def conv(a, b, size=3):
        return size * size * a * b + b

    def block(a, b):
        shortcut = conv(a, b, 1) if a != b else 0
        return 2 * a + conv(a, b) + (512 * b + b) + 2 * b + conv(b, b) + shortcut

    def attention(c):
        return 2 * c + 4 * conv(c, c, 1)

    time = (128 * 512 + 512) + (512 * 512 + 512)
    down = [(128, 128), (128, 128), (128, 256), (256, 256), *[(256, 256)] * 4]
    middle = [(256, 256)] * 2
    up = [*[(512, 256)] * 6, (512, 256), (512, 256), (384, 256), (384, 128), (256, 128), (256, 128)]
    total = conv(3, 128) + time + sum(block(a, b) for a, b in down + middle + up)
    total += (2 + 1 + 3) * attention(256)
    total += conv(128, 128) + 2 * conv(256, 256) + 3 * conv(256, 256)
    total += 2 * 128 + conv(128, 3)
    with keras.StatelessScope(initialize_variables=False):
        net = unet((32, 32, 3), 128, (1, 2, 2, 2), 2, (16,), 0.1, 32)
    assert net.count_params() == total
    assert round(total / 1e6, 1) == 35.7


def test_nets_begin_by_seeing_no_noise_and_are_told_the_time():
    x = RNG.normal(size=(2, 4, 4, 1)).astype("float32")
    for net in (unet((4, 4, 1), 4, (1,), 1, (), 0.0, 2), dense_denoiser((4, 4, 1), 4, 16, 1, 0.0)):
        early, late = ([x, np.full(2, t, "float32")] for t in (1.0, 40.0))
        assert np.abs(np.asarray(net(early))).max() < 1e-3
        for weight in net.trainable_weights:
            weight.assign_add(0.1 * RNG.normal(size=weight.shape).astype("float32"))
        # What is not told the time answers both alike, to the bit.
        assert np.abs(np.asarray(net(early)) - np.asarray(net(late))).max() > 1e-4
