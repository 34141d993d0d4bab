"""Grids of small pictures as one PNG."""

import base64
import io
from typing import Any

import numpy as np

from benchmarks.spec import Picture

#: A picture with more pixels, or a longer side in pixels, is shown smaller.
MOST_PIXELS = 500_000
MOST_SIDE = 1100
#: pixels of width and of height up to which small pictures are enlarged
ENLARGED = (420, 620)
#: the longest side of a thumbnail, in pixels, and how many tiles it shows in each direction
THUMBNAIL, TILES = 96, 4


def contrast(picture: Picture) -> float:
    """The standard deviation of the shades, of 256, that its thumbnail shows."""
    return float(np.std(np.asarray(picture.tiles)[:TILES, :TILES]))


def thumbnail(picture: Picture) -> str:
    """The first tiles of a grid of pictures as a small square-ish PNG's data URI."""
    from PIL import Image

    tiles = np.asarray(picture.tiles)[:TILES, :TILES]
    rows, columns, height, width = tiles.shape[:4]
    canvas = np.moveaxis(tiles, 2, 1).reshape(rows * height, columns * width, *tiles.shape[4:])
    image = Image.fromarray(canvas)
    scale = THUMBNAIL / max(image.size)
    size = (max(1, round(image.width * scale)), max(1, round(image.height * scale)))
    image = image.resize(size, Image.Resampling.BOX if scale < 1 else Image.Resampling.NEAREST)
    return _data_uri(image)


def png(picture: Picture) -> tuple[str, int]:
    """A grid of pictures as a PNG's data URI, and the width in pixels at which to show it."""
    from PIL import Image

    tiles = np.asarray(picture.tiles)
    rows, columns, height, width = tiles.shape[:4]
    colours = tiles.shape[4:]
    uncoloured = [(0, 0)] * len(colours)
    # A grey line goes before each tile, and after the last one.
    lined = np.pad(tiles, ((0, 0), (0, 0), (1, 0), (1, 0), *uncoloured), constant_values=128)
    canvas = np.moveaxis(lined, 2, 1).reshape(rows * (height + 1), columns * (width + 1), *colours)
    canvas = np.pad(canvas, ((0, 1), (0, 1), *uncoloured), constant_values=128)
    image = Image.fromarray(canvas)
    pixels, side = image.width * image.height, max(image.size)
    if pixels > MOST_PIXELS or side > MOST_SIDE:
        scale = min((MOST_PIXELS / pixels) ** 0.5, MOST_SIDE / side)
        small = (max(1, int(image.width * scale)), max(1, int(image.height * scale)))
        image = image.resize(small, Image.Resampling.BOX)
    largest = min(ENLARGED[0] / image.width, ENLARGED[1] / image.height)
    enlarge = max(1, round(largest)) if image.width > 9 else 1
    return _data_uri(image), image.width * enlarge


def _data_uri(image: Any) -> str:
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    return "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode()
