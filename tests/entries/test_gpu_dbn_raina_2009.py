"""One step on a batch is the mean of steps on its examples; sizes counted by hand."""

import keras
import numpy as np

from benchmarks import catalogue
from benchmarks.entries.energy.gpu_dbn_raina_2009 import ENTRY, build
from benchmarks.rules.contrastive_divergence import directions


def test_the_declared_counts_are_those_counted_by_hand():
    large, small = (count.trainable for count in ENTRY.parameters)
    assert large == 64 * 64 * 11008 + 64 * 64 + 11008
    assert small == 24 * 24 * 1024 + 24 * 24 + 1024


def test_a_batch_has_the_mean_of_the_directions_of_its_examples():
    keras.utils.set_random_seed(0)
    machine = build(sizes=(7,), input_shape=(3, 2), scale=1.0, spread=0.5).network.machines[0]
    random = np.random.default_rng(0)
    data, visible = random.random((2, 5, 6)).astype("float32")
    first, last = (np.asarray(machine.hidden_mean(seen)) for seen in (data, visible))
    together = directions(machine, data, first, visible, last, 0.01)
    rows = [slice(n, n + 1) for n in range(5)]
    alone = [directions(machine, data[n], first[n], visible[n], last[n], 0.01) for n in rows]
    for whole, *parts in zip(together, *alone, strict=True):
        np.testing.assert_allclose(np.asarray(whole), np.mean(parts, axis=0), rtol=1e-4, atol=1e-6)


def test_variants_differ_in_what_they_say():
    standard = {recipe.variant: recipe for recipe in ENTRY.recipes if recipe.tier == "standard"}
    batches = {
        name: {stage.batch_size for stage in catalogue.stages(recipe)} for name, recipe in standard.items()
    }
    assert batches == {"batch-1": {1}, "batch-192": {192}, "large": {192}, "stack": {192}}
    assert len(standard["stack"].stages) == 4
    assert standard["large"].model["sizes"][0] == 4 * standard["batch-192"].model["sizes"][0]
