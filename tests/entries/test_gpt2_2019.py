"""Table 2 counted by hand, nanoGPT's count and schedule, and the beginning of a fresh net."""

import math

import keras
import numpy as np
import pytest

from benchmarks import catalogue, optimizers
from benchmarks.engine import parameters

ENTRY = catalogue.load("gpt2_2019")


def by_hand(layers: int, width: int, symbols: int = 50_257, context: int = 1024) -> int:
    """Two tables; a block has four square matrices, two of four times the width, biases and two
    normalisations; one more at the end.
    """
    square, wide = width * width + width, 4 * width * width
    block = 4 * square + (wide + 4 * width) + (wide + width) + 2 * 2 * width
    return (symbols + context) * width + layers * block + 2 * width


def test_the_four_sizes_of_table_2_counted_by_hand():
    small, largest = (count.trainable for count in ENTRY.parameters)
    assert small == by_hand(12, 768) == 124_439_808
    assert largest == by_hand(48, 1600) == 1_557_611_200
    # The sizes that nanoGPT's README gives: 350, 774 and 1,558 million; the first two are not built here.
    assert [round(by_hand(*size) / 1e6) for size in ((24, 1024), (36, 1280), (48, 1600))] == [355, 774, 1558]


def test_the_net_for_a_gpu_is_nanogpts():
    """10.65 million as nanoGPT prints it, which leaves the positions out; no biases."""
    recipe = catalogue.recipe(ENTRY, "standard", "tiny_shakespeare_256")
    with keras.StatelessScope(initialize_variables=False):
        free = parameters.free(ENTRY.build(**recipe.model))
    assert free == 65 * 384 + 256 * 384 + 6 * (12 * 384**2 + 2 * 384) + 384
    assert round((free - 256 * 384) / 1e6, 2) == 10.65


def test_weights_that_end_a_sublayer_begin_smaller_by_the_root_of_their_number():
    keras.utils.set_random_seed(0)
    model = ENTRY.build(vocabulary=50, context=16, width=64, heads=4, layers=2)
    spread = {
        name: np.std([np.asarray(w.value) for w in model.weights if w.path.endswith(f"{name}/kernel")])
        for name in ("inner", "outer", "outward")
    }
    assert abs(spread["inner"] / 0.02 - 1) < 0.02
    assert all(abs(spread[name] / (0.02 / math.sqrt(4)) - 1) < 0.02 for name in ("outer", "outward"))


@pytest.mark.parametrize(
    ("tier", "name", "last"),
    [
        ("standard", "tiny_shakespeare_64", 2000),
        ("standard", "tiny_shakespeare_256", 5000),
        ("standard", "tiny_shakespeare", 10 * (7843 // 16)),
        ("pocket", "sentences", None),
    ],
)
def test_the_rate_rises_for_100_steps_and_falls_to_a_tenth(tier, name, last, monkeypatch):
    recipe = catalogue.recipe(ENTRY, tier, name)
    if last is None:
        from benchmarks import datasets

        last = recipe.epochs * (len(datasets.load(name).train["x"]) // recipe.batch_size)
    options = recipe.optimizer["learning_rate"]
    rate = optimizers.make(recipe.optimizer)._learning_rate
    rise, peak = options["warmup_steps"], options["warmup_target"]
    middle = rise + (last - rise) // 2
    found = [float(rate(step)) for step in (0, rise // 2, rise, middle, last)]
    np.testing.assert_allclose(found, [0, peak / 2, peak, 0.55 * peak, 0.1 * peak], rtol=2e-3, atol=1e-9)


def test_only_matrices_and_tables_decay():
    model = ENTRY.build(vocabulary=5, context=4, width=8, heads=2, layers=1)
    optimizer = optimizers.make(ENTRY.recipes[0].optimizer)
    optimizer.build(model.trainable_variables)
    decays = {v.path: bool(optimizer._use_weight_decay(v)) for v in model.trainable_variables}
    assert all(decay == path.endswith(("kernel", "table")) for path, decay in decays.items())
    assert len(set(decays.values())) == 2
