"""Probabilities by classes against the product written out; classes against a small example."""

import keras
import numpy as np

from benchmarks.layers.units.class_factored_output import ClassFactoredOutput, frequency_classes


def test_classes_share_the_text_by_frequency() -> None:
    counts = np.array([10, 1, 40, 9, 20, 20])  # from the most frequent: 40 | 20 + 20 + ... of 100
    np.testing.assert_array_equal(frequency_classes(counts, 2), [1, 1, 0, 1, 0, 1])
    np.testing.assert_array_equal(frequency_classes(counts, 4), [3, 3, 0, 3, 1, 2])
    assert set(frequency_classes(np.zeros(3, int), 4)) == {0}


def test_probabilities_are_products_and_add_up_to_one() -> None:
    layer = ClassFactoredOutput(6, 4, initial=1.0)
    layer.build((None, 3))
    text = np.repeat(np.arange(6), [10, 1, 40, 9, 20, 1])
    layer.adapt(text)
    of = frequency_classes(np.bincount(text), 4)
    x = np.random.default_rng(0).normal(size=(2, 5, 3)).astype("float32")
    found = keras.ops.convert_to_numpy(layer(x))
    words, classes = (np.exp(x @ np.asarray(kernel.value)) for kernel in layer.trainable_variables)
    used = np.isin(np.arange(4), of)
    for w in range(6):
        of_class = classes[..., of[w]] / classes[..., used].sum(axis=-1)
        among = words[..., w] / words[..., of == of[w]].sum(axis=-1)
        np.testing.assert_allclose(found[..., w], np.log(of_class * among), atol=1e-4)
    np.testing.assert_allclose(np.exp(found).sum(axis=-1), 1.0, rtol=1e-5)
