"""Principal components: the narrow linear code that loses least."""

import math
from collections.abc import Mapping

import numpy as np


class PrincipalComponents:
    """An autoencoder in closed form: projection onto the directions in which the examples vary most.

    Data `x` of `input_shape`, divided by `scale`, are `intensity` [n, visible]; a code has `components`
    numbers. No linear code of as many numbers has a smaller squared error on the training examples.

    Source: P. Baldi, K. Hornik, "Neural networks and principal component analysis: learning from examples
    without local minima", Neural Networks 2 (1989).
    """

    likelihood = "gaussian"

    def __init__(self, components: int, input_shape: tuple[int, ...], scale: float = 1.0) -> None:
        self.visible, self.scale = math.prod(input_shape), scale
        self.mean = np.zeros(self.visible)
        self.axes = np.zeros((components, self.visible))

    def fit(self, x: np.ndarray, y: np.ndarray | None, seed: int) -> dict[str, float]:
        """Find the components of examples `x`; `seed` has no effect. Logs the percentage of variance kept."""
        from sklearn.decomposition import PCA

        found = PCA(len(self.axes), svd_solver="covariance_eigh").fit(self.intensity(x))
        self.mean, self.axes = found.mean_, found.components_
        return {"variance_kept": 100.0 * float(found.explained_variance_ratio_.sum())}

    def intensity(self, x: np.ndarray) -> np.ndarray:
        """What is to be reconstructed: float64 [n, visible]."""
        return np.asarray(x, "float64").reshape(len(x), self.visible) / self.scale

    def reconstruct(self, intensity: np.ndarray) -> np.ndarray:
        """The nearest points [n, visible] on the plane of the components."""
        code = (np.asarray(intensity) - self.mean) @ self.axes.T
        return np.asarray(code @ self.axes + self.mean)

    def __call__(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The reconstruction [n, visible] of data `x`."""
        return self.reconstruct(self.intensity(x))

    def state(self) -> dict[str, np.ndarray]:
        """`mean` [visible] of the examples, `axes` [components, visible] of length 1."""
        return {"mean": self.mean, "axes": self.axes}

    def set_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `state` returned."""
        self.mean, self.axes = state["mean"], state["axes"]

    def parameters(self) -> int:
        """The mean and the axes."""
        return self.mean.size + self.axes.size
