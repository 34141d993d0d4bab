"""Nearest neighbours against scikit-learn, and votes by hand."""

import numpy as np
from sklearn.datasets import load_digits
from sklearn.neighbors import KNeighborsClassifier

from benchmarks.layers.models.nearest_neighbors import NearestNeighbors


def test_the_nearest_image_decides_as_in_scikit_learn() -> None:
    found = load_digits()
    x, y = found.images[..., None].astype("float32"), found.target.astype("int32")
    ours = NearestNeighbors(classes=10, neighbors=1, scale=16.0)
    ours.fit(x[:1000], y[:1000], seed=0)
    flat = x.reshape(len(x), -1) / 16.0
    theirs = KNeighborsClassifier(1, algorithm="brute").fit(flat[:1000], y[:1000])
    np.testing.assert_array_equal(ours(x[1000:]).argmax(axis=1), theirs.predict(flat[1000:]))


def test_votes_count_and_of_equal_ones_the_nearer() -> None:
    """Points on a line: 0 and 3 of class 0, 1 of class 1, 9 of class 2."""
    model = NearestNeighbors(classes=3, neighbors=3)
    model.fit(np.array([0.0, 3.0, 1.0, 9.0]).reshape(4, 1, 1, 1), np.array([0, 0, 1, 2]), seed=0)
    questions = np.array([1.2, 5.9]).reshape(2, 1, 1, 1)
    # 1.2: neighbours 1, 0, 3: two votes for class 0, though 1 is nearest. 5.9: 3, 9, 1: one vote each.
    assert model(questions).argmax(axis=1).tolist() == [0, 0]
    two = NearestNeighbors(classes=3, neighbors=2)
    two.set_state(model.state())
    assert two(questions).argmax(axis=1).tolist() == [1, 0], "one vote each: the nearer wins"
    assert model.parameters() == 4 + 4


def test_upright_images_are_compared() -> None:
    """A slanted bar is nearer to an upright bar than to a blot once both are set upright."""
    rows, columns = np.mgrid[:20, :20]
    upright = (abs(columns - 10) <= 1) & (abs(rows - 10) <= 7)
    slanted = (abs(columns - 10 - (rows - 10) * 0.6) <= 1) & (abs(rows - 10) <= 7)
    blot = (abs(columns - 10) <= 4) & (abs(rows - 10) <= 4)
    images = np.stack([upright, blot])[..., None].astype("float32")
    decided = []
    for deslanted in (False, True):
        model = NearestNeighbors(classes=2, neighbors=1, deslanted=deslanted)
        model.fit(images, np.array([0, 1]), seed=0)
        decided.append(int(model(slanted[None, ..., None].astype("float32")).argmax()))
    assert decided[1] == 0
