"""Nearest neighbours: keep all examples, and decide by those that are most like the question."""

from collections.abc import Mapping

import numpy as np
from sklearn.neighbors import NearestNeighbors as Search

from benchmarks.layers.image.flat_pixels import flat_pixels


class NearestNeighbors:
    """The class that most of the `neighbors` nearest training images have, by Euclidean distance.

    Of classes with equally many votes the one wins whose neighbours are nearer. Images [n, h, w, 1], divided
    by `scale`, are set upright if `deslanted`, and `margin` pixels are cut off all around.

    Source: T. Cover, P. Hart, "Nearest neighbor pattern classification", IEEE Transactions on Information
    Theory 13 (1967).
    """

    vectors: np.ndarray
    labels: np.ndarray

    def __init__(
        self, classes: int, neighbors: int, scale: float = 1.0, deslanted: bool = False, margin: int = 0
    ) -> None:
        self.classes, self.neighbors = classes, neighbors
        self.scale, self.deslanted, self.margin = scale, deslanted, margin
        self.set_state({"vectors": np.zeros((0, 1), "float32"), "labels": np.zeros(0, "int32")})

    def pixels(self, x: np.ndarray) -> np.ndarray:
        """Images [n, h, w, 1] as vectors: float32 [n, pixels]."""
        return flat_pixels(x, self.scale, self.deslanted, self.margin)

    def fit(self, x: np.ndarray, y: np.ndarray | None, seed: int) -> None:
        """Keep images `x` and their classes `y`, int [n]. `seed` has no effect."""
        assert y is not None
        self.set_state({"vectors": self.pixels(x), "labels": np.asarray(y, "int32")})

    def __call__(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The votes of each class, float64 [n, classes]: 1 a neighbour, a little more the nearer it is."""
        votes = np.zeros((len(x), self.classes))
        nearest = self.labels[self.search.kneighbors(self.pixels(x), return_distance=False)]
        for rank, labels in enumerate(nearest.T):
            # All the extra votes of a class together are less than half a vote.
            votes[np.arange(len(x)), labels] += 1.0 + 2.0 ** -(rank + 2)
        return votes

    def state(self) -> dict[str, np.ndarray]:
        """The training images as `vectors` [n, pixels], and their `labels` [n]."""
        return {"vectors": self.vectors, "labels": self.labels}

    def set_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `state` returned."""
        self.vectors, self.labels = state["vectors"], state["labels"]
        self.search = Search(n_neighbors=self.neighbors, algorithm="brute")
        if len(self.vectors):  # once, not for every batch of questions
            self.search.fit(self.vectors)

    def parameters(self) -> int:
        """All that is kept."""
        return self.vectors.size + self.labels.size
