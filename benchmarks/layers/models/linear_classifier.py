"""Linear classifiers: least squares on pixels, on products of components, on radial basis functions."""

import itertools
from collections.abc import Mapping

import numpy as np

from benchmarks.layers.image.flat_pixels import flat_pixels


class LinearClassifier:
    """Weighted sums of the features of an image; the class with the largest sum wins.

    The weights are those of least squares, with targets of +1 for the class and -1 for the others; of several
    optima, as where pixels are always blank, the one with the shortest weights. `pairwise` sums tell one
    class from one other instead, and know examples of these two alone; each votes by its sign, and the score
    of a class is the number of votes for it, less the number of those against it.

    Images [n, h, w, 1] of `input_shape`, divided by `scale`, are set upright if `deslanted`, and `margin`
    pixels are cut off all around. The features are the pixels and a constant 1. With `components`, they are a
    constant 1 and the products of any two, and squares, of the image's projections on so many principal
    components of the training images. The components are found with the mean image subtracted, and the image
    is projected as it is. With `units`, so many Gaussian units a class, exp(-d^2 / (2 width^2)) at a distance
    d from their centres, which k-means finds among the examples of the class.

    Source: Y. LeCun, L. Bottou, Y. Bengio, P. Haffner, "Gradient-based learning applied to document
    recognition" (1998), sections III.C.1, III.C.3 and III.C.4.
    """

    weights: np.ndarray
    axes: np.ndarray
    centres: np.ndarray

    def __init__(
        self,
        classes: int,
        input_shape: tuple[int, int, int],
        scale: float = 1.0,
        deslanted: bool = False,
        margin: int = 0,
        pairwise: bool = False,
        components: int = 0,
        units: int = 0,
        width: float = 1.0,
    ) -> None:
        if components and units:
            raise ValueError(f"components={components} and units={units}: features are the one or the other")
        self.classes, self.scale = classes, scale
        self.deslanted, self.margin = deslanted, margin
        self.pairs = list(itertools.combinations(range(classes), 2)) if pairwise else []
        self.components, self.units, self.width = components, units, width
        pixels = (input_shape[0] - 2 * margin) * (input_shape[1] - 2 * margin)
        features = components * (components + 1) // 2 or units * classes or pixels
        self.weights = np.zeros((len(self.pairs) or classes, 1 + features))
        self.axes = np.zeros((components, pixels if components else 0))
        self.centres = np.zeros((units * classes, pixels if units else 0))

    def pixels(self, x: np.ndarray) -> np.ndarray:
        """Images [n, h, w, 1] as vectors: float64 [n, pixels]."""
        return flat_pixels(x, self.scale, self.deslanted, self.margin).astype("float64")

    def features(self, pixels: np.ndarray) -> np.ndarray:
        """What is summed, float64 [n, features], the first of them 1."""
        ones = np.ones((len(pixels), 1))
        if self.components:
            projected = pixels @ self.axes.T
            one, other = np.triu_indices(self.components)
            return np.concatenate([ones, projected[:, one] * projected[:, other]], axis=1)
        if self.units:
            from scipy.spatial.distance import cdist

            squares = cdist(pixels, self.centres, "sqeuclidean")
            return np.concatenate([ones, np.exp(-squares / (2.0 * self.width**2))], axis=1)
        return np.concatenate([ones, pixels], axis=1)

    def fit(self, x: np.ndarray, y: np.ndarray | None, seed: int) -> None:
        """Find features and weights for images `x` of classes `y`, int [n]; `seed` is that of k-means."""
        assert y is not None
        pixels = self.pixels(x)
        if self.components:
            from sklearn.decomposition import PCA

            self.axes = PCA(self.components, svd_solver="covariance_eigh").fit(pixels).components_
        if self.units:
            from sklearn.cluster import KMeans

            self.centres = np.concatenate(
                [
                    KMeans(self.units, n_init=1, random_state=seed).fit(pixels[y == number]).cluster_centers_
                    for number in np.unique(y)
                ]
            )
        members = [self.features(pixels[y == number]) for number in range(self.classes)]
        products = [each.T @ each for each in members]
        totals = [each.sum(axis=0) for each in members]
        if self.pairs:
            solved = [
                least_squares(products[one] + products[other], totals[one] - totals[other])
                for one, other in self.pairs
            ]
        else:
            inverse = pseudo_inverse(sum(products[1:], products[0]))
            against = sum(totals[1:], totals[0])
            solved = [inverse @ (2.0 * total - against) for total in totals]
        self.weights = np.array(solved)

    def __call__(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The score of each class: float64 [n, classes]."""
        sums = np.asarray(self.features(self.pixels(x)) @ self.weights.T)
        if not self.pairs:
            return sums
        votes = np.sign(sums)
        scores = np.zeros((len(sums), self.classes))
        for number, (one, other) in enumerate(self.pairs):
            scores[:, one] += votes[:, number]
            scores[:, other] -= votes[:, number]
        return scores

    def state(self) -> dict[str, np.ndarray]:
        """What is learned.

        `weights` [sums, features], `axes` [components, pixels] of the principal components, `centres` [units,
        pixels]; what is not used is empty.
        """
        return {"weights": self.weights, "axes": self.axes, "centres": self.centres}

    def set_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `state` returned."""
        self.weights, self.axes, self.centres = state["weights"], state["axes"], state["centres"]

    def parameters(self) -> int:
        """The weights of the sums, and what the features are made with."""
        return self.weights.size + self.axes.size + self.centres.size


def pseudo_inverse(products: np.ndarray) -> np.ndarray:
    """The inverse of a symmetric matrix, on the space where it is not almost 0."""
    return np.asarray(np.linalg.pinv(products, rcond=1e-10, hermitian=True))


def least_squares(products: np.ndarray, totals: np.ndarray) -> np.ndarray:
    """The shortest solution of products w = totals, with products X'X and totals X't."""
    return pseudo_inverse(products) @ totals
