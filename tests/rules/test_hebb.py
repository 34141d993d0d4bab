"""Hebb's rule by hand, and what it recalls against the exact distribution of the cross-talk."""

from typing import Any

import keras
import numpy as np
import pytest
from scipy.stats import binom, hypergeom

from benchmarks import datasets
from benchmarks.rules import hebb
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage


def learner(inputs: int, cells: int, signed: bool = False, **options: Any) -> hebb.Learner:
    layers: list[Any] = [keras.Input((inputs,))]
    if signed:
        layers.append(keras.layers.Rescaling(2.0, -1.0))
    layers.append(keras.layers.Dense(cells, use_bias=False, kernel_initializer="zeros"))
    stage = Stage("", rule_options={"learning_rate": 1.0, **options})
    model = keras.Sequential(layers)
    return hebb.Learner(Context(model, lambda *_: 0.0, stage, Data({}, {}, {}), None, steps=1, seed=0))


def weights(it: hebb.Learner) -> np.ndarray:
    return np.asarray(it.cells.kernel.value)


def test_connections_grow_where_both_ends_are_active_and_nowhere_else() -> None:
    it = learner(3, 2, learning_rate=0.5)
    log = it.step({"x": np.array([[1, 0, 1]], "float32"), "y": np.array([1], "int32")})
    assert weights(it).tolist() == [[0, 0.5], [0, 0], [0, 0.5]]
    assert float(log["growth"]) == pytest.approx(weights(it).mean())
    # Nothing is learned from having it right: the same pair again, and another cell with it.
    it.step({"x": np.array([[1, 0, 1]], "float32"), "y": np.array([[1, 1]], "int32")})
    assert weights(it).tolist() == [[0.5, 1], [0, 0], [0.5, 1]]


def test_with_signs_a_connection_counts_agreements_less_disagreements() -> None:
    it = learner(2, 2, signed=True, silent=-1.0)
    it.step({"x": np.array([[1, 0], [0, 0]], "float32"), "y": np.array([[1, 0], [1, 0]], "int32")})
    assert weights(it).tolist() == [[0, 0], [-2, 2]]


def wrong(id: str, threshold: float, **options: Any) -> tuple[float, int]:
    """Which share of the cells recalls wrongly, and of how many, after every pair was shown once."""
    x, y = (datasets.load(id).train[name] for name in ("x", "y"))
    it = learner(x.shape[1], y.shape[1], **options)
    it.step({"x": x, "y": y})
    recalled = np.asarray(keras.ops.convert_to_numpy(it.model(x))) > threshold
    return float(np.mean(recalled != y)), y.size


def test_dense_pairs_are_recalled_as_well_as_a_random_walk_allows() -> None:
    """A cell's sum is N in the right direction plus the cross-talk: N (P - 1) fair steps of -1 or +1."""
    found, cells = wrong("pairs_dense_200_40", 0.0, signed=True, silent=-1.0)
    n, steps = 200, 200 * 39
    below, tie = binom.cdf((steps - n) // 2 - 1, steps, 0.5), binom.pmf((steps - n) // 2, steps, 0.5)
    expected = below + 0.5 * tie  # at 0 the cell stays silent, which half of them should
    assert abs(found - expected) < 4 * np.sqrt(expected / cells)


@pytest.mark.parametrize("pairs", [20, 80])
def test_sparse_pairs_are_recalled_as_well_as_their_overlaps_allow(pairs: int) -> None:
    """A cell that should be silent hears the overlap of the cue with every pair in which it fired."""
    overlap = hypergeom.pmf(np.arange(21), 200, 20, 20)
    one = 0.1 * overlap  # it fired in a tenth of the other pairs
    one[0] += 0.9
    heard = np.ones(1)
    for _ in range(pairs - 1):
        heard = np.convolve(heard, one)
    expected = 0.9 * heard[20:].sum()
    found, cells = wrong(f"pairs_200_{pairs}", 19.5)
    assert abs(found - expected) < 4 * np.sqrt(expected / cells) + 1e-9
    assert (expected > 0.1) == (pairs == 80)


def test_an_unknown_option_is_refused() -> None:
    with pytest.raises(ValueError, match="hebb has no option 'decay'"):
        learner(2, 1, decay=0.1)
