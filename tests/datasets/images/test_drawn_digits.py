"""The neocognitron's digits: every test place is new, and distortions are what they say."""

import numpy as np

from benchmarks import datasets
from benchmarks.datasets.images import drawn_digits


def trimmed(image: np.ndarray) -> np.ndarray:
    """The smallest box around the ink."""
    rows, columns = np.nonzero(image)
    return image[rows.min() : rows.max() + 1, columns.min() : columns.max() + 1]


def test_shifted_digits_are_the_drawings_at_places_of_their_own() -> None:
    data = datasets.load("shifted_digits_16")
    seen: list[set[bytes]] = []
    for split, each in ((data.train, 20), (data.validation, 30), (data.test, 30)):
        assert np.bincount(split["y"]).tolist() == [each] * 5
        for image, digit in zip(split["x"][..., 0], split["y"], strict=True):
            assert (trimmed(image) == trimmed(drawn_digits.drawings()[digit])).all()
        seen.append({image.tobytes() for image in split["x"]})
        assert len(seen[-1]) == 5 * each
    assert not (seen[0] & seen[1] or seen[0] & seen[2] or seen[1] & seen[2])


def test_distorted_digits_are_new_and_whole() -> None:
    data = datasets.load("distorted_digits_16")
    clean = [trimmed(drawing) for drawing in drawn_digits.drawings()]
    undistorted = sum(
        np.array_equal(trimmed(image), clean[digit])
        for image, digit in zip(data.test["x"][..., 0], data.test["y"], strict=True)
    )
    assert len(data.test["x"]) == 300
    assert undistorted == 0


def test_each_distortion_by_hand() -> None:
    rng = np.random.default_rng(0)
    for drawing in drawn_digits.drawings():
        larger = drawn_digits.larger(drawing, rng)
        assert larger.shape == (10, 8)
        assert any(
            (np.delete(np.delete(larger, i, axis=0), j, axis=1) == drawing).all()
            for i in range(10)
            for j in range(8)
        )
        slanted = drawn_digits.slanted(drawing, rng)
        moved = [
            (row[1:] == before).all() and row[0] == 0 for row, before in zip(slanted, drawing, strict=True)
        ]
        stayed = [
            (row[:-1] == before).all() and row[-1] == 0 for row, before in zip(slanted, drawing, strict=True)
        ]
        assert any(all(moved[:cut]) and all(stayed[cut:]) for cut in range(3, 7))
        spoiled = drawn_digits.spoiled(drawing, rng).astype(int)
        assert sorted((spoiled - drawing)[spoiled != drawing].tolist()) == [-1, 1]
