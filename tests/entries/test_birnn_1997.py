"""Two directions, computed in NumPy, and what each net can have seen of the input."""

import keras
import numpy as np
import pytest

from benchmarks import catalogue, datasets
from tests.eager import Eager

ENTRY = catalogue.load("birnn_1997")


def states(x: np.ndarray, kernel: np.ndarray, recurrent: np.ndarray, bias: np.ndarray) -> np.ndarray:
    """The states [n, T, units] of one direction, in the order in which it reads."""
    h, seen = np.zeros((len(x), len(bias))), []
    for now in x.swapaxes(0, 1):
        h = np.tanh(now @ kernel + h @ recurrent + bias)
        seen.append(h)
    return np.stack(seen, axis=1)


@pytest.mark.parametrize("each", [True, False], ids=["at every step", "at the ends"])
def test_outputs_are_those_of_two_nets_that_do_not_see_each_other(each: bool) -> None:
    keras.utils.set_random_seed(0)
    answers = 1 if each else 3
    model = ENTRY.build(units=4, values=(9, 2), steps=(2, 7) if each else None, answers=answers)
    x = np.random.default_rng(0).normal(size=(3, 9, 2))
    *both, out, out_bias = (np.asarray(weight.value, "float64") for weight in model.weights)
    forward, backward = states(x, *both[:3]), states(x[:, ::-1], *both[3:])
    if each:
        seen = np.concatenate([forward, backward[:, ::-1]], axis=-1)
        expected = (seen @ out + out_bias)[:, 2:7, 0]
    else:
        expected = np.concatenate([forward[:, -1], backward[:, -1]], axis=-1) @ out + out_bias
    np.testing.assert_allclose(keras.ops.convert_to_numpy(model(x.astype("float32"))), expected, atol=1e-5)


@pytest.mark.parametrize(
    ("arguments", "reach"),
    [({}, (0, 100)), ({"backward": False}, (0, 51)), ({"backward": False, "delay": 20}, (0, 71))],
)
def test_an_output_has_seen_what_its_net_can_have_read(
    arguments: dict[str, object], reach: tuple[int, int]
) -> None:
    """The output for step 50 changes with the inputs up to itself, up to its delay, or with all of them."""
    keras.utils.set_random_seed(0)
    model = ENTRY.build(**arguments)
    for weight in model.weights:
        if "recurrent" in weight.path:
            weight.assign(1.5 * np.eye(weight.shape[0]))  # states of this size remember for long
        elif weight.path.endswith("bias"):
            weight.assign(np.zeros(weight.shape))
    x = np.zeros((101, 100, 1), "float32")
    x[np.arange(100), np.arange(100)] = 1e-3  # small, and there is nothing else
    outputs = keras.ops.convert_to_numpy(model(x))[:, 40]
    changed = np.flatnonzero(outputs[:100] != outputs[100])
    assert (changed[0], changed[-1] + 1) == reach


def test_pictures_show_curves_or_weights() -> None:
    assert ENTRY.pictures is not None
    model = ENTRY.build()
    shown = ENTRY.pictures(model, datasets.load("two_sided_average"), Eager(model))
    assert shown["curves"].tiles.shape == (4, 1, 40, 210)
    model = ENTRY.build(units=32, values=(8, 8, 1), steps=None, answers=10)
    assert ENTRY.pictures(model, datasets.load("digits"), Eager(model))["weights"].tiles.shape == (4, 8, 1, 8)
