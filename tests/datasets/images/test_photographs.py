"""The photographs and the styles."""

import numpy as np

from benchmarks import datasets
from benchmarks.datasets.images import photographs


def test_the_pictures_are_those_that_scikit_learn_bundles() -> None:
    info = datasets.load("textures").info
    content, styles = np.array(info["content"]), np.array(info["styles"])
    assert (content.shape, styles.shape) == ((48, 64, 3), (2, 48, 64, 3))
    assert (
        photographs.photograph("china", 4).reshape(48, 2, 64, 2, 3).mean(axis=(1, 3)) - content
    ).max() < 1.5
    assert content[:8, :, 2].mean() > content[-8:, :, 2].mean()  # sky above, a palace below
