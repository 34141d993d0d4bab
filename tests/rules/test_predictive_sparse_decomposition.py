"""Predictive sparse decomposition against a general optimiser, and on data made of known parts."""

from dataclasses import replace
from typing import Any

import keras
import numpy as np
import pytest
from scipy.optimize import minimize

from benchmarks.engine.backend import driver_class
from benchmarks.layers.models.multi_stage import FilterBank
from benchmarks.rules import predictive_sparse_decomposition as psd
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage

RNG = np.random.default_rng(2009)
STAGE = Stage(
    "F2",
    rule="predictive_sparse_decomposition",
    rule_options={"patches": 500},
    epochs=4,
    steps_per_epoch=20,
    batch_size=100,
    trains="F2",
)


def test_shrinkage_finds_the_code_of_least_energy():
    """Against a general optimiser, with the code split into its positive and its negative part."""
    dictionary = RNG.normal(size=(6, 4))
    x, predicted, sparsity = RNG.normal(size=4), RNG.normal(size=6), 0.4

    def energy(z: np.ndarray) -> float:
        return float(
            0.5 * ((x - z @ dictionary) ** 2).sum()
            + 0.5 * ((z - predicted) ** 2).sum()
            + sparsity * np.abs(z).sum()
        )

    best = minimize(lambda parts: energy(parts[:6] - parts[6:]), np.full(12, 0.1), bounds=[(0, None)] * 12)
    z = psd.sparse_code(x[None], predicted[None], dictionary, sparsity, 2000)[0]
    assert energy(z) <= best.fun + 1e-6
    np.testing.assert_allclose(z, best.x[:6] - best.x[6:], atol=1e-2)


def learner(images: np.ndarray, banks: list[FilterBank], stage: Stage, seed: int = 1) -> psd.Learner:
    """For the last of these banks."""
    model = keras.Sequential([keras.Input(images.shape[1:]), *banks])
    driver = driver_class(str(keras.backend.backend()))()
    data = Data({"x": images}, {}, {})
    made = psd.Learner(Context(model, lambda *_: 0.0, stage, data, driver, 80, seed, banks[-1]))
    driver.bind(made.variables)
    return made


def test_the_parts_that_data_are_made_of_are_found_and_predicted() -> None:
    parts = np.linalg.qr(RNG.normal(size=(16, 8)))[0].T
    code = RNG.normal(size=(4000, 8)) * (RNG.random((4000, 8)) < 0.15)
    x = (code @ parts).astype("float32")
    x = x[np.abs(x).sum(axis=1) > 0]
    stage = replace(STAGE, epochs=5, steps_per_epoch=50, rule_options={"patches": 3000})
    made = learner(x.reshape(-1, 4, 4, 1), [FilterBank(8, 4, 1)], stage)
    first = made.leg(0, 1)[2]["reconstruction_error"]
    last = made.leg(1, 5)[2]["reconstruction_error"]
    assert last < first
    alike = np.abs(made.dictionary @ parts.T)
    assert (alike.max(axis=0) > 0.9).sum() >= 7, "each part is a row of the dictionary"
    made.driver.sync()
    predicted = np.asarray(made.bank(x.reshape(-1, 4, 4, 1))).reshape(len(x), 8)
    assert np.square(x / made.length - predicted @ made.dictionary).sum(axis=1).mean() < 0.5, (
        "an encoder that knows nothing: 1"
    )


def banks() -> list[FilterBank]:
    keras.utils.set_random_seed(3)
    return [FilterBank(6, 3, 1, name="F1"), FilterBank(4, 3, 2, name="F2")]


IMAGES = np.random.default_rng(0).normal(size=(60, 12, 12, 1)).astype("float32")


def test_only_the_bank_of_the_stage_learns_and_a_seed_repeats() -> None:
    def state(seed: int) -> list[np.ndarray]:
        made = learner(IMAGES, banks(), STAGE, seed)
        before = made.driver.read()
        steps, examples, _ = made.leg(0, 4)
        assert (steps, examples) == (80, 8000)
        after = made.driver.read()
        assert all((a == b).all() for a, b in zip(before[:2], after[:2], strict=True)), "the first bank"
        assert all((a != b).any() for a, b in zip(before[2:], after[2:], strict=True)), "the second"
        return after

    first, again, other = state(1), state(1), state(2)
    assert all((a == b).all() for a, b in zip(first, again, strict=True))
    assert np.abs(first[2] - other[2]).max() > 0.01
    assert all(np.isfinite(a).all() for a in first)


def test_a_bank_that_is_continued_from_its_state_ends_with_the_same_filters() -> None:
    whole = learner(IMAGES, banks(), STAGE)
    whole.leg(0, 2)
    state, host = whole.driver.read(), whole.host_state()
    host = {name: value.copy() for name, value in host.items()}
    rest = whole.leg(2, 4)
    other = learner(IMAGES, banks(), STAGE, seed=5)
    other.leg(0, 1)
    other.reset_host_state(1)
    other.driver.write(state)
    other.set_host_state(host)
    assert other.leg(2, 4) == rest
    for one, another in zip(whole.driver.read(), other.driver.read(), strict=True):
        np.testing.assert_array_equal(one, another)


@pytest.mark.parametrize(
    ("changes", "message"),
    [
        ({"rule_options": {"codes": 3}}, "has no option 'codes'"),
        ({"steps_per_epoch": None}, "needs steps_per_epoch"),
    ],
)
def test_stages_that_cannot_be_meant_are_refused(changes: dict[str, Any], message: str) -> None:
    with pytest.raises(ValueError, match=message):
        learner(IMAGES, banks(), replace(STAGE, **changes))


def test_a_part_that_is_not_a_filter_bank_is_refused() -> None:
    model = keras.Sequential([keras.Input((4,)), keras.layers.Dense(2)])
    with pytest.raises(ValueError, match="trains a FilterBank, not a Sequential"):
        psd.Learner(Context(model, lambda *_: 0.0, STAGE, Data({"x": IMAGES}, {}, {}), None, 1, 1))
