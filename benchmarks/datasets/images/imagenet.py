"""ImageNet (ILSVRC-2012): 1.28 million photographs of 1,000 classes, in the usual folder layout, which the
user provides."""

import dataclasses
import functools
from pathlib import Path

import numpy as np

from benchmarks.datasets import files
from benchmarks.datasets.images.streamed import StreamedImages
from benchmarks.spec import Data, DatasetCard

FOLDER = "imagenet"
SIDE = 256
#: In each class of the training folder, one of this many images is held out for validation.
HELD_OUT = 26
SUFFIXES = {".jpeg", ".jpg", ".png"}

CARDS = {
    "imagenet": DatasetCard(
        id="imagenet",
        title="ImageNet, ILSVRC-2012",
        task="classification",
        licence="for non-commercial research and education, by agreement with the publishers; not "
        "redistributed",
        source="https://www.image-net.org/challenges/LSVRC/2012/",
        citation="Russakovsky et al.: ImageNet large scale visual recognition challenge. International "
        "Journal of Computer Vision 115, 2015",
        split="train/ but for every 26th image of each class, which is validation (about 50 a class) / "
        "test: val/, 50,000 images",
        checksum=files.sha256(b""),  # of no files; `card` gives that of the files found
        shape="256x256x3 uint8: shorter side scaled to 256, central square",
    ),
}


def card(id: str, data_dir: Path | None = None) -> DatasetCard:
    """The card with the checksum of what lies in the folder: over the names and sizes of all images, their
    bytes unread."""
    return dataclasses.replace(CARDS[id], checksum=_checksum(_root(data_dir)))


def _root(data_dir: Path | None) -> Path:
    return (files.cache_dir() if data_dir is None else data_dir) / FOLDER


@functools.cache
def _listing(root: Path) -> tuple[tuple[str, str, Path], ...]:
    """All images: part ("train", "val"), class, path; sorted."""
    images = (
        (part, path)
        for part in ("train", "val")
        for path in sorted((root / part).glob("*/*"))
        if path.suffix.lower() in SUFFIXES
    )
    return tuple((part, path.parent.name, path) for part, path in images)


@functools.cache
def _checksum(root: Path) -> str:
    lines = (f"{_size(path)}  {part}/{name}/{path.name}\n" for part, name, path in _listing(root))
    return files.sha256("".join(lines).encode())


def _size(path: Path) -> int | str:
    try:
        return path.stat().st_size
    except OSError:  # a run that needs it says so in its record, which contains this checksum
        return "unreadable"


def missing(id: str, data_dir: Path | None = None) -> str | None:
    """None if there are images, else the folder that should hold them."""
    root = _root(data_dir)
    return next(
        (
            f"{root / part} holds no folders of images"
            for part in ("train", "val")
            if not any((root / part).glob("*/*"))
        ),
        None,
    )


def load(id: str, data_dir: Path | None = None) -> Data:
    """x uint8 [n,256,256,3], decoded when indexed; y int32 [n]: the place of the class's folder in the
    alphabet.

    The layout is that of common tools: `imagenet/train/<class>/<image>` and `imagenet/val/<class>/<image>`.
    Raises DataError if it is missing, or if a class of val/ is not in train/.
    """
    reason = missing(id, data_dir)
    if reason:
        raise files.DataError(
            f"{reason}: put ImageNet there, as imagenet/train/<class>/<image> and "
            "imagenet/val/<class>/<image>, and name data_dir"
        )
    listing = _listing(_root(data_dir))
    classes = sorted({name for part, name, _ in listing if part == "train"})
    strange = sorted({name for _, name, _ in listing} - set(classes))
    if strange:
        raise files.DataError(
            f"{_root(data_dir) / 'val' / strange[0]}: train/ has no class of this name; the two folders "
            "must have the same classes"
        )
    places = {name: place for place, name in enumerate(classes)}
    seen = dict.fromkeys(classes, 0)
    parts: dict[str, list[tuple[Path, int]]] = {"train": [], "validation": [], "test": []}
    for part, name, path in listing:
        split = "test"
        if part == "train":
            seen[name] += 1
            split = "train" if seen[name] % HELD_OUT else "validation"
        parts[split].append((path, places[name]))
    return Data(
        **{
            split: {
                "x": StreamedImages([path for path, _ in rows], SIDE),
                "y": np.array([label for _, label in rows], np.int32),
            }
            for split, rows in parts.items()
        },
        info={"classes": classes},
    )
