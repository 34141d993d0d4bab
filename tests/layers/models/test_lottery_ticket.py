"""Pruning, rewinding, and what a pruned weight still does: nothing."""

from typing import Any

import keras
import numpy as np

from benchmarks.layers.models.lottery_ticket import LotteryTicket, PrunedDense
from benchmarks.spec import Data

RNG = np.random.default_rng(2019)
NOTHING = Data({}, {}, {})


def copied(tensor: Any) -> np.ndarray:
    return np.asarray(tensor).copy()


def net(keep: float = 0.5) -> LotteryTicket:
    keras.utils.set_random_seed(1)
    layers = [keras.Input((6,)), PrunedDense(8, "relu", name="hidden"), PrunedDense(4, name="output")]
    return LotteryTicket(layers, {"hidden": keep, "output": 0.75})


def train(model: LotteryTicket, steps: int = 5) -> None:
    """A few steps of Adam towards random targets."""
    model.compile(keras.optimizers.Adam(0.01), "mse")
    for _ in range(steps):
        model.train_on_batch(
            RNG.normal(size=(16, 6)).astype("float32"), RNG.normal(size=(16, 4)).astype("float32")
        )


def values(model: LotteryTicket, name: str) -> list[np.ndarray]:
    return [copied(getattr(layer, name).value) for layer in model.layers]


def test_the_largest_trained_weights_are_kept_and_go_back_to_where_they_started() -> None:
    model = net()
    first = values(model, "kernel")
    model.begin_stage("dense", NOTHING, None)
    for share_left in (0.5, 0.25):
        train(model)
        trained, before = values(model, "kernel"), values(model, "mask")
        model.begin_stage("round", NOTHING, None)
        mask = values(model, "mask")
        assert mask[0].sum() == share_left * 48
        for old, new, kernel in zip(before, mask, trained, strict=True):
            assert np.all(new <= old)
            left, gone = np.abs(kernel)[new == 1], np.abs(kernel)[(old == 1) & (new == 0)]
            assert left.min() >= gone.max()
        for kernel, start in zip(values(model, "kernel"), first, strict=True):
            np.testing.assert_array_equal(kernel, start)
        assert all(not bias.any() for bias in values(model, "bias"))


def test_a_pruned_weight_has_no_effect_and_does_not_learn() -> None:
    model = net(keep=0.25)
    model.begin_stage("dense", NOTHING, None)
    model.begin_stage("round", NOTHING, None)
    hidden = model.layers[0]
    gone = copied(hidden.mask.value) == 0
    start = copied(hidden.kernel.value)
    train(model)
    learned = copied(hidden.kernel.value)
    np.testing.assert_array_equal(learned[gone], start[gone])
    assert np.abs(learned - start)[~gone].min() > 0
    x = RNG.normal(size=(5, 6)).astype("float32")
    before = copied(model(x))
    hidden.kernel.assign(learned + 100.0 * gone)
    np.testing.assert_array_equal(copied(model(x)), before)
    assert hidden.free_parameters() == 12 + 8


def test_new_weights_are_others_of_the_same_distribution_in_the_same_places() -> None:
    one, other = net(), net()
    for model, name in ((one, "round 1"), (other, "round 1, new weights")):
        model.begin_stage("dense", NOTHING, None)
        model.begin_stage(name, NOTHING, None)
    for a, b in zip(values(one, "mask"), values(other, "mask"), strict=True):
        np.testing.assert_array_equal(a, b)
    big = PrunedDense(300)
    big.build((None, 200))
    kernel, fresh = copied(big.kernel.value), copied(big.fresh.value)
    assert abs(np.corrcoef(kernel.ravel(), fresh.ravel())[0, 1]) < 0.02
    np.testing.assert_allclose([kernel.var(), fresh.var()], 2 / 500, rtol=0.03)
    np.testing.assert_array_equal(values(other, "kernel")[0], values(other, "fresh")[0])
