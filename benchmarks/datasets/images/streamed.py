"""Images on disk that are decoded when indexed, for data sets that do not fit into memory."""

import os
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import Any

import numpy as np

from benchmarks.datasets.files import DataError


class StreamedImages:
    """Looks like an array uint8 [n,side,side,3]; indexing with integers decodes just these images.

    A slice is another `StreamedImages`. Each image is scaled so that its shorter side is `side` pixels, and
    its central square kept, as AlexNet's authors prepared ImageNet (Krizhevsky et al. 2012, section 2).
    Raises DataError, naming the file, for a file that is not an image or is truncated.
    """

    dtype = np.dtype("uint8")

    def __init__(self, paths: Sequence[Path], side: int) -> None:
        """Images from these files, `side` pixels wide and high."""
        self.paths, self.side = list(paths), side

    @property
    def shape(self) -> tuple[int, int, int, int]:
        """[n,side,side,3]"""
        return (len(self.paths), self.side, self.side, 3)

    def __len__(self) -> int:
        """The number of images."""
        return len(self.paths)

    def __getitem__(self, index: Any) -> Any:
        """The images at these indices or, for a slice, another series."""
        if isinstance(index, slice):
            return StreamedImages(self.paths[index], self.side)
        chosen = [self.paths[int(place)] for place in np.asarray(index)]
        # Threads, since the decoder releases the interpreter.
        with ThreadPoolExecutor(max_workers=os.cpu_count()) as pool:
            images = list(pool.map(lambda path: decode(path, self.side), chosen))
        return np.stack(images) if images else np.zeros((0, *self.shape[1:]), "uint8")

    def joined(self, other: "StreamedImages") -> "StreamedImages":
        """These images, then the others."""
        return StreamedImages([*self.paths, *other.paths], self.side)


def decode(path: Path, side: int) -> np.ndarray:
    """One image file as uint8 [side,side,3], red, green, blue: shorter side scaled to `side`, the central
    square kept."""
    from PIL import Image

    try:
        with Image.open(path) as image:
            image.draft(
                "RGB", (2 * side, 2 * side)
            )  # a JPEG of twice the size or more is decoded at a fraction of it
            scale = side / min(image.size)
            width, height = (max(side, round(scale * length)) for length in image.size)
            left, top = (width - side) // 2, (height - side) // 2
            box = tuple(edge / scale for edge in (left, top, left + side, top + side))
            box = (box[0], box[1], min(box[2], image.width), min(box[3], image.height))
            return np.asarray(image.convert("RGB").resize((side, side), Image.Resampling.BILINEAR, box))
    except (OSError, SyntaxError, ValueError, Image.DecompressionBombError) as error:
        raise DataError(
            f"{path}: cannot be read as an image ({error}): copy it again from its source, or remove it from "
            "the folder"
        ) from error
