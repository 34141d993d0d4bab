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


def test_a_thumbnail_of_one_shade_shows_nothing() -> None:
    """Only the tiles that a thumbnail shows count: here the first four in each direction."""
    dark = np.zeros((5, 5, 2, 2), np.uint8)
    assert not tiles.shows_something(Picture(dark, "x"))
    dark[4, 4] = 255
    assert not tiles.shows_something(Picture(dark, "x"))
    dark[0, 0] = 255
    assert tiles.shows_something(Picture(dark, "x"))
