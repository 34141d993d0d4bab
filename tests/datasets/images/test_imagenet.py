"""ImageNet's folders, read image by image."""

from pathlib import Path

import numpy as np
import pytest

from benchmarks import datasets
from benchmarks.datasets.images import imagenet
from tests.datasets import miniature_imagenet


@pytest.fixture(scope="module")
def mirror(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return miniature_imagenet.write(tmp_path_factory.mktemp("mirror"))


def test_folders_are_classes_and_every_26th_training_image_is_for_validation(mirror: Path) -> None:
    data = datasets.load("imagenet", mirror)
    assert data.info["classes"] == sorted(miniature_imagenet.CLASSES)
    assert {name: len(getattr(data, name)["y"]) for name in ("train", "validation", "test")} == {
        "train": 87,
        "validation": 3,
        "test": 12,
    }
    for split in (data.train, data.validation, data.test):
        assert split["x"].shape == (len(split["y"]), 256, 256, 3)
        for path, label in zip(split["x"].paths, split["y"], strict=True):
            assert path.parent.name == data.info["classes"][label]
    held_out = {path.name for path in data.validation["x"].paths}
    assert held_out == {f"{name}_0025.JPEG" for name in miniature_imagenet.CLASSES}


def test_the_images_are_decoded_when_they_are_asked_for(mirror: Path) -> None:
    data = datasets.load("imagenet", mirror)
    images = data.train["x"][np.array([0, 86, 0])]
    assert images.shape == (3, 256, 256, 3) and images.dtype == np.uint8
    assert (images[0] == images[2]).all() and (images[0] != images[1]).any()
    # The class is the dominant colour.
    assert images.reshape(3, -1, 3).mean(axis=1).argmax(axis=1).tolist() == [0, 2, 0]
    assert (data.train["x"][10:12][np.array([1])] == data.train["x"][np.array([11])]).all()
    both = datasets.joined(data.train["x"], data.validation["x"])
    assert len(both) == 90 and (both[np.array([88])] == data.validation["x"][np.array([1])]).all()


def test_other_images_have_another_checksum(mirror: Path, tmp_path: Path) -> None:
    miniature_imagenet.write(tmp_path / "a", 3, 1)
    miniature_imagenet.write(tmp_path / "b", 3, 1)
    miniature_imagenet.write(tmp_path / "c", 3, 2)
    same, again, other = (datasets.card("imagenet", tmp_path / name).checksum for name in "abc")
    assert same == again != other
    assert datasets.card("imagenet", tmp_path / "nowhere").checksum == imagenet.CARDS["imagenet"].checksum


def test_absent_folders_and_strange_classes_are_named(tmp_path: Path) -> None:
    assert "imagenet/train holds no folders of images" in str(datasets.available("imagenet", tmp_path))
    with pytest.raises(
        datasets.DataError, match=r"imagenet/train holds no folders.*imagenet/train/<class>/<image>"
    ):
        datasets.load("imagenet", tmp_path)
    miniature_imagenet.write(tmp_path, 1, 1)
    (tmp_path / "imagenet" / "val" / miniature_imagenet.CLASSES[0]).rename(
        tmp_path / "imagenet" / "val" / "n99999999"
    )
    imagenet._listing.cache_clear()
    with pytest.raises(datasets.DataError, match="n99999999: train/ has no class of this name"):
        datasets.load("imagenet", tmp_path)
