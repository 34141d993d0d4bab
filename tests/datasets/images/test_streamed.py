"""Images that are decoded when they are asked for."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from benchmarks import datasets
from benchmarks.datasets.images.streamed import StreamedImages, decode


@pytest.mark.parametrize(("width", "height"), [(256, 512), (512, 256), (300, 300), (40, 60), (1500, 1000)])
def test_the_shorter_side_is_scaled_and_the_central_square_kept(
    width: int, height: int, tmp_path: Path
) -> None:
    """A ramp along the longer side: the square shows its middle part, and its middle is the ramp's."""
    longer = max(width, height)
    ramp = np.broadcast_to(np.linspace(0, 255, longer), (min(width, height), longer))
    ramp = ramp if width >= height else ramp.T
    path = tmp_path / "ramp.png"
    Image.fromarray(np.repeat(np.round(ramp)[..., None], 3, axis=2).astype("uint8")).save(path)
    square = decode(path, 64).astype(float)[..., 0]
    line = square[32] if width >= height else square[:, 32]
    share = min(width, height) / longer
    assert square.shape == (64, 64)
    assert np.allclose(line[[0, -1]], [127.5 * (1 - share), 127.5 * (1 + share)], atol=4)
    assert abs(line.mean() - 127.5) < 1


def test_grey_images_and_those_with_transparency_have_three_channels(tmp_path: Path) -> None:
    for mode, colour in (("L", 90), ("RGBA", (90, 90, 90, 255)), ("CMYK", (165, 165, 165, 0))):
        path = tmp_path / f"{mode}.{'jpeg' if mode == 'CMYK' else 'png'}"
        Image.new(mode, (20, 30), colour).save(path)
        assert np.allclose(decode(path, 16).astype(int), 90, atol=3)


def test_a_damaged_image_is_named(tmp_path: Path) -> None:
    Image.new("RGB", (200, 300), (90, 20, 10)).save(tmp_path / "whole.JPEG")
    whole = (tmp_path / "whole.JPEG").read_bytes()
    for name, content in (
        ("cut.JPEG", whole[: len(whole) // 2]),
        ("no.JPEG", b"not an image"),
        ("empty.JPEG", b""),
    ):
        (tmp_path / name).write_bytes(content)
        with pytest.raises(datasets.DataError, match=f"{name}: cannot be read as an image"):
            StreamedImages([tmp_path / name], 32)[np.array([0])]
