"""Grids of pictures as PNG."""

import base64
import io

import numpy as np
import pytest
from PIL import Image

from benchmarks.spec import Picture
from report.site import tiles


def test_pictures_keep_their_pixels() -> None:
    grid = np.random.default_rng(0).integers(0, 255, (2, 3, 4, 5, 3)).astype(np.uint8)
    source, width = tiles.png(Picture(grid, "A caption."))
    image = np.asarray(
        Image.open(io.BytesIO(base64.b64decode(source.removeprefix("data:image/png;base64,"))))
    )
    assert image.shape == (2 * 5 + 1, 3 * 6 + 1, 3)
    assert (image[6:10, 13:18] == grid[1, 2]).all()
    assert width % image.shape[1] == 0


@pytest.mark.parametrize(
    "shape", [(1, 1, 1, 4_194_304), (4_194_304, 1, 1, 1), (2048, 2048, 1, 1), (1, 1, 2048, 2048)]
)
def test_pictures_of_any_form_are_shown_small(shape: tuple[int, ...]) -> None:
    source, width = tiles.png(Picture(np.zeros(shape, np.uint8), "x"))
    image = Image.open(io.BytesIO(base64.b64decode(source.removeprefix("data:image/png;base64,"))))
    assert image.width * image.height <= tiles.MOST_PIXELS and max(image.size) <= tiles.MOST_SIDE
    assert width <= tiles.MOST_SIDE


def test_contrast_is_that_of_the_tiles_that_a_thumbnail_shows() -> None:
    """The first four in each direction. With half of one of sixteen white, p = 1/32: 255 sqrt(p (1 - p))."""
    dark = np.zeros((5, 5, 2, 2), np.uint8)
    dark[4, 4] = 255
    assert tiles.contrast(Picture(dark, "x")) == 0
    dark[0, 0, 0] = 255
    assert tiles.contrast(Picture(dark, "x")) == pytest.approx(255 * (1 / 32 * 31 / 32) ** 0.5)
