"""Random features: a kernel machine as a linear one, on features that are drawn and never learned."""

from collections.abc import Mapping
from typing import Any

import numpy as np

from benchmarks.layers.code_counts import code_counts

#: Examples whose features are made at a time.
CHUNK = 5_000
#: Examples between all pairs of which the kernel is compared.
COMPARED = 300


class RandomFeatures:
    """Ridge regression of +1 for the class and -1 for the others, on features whose products are a kernel.

    Data x [n, ...], divided by `scale`, are vectors. `kernel` says which of the vectors' differences matters:

    - "fourier": sqrt(2 / features) cos(w x + b), with w normal of deviation 1 / width, b uniform from 0 to 2
      pi. Products of these features are on average the Gaussian kernel exp(-|x - y|^2 / (2 width^2)).
    - "binning": so many random grids of boxes; a feature is 1 / sqrt(features) in its box and 0 outside. The
      products are on average the Laplacian kernel exp(-|x - y|_1 / width). A box without training examples is
      no feature.
    - "exact": the Gaussian kernel itself, with a weight for each training example; `features` is 0.

    `penalty` is that of the squared weights, against squared errors summed over the examples.

    Source: A. Rahimi, B. Recht, "Random features for large-scale kernel machines", NIPS 20 (2007), algorithms
    1 and 2.
    """

    directions: np.ndarray
    offsets: np.ndarray
    boxes: np.ndarray
    weights: np.ndarray

    def __init__(
        self,
        classes: int,
        inputs: int,
        features: int,
        width: float,
        penalty: float,
        scale: float = 1.0,
        kernel: str = "fourier",
    ) -> None:
        if kernel not in ("fourier", "binning", "exact"):
            raise ValueError(f"kernel is {kernel!r}; choose 'fourier', 'binning' or 'exact'")
        self.classes, self.features, self.kernel = classes, features, kernel
        self.width, self.penalty, self.scale = width, penalty, scale
        self.directions = np.zeros((features, inputs))
        self.offsets = np.zeros((features, inputs) if kernel == "binning" else features)
        self.boxes = np.zeros(0, "int64")
        self.weights = np.zeros((features if kernel == "fourier" else 0, classes))

    def vectors(self, x: np.ndarray) -> np.ndarray:
        """Data x [n, ...] as float64 [n, inputs]."""
        return np.asarray(x, "float64").reshape(len(x), -1) / self.scale

    def draw(self, seed: int) -> None:
        """Draw directions and offsets, or the sides of boxes, as 1 / side, and where the first begins."""
        rng = np.random.default_rng(seed)
        if self.kernel == "fourier":
            self.directions = rng.normal(0.0, 1.0 / self.width, self.directions.shape)
            self.offsets = rng.uniform(0.0, 2.0 * np.pi, self.offsets.shape)
        elif self.kernel == "binning":
            # Sides d of density d k''(d), for the kernel k(d) = exp(-d / width) of one input.
            self.directions = 1.0 / rng.gamma(2.0, self.width, self.directions.shape)
            self.offsets = rng.uniform(0.0, 1.0, self.offsets.shape)

    def waves(self, vectors: np.ndarray) -> np.ndarray:
        """The Fourier features of vectors [n, inputs]: float64 [n, features]."""
        return np.asarray(np.sqrt(2.0 / self.features) * np.cos(vectors @ self.directions.T + self.offsets))

    def boxed(self, vectors: np.ndarray) -> np.ndarray:
        """The boxes that vectors [n, inputs] are in, as numbers: int64 [n, features], one for each grid.

        The number is a hash of grid and position: two boxes share one with a probability of 2^-64.
        """
        random = np.random.default_rng(0)
        factors = random.integers(-(2**63), 2**63, self.directions.shape[1])
        grids = random.integers(-(2**63), 2**63, self.features)
        numbers = [
            np.floor(vectors * one_by_side + begin).astype("int64") @ factors
            for one_by_side, begin in zip(self.directions, self.offsets, strict=True)
        ]
        return np.stack(numbers, axis=1) + grids

    def inside(self, numbers: np.ndarray, boxes: np.ndarray) -> Any:
        """The binning features: 1 / sqrt(features) in a box, else 0; sparse float64 [n, boxes].

        `numbers` [n, features] are what `boxed` returned, `boxes` those of the columns.
        """
        example = np.repeat(np.arange(len(numbers)), self.features)
        return code_counts(example, numbers.ravel(), boxes, len(numbers)) / np.sqrt(self.features)

    def products(self, one: np.ndarray, other: np.ndarray) -> np.ndarray:
        """The kernel of the features, or the exact one, for vectors [n, inputs] and [m, inputs]: [n, m]."""
        if self.kernel == "fourier":
            return np.asarray(self.waves(one) @ self.waves(other).T)
        if self.kernel == "exact":
            return gaussian(one, other, self.width)
        numbers = self.boxed(one)
        boxes = np.unique(numbers)
        product = self.inside(numbers, boxes) @ self.inside(self.boxed(other), boxes).T
        return np.asarray(product.toarray())

    def aim(self, vectors: np.ndarray) -> np.ndarray:
        """The kernel that the products have on average, for all pairs of vectors [n, inputs]: [n, n]."""
        if self.kernel == "binning":
            distances = sum(np.abs(column[:, None] - column) for column in vectors.T)
            return np.asarray(np.exp(-distances / self.width))
        return gaussian(vectors, vectors, self.width)

    def fit(self, x: np.ndarray, y: np.ndarray | None, seed: int) -> dict[str, float]:
        """Draw the features from `seed`, and solve for the weights for examples `x` of classes `y`, int [n].

        Logs the root mean square of what products of features differ from the kernel by, over pairs of the
        first examples.
        """
        assert y is not None
        self.draw(seed)
        vectors = self.vectors(x)
        targets = np.where(y[:, None] == np.arange(self.classes), 1.0, -1.0)
        if self.kernel == "fourier":
            squares = self.penalty * np.eye(self.features)
            sums = np.zeros((self.features, self.classes))
            for first in range(0, len(x), CHUNK):
                waves = self.waves(vectors[first : first + CHUNK])
                squares += waves.T @ waves
                sums += waves.T @ targets[first : first + CHUNK]
            self.weights = np.linalg.solve(squares, sums)
        else:
            # The same optimum by a weight for each example: there are fewer of these than of boxes.
            kernel = self.products(vectors, vectors)
            solved = np.linalg.solve(kernel + self.penalty * np.eye(len(x)), targets)
            if self.kernel == "exact":
                self.directions, self.weights = vectors, solved
            else:
                numbers = self.boxed(vectors)
                self.boxes = np.unique(numbers)
                self.weights = self.inside(numbers, self.boxes).T @ solved
        some = vectors[:COMPARED]
        difference = self.products(some, some) - self.aim(some)
        pairs = ~np.eye(len(some), dtype=bool)
        return {"kernel_error": float(np.sqrt(np.mean(np.square(difference[pairs])))) if pairs.any() else 0.0}

    def __call__(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The answer of each class, about 1 for it and -1 against it: float64 [n, classes]."""
        vectors = self.vectors(x)
        if self.kernel == "fourier":
            return np.asarray(self.waves(vectors) @ self.weights)
        if self.kernel == "exact":
            return np.asarray(gaussian(vectors, self.directions, self.width) @ self.weights)
        return np.asarray(self.inside(self.boxed(vectors), self.boxes) @ self.weights)

    def state(self) -> dict[str, np.ndarray]:
        """`directions` and `offsets`, which are drawn, sorted `boxes` with examples, and learned `weights`.

        Of the exact kernel, `directions` are the training examples.
        """
        return {
            "directions": self.directions,
            "offsets": self.offsets,
            "boxes": self.boxes,
            "weights": self.weights,
        }

    def set_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `state` returned."""
        self.directions, self.offsets = state["directions"], state["offsets"]
        self.boxes, self.weights = state["boxes"], state["weights"]

    def parameters(self) -> int:
        """The weights alone are learned; of the exact kernel, which keeps its examples, these count, too."""
        return self.weights.size + (self.directions.size if self.kernel == "exact" else 0)


def gaussian(one: np.ndarray, other: np.ndarray, width: float) -> np.ndarray:
    """The kernel exp(-|x - y|^2 / (2 width^2)) of vectors [n, inputs] and [m, inputs]: [n, m]."""
    squares = np.square(one).sum(axis=1)[:, None] + np.square(other).sum(axis=1) - 2.0 * one @ other.T
    return np.asarray(np.exp(-squares.clip(min=0.0) / (2.0 * width**2)))
