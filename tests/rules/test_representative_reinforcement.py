"""Fukushima's rule against the procedure of his chapter 3, cell by cell in NumPy."""

from typing import Any

import keras
import numpy as np
import pytest

from benchmarks.layers.models.neocognitron import CCells, Naming, SCells
from benchmarks.rules import representative_reinforcement as rule
from benchmarks.rules.protocol import Context
from benchmarks.spec import Data, Stage

RNG = np.random.default_rng(3)


def chosen_by_hand(cells: np.ndarray, column: int) -> dict[int, tuple[int, int]]:
    """Plane -> place of its representative, by looking through all S-columns."""
    height, width, planes = cells.shape
    found: dict[int, set[tuple[int, int]]] = {k: set() for k in range(planes)}
    for top, left in np.ndindex(height - column + 1, width - column + 1):
        window = cells[top : top + column, left : left + column]
        i, j, k = np.unravel_index(window.argmax(), window.shape)
        if window[i, j, k] > 0:
            found[int(k)].add((top + int(i), left + int(j)))
    return {k: max(places, key=lambda place: cells[*place, k]) for k, places in found.items() if places}


@pytest.mark.parametrize(("column", "share"), [(2, 1.0), (3, 0.2), (5, 0.5), (6, 1.0)])
def test_candidates_are_the_strongest_of_some_column(column: int, share: float) -> None:
    cells = (RNG.random((6, 7, 4)) * (RNG.random((6, 7, 4)) < share)).astype("float32")
    found = np.asarray(rule.candidates(cells[None], column))[0]
    by_hand = np.zeros_like(found)
    for top, left in np.ndindex(7 - column, 8 - column):
        window = cells[top : top + column, left : left + column]
        place = np.unravel_index(window.argmax(), window.shape)
        by_hand[top + place[0], left + place[1], place[2]] |= window.max() > 0
    assert found.tolist() == by_hand.tolist()


def model() -> keras.Sequential:
    layers = [
        SCells(3, 1.5, area=3, padding=1, column=3, name="S1"),
        CCells(4, area=3, stride=2, before=1),
        SCells(5, 1.5, area=4, column=1),
    ]
    return keras.Sequential([keras.Input((6, 6, 1)), *layers, Naming(2)])


def learner(batch_size: int = 1, **options: Any) -> rule.Learner:
    given = {"q": (1.0, 16.0), "memory": 10.0} | options
    stage = Stage("", rule_options=given, batch_size=batch_size)
    return rule.Learner(Context(model(), lambda *_: 0.0, stage, Data({}, {}, {}), None, steps=1, seed=0))


def test_the_plane_of_a_representative_learns_what_it_saw_and_no_other_plane() -> None:
    it = learner()
    layer = it.model.layers[0]
    x = (RNG.random((1, 6, 6, 1)) < 0.4).astype("float32")
    a, b, cells = (np.asarray(value) for value in (layer.a.value, layer.b.value, layer(x)))
    chosen = chosen_by_hand(cells[0], 3)
    assert 0 < len(chosen) <= 3
    logs = it.step({"x": x, "y": np.array([1], "int32")})
    padded = np.pad(x[0, :, :, 0], 1)
    for plane in range(3):
        gained_a, gained_b = (
            np.asarray(layer.a.value)[:, plane] - a[:, plane],
            float(np.asarray(layer.b.value)[plane] - b[plane]),
        )
        if plane in chosen:
            i, j = chosen[plane]
            area = padded[i : i + 3, j : j + 3].ravel()
            np.testing.assert_allclose(gained_a, layer.c * area, atol=1e-6)
            assert gained_b == pytest.approx(0.5 * np.sqrt((layer.c * area**2).sum()), abs=1e-6)
        else:
            assert not gained_a.any() and gained_b == 0
    assert len(chosen) <= float(logs["representatives"]) <= len(chosen) + 5


def test_patterns_without_labels_get_planes_of_their_own() -> None:
    """Two bars in turn: after a while each has a cell of the last layer to itself, whatever the labels."""
    bars = np.zeros((2, 1, 6, 6, 1), "float32")
    bars[0, 0, :, 2] = bars[1, 0, 3, :] = 1
    answers = []
    for labels in ((0, 1), (1, 1)):
        it = learner()
        for _ in range(30):
            for bar, label in zip(bars, labels, strict=True):
                it.step({"x": bar, "y": np.array([label], "int32")})
        cells = [
            np.asarray(it.model.layers[2](it.model.layers[1](it.model.layers[0](bar)))).ravel()
            for bar in bars
        ]
        answers.append(cells)
        first, second = (set(np.flatnonzero(cell > 0.1)) for cell in cells)
        assert first and second and not first & second
    np.testing.assert_array_equal(answers[0], answers[1])


def test_what_cannot_be_is_refused() -> None:
    with pytest.raises(ValueError, match="batch_size is 8"):
        learner(batch_size=8)
    with pytest.raises(ValueError, match="1 rates q for 2 layers"):
        learner(q=(1.0,))
    with pytest.raises(ValueError, match="no option 'rate'"):
        learner(rate=1.0)
