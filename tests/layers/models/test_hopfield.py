"""Hopfield's networks: links by hand, falling energy, states of rest, and the paper's rate of recall."""

import numpy as np
import pytest

from benchmarks import datasets
from benchmarks.layers.models.hopfield import HopfieldNetworks


def test_links_are_those_of_equation_2() -> None:
    """Patterns 110 and 101: units 1 and 2 agree once and differ once, as do 1 and 3; 2 and 3 differ twice."""
    nets = HopfieldNetworks(units=3, sets=1)
    nets.fit(np.array([[1, 1, 0], [1, 0, 1]], "float32"), np.array([0, 0]), seed=0)
    np.testing.assert_array_equal(nets.links[0], [[0, 0, 0], [0, 0, -2], [0, -2, 0]])
    assert nets.parameters() == 3


def test_no_update_raises_the_energy_and_rest_is_rest() -> None:
    rng = np.random.default_rng(0)
    for symmetric in (False, True):
        nets = HopfieldNetworks(units=20, sets=3, symmetric=symmetric)
        nets.fit(rng.integers(0, 2, (12, 20)), np.repeat(np.arange(3), 4), seed=1)
        states, sets = rng.integers(0, 2, (30, 20)).astype("float32"), np.tile(np.arange(3), 10)
        rest = nets.settle(states, sets)
        assert np.all(nets.energy(rest, sets) <= nets.energy(states, sets))
        np.testing.assert_array_equal(nets.settle(rest, sets), rest)
        # At rest no single flip lowers the energy.
        for unit in range(20):
            flipped = rest.copy()
            flipped[:, unit] = 1.0 - flipped[:, unit]
            assert np.all(nets.energy(flipped, sets) >= nets.energy(rest, sets))


def test_a_single_memory_is_found_from_a_part_of_it() -> None:
    rng = np.random.default_rng(0)
    memory = rng.integers(0, 2, (1, 50)).astype("float32")
    nets = HopfieldNetworks(units=50, sets=1, symmetric=True)
    nets.fit(memory, np.array([0]), seed=0)
    cue = memory.copy()
    cue[0, :20] = 1.0 - cue[0, :20]
    np.testing.assert_array_equal(nets(cue), memory)


def test_ten_memories_of_a_hundred_units_are_stable_as_often_as_the_paper_found() -> None:
    """0.6 on page 2556; with a thousand memories the standard error is 1.5 points."""
    found = datasets.load("patterns_100_10")
    nets = HopfieldNetworks(units=100, sets=200)
    nets.fit(found.train["x"], found.train["y"], seed=0)
    rest = nets.settle(found.test["x"], found.test["y"])
    assert abs(np.mean(np.all(rest == found.test["x"], axis=1)) - 0.6) < 0.06


def test_clipped_links_keep_only_their_sign_and_the_state_holds_all() -> None:
    rng = np.random.default_rng(0)
    nets, fresh = (HopfieldNetworks(units=20, sets=1, clipped=True) for _ in range(2))
    nets.fit(rng.integers(0, 2, (5, 20)), np.zeros(5, int), seed=3)
    assert set(np.unique(nets.links)) <= {-1.0, 0.0, 1.0}
    fresh.set_state(nets.state())
    cues = rng.integers(0, 2, (8, 20)).astype("float32")
    np.testing.assert_array_equal(fresh(cues), nets(cues))


def test_of_two_links_of_a_pair_one_is_kept_and_either_as_often() -> None:
    rng = np.random.default_rng(0)
    x = rng.integers(0, 2, (5, 60)).astype("float32")
    both, one = HopfieldNetworks(60, 1), HopfieldNetworks(60, 1, one_way=True, rounds=5)
    for nets in (both, one):
        nets.fit(x, np.zeros(5, int), seed=4)
    kept = one.links[0] != 0
    assert not np.any(kept & kept.T)
    np.testing.assert_array_equal(one.links[0] + one.links[0].T, both.links[0])
    assert abs(np.triu(kept).sum() / kept.sum() - 0.5) < 0.05


def test_links_that_lead_on_take_the_net_from_each_memory_to_the_next() -> None:
    """Far below capacity and with a factor above 1, one round is enough; then equation 13 by hand."""
    rng = np.random.default_rng(0)
    x = rng.integers(0, 2, (3, 400)).astype("float32")
    nets = HopfieldNetworks(400, 1, symmetric=True, onward=1.5, rounds=1)
    nets.fit(x, np.zeros(3, int), seed=0)
    signs = 2.0 * x - 1.0
    pair = signs[:, 3] @ signs[:, 8] + 1.5 * (signs[1, 3] * signs[0, 8] + signs[2, 3] * signs[1, 8])
    assert nets.links[0, 3, 8] == pair and nets.parameters() == 400 * 399
    (after,) = nets.rounds_from(x[:1], np.zeros(1, int))
    assert np.mean(after != x[1]) < 0.2 < 0.4 < np.mean(after != x[0])
    with pytest.raises(ValueError, match="need a number of rounds"):
        HopfieldNetworks(10, 1, onward=0.5)
