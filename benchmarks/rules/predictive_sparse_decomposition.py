"""Predictive sparse decomposition: learn to see at a glance what sparse coding finds by searching.

Kavukcuoglu, Ranzato, LeCun, "Fast inference in sparse coding algorithms with applications to object
recognition", 2008, as Jarrett et al. 2009 use it (section 3). No labels are used, and no gradient of a net:
it is written in NumPy.
"""

from collections.abc import Mapping
from typing import Any

import numpy as np
from keras import ops

from benchmarks.layers.models.multi_stage import FilterBank
from benchmarks.rules.protocol import Context

OPTIONS = {"patches": 10_000, "sparsity": 0.1, "rate": 0.1, "iterations": 15}


class Learner:
    """Trains the filter bank that the stage names on patches of what the layers before it make of the images.

    Codes of the patches are searched, a dictionary learns to draw the patches from them, and an encoder,
    which becomes the bank's filters and gains, learns to predict them. An epoch has `steps_per_epoch` batches
    of patches. Options of the rule: `patches`, how many are cut out of the training images; `sparsity`, the
    weight of the codes' absolute values; `rate`, that of the dictionary, which falls linearly to 0 over the
    second half of the stage; `iterations`, those of the search for a code.
    """

    x: np.ndarray
    dictionary: np.ndarray
    filters: np.ndarray
    gain: np.ndarray

    def __init__(self, context: Context) -> None:
        if unknown := sorted(set(context.stage.rule_options) - set(OPTIONS)):
            raise ValueError(
                f"predictive_sparse_decomposition has no option {unknown[0]!r}; its options are"
                f" {', '.join(sorted(OPTIONS))}"
            )
        options: dict[str, Any] = {**OPTIONS, **context.stage.rule_options}
        if not isinstance(context.part, FilterBank):
            raise ValueError(
                f"predictive_sparse_decomposition trains a FilterBank, not a {type(context.part).__name__}:"
                " name one in the stage's `trains`"
            )
        if context.stage.steps_per_epoch is None:
            raise ValueError("predictive_sparse_decomposition needs steps_per_epoch: batches of patches")
        self.per_epoch = context.stage.steps_per_epoch
        self.bank, self.model, self.driver = context.part, context.model, context.driver
        self.images = context.data.train["x"]
        self.patches, self.sparsity = options["patches"], options["sparsity"]
        self.rate, self.iterations = options["rate"], options["iterations"]
        self.steps, self.batch_size = self.per_epoch * context.stage.epochs, context.stage.batch_size
        self.variables = list(self.model.variables)
        self.reset_host_state(context.seed)

    def compile(self) -> None:
        """Nothing: the layers before the bank are called only once."""

    def leg(self, first: int, last: int) -> tuple[int, int, dict[str, float]]:
        """Train the epochs first..last-1. Returns steps, patches seen and the mean reconstruction error."""
        self.driver.sync()
        if not len(self.x):
            # A resumed run draws the same patches: nothing before the bank learns in this stage.
            self._cut_patches(np.random.default_rng([self.seed, 0]))
        errors = []
        for epoch in range(first, last):
            rng = np.random.default_rng([self.seed, epoch + 1])
            for number in range(epoch * self.per_epoch, (epoch + 1) * self.per_epoch):
                part = self.x[rng.integers(len(self.x), size=self.batch_size)]
                errors.append(self._step(part, self.rate * min(1.0, 2 * (1 - number / self.steps))))
        self.bank.set_filters(self.filters / self.length, self.gain)
        self.driver.write([np.asarray(variable.value) for variable in self.driver.variables])
        return len(errors), len(errors) * self.batch_size, {"reconstruction_error": float(np.mean(errors))}

    def _cut_patches(self, rng: np.random.Generator) -> None:
        """Cut out the patches, scaled to a mean square length of 1; and start the dictionary, unless it has
        been.
        """
        x = ops.convert_to_tensor(self.images)
        for layer in self.model.layers[: self.model.layers.index(self.bank)]:
            x = layer(x)
        maps = ops.convert_to_numpy(x)
        x = patches(np.asarray(maps, "float32"), self.bank.size, self.patches, rng)
        self.length = float(np.sqrt(np.square(x).sum(axis=1).mean()))
        self.x = (x / self.length).astype("float32")
        # Where an input map is not connected, a code neither sees nor draws it.
        self.mask = np.tile(self.bank.table, (self.bank.size**2, 1))
        if not len(self.dictionary):
            self.dictionary, self.filters, self.gain = started(self.x, self.mask, rng)

    def _step(self, x: np.ndarray, pace: float) -> float:
        """One step on patches [n,inputs]. Returns the mean squared error of their reconstruction."""
        bent = np.tanh(x @ self.filters)
        z = sparse_code(x, self.gain * bent, self.dictionary, self.sparsity, self.iterations)
        lacking = x - z @ self.dictionary
        # Codes are rarely active: each row's step is divided by how much it was used.
        used = np.square(z).sum(axis=0)[:, None] + 0.1
        self.dictionary += pace * (z.T @ lacking) / used * self.mask.T
        self.dictionary /= np.linalg.norm(self.dictionary, axis=1, keepdims=True)
        wrong = self.gain * bent - z
        self.filters -= 10 * pace * (x.T @ (wrong * self.gain * (1 - bent**2))) / len(x) * self.mask
        self.gain -= 10 * pace * (wrong * bent).mean(axis=0)
        return float(np.square(lacking).sum(axis=1).mean())

    def host_state(self) -> dict[str, np.ndarray]:
        """The dictionary, and the encoder for patches of length 1."""
        return {"dictionary": self.dictionary, "filters": self.filters, "gain": self.gain}

    def set_host_state(self, state: Mapping[str, np.ndarray]) -> None:
        """Continue from what `host_state` returned."""
        self.dictionary, self.filters, self.gain = (
            state[name].copy() for name in ("dictionary", "filters", "gain")
        )

    def reset_host_state(self, seed: int) -> None:
        """Start again from this seed; patches are cut when learning begins."""
        self.seed = seed
        self.length = 1.0
        self.x, self.dictionary, self.filters, self.gain = (np.zeros((0,), "float32") for _ in range(4))


