"""Generation: draw new examples like the training ones; scored by two numbers that can fail.

A Parzen window measures the probability that blurred samples assign to unseen examples, and punishes what the
samples leave out. The Fréchet distance compares the features that a small classifier sees in samples and
examples: it punishes unrealistic samples. Both need many samples, and neither is a likelihood of the
model.
"""

import hashlib
import itertools
from collections.abc import Mapping
from typing import Any

import numpy as np

from benchmarks.measures.generation import MEASURES as MEASURES
from benchmarks.spec import Data
from benchmarks.tasks.protocol import Generator, Predict, require

#: The arrays of a data set that the task reads.
NEEDS = ("x",)
#: What the task asks of a model.
MODEL = Generator

#: From the authors' script: ten widths between 0.1 and 1, chosen on 1,000 validation examples.
WIDTHS = np.logspace(-1.0, 0.0, 10)


def evaluate(
    predict: Predict,
    model: Any,
    data: Data,
    split: str,
    samples: int = 10_000,
    validation_examples: int = 1000,
) -> dict[str, float]:
    """Both scores on one split; the width of the Parzen windows always comes from the validation split."""
    require("generation", model, MODEL)
    random = np.random.default_rng(0)
    with predict.sampling():
        drawn = predict(generate, {"uniform": random.random((samples, model.latent), "float32")})
    fake = flat(drawn["image"])
    real = images(predict, getattr(data, split)["x"])
    held_out = squared_distances(images(predict, data.validation["x"][:validation_examples]), fake)
    width = float(WIDTHS[np.argmax([parzen(held_out, w, fake.shape[1]).mean() for w in WIDTHS])])
    densities = np.concatenate(
        [
            parzen(squared_distances(part, fake), width, fake.shape[1])
            for part in np.array_split(real, -(-len(real) // 500))
        ]
    )
    scores = {
        "parzen_log_likelihood": float(densities.mean()),
        "parzen_error": float(densities.std(ddof=1) / np.sqrt(len(densities))),
        "parzen_width": width,
    }
    if "y" in data.train:
        net = feature_net(predict, data)
        n = min(len(real), samples, len(data.train["x"]))
        chosen = np.random.default_rng(1)
        some = images(predict, data.train["x"][chosen.permutation(len(data.train["x"]))[:n]])
        seen = net.features(real[:n])
        scores |= {
            "frechet_distance": frechet_distance(seen, net.features(fake[:n])),
            "frechet_baseline": frechet_distance(seen, net.features(some)),
            "feature_error": 100.0 * float(np.mean(net.decide(real) != getattr(data, split)["y"])),
        }
    return scores


def generate(model: Any, batch: Mapping[str, Any]) -> dict[str, Any]:
    """Samples in [0, 1], made of uniform numbers."""
    return {"image": model.generate(batch["uniform"])}


def intensity(model: Any, batch: Mapping[str, Any]) -> dict[str, Any]:
    """Examples in the samples' units."""
    return {"image": model.intensity(batch["x"])}


def images(predict: Predict, x: np.ndarray) -> np.ndarray:
    """Examples in the samples' units: float64 [n, pixels]."""
    return flat(predict(intensity, {"x": x})["image"])


def flat(images: np.ndarray) -> np.ndarray:
    """float64 [n, pixels]."""
    return images.reshape(len(images), -1).astype("float64")


def squared_distances(x: np.ndarray, centres: np.ndarray) -> np.ndarray:
    """|x - c|² for all pairs: float64 [len(x), len(centres)]."""
    distances = np.square(x).sum(1)[:, None] + np.square(centres).sum(1)[None] - 2.0 * x @ centres.T
    return np.maximum(distances, 0.0)


def parzen(distances: np.ndarray, width: float, dimensions: int) -> np.ndarray:
    """Log-density [n] in nats of Gaussians of this `width` at squared distances [n, centres]."""
    exponents = distances / (-2.0 * width**2)
    largest = exponents.max(1)
    mean = np.exp(exponents - largest[:, None]).mean(1)
    return largest + np.log(mean) - dimensions * np.log(width * np.sqrt(2.0 * np.pi))


def frechet_distance(a: np.ndarray, b: np.ndarray) -> float:
    """|μa - μb|² + tr(A + B - 2 (A B)^½) of Gaussians fitted to features [n, d].

    Source: Dowson and Landau 1982; Heusel et al. 2017.
    """
    first, second = (np.cov(x, rowvar=False) for x in (a, b))
    values, vectors = np.linalg.eigh(first)
    root = (vectors * np.sqrt(np.maximum(values, 0.0))) @ vectors.T
    # The eigenvalues of A B are those of the symmetric A^½ B A^½.
    cross = np.sqrt(np.maximum(np.linalg.eigvalsh(root @ second @ root), 0.0)).sum()
    return float(np.square(a.mean(0) - b.mean(0)).sum() + np.trace(first) + np.trace(second) - 2.0 * cross)


class FeatureNet:
    """A rectified classifier d-128-32-classes in NumPy: the same for every model, backend and device.

    Trained on x [n, d] in [0, 1] and y [n] by `steps` of 50 examples, with momentum 0.9 and a rate
    that falls from 0.05 to 0, from a fixed seed.
    """

    def __init__(self, x: np.ndarray, y: np.ndarray, steps: int = 3000) -> None:
        """Trains the net."""
        random = np.random.default_rng(0)
        sizes = (x.shape[1], 128, 32, int(y.max()) + 1)
        self.weights = [
            random.normal(0.0, np.sqrt(2.0 / m), (m, n)).astype("float32")
            for m, n in itertools.pairwise(sizes)
        ]
        self.biases = [np.zeros(n, "float32") for n in sizes[1:]]
        arrays = [*self.weights, *self.biases]
        velocities = [np.zeros_like(array) for array in arrays]
        for step in range(steps):
            rows = random.integers(0, len(x), 50)
            rate = np.float32(0.05 * (1.0 - step / steps))
            for array, velocity, slope in zip(
                arrays, velocities, self.slopes(x[rows].astype("float32"), y[rows]), strict=True
            ):
                velocity *= np.float32(0.9)
                velocity -= rate * slope
                array += velocity

    def layers(self, x: np.ndarray) -> list[np.ndarray]:
        """The activations of all layers, from the input to the logits."""
        activations = [x.astype("float32")]
        for weight, bias in zip(self.weights, self.biases, strict=True):
            total = activations[-1] @ weight + bias
            activations.append(total if weight is self.weights[-1] else np.maximum(total, 0.0))
        return activations

    def slopes(self, x: np.ndarray, y: np.ndarray) -> list[np.ndarray]:
        """The gradient of the mean cross-entropy, by backpropagation: of all weights, then of all biases."""
        layers = self.layers(x)
        error = np.exp(layers[-1] - layers[-1].max(1, keepdims=True))
        error /= error.sum(1, keepdims=True)
        error[np.arange(len(y)), y] -= 1.0
        error /= len(y)
        weights: list[np.ndarray] = []
        biases: list[np.ndarray] = []
        for weight, below in zip(reversed(self.weights), reversed(layers[:-1]), strict=True):
            weights.insert(0, below.T @ error)
            biases.insert(0, error.sum(0))
            error = (error @ weight.T) * (below > 0.0)
        return [*weights, *biases]

    def features(self, x: np.ndarray) -> np.ndarray:
        """float64 [n, 32]: the last hidden layer."""
        return self.layers(x)[-2].astype("float64")

    def decide(self, x: np.ndarray) -> np.ndarray:
        """The most likely class [n]."""
        return np.argmax(self.layers(x)[-1], axis=1)


_nets: dict[str, FeatureNet] = {}


def feature_net(predict: Predict, data: Data) -> FeatureNet:
    """The net of this training split, trained once in a process."""
    key = hashlib.sha256(data.train["x"].tobytes()).hexdigest()
    if key not in _nets:
        _nets[key] = FeatureNet(images(predict, data.train["x"]).astype("float32"), data.train["y"])
    return _nets[key]
