"""Alternating flips, whitened patches, convolutions that begin as the identity, and several views, each
against NumPy.
"""

import keras
import numpy as np
import pytest

from benchmarks.layers.models.airbench import AlternatingFlip, PartialIdentity, PatchWhitening, SixViews

RNG = np.random.default_rng(0)
IMAGES = RNG.integers(0, 256, (200, 6, 5, 3)).astype("uint8")


def flipping() -> AlternatingFlip:
    keras.utils.set_random_seed(3)
    layer = AlternatingFlip()
    layer.build(IMAGES.shape)
    layer.adapt(IMAGES)
    return layer


def test_each_image_is_mirrored_in_every_other_pass_wherever_it_stands():
    layer = flipping()
    begun = None
    for number in range(4):
        order = RNG.permutation(200)
        seen = np.concatenate(
            [
                np.asarray(layer(IMAGES[rows].astype("float32"), training=True))
                for rows in order.reshape(4, 50)
            ]
        )[np.argsort(order)]
        mirrored = (seen == IMAGES[:, :, ::-1]).all(axis=(1, 2, 3))
        np.testing.assert_array_equal(seen[~mirrored], IMAGES[~mirrored])
        begun = mirrored if begun is None else begun
        np.testing.assert_array_equal(mirrored, begun ^ (number % 2 == 1))
    assert begun is not None and 0.35 < begun.mean() < 0.65  # more than four standard deviations


def test_another_run_begins_with_other_images_mirrored():
    layer = flipping()
    first = np.asarray(layer.mirrored(IMAGES, 0))
    other = AlternatingFlip(seed=8)
    other.build(IMAGES.shape)
    same = (np.asarray(other.mirrored(IMAGES, 0)) == first).all(axis=(1, 2, 3)).mean()
    assert 0.35 < same < 0.65


def test_images_are_left_alone_outside_training():
    layer = flipping()
    np.testing.assert_array_equal(np.asarray(layer(IMAGES[:9].astype("float32"))), IMAGES[:9])
    assert int(np.asarray(layer.batches.value)) == 0


def test_a_flip_that_knows_no_pass_says_so():
    layer = AlternatingFlip()
    with pytest.raises(ValueError, match=r"how many examples make a pass; call adapt\(images\) first"):
        layer(IMAGES.astype("float32"), training=True)


def test_patches_are_white_and_come_with_both_signs():
    """Along its eigenvector a pattern has the mean square v; divided by sqrt(v + epsilon) it has v / (v +
    epsilon).
    """
    smooth = np.cumsum(np.cumsum(RNG.normal(0, 6, (300, 8, 8, 2)), axis=1), axis=2) + 100
    layer = PatchWhitening(smooth.mean(axis=(0, 1, 2)), smooth.std(axis=(0, 1, 2)), epsilon=0.01)
    layer.build(smooth.shape)
    assert not np.asarray(layer(smooth)).any()
    layer.adapt(smooth)
    made = np.asarray(layer(smooth), "float64").reshape(-1, 16)
    np.testing.assert_allclose(made[:, 8:], -made[:, :8], atol=1e-4)
    standard = (smooth - smooth.mean(axis=(0, 1, 2))) / smooth.std(axis=(0, 1, 2))
    patches = np.lib.stride_tricks.sliding_window_view(standard, (2, 2), axis=(1, 2)).reshape(-1, 8)
    squares = np.linalg.eigvalsh(patches.T @ patches / len(patches))[::-1]
    np.testing.assert_allclose(
        made[:, :8].T @ made[:, :8] / len(made), np.diag(squares / (squares + 0.01)), atol=2e-3
    )


def test_the_filters_are_those_of_the_first_5000_images_and_fixed():
    many = RNG.integers(0, 256, (5600, 3, 3, 1)).astype("uint8")
    made = []
    for images in (many, many[:5000]):
        layer = PatchWhitening([127.0], [74.0])
        layer.build(images.shape)
        layer.adapt(images)
        made.append(np.asarray(layer.kernel.value))
    np.testing.assert_array_equal(made[0], made[1])
    assert [variable.name for variable in layer.trainable_variables] == ["bias"]


def test_the_first_filters_pass_the_maps_on_and_the_others_are_random():
    keras.utils.set_random_seed(1)
    convolution = keras.layers.Conv2D(
        7, 3, padding="same", use_bias=False, kernel_initializer=PartialIdentity()
    )
    x = RNG.normal(size=(2, 5, 5, 4)).astype("float32")
    np.testing.assert_allclose(np.asarray(convolution(x))[..., :4], x, atol=1e-6)
    others = np.asarray(convolution.kernel.value)[..., 4:]
    assert others.std() == pytest.approx(1 / 36**0.5 / 3**0.5, rel=0.2)
    assert np.abs(others).max() <= 1 / 36**0.5
    narrowing = np.asarray(PartialIdentity()((3, 3, 4, 2)))
    assert narrowing.sum() == 2 and narrowing[1, 1, 0, 0] == narrowing[1, 1, 1, 1] == 1


@pytest.mark.parametrize("mirror", [False, True])
def test_the_views_are_weighed_and_only_outside_training(mirror):
    """A linear net answers for the mean of the views what it answers in the mean."""
    keras.utils.set_random_seed(1)
    net = SixViews([keras.Input((6, 5, 3)), keras.layers.Flatten(), keras.layers.Dense(4)], mirror=mirror)
    images = IMAGES[:7].astype("float32")
    padded = np.pad(images, ((0, 0), (1, 1), (1, 1), (0, 0)), mode="reflect")
    mean = 0.5 * images + 0.25 * padded[:, :6, :5] + 0.25 * padded[:, 2:, 2:]
    mean = 0.5 * (mean + mean[:, :, ::-1]) if mirror else mean
    kernel, bias = (np.asarray(variable.value) for variable in net.trainable_variables)
    np.testing.assert_allclose(
        np.asarray(net(images, training=False)), mean.reshape(7, -1) @ kernel + bias, rtol=1e-3, atol=1e-2
    )
    np.testing.assert_allclose(
        np.asarray(net(images, training=True)), images.reshape(7, -1) @ kernel + bias, rtol=1e-3, atol=1e-2
    )
