"""One layer of features by k-means: what patches are like, summed over the quarters of an image."""

from collections.abc import Mapping

import numpy as np

#: Images whose features are made at a time.
CHUNK = 20
#: Of the authors' code: what is added to the variances of a whitened direction, and of a feature.
WHITENED, STANDARD = 0.1, 0.01


class KMeansFeatures:
    """Patches near their centroids, pooled in four quarters, and a linear SVM.

    Images [n, h, w, c], times `gain` so that they range to 255, are seen through all patches of `patch` x
    `patch` pixels. Each patch loses its mean, is divided by the root of its variance plus `contrast`, and is
    whitened. Of its distances z to `centroids`, which k-means has found among `samples` such patches in
    `iterations` passes, the code is max(0, mean of z - z), or with `hard` 1 for the nearest and 0 for all
    others. Codes are summed over the quarters of the image, and the sums brought to mean 0 and variance 1. A
    machine for each class minimises |w|^2 / 2 + `penalty` times the mean of its squared hinge loss.

    Source: A. Coates, H. Lee, A. Y. Ng, "An analysis of single-layer networks in unsupervised feature
    learning", AISTATS 2011.
    """

    mean: np.ndarray
    whitening: np.ndarray
    centroids: np.ndarray
    centre: np.ndarray
    deviation: np.ndarray
    weights: np.ndarray

    def __init__(
        self,
        classes: int,
        input_shape: tuple[int, int, int],
        centroids: int,
        patch: int,
        samples: int,
        iterations: int = 50,
        hard: bool = False,
        gain: float = 1.0,
        contrast: float = 10.0,
        penalty: float = 100.0,
    ) -> None:
        inputs = patch * patch * input_shape[2]
        self.classes, self.patch, self.samples, self.iterations = classes, patch, samples, iterations
        self.hard, self.gain, self.contrast, self.penalty = hard, gain, contrast, penalty
        self.set_state(
            {
                "mean": np.zeros(inputs, "float32"),
                "whitening": np.eye(inputs, dtype="float32"),
                "centroids": np.zeros((centroids, inputs), "float32"),
                "centre": np.zeros(4 * centroids, "float32"),
                "deviation": np.ones(4 * centroids, "float32"),
                "weights": np.zeros((4 * centroids + 1, classes), "float32"),
            }
        )

    def patches(self, x: np.ndarray) -> np.ndarray:
        """All patches of images [n, h, w, c]: float32 [n, rows, columns, patch * patch * c], a copy."""
        windows = np.lib.stride_tricks.sliding_window_view(x, (self.patch, self.patch), axis=(1, 2))
        # Pixels of a patch row by row, the colours of each together.
        windows = windows.transpose(0, 1, 2, 4, 5, 3)
        return windows.reshape(*windows.shape[:3], -1).astype("float32") * np.float32(self.gain)

    def normalized(self, patches: np.ndarray) -> np.ndarray:
        """Patches [..., inputs] of mean 0, and of variance 1 where they have contrast enough."""
        centred = patches - patches.mean(axis=-1, keepdims=True)
        variance = np.square(centred).sum(axis=-1, keepdims=True) / (centred.shape[-1] - 1)
        return np.asarray(centred / np.sqrt(variance + np.float32(self.contrast)))

    def codes(self, white: np.ndarray) -> np.ndarray:
        """The code of whitened patches [m, inputs]: float32 [m, centroids]."""
        lengths = np.square(self.centroids).sum(axis=1)
        squares = white @ self.centroids.T
        squares *= -2.0
        squares += lengths
        if self.hard:
            codes = np.zeros_like(squares)
            codes[np.arange(len(codes)), squares.argmin(axis=1)] = 1.0
            return codes
        squares += np.square(white).sum(axis=1, keepdims=True)
        distances = np.sqrt(np.maximum(squares, 0.0, out=squares), out=squares)
        closer = np.subtract(distances.mean(axis=1, keepdims=True), distances, out=distances)
        return np.maximum(closer, 0.0, out=closer)

    def sums(self, x: np.ndarray) -> np.ndarray:
        """Codes of images [n, h, w, c] summed over the quarters of each: float32 [n, 4 * centroids]."""
        found = np.empty((len(x), 4 * len(self.centroids)), "float32")
        for first in range(0, len(x), CHUNK):
            patches = self.patches(x[first : first + CHUNK])
            n, rows, columns, inputs = patches.shape
            white = (self.normalized(patches).reshape(-1, inputs) - self.mean) @ self.whitening
            codes = self.codes(white).reshape(n, rows, columns, -1)
            upper, left = (rows + 1) // 2, (columns + 1) // 2
            quarters = [
                codes[:, down, across].sum(axis=(1, 2))
                for across in (slice(None, left), slice(left, None))
                for down in (slice(None, upper), slice(upper, None))
            ]
            found[first : first + n] = np.concatenate(quarters, axis=1)
        return found

    def features(self, sums: np.ndarray) -> np.ndarray:
        """Sums [n, 4 * centroids], standardised, and a constant 1: float32 [n, 4 * centroids + 1]."""
        standard = (sums - self.centre) / self.deviation
        return np.concatenate([standard, np.ones((len(sums), 1), "float32")], axis=1)

    def drawn(self, x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
        """Patches of images [n, h, w, c], no place twice: float32 [samples, inputs], or all there are."""
        n, height, width, _ = x.shape
        rows, columns = height - self.patch + 1, width - self.patch + 1
        places = n * rows * columns
        chosen = np.sort(rng.choice(places, min(self.samples, places), replace=False))
        image, row, column = np.unravel_index(chosen, (n, rows, columns))
        step = np.arange(self.patch)
        cut = x[image[:, None, None], (row[:, None] + step)[:, :, None], (column[:, None] + step)[:, None]]
        return np.asarray(cut.reshape(len(chosen), -1).astype("float32") * np.float32(self.gain))

    def fit(self, x: np.ndarray, y: np.ndarray | None, seed: int) -> dict[str, float]:
        """Find whitening and centroids without labels, and the machines with classes `y`, int [n].

        `seed` draws the patches and where k-means begins. Logs the percentage of training errors.
        """
        from sklearn.cluster import KMeans

        assert y is not None
        rng = np.random.default_rng(seed)
        patches = self.normalized(self.drawn(x, rng))
        self.mean = patches.mean(axis=0)
        variances, directions = np.linalg.eigh(np.cov(patches.T.astype("float64")))
        gains = 1.0 / np.sqrt(variances.clip(min=0.0) + WHITENED)
        self.whitening = ((directions * gains) @ directions.T).astype("float32")
        begin = 0.1 * rng.standard_normal(self.centroids.shape).astype("float32")
        clusters = KMeans(len(begin), init=begin, n_init=1, max_iter=self.iterations, tol=0.0)
        self.centroids = np.asarray(clusters.fit((patches - self.mean) @ self.whitening).cluster_centers_)
        sums = self.sums(x)
        self.centre = sums.mean(axis=0)
        self.deviation = np.sqrt(sums.var(axis=0) + np.float32(STANDARD))
        features = self.features(sums)
        targets = np.where(y[:, None] == np.arange(self.classes), 1.0, -1.0).astype("float32")
        self.weights = machines(features, targets, self.penalty)
        return {"train_error": 100.0 * float(np.mean((features @ self.weights).argmax(axis=1) != y))}

    def __call__(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The answers of all machines: float32 [n, classes], positive on the side of the class."""
        return np.asarray(self.features(self.sums(x)) @ self.weights)

    def state(self) -> dict[str, np.ndarray]:
        """All that is taken from the training examples, float32: `mean` [inputs] and `whitening` [inputs,
        inputs] of patches, `centroids` [centroids, inputs], `centre` and `deviation` [4 * centroids] of sums,
        and `weights` [4 * centroids + 1, classes], thresholds last.
        """
        return {
            "mean": self.mean,
            "whitening": self.whitening,
            "centroids": self.centroids,
            "centre": self.centre,
            "deviation": self.deviation,
            "weights": self.weights,
        }

    def set_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `state` returned."""
        self.mean, self.whitening, self.centroids = state["mean"], state["whitening"], state["centroids"]
        self.centre, self.deviation, self.weights = state["centre"], state["deviation"], state["weights"]

    def parameters(self) -> int:
        """All that is taken from the training examples."""
        return sum(part.size for part in self.state().values())


def machines(features: np.ndarray, targets: np.ndarray, penalty: float) -> np.ndarray:
    """Weights [d, classes] that minimise |w|^2 / 2 + penalty * mean of max(0, 1 - t w x)^2 for each class.

    `features` x are float32 [n, d], the last of them 1, whose weights, the thresholds, cost nothing; targets
    t of -1 and 1 are float32 [n, classes].
    """
    from scipy.optimize import minimize

    shape = (features.shape[1], targets.shape[1])

    def loss(flat: np.ndarray) -> tuple[float, np.ndarray]:
        weights = flat.reshape(shape)
        short = np.maximum(1.0 - targets * (features @ weights.astype("float32")), 0.0)
        gradient = (-2.0 * penalty / len(features)) * (features.T @ (short * targets)).astype("float64")
        gradient[:-1] += weights[:-1]
        squares = float(np.square(short, dtype="float64").sum()) / len(features)
        return 0.5 * float(np.square(weights[:-1]).sum()) + penalty * squares, gradient.ravel()

    found = minimize(loss, np.zeros(shape).ravel(), jac=True, method="L-BFGS-B", options={"maxiter": 1_000})
    return np.asarray(found.x.reshape(shape).astype("float32"))
