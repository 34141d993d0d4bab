"""Boltzmann machines against sums over all their states, and codes that are told apart by hand."""

import itertools

import keras
import numpy as np
import pytest

from benchmarks.layers.models.boltzmann_machine import BoltzmannMachines, settle, temperatures


@pytest.fixture
def machines() -> BoltzmannMachines:
    """Two machines of 2-2-2 with large random weights where units are linked."""
    model = BoltzmannMachines(group=2, hidden=2, machines=2)
    drawn = np.random.default_rng(0).normal(scale=10.0, size=model.links.shape) * np.triu(model.linked())
    model.links.assign(drawn + drawn.transpose(0, 2, 1))
    return model


def joint(model: BoltzmannMachines, temperature: float) -> tuple[np.ndarray, np.ndarray]:
    """The probabilities, float64 [machines, states], and all states with the unit that is always on."""
    states = np.array([(*s, 1) for s in itertools.product([0, 1], repeat=model.units)], "float64")
    energies = np.zeros((model.machines, len(states)))
    links = np.asarray(model.links.value, "float64")
    for i, j in itertools.combinations(range(model.units + 1), 2):
        energies -= links[:, i, j, None] * states[:, i] * states[:, j]
    weights = np.exp(-energies / temperature)
    return weights / weights.sum(axis=1, keepdims=True), states


def test_the_free_energy_sums_over_the_hidden_units(machines: BoltzmannMachines) -> None:
    probabilities, states = joint(machines, machines.temperature)
    of_visible = probabilities.reshape(2, 16, 4).sum(axis=2)
    energies = keras.ops.convert_to_numpy(machines.free_energy(states[::4, :4].astype("float32")))
    weights = np.exp(-energies.T.astype("float64") / machines.temperature)
    np.testing.assert_allclose(weights / weights.sum(axis=1, keepdims=True), of_visible, rtol=1e-4)


@pytest.mark.parametrize("held", [0, 2])
def test_settling_reaches_the_boltzmann_distribution_of_the_units_that_are_free(
    machines: BoltzmannMachines, held: int
) -> None:
    """Of all units, or of those that the clamped ones 1 and 0 leave free, at a temperature of their own."""
    probabilities, states = joint(machines, 15.0)
    chains, times, rng = 20_000, 12, np.random.default_rng(1)
    shape = (times, machines.units - held, 2, chains)
    start = np.ones((2, chains, machines.units + 1), "float32")
    clamped = np.broadcast_to(np.array([1, 0], "float32"), (times, 2, chains, 2)) if held else None
    last = settle(
        machines.links.value,
        start,
        rng.integers(held, machines.units, shape, dtype="int32"),
        rng.random(shape, "float32"),
        temperatures([(times, 15.0)]),
        clamped,
    )[-1]
    if held:
        probabilities = probabilities * ((states[:, 0] == 1) & (states[:, 1] == 0))
        probabilities /= probabilities.sum(axis=1, keepdims=True)
    places = (keras.ops.convert_to_numpy(last)[..., :-1] @ (2.0 ** np.arange(machines.units)[::-1])).astype(
        int
    )
    for machine in range(2):
        found = np.bincount(places[machine], minlength=len(states)) / chains
        np.testing.assert_allclose(found, probabilities[machine], atol=0.015)


def test_links_are_those_of_the_encoder() -> None:
    """4-2-4: 6 pairs in each group, 16 to the hidden units and 10 biases; not one across."""
    model = BoltzmannMachines(group=4, hidden=2, machines=3)
    linked = model.linked()
    np.testing.assert_array_equal(linked, linked.T)
    assert linked.sum() / 2 == 6 + 6 + 16 + 10
    assert model.free_parameters() == 3 * 38
    assert not linked[:4, 4:8].any() and not linked[8:10, 8:10].any() and not np.diag(linked).any()
    assert model.linked(with_hidden=False).sum() / 2 == 6 + 6 + 8


def test_what_is_found_is_noted_once_and_when_it_was() -> None:
    """Codes 00 01 10 11 by links of 3; then two patterns with one code; then all again."""
    model = BoltzmannMachines(group=4, hidden=2)
    patterns = np.eye(4, dtype="float32")

    def codes(*rows: tuple[int, int]) -> None:
        links = np.zeros(model.links.shape, "float32")
        links[0, :4, 8:10] = 3 * np.array(rows) - 1
        model.links.assign(links)

    codes((0, 0), (0, 1), (1, 0), (1, 0))
    assert keras.ops.convert_to_numpy(model.note(patterns)) == [3]
    codes((0, 0), (0, 1), (1, 0), (1, 1))
    assert keras.ops.convert_to_numpy(model.note(patterns)) == [4]
    codes((0, 0), (0, 0), (1, 0), (1, 1))
    model.note(patterns)
    codes((0, 0), (0, 1), (1, 0), (1, 1))
    model.note(patterns)
    kept = [float(np.asarray(v.value).ravel()[0]) for v in (model.almost, model.found, model.unsettled)]
    assert kept == [1, 2, 3]
    assert np.isinf(np.asarray(model.spaced.value)), "neighbouring codes differ in one unit"


def test_codes_are_spaced_where_no_two_differ_in_a_single_unit() -> None:
    model = BoltzmannMachines(group=4, hidden=3)
    links = np.zeros(model.links.shape, "float32")
    links[0, :4, 8:11] = 3 * np.array([(0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 0)]) - 1
    model.links.assign(links)
    model.note(np.eye(4, dtype="float32"))
    assert np.asarray(model.spaced.value) == [1]