def patches(maps: np.ndarray, size: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """`count` windows of size x size of maps [n,h,w,inputs], at random places where they are not blank.

    Rows [count, size² inputs].
    """
    n, height, width, _ = maps.shape
    windows: list[np.ndarray] = []
    loudest = np.square(maps).sum(axis=-1).mean() * size**2
    while sum(map(len, windows)) < count:
        where = rng.integers((n, height - size + 1, width - size + 1), size=(count, 3))
        rows = where[:, 1, None, None] + np.arange(size)[:, None]
        columns = where[:, 2, None, None] + np.arange(size)
        some = maps[where[:, 0, None, None], rows, columns].reshape(count, -1)
        windows.append(some[np.square(some).sum(axis=1) >= 0.1 * loudest])
    return np.concatenate(windows)[:count]


def started(
    x: np.ndarray, mask: np.ndarray, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Dictionary [codes,inputs], filters [inputs,codes] and gains [codes] to begin with.

    The dictionary is some of the patches `x` [n,inputs], where `mask` [inputs,codes] is 1, its rows of length
    1. Filters start at zero, since what no patch teaches stays in a filter.
    """
    noise = 0.001 * rng.normal(size=mask.T.shape).astype("float32")
    dictionary = (x[rng.integers(len(x), size=mask.shape[1])] + noise) * mask.T
    dictionary /= np.linalg.norm(dictionary, axis=1, keepdims=True)
    return dictionary, np.zeros(mask.shape, "float32"), np.ones(mask.shape[1], "float32")


def sparse_code(
    x: np.ndarray, predicted: np.ndarray, dictionary: np.ndarray, sparsity: float, iterations: int
) -> np.ndarray:
    """z [n,codes] that lowers ½|x - z D|² + ½|z - predicted|² + sparsity |z|₁, by iterative shrinkage.

    It starts from the prediction. `x` [n,inputs], `dictionary` D [codes,inputs].
    """
    gram = dictionary @ dictionary.T
    step = 1 / (np.abs(gram).sum(axis=0).max() + 1)
    target, z = x @ dictionary.T + predicted, predicted
    for _ in range(iterations):
        z = z - step * (z @ gram + z - target)
        z = np.sign(z) * np.maximum(np.abs(z) - step * sparsity, 0)
    return z
