"""Clips of digits: the motion is in the sequence of frames, not in any one of them."""

import numpy as np

from benchmarks import datasets
from tests.datasets.conventions import nearest_mean


def test_one_frame_says_nothing_of_the_motion() -> None:
    """Five of six guesses are wrong, from pixels and from the place of the ink alike; and what one frame
    lacks, two have."""
    data = datasets.load("digit_motions")
    frames = [
        split["x"][:, 3].reshape(len(split["x"]), -1).astype(float) for split in (data.train, data.test)
    ]
    assert (nearest_mean(frames[0], data.train["y"], frames[1]) != data.test["y"]).mean() > 0.75
    x, y = data.train["x"][..., 0].astype(float), data.train["y"]
    where = x[:, 3].sum(axis=2)  # ink a row
    means = np.stack([where[y == k].mean(axis=0) for k in range(6)])
    spread = where.std(axis=0) / np.sqrt(np.bincount(y).min())
    assert (abs(means - where.mean(axis=0)) < 4.5 * spread).all()
    for k, (down, right) in enumerate(((0, 1), (0, -1), (1, 0), (-1, 0))):
        clips = x[y == k]
        matched = [
            max(float((np.roll(clip[2], (s * down, s * right), (0, 1)) == clip[3]).all()) for s in (1, 2))
            for clip in clips[:50]
        ]
        assert np.mean(matched) == 1.0
