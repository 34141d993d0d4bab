"""PCANet: filters that are principal components, signs read as numbers, numbers counted in blocks."""

from collections.abc import Mapping
from typing import Any

import numpy as np

#: Images whose features are made at a time.
CHUNK = 100


class PCANetwork:
    """Stages of filters, a binary code for each pixel, histograms of the codes in blocks, and a linear SVM.

    Images [n, h, w, 1], divided by `scale`, go through one stage for each number in `filters`: so many
    filters of `patch` x `patch` pixels on every map that the stage before left, from patches less their mean,
    of maps that zeros surround. The filters are the principal components of these patches, or, with
    `random`, normal numbers. Of what the last stage makes of one map the signs are the bits of a code for
    each pixel. How often each code occurs is counted in all blocks of `block` x `block` pixels that are half
    a block apart; the counts of a block add up to the number of codes. A machine for each class, with squared
    hinge loss, `penalty` C and no threshold, tells it from the others.

    Source: T.-H. Chan, K. Jia, S. Gao, J. Lu, Z. Zeng, Y. Ma, "PCANet: a simple deep learning baseline for
    image classification?", IEEE Transactions on Image Processing 24 (2015), section II.
    """

    weights: np.ndarray

    def __init__(
        self,
        classes: int,
        input_shape: tuple[int, int, int],
        filters: tuple[int, ...],
        patch: int,
        block: int,
        scale: float = 1.0,
        random: bool = False,
        penalty: float = 1.0,
    ) -> None:
        height, width, _ = input_shape
        if patch % 2 == 0:
            raise ValueError(f"patch is {patch}; a patch has a centre, so give an odd number of pixels")
        if block > min(height, width):
            raise ValueError(f"block is {block}, larger than images of {height} x {width} pixels")
        self.classes, self.scale, self.random, self.penalty = classes, scale, random, penalty
        self.patch, self.block = patch, block
        #: Half a block, rounded up: the blocks of 7 pixels of the paper are 4 apart.
        self.apart = (block + 1) // 2
        self.banks = [np.zeros((patch * patch, number), "float32") for number in filters]
        self.codes = 2 ** filters[-1]
        blocks = (1 + (height - block) // self.apart) * (1 + (width - block) // self.apart)
        self.weights = np.zeros((classes, int(np.prod(filters[:-1])) * blocks * self.codes))

    def images(self, x: np.ndarray) -> np.ndarray:
        """Images [n, h, w, 1] as the maps that the first stage sees: float32 [n, h, w]."""
        return (np.asarray(x, "float32") / np.float32(self.scale))[..., 0]

    def patches(self, maps: np.ndarray) -> np.ndarray:
        """The patch around each pixel of maps [n, h, w], less its mean: float32 [n, h, w, patch * patch]."""
        edge = self.patch // 2
        padded = np.pad(maps, ((0, 0), (edge, edge), (edge, edge)))
        windows = np.lib.stride_tricks.sliding_window_view(padded, (self.patch, self.patch), axis=(1, 2))
        flat = windows.reshape(*maps.shape, self.patch**2)
        return np.asarray(flat - flat.mean(axis=-1, keepdims=True))

    def maps(self, images: np.ndarray, stages: int) -> np.ndarray:
        """What so many stages make of images [n, h, w]: float32 [n, maps, h, w], a map's filters in a row."""
        n, height, width = images.shape
        maps = images[:, None]
        for bank in self.banks[:stages]:
            filtered = self.patches(maps.reshape(-1, height, width)) @ bank
            maps = np.moveaxis(filtered, -1, 1).reshape(n, -1, height, width)
        return maps

    def words(self, images: np.ndarray) -> np.ndarray:
        """The code of each pixel in each map of the stage before the last: int64 [n, maps, h, w]."""
        n, height, width = images.shape
        last = self.banks[-1].shape[1]
        bits = self.maps(images, len(self.banks)).reshape(n, -1, last, height, width) > 0
        return np.tensordot(bits, 1 << np.arange(last)[::-1], axes=(2, 0))

    def features(self, images: np.ndarray) -> Any:
        """The histograms of images [n, h, w]: sparse float64 [n, maps * blocks * codes]."""
        from scipy import sparse

        parts = []
        for first in range(0, len(images), CHUNK):
            words = self.words(images[first : first + CHUNK])
            windows = np.lib.stride_tricks.sliding_window_view(words, (self.block, self.block), axis=(2, 3))
            blocks = windows[:, :, :: self.apart, :: self.apart]
            n, places = len(words), int(np.prod(blocks.shape[1:4]))
            columns = blocks.reshape(n, places, -1) + self.codes * np.arange(places)[:, None]
            each = places * self.block**2
            counts = sparse.csr_matrix(
                (np.ones(n * each), columns.ravel(), np.arange(0, n * each + 1, each)),
                (n, self.weights.shape[1]),
            )
            counts.sum_duplicates()
            parts.append(counts * (self.codes / self.block**2))
        return sparse.vstack(parts, format="csr")

    def fit(self, x: np.ndarray, y: np.ndarray | None, seed: int) -> dict[str, float]:
        """Find the filters stage by stage, and the machines, for images `x` of classes `y`, int [n].

        `seed` draws random filters, and the order in which the solver sees the examples. Logs the percentage
        of training errors.
        """
        from sklearn.svm import LinearSVC

        assert y is not None
        images = self.images(x)
        rng = np.random.default_rng(seed)
        for stage, bank in enumerate(self.banks):
            if self.random:
                self.banks[stage] = rng.normal(size=bank.shape).astype("float32")
                continue
            products = np.zeros((len(bank), len(bank)))
            for first in range(0, len(images), CHUNK):
                maps = self.maps(images[first : first + CHUNK], stage)
                flat = self.patches(maps.reshape(-1, *images.shape[1:])).reshape(-1, len(bank))
                products += flat.T @ flat
            self.banks[stage] = principal(products, bank.shape[1])
        features = self.features(images)
        self.weights = np.zeros(self.weights.shape)
        # The solver is that of the authors' code, LIBLINEAR's option -s 1, and stops where that stops. Left
        # alone, scikit-learn takes the primal one for few features, which needs a far smaller tolerance.
        machine = LinearSVC(
            C=self.penalty, fit_intercept=False, tol=0.1, dual=True, random_state=seed % 2**32
        )
        machine.fit(features, y)
        found = (
            machine.coef_ if len(machine.classes_) > 2 else np.concatenate([-machine.coef_, machine.coef_])
        )
        self.weights[machine.classes_] = found
        decided = machine.classes_[(features @ found.T).argmax(axis=1)]
        return {"train_error": 100.0 * float(np.mean(decided != y))}

    def __call__(self, x: np.ndarray, training: bool = False) -> np.ndarray:
        """The answers of all machines: float64 [n, classes], positive on the side of the class."""
        return np.asarray(self.features(self.images(x)) @ self.weights.T)

    def state(self) -> dict[str, np.ndarray]:
        """`weights` [classes, features], and `bank_0`, `bank_1`, ... [patch * patch, filters]."""
        return {"weights": self.weights} | {f"bank_{stage}": bank for stage, bank in enumerate(self.banks)}

    def set_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `state` returned."""
        self.weights = state["weights"]
        self.banks = [state[f"bank_{stage}"] for stage in range(len(self.banks))]

    def parameters(self) -> int:
        """The weights, and the filters unless they are drawn."""
        return self.weights.size + (0 if self.random else sum(bank.size for bank in self.banks))


def principal(products: np.ndarray, number: int) -> np.ndarray:
    """The directions of so many largest eigenvalues of a symmetric matrix [d, d]: float32 [d, number].

    Each has its largest component positive, so that the sign does not depend on the library.
    """
    directions = np.linalg.eigh(products)[1][:, : -number - 1 : -1]
    largest = np.abs(directions).argmax(axis=0)
    return (directions * np.sign(directions[largest, np.arange(number)])).astype("float32")
