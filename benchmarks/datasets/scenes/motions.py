"""Clips of a handwritten digit that moves over a dark field; only the motion distinguishes the classes."""

import numpy as np

from benchmarks.spec import Data

FRAMES = 7
CLASSES = ("right", "left", "down", "up", "clockwise", "anticlockwise")


def displacements(
    motion: np.ndarray, speed: np.ndarray, radius: np.ndarray, phase: np.ndarray
) -> tuple[np.ndarray, np.ndarray]:
    """Rows down and columns to the right, int [n,FRAMES], by which each frame's digit is off the place where
    the motion belongs.

    Straight motions go `speed` pixels a frame; circles of `radius` pixels start at the angle `phase` and
    close in FRAMES frames.
    """
    time = np.arange(FRAMES)
    along = speed[:, None] * time
    angle = phase[:, None] + 2.0 * np.pi * time / FRAMES * np.where(motion == 4, 1.0, -1.0)[:, None]
    round_y, round_x = (
        np.round(radius[:, None] * part(angle)).astype(int) for part in (np.sin, np.cos)
    )  # rows go down: with the clock
    straight = (motion < 4)[:, None]
    down = np.where(straight, along * np.select([motion == 2, motion == 3], [1, -1])[:, None], round_y)
    right = np.where(straight, along * np.select([motion == 0, motion == 1], [1, -1])[:, None], round_x)
    return down, right


def clips(
    rng: np.random.Generator,
    images: np.ndarray,
    n: int,
    field: tuple[int, int],
    speeds: tuple[int, int],
    radii: tuple[int, int],
) -> dict[str, np.ndarray]:
    """n clips of digits drawn from images uint8 [m,h,w,1]: x uint8 [n,7,*field,1]; y int32 [n], the index of
    its motion in CLASSES.

    What leaves the field on one side enters on the other, and the starting place is uniform: so in each
    single frame every place is equally likely for every motion, and one frame carries no information about
    the class.
    """
    height, width = field
    motion = rng.integers(0, len(CLASSES), n)
    down, right = displacements(
        motion,
        rng.integers(*speeds, n, endpoint=True),
        rng.integers(*radii, n, endpoint=True),
        rng.uniform(0, 2 * np.pi, n),
    )
    down, right = down + rng.integers(0, height, (n, 1)), right + rng.integers(0, width, (n, 1))
    still = np.zeros((n, height, width), np.uint8)
    still[:, : images.shape[1], : images.shape[2]] = images[rng.integers(0, len(images), n), :, :, 0]
    rows = (np.arange(height) - down[..., None]) % height
    columns = (np.arange(width) - right[..., None]) % width
    x = still[np.arange(n)[:, None, None, None], rows[..., None], columns[:, :, None, :]]
    return {"x": x[..., None], "y": motion.astype(np.int32)}


def data(rng: np.random.Generator, digits: Data, sizes: tuple[int, int, int], **how: tuple[int, int]) -> Data:
    """Clips for three splits, each of the digits of the same split."""
    return Data(
        *(
            clips(rng, split["x"], n, **how)
            for split, n in zip((digits.train, digits.validation, digits.test), sizes, strict=True)
        )
    )
