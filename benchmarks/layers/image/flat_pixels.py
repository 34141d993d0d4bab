"""Images as vectors of pixels, for models outside Keras: scaled, set upright, cropped."""

import keras
import numpy as np

from benchmarks.layers.image.deslanting import Deslanting

#: Images that are set upright at a time.
CHUNK = 5_000


def flat_pixels(x: np.ndarray, scale: float = 1.0, deslanted: bool = False, margin: int = 0) -> np.ndarray:
    """Images [n, h, w, 1] as float32 [n, pixels].

    They are divided by `scale`, set upright by the layer `Deslanting` if `deslanted`, and lose `margin`
    pixels on each side. What is no image, [n, inputs], is divided alone.
    """
    images = np.asarray(x, "float32") / np.float32(scale)
    if deslanted:
        layer = Deslanting()
        parts = [layer(images[first : first + CHUNK]) for first in range(0, len(images), CHUNK)]
        images = np.concatenate([keras.ops.convert_to_numpy(part) for part in parts])
    if margin:
        images = images[:, margin:-margin, margin:-margin]
    return images.reshape(len(images), -1)
