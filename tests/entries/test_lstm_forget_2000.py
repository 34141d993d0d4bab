"""The net of the paper: its wiring, and what happens in it when a stream has no end."""

import keras
import numpy as np

from benchmarks import catalogue, datasets
from benchmarks.layers.recurrent.continual_blocks import ContinualBlocks
from tests.eager import Eager

ENTRY = catalogue.load("lstm_forget_2000")


def test_the_outputs_see_cells_and_symbols() -> None:
    keras.utils.set_random_seed(0)
    model = ENTRY.build()
    x = np.random.default_rng(0).integers(0, 7, (2, 9)).astype("int32")
    (blocks,) = (layer for layer in model.layers if isinstance(layer, ContinualBlocks))
    cells = keras.ops.convert_to_numpy(blocks(np.eye(7, dtype="float32")[x]))
    kernel, bias = model.layers[-1].get_weights()
    net = np.concatenate([np.eye(7)[x], cells], axis=-1) @ kernel + bias
    np.testing.assert_allclose(keras.ops.convert_to_numpy(model(x)), 1 / (1 + np.exp(-net)), rtol=1e-5)
    np.testing.assert_array_equal(
        blocks.get_weights()[2], [-0.5, -1, -1.5, -2, -0.5, -1, -1.5, -2, 0.5, 1, 1.5, 2]
    )


def states(size: float, **arguments: object) -> np.ndarray:
    """The states after 1 to 300 times the same symbol, which lets the same amount in at each step."""
    model = ENTRY.build(gate_bias=(1.0,), size=1, **arguments)
    (blocks,) = (layer for layer in model.layers if isinstance(layer, ContinualBlocks))
    kernel, recurrent, bias = blocks.get_weights()
    kernel[:], recurrent[:] = 0.0, 0.0
    kernel[3, 0] = size
    blocks.set_weights([kernel, recurrent, bias])
    found = Eager(model)(ENTRY.build.__globals__["watch"], {"x": np.full((1, 300), 3, "int32")})
    return found["states"][0, :, 0]


def test_without_forget_gates_states_grow_with_the_stream_and_with_them_they_level_off() -> None:
    """In closed form: n times a, and a (1 - f^n) / (1 - f), with a = σ(-1) g(1) and f = σ(1)."""
    n, f = np.arange(1, 301), 1 / (1 + np.exp(-1.0))
    a = (1 - f) * (4 / (1 + np.exp(-1.0)) - 2)
    np.testing.assert_allclose(states(1.0, forget_gates=False), n * a, rtol=1e-4)
    np.testing.assert_allclose(states(1.0), a * (1 - f**n) / (1 - f), rtol=1e-4)


def test_pictures_show_the_beginning_of_a_stream_and_how_states_grow() -> None:
    assert ENTRY.pictures is not None
    data = datasets.load("continual_reber_2000")
    for forget, word in ((True, "forget gates"), (False, "output gates")):
        model = ENTRY.build(forget_gates=forget)
        shown = ENTRY.pictures(model, data, Eager(model))
        assert shown["stream"].tiles.shape == (1, 1, 36, 200)  # 8 states and 4 gates, three pixels high
        assert word in shown["stream"].caption
        assert "It begins B, " in shown["stream"].caption
        assert shown["growth"].tiles.shape == (1, 1, 40, 200)
