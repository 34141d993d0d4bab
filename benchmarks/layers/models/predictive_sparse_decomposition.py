"""Predictive sparse decomposition: learn to see at a glance what sparse coding finds by searching.

Kavukcuoglu, Ranzato, LeCun, "Fast inference in sparse coding algorithms with applications to object recognition", 2008, as Jarrett
et al. 2009 use it (section 3). It happens once, before the compiled training begins, and is written in NumPy.
"""

import numpy as np


def patches(maps: np.ndarray, size: int, count: int, rng: np.random.Generator) -> np.ndarray:
    """`count` windows of size x size at random places of [n,h,w,inputs] that are not blank, as rows [count, size² inputs]."""
    n, height, width, _ = maps.shape
    found: list[np.ndarray] = []
    loudest = np.square(maps).sum(axis=-1).mean() * size**2
    while sum(map(len, found)) < count:
        where = rng.integers((n, height - size + 1, width - size + 1), size=(count, 3))
        rows = where[:, 1, None, None] + np.arange(size)[:, None]
        columns = where[:, 2, None, None] + np.arange(size)
        windows = maps[where[:, 0, None, None], rows, columns].reshape(count, -1)
        found.append(windows[np.square(windows).sum(axis=1) >= 0.1 * loudest])
    return np.concatenate(found)[:count]


def sparse_code(
    x: np.ndarray, predicted: np.ndarray, dictionary: np.ndarray, sparsity: float, iterations: int
) -> np.ndarray:
    """z [n,codes] that lowers ½|x - z D|² + ½|z - predicted|² + sparsity |z|₁, by iterative shrinkage that starts from the prediction.

    `x` [n,inputs], `dictionary` D [codes,inputs].
    """
    gram = dictionary @ dictionary.T
    step = 1 / (np.abs(gram).sum(axis=0).max() + 1)
    target, z = x @ dictionary.T + predicted, predicted
    for _ in range(iterations):
        z = z - step * (z @ gram + z - target)
        z = np.sign(z) * np.maximum(np.abs(z) - step * sparsity, 0)
    return z


def learn(
    x: np.ndarray,
    mask: np.ndarray,
    rng: np.random.Generator,
    steps: int = 250,
    batch: int = 100,
    sparsity: float = 0.1,
    rate: float = 0.1,
    iterations: int = 15,
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Encoder filters W [inputs,codes], gains g [codes] and dictionary D [codes,inputs] for patches `x` [n,inputs].

    D starts as some of the patches. Alternates between the code z of a batch and a step each for D, whose rows keep length 1, and for the prediction
    g tanh(x W), down the gradient of the same energy. Where `mask` [inputs,codes] is 0, a code neither sees nor draws the input.
    Patches are divided by their root mean square length first; W is for the patches as given.
    """
    length = np.sqrt(np.square(x).sum(axis=1).mean())
    x = (x / length).astype("float32")
    dictionary = (
        x[rng.integers(len(x), size=mask.shape[1])] + 0.001 * rng.normal(size=mask.T.shape).astype("float32")
    ) * mask.T
    dictionary /= np.linalg.norm(dictionary, axis=1, keepdims=True)
    # From zero, for what no patch ever teaches stays in a filter as it began.
    w, gain = np.zeros(mask.shape, "float32"), np.ones(mask.shape[1], "float32")
    for number in range(steps):
        part = x[rng.integers(len(x), size=batch)]
        bent = np.tanh(part @ w)
        z = sparse_code(part, gain * bent, dictionary, sparsity, iterations)
        pace = rate * min(1.0, 2 * (1 - number / steps))
        # Codes are rarely active: each row's step is divided by how much it was used.
        used = np.square(z).sum(axis=0)[:, None] + 0.1
        dictionary += pace * (z.T @ (part - z @ dictionary)) / used * mask.T
        dictionary /= np.linalg.norm(dictionary, axis=1, keepdims=True)
        wrong = gain * bent - z
        w -= 10 * pace * (part.T @ (wrong * gain * (1 - bent**2))) / batch * mask
        gain -= 10 * pace * (wrong * bent).mean(axis=0)
    return w / length, gain, dictionary
