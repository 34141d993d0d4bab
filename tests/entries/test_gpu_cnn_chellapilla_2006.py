"""Unrolled and direct convolution are one net."""

import keras
import numpy as np

from benchmarks import catalogue

ENTRY = catalogue.load("gpu_cnn_chellapilla_2006")


def test_both_variants_start_and_learn_alike():
    digits = np.random.default_rng(1).integers(0, 256, (8, 28, 28, 1)).astype("uint8")
    wanted = np.arange(8, dtype="int32")
    outputs = []
    for unrolled in (True, False):
        keras.utils.set_random_seed(2)
        model = ENTRY.build(unrolled)
        assert [layer.output.shape[1:] for layer in model.layers if layer.name.startswith("convolution")] == [
            (13, 13, 5),
            (5, 5, 50),
        ]
        before = np.asarray(model(digits))
        model.compile(
            keras.optimizers.SGD(0.05), keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        )
        for _ in range(3):
            model.train_on_batch(digits, wanted)
        outputs.append((before, np.asarray(model(digits))))
    for mine, theirs in zip(*outputs, strict=True):
        np.testing.assert_allclose(mine, theirs, rtol=1e-3, atol=1e-3)
    assert np.abs(outputs[0][1] - outputs[0][0]).max() > 0.05, "something was learned"
