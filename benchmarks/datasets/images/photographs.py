"""Pictures for the transfer of style: two photographs that scikit-learn bundles, and a drawn pattern of
swirls."""

from importlib.metadata import distribution
from pathlib import Path

import numpy as np

LICENCE = (
    "photographs: CC BY 2.0, china.jpg by danielbuechele, flower.jpg by vultilion (Flickr), "
    "bundled with scikit-learn, here cropped and made smaller"
)
HEIGHT, WIDTH = 384, 512
#: Where the swirls have their centres, as shares of height and width, and the colours from a centre outwards.
CENTRES = np.array([(0.25, 0.2), (0.3, 0.75), (0.75, 0.45), (0.9, 0.95), (0.85, 0.05)])
COLOURS = np.array(
    [(250, 220, 90), (240, 240, 200), (120, 170, 210), (30, 60, 140), (70, 110, 180), (20, 30, 80)], float
)


def photograph(name: str, step: int) -> np.ndarray:
    """The middle 384x512 pixels of scikit-learn's china.jpg or flower.jpg, each step x step of them averaged:
    uint8 [h,w,3]."""
    from PIL import Image

    # Importing scikit-learn takes seconds.
    path = Path(str(distribution("scikit-learn").locate_file(f"sklearn/datasets/images/{name}.jpg")))
    with Image.open(path) as image:
        pixels = np.asarray(image.convert("RGB"), float)
    top, left = (pixels.shape[0] - HEIGHT) // 2, (pixels.shape[1] - WIDTH) // 2
    blocks = pixels[top : top + HEIGHT, left : left + WIDTH].reshape(
        HEIGHT // step, step, WIDTH // step, step, 3
    )
    return np.round(blocks.mean(axis=(1, 3))).astype(np.uint8)


def swirls(step: int, period: float = 5.0) -> np.ndarray:
    """Rings of `period` pixels around some centres, yellow inside and blue outside, of the size of the
    photographs: uint8 [h,w,3]."""
    height, width = HEIGHT // step, WIDTH // step
    place = np.stack(np.meshgrid(np.arange(height), np.arange(width), indexing="ij"), axis=-1)
    distance = np.sqrt(np.square(place[:, :, None] - CENTRES * (height, width)).sum(axis=-1)).min(axis=-1)
    shade = np.minimum(distance / (0.35 * height) * 3.0, 3.5) + 0.75 * (
        1.0 + np.sin(2.0 * np.pi * distance / period)
    )
    low = np.floor(shade).astype(int)
    part = (shade - low)[..., None]
    return np.round(COLOURS[low] * (1.0 - part) + COLOURS[np.minimum(low + 1, 5)] * part).astype(np.uint8)


def info(step: int) -> dict[str, list]:
    """A content picture [h,w,3] and two style pictures [2,h,w,3] as nested lists of 0 to 255."""
    return {
        "content": photograph("china", step).tolist(),
        "styles": [photograph("flower", step).tolist(), swirls(step).tolist()],
    }
