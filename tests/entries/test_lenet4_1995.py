"""LeNet-4: what its one printed sentence says, and its printed totals."""

import dataclasses
import math

import keras
import numpy as np

from benchmarks import catalogue
from benchmarks.engine.clock import Clock
from benchmarks.engine.runs import Options
from benchmarks.engine.workbench import Workbench

ENTRY = catalogue.load("lenet4_1995")


def test_the_net_has_the_printed_layers_and_about_the_printed_totals():
    model = ENTRY.build()
    shapes = {name: model.get_layer(name).output.shape[1:] for name in ("C1", "S2", "C3", "S4", "F5")}
    assert shapes == {
        "C1": (28, 28, 4),
        "S2": (14, 14, 8),
        "C3": (10, 10, 16),
        "S4": (5, 5, 16),
        "F5": (1, 1, 120),
    }
    connections = 28 * 28 * 4 * 26 + 14 * 14 * 8 * 5 + 5 * 5 * 16 * 5 + 10 * 121
    for name in ("C3", "F5"):
        positions, table = math.prod(shapes[name][:2]), model.get_layer(name).table
        connections += positions * sum(25 * len(maps) + 1 for maps in table)
        used = np.bincount(np.concatenate(table))
        assert used.max() - used.min() <= 1, "every map is used equally often"
        assert all(len(set(maps)) == len(maps) for maps in table)
    assert connections == 258_306
    assert abs(connections - 260_000) < 5000, "about 260,000"


def test_two_subsampled_maps_are_made_of_each_map():
    model = ENTRY.build()
    layer = model.get_layer("S2")
    x = np.random.default_rng(4).normal(size=(2, 4, 4, 4)).astype("float32")
    sums = x.reshape(2, 2, 2, 2, 2, 4).sum(axis=(2, 4))
    coefficients = np.asarray(layer.coefficient.value)
    np.testing.assert_allclose(
        np.asarray(layer(x)), np.repeat(sums, 2, axis=-1) * coefficients, rtol=1e-4, atol=1e-5
    )


def test_three_boosted_nets_learn_one_after_the_other():
    """The recipe for MNIST on a few small digits: each stage changes its own net, and their sum decides."""
    recipe = catalogue.recipe(ENTRY, "standard", "mnist-boosted")
    short = dataclasses.replace(
        recipe,
        dataset="digits",
        train_on="train",
        model={**recipe.model, "input_shape": (8, 8, 1), "scale": 16.0, "zoom": 3},
        stages=tuple(
            dataclasses.replace(
                stage,
                epochs=2,
                limit=300,
                rule_options={**stage.rule_options, "patterns": 60, "samples": 50, "rates": (0.0005,)},
            )
            for stage in recipe.stages
        ),
    )
    bench = Workbench(ENTRY, short, Options(backend=keras.backend.backend()), Clock(), 1)
    bench.reset(1)
    for number, net in enumerate(bench.model.columns):
        before = [[np.asarray(w.value) for w in one.weights] for one in bench.model.columns]
        bench.begin(number, Clock())
        bench.train_leg(2 * number, 2 * number + 2)
        bench.driver.sync()
        changed = [
            any(not np.array_equal(w.value, old) for w, old in zip(one.weights, olds, strict=True))
            for one, olds in zip(bench.model.columns, before, strict=True)
        ]
        assert changed == [one is net for one in bench.model.columns]
    assert len(bench.weights()) == 3 * len(ENTRY.build().weights)
    images = bench.data.test["x"][:20]
    together = sum(np.asarray(net(images)) for net in bench.model.columns)
    np.testing.assert_allclose(np.asarray(bench.model(images)), together, rtol=1e-5, atol=1e-6)
    assert bench.evaluate("test")["error"] < 80, "it has learned something in 180 steps"
    assert ENTRY.pictures is not None
    pictures = ENTRY.pictures(bench.model, bench.data, bench.predict)
    assert pictures["filters"].tiles.shape[2:4] == (5, 5)
