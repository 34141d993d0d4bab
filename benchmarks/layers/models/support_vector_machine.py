"""Support-vector machines: one for each class, trained by scikit-learn's solver."""

from collections.abc import Mapping

import numpy as np
from scipy.ndimage import gaussian_filter


class SupportVectorMachine:
    """Maximum-margin separators in the space of all products of `degree` inputs, one for each class.

    Each machine separates its class from all others; the class whose machine answers most strongly wins.
    Images [n, h, w, 1] become vectors u = (x - offset) / scale, smoothed first by a Gaussian of `smoothing`
    pixels (0: not at all). The kernel is K(u, v) = (u v / dimensions)^degree. `penalty` is the C of the
    soft margin: the price of one unit of a training error.

    Source: C. Cortes, V. Vapnik, "Support-vector networks", Machine Learning 20 (1995).
    """

    vectors: np.ndarray
    coefficients: np.ndarray
    thresholds: np.ndarray

    def __init__(
        self,
        classes: int,
        degree: int,
        penalty: float,
        offset: float = 0.0,
        scale: float = 1.0,
        smoothing: float = 0.0,
    ) -> None:
        self.classes, self.degree, self.penalty = classes, degree, penalty
        self.offset, self.scale, self.smoothing = offset, scale, smoothing
        self.set_state(
            {
                "vectors": np.zeros((0, 1)),
                "coefficients": np.zeros((classes, 0)),
                "thresholds": np.zeros(classes),
            }
        )

    def inputs(self, x: np.ndarray) -> np.ndarray:
        """Images [n, h, w, 1] as the vectors that the kernel compares: float64 [n, h * w]."""
        images = (np.asarray(x, "float64") - self.offset) / self.scale
        if self.smoothing:
            images = gaussian_filter(images, (0, self.smoothing, self.smoothing, 0), mode="nearest")
        return images.reshape(len(images), -1)

    def fit(self, x: np.ndarray, y: np.ndarray | None, seed: int) -> dict[str, float]:
        """Find the machines for images `x` of classes `y`, int [n].

        The optimum is unique, so `seed` has no effect. Logs the percentage of the training examples that are
        support vectors of some machine.
        """
        from sklearn.svm import SVC

        assert y is not None
        inputs = self.inputs(x)
        coefficients = np.zeros((self.classes, len(inputs)))
        self.thresholds = np.full(self.classes, -1.0)  # of a class without examples: never that class
        for number in np.unique(y):
            machine = SVC(
                C=self.penalty,
                kernel="poly",
                degree=self.degree,
                gamma=1 / inputs.shape[1],
                coef0=0.0,
                cache_size=1_000,
            ).fit(inputs, y == number)
            coefficients[number, machine.support_] = machine.dual_coef_[0]
            self.thresholds[number] = machine.intercept_[0]
        used = np.flatnonzero(coefficients.any(axis=0))
        self.vectors, self.coefficients = inputs[used], coefficients[:, used]
        return {"support_vectors": 100.0 * len(used) / len(inputs)}

    def __call__(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The answers of all machines: float64 [n, classes], positive on the side of the class."""
        inputs = self.inputs(x)
        kernel = (inputs @ self.vectors.T / inputs.shape[1]) ** self.degree
        return np.asarray(kernel @ self.coefficients.T + self.thresholds)

    def state(self) -> dict[str, np.ndarray]:
        """What is learned: `vectors` [s, dimensions], `coefficients` [classes, s], `thresholds` [classes].

        A coefficient is a label, -1 or 1, times a multiplier.
        """
        return {
            "vectors": self.vectors,
            "coefficients": self.coefficients,
            "thresholds": self.thresholds,
        }

    def set_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `state` returned."""
        self.vectors, self.coefficients = state["vectors"], state["coefficients"]
        self.thresholds = state["thresholds"].copy()

    def parameters(self) -> int:
        """All that is learned: support vectors, the multipliers that are not zero, a threshold a machine."""
        return self.vectors.size + int(np.count_nonzero(self.coefficients)) + self.classes
