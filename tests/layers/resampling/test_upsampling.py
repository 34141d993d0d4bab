"""Bilinear upsampling against transposed convolutions and by hand; mirrored margins against NumPy."""

import keras
import numpy as np
import pytest

from benchmarks.layers.resampling.upsampling import Bilinear, Interpolation, MirrorPadding, crop

RNG = np.random.default_rng(2014)


def test_the_kernel_that_doubles_is_the_known_one():
    kernel = np.asarray(Bilinear()((4, 4, 2, 2)))
    line = np.array([0.25, 0.75, 0.75, 0.25])
    np.testing.assert_array_equal(kernel[:, :, 0, 0], np.outer(line, line))
    np.testing.assert_array_equal(kernel[:, :, 1, 1], np.outer(line, line))
    assert not kernel[:, :, 0, 1].any() and not kernel[:, :, 1, 0].any()


@pytest.mark.parametrize("step", [2, 4, 8])
def test_interpolation_is_the_transposed_convolution_with_that_kernel(step):
    """Whose first pixel lies step - 1/2 pixels before the first coarse one, so that here `first` pixels of
    it are cut off.
    """
    maps, first = RNG.normal(size=(2, 4, 3, 2)).astype("float32"), 3
    transposed = keras.layers.Conv2DTranspose(
        2, 2 * step, step, use_bias=False, kernel_initializer=Bilinear()
    )
    expected = np.asarray(transposed(maps))[:, first : first + 10, first : first + 9]
    found = Interpolation((10, 9), step, step - 0.5 - first)(maps)
    np.testing.assert_allclose(
        np.asarray(found)[:, : expected.shape[1], : expected.shape[2]], expected, atol=1e-5
    )


def test_a_line_is_interpolated_by_hand():
    """Pixels 0 and 4 of values 1 and 3, two apart on each side of the edge."""
    maps = np.array([1.0, 3.0], "float32").reshape(1, 1, 2, 1)
    found = np.asarray(Interpolation((1, 7), 4, 0.0)(maps))[0, 0, :, 0]
    np.testing.assert_allclose(found, [1.0, 1.5, 2.0, 2.5, 3.0, 2.25, 1.5])


def test_margins_are_mirrored():
    image = RNG.normal(size=(2, 5, 6, 1)).astype("float32")
    expected = np.pad(image, ((0, 0), (3, 3), (3, 3), (0, 0)), mode="reflect")
    np.testing.assert_array_equal(np.asarray(MirrorPadding(3)(image)), expected)


def test_a_window_is_where_it_was_asked_for():
    inputs = keras.Input((6, 8, 1))
    image = RNG.normal(size=(1, 6, 8, 1)).astype("float32")
    model = keras.Model(inputs, [crop(inputs, (2, 4)), crop(inputs, (2, 4), first=1)])
    middle, early = (np.asarray(part) for part in model(image))
    np.testing.assert_array_equal(middle, image[:, 2:4, 2:6])
    np.testing.assert_array_equal(early, image[:, 1:3, 1:5])
    with pytest.raises(ValueError, match=r"no window of \(6, 7\) from pixel 1"):
        crop(inputs, (6, 7), first=1)
