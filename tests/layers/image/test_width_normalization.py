"""Characters of one width."""

import numpy as np
import pytest

from benchmarks.layers.image.width_normalization import WidthNormalization

RNG = np.random.default_rng(2012)


def width(image):
    """The width of an image's ink in pixels, counting edges by their grey."""
    return image.max(axis=0).sum()


@pytest.mark.parametrize("wanted", [6, 10, 14, 20])
def test_boxes_of_all_widths_become_equally_wide_where_they_stand(wanted):
    images = np.zeros((10, 12, 28, 1), "float32")
    for n in range(10):
        images[n, 2:9, 13 - n // 2 : 15 + n // 2 + n % 2] = 1
    found = np.asarray(WidthNormalization(wanted)(images))[..., 0]
    assert found.shape == images.shape[:3]
    for before, after in zip(images[..., 0], found, strict=True):
        assert abs(width(after) - wanted) < 0.6
        columns = np.arange(28)
        centres = [(part.sum(axis=0) * columns).sum() / part.sum() for part in (before, after)]
        assert abs(centres[0] - centres[1]) < 0.1
        assert not after[:2].any() and not after[9:].any(), "rows stay where they are"


def test_an_image_of_the_right_width_is_left_as_it_is():
    image = np.zeros((1, 6, 12, 1), "float32")
    image[0, 1:5, 3:10, 0] = RNG.uniform(0.2, 1, (4, 7))
    np.testing.assert_allclose(np.asarray(WidthNormalization(7)(image)), image, atol=1e-6)


def test_squeezing_to_half_averages_neighbours():
    """Stripes of black and white, squeezed to half their width, become grey; nothing is skipped."""
    image = np.zeros((1, 4, 24, 1), "float32")
    image[0, :, 4:20:2] = 1
    image[0, :, 19] = 1
    found = np.asarray(WidthNormalization(8)(image))[0, 0, :, 0]
    np.testing.assert_allclose(found[10:14], 0.5, atol=0.05)


def test_blank_paper_stays_blank():
    assert not np.asarray(WidthNormalization(9)(np.zeros((2, 5, 12, 1), "float32"))).any()
