"""Threshold units against truth tables and the papers' descriptions."""

import itertools

import keras
import numpy as np
import pytest

from benchmarks.layers.units.threshold import AssociationUnits, Binarize, McCullochPittsUnits


def answers(layer: keras.Layer, rows: list[tuple[int, ...]]) -> list[list[float]]:
    return np.asarray(keras.ops.convert_to_numpy(layer(np.array(rows, "float32")))).tolist()


ROWS = list(itertools.product((0, 1), repeat=3))


@pytest.mark.parametrize("threshold", range(5))
def test_a_unit_fires_if_enough_excitatory_inputs_do(threshold: int) -> None:
    unit = McCullochPittsUnits([[1], [1], [1]], [[0], [0], [0]], [threshold])
    assert answers(unit, ROWS) == [[float(sum(row) >= threshold)] for row in ROWS]


def test_one_inhibitory_input_outweighs_all_excitation() -> None:
    """Inhibition is absolute: two excitatory inputs above a threshold of one do not make up for it, as a
    subtraction would let them.
    """
    unit = McCullochPittsUnits([[1], [1], [0]], [[0], [0], [1]], [1])
    assert answers(unit, ROWS) == [[float((a or b) and not c)] for a, b, c in ROWS]
    silent = McCullochPittsUnits([[1], [1], [1]], [[0], [0], [1]], [0])
    assert answers(silent, ROWS) == [[float(not c)] for _, _, c in ROWS]


def test_wiring_that_does_not_fit_is_named() -> None:
    with pytest.raises(
        ValueError, match=r"excitatory \(2, 1\), inhibitory \(1, 1\) and thresholds \(1,\) must be"
    ):
        McCullochPittsUnits([[1], [1]], [[0]], [1])


def wiring(units: int, points: int, seed: int, **options: float) -> np.ndarray:
    keras.utils.set_random_seed(seed)
    layer = AssociationUnits(units, **options)  # type: ignore[arg-type]
    layer.build((None, points))
    assert not layer.trainable_variables
    return np.asarray(layer.wiring.value)


@pytest.mark.parametrize("connections", [1, 9, 10])
def test_each_association_unit_has_its_connections_half_of_them_inhibitory(connections: int) -> None:
    """Among many points hardly two connections of a unit meet, so that they can be counted."""
    drawn = wiring(10, 100_000, 1, connections=connections)
    assert drawn.shape == (100_000, 10)
    assert (drawn.max(), drawn.min()) == (1.0, -1.0 if connections > 1 else 0.0)
    assert drawn.clip(min=0).sum(0).tolist() == [(connections + 1) // 2] * 10
    assert (-drawn).clip(min=0).sum(0).tolist() == [connections // 2] * 10


def test_connections_may_meet_and_then_add_up() -> None:
    drawn = wiring(500, 3, 2)
    assert np.array_equal(drawn, drawn.round())
    assert (drawn.sum(0) == 0).all(), "as many excitatory as inhibitory, wherever they go"
    assert np.abs(drawn).max() > 1


def test_the_seed_decides_the_wiring() -> None:
    assert np.array_equal(wiring(20, 30, 5), wiring(20, 30, 5))
    assert not np.array_equal(wiring(20, 30, 5), wiring(20, 30, 6))


def test_an_association_unit_fires_from_its_threshold_on() -> None:
    layer = AssociationUnits(40, threshold=2.0)
    x = np.random.default_rng(0).integers(0, 2, size=(9, 25)).astype("float32")
    fired = np.asarray(keras.ops.convert_to_numpy(layer(x)))
    sums = x @ np.asarray(layer.wiring.value)
    assert np.array_equal(fired, (sums >= 2.0).astype("float32"))
    assert 0 < fired.mean() < 1 and (sums == 2.0).any()


def test_a_photocell_sees_what_is_above_its_level() -> None:
    seen = Binarize(127.0)(np.array([[0, 127, 128, 255]], "uint8"))
    assert np.asarray(keras.ops.convert_to_numpy(seen)).tolist() == [[0.0, 0.0, 1.0, 1.0]]
