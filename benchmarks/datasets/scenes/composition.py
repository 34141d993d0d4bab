"""Scenes composed of real images, with the class of every pixel: what the data sets for segmentation share.

Everything is made of comparisons, sums and products of single numbers, in a fixed order, so that it is the
same on every machine.
"""

import numpy as np

BACKGROUND = "background"


def enlarge(images: np.ndarray, size: int) -> np.ndarray:
    """Float [...,h,w] to [...,size,size], bilinearly, the outermost pixels repeated; for sizes above h and
    w."""
    for axis in (-2, -1):
        length = images.shape[axis]
        place = np.clip((np.arange(size) + 0.5) * (length / size) - 0.5, 0, length - 1)
        below = np.minimum(place.astype(int), length - 2)
        share = (place - below).reshape((size, 1) if axis == -2 else (size,))
        images = np.take(images, below, axis) * (1 - share) + np.take(images, below + 1, axis) * share
    return images


def compose(
    rng: np.random.Generator,
    objects: dict[int, list[np.ndarray]],
    count: int,
    side: int,
    number: tuple[int, int],
    brightness: tuple[float, float],
    mask: float,
    opaque: bool,
    fragments: tuple[int, int],
    ground: float,
) -> dict[str, np.ndarray]:
    """x uint8 [count,side,side,1] and y uint8 [count,side,side]: 0 for background, 1 + class for a pixel of
    an object.

    `objects` has for each class its images, one array float [n,h,h] in [0, 1] for each size that they come
    in. A scene has `number` (least, most) objects, each of another class, anywhere within it; the later ones
    cover the earlier ones. A pixel is of the object where the image is at least `mask`; its value times the
    object's brightness replaces what was there (`opaque`), or is mixed with it in the proportion of the
    image. The background is a smooth random texture up to `ground`, and `fragments` (how many, how wide) are
    square cuts of images, which belong to no class. Noise is added to all.
    """
    x, y = np.zeros((count, side, side), np.uint8), np.zeros((count, side, side), np.uint8)
    names = sorted(objects)

    def draw(name: int) -> np.ndarray:
        images = objects[name][rng.integers(len(objects[name]))]
        return images[rng.integers(len(images))]

    def paint(scene: np.ndarray, image: np.ndarray) -> tuple[slice, slice]:
        top, left = rng.integers(0, side - len(image) + 1, 2)
        at = slice(top, top + len(image)), slice(left, left + len(image))
        bright = brightness[0] + (brightness[1] - brightness[0]) * rng.random()
        scene[at] = (
            np.where(image >= mask, image * bright, scene[at])
            if opaque
            else scene[at] * (1 - image) + image * bright
        )
        return at

    for row in range(count):
        scene = enlarge(rng.random((5, 5)) * ground, side)
        for _ in range(fragments[0]):
            image, width = draw(names[rng.integers(len(names))]), fragments[1]
            top, left = rng.integers(0, len(image) - width + 1, 2)
            paint(scene, image[top : top + width, left : left + width])
        for name in rng.permutation(len(names))[: rng.integers(number[0], number[1] + 1)]:
            image = draw(names[name])
            at = paint(scene, image)
            y[row][at][image >= mask] = 1 + names[name]
        noisy = np.floor(scene * 255.0 + 0.5).astype(int) + rng.integers(-15, 16, (side, side))
        x[row] = np.clip(noisy, 0, 255)
    return {"x": x[..., None], "y": y}
