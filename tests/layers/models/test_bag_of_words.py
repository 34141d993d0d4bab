"""A bag of words: what counts, and how often."""

import keras
import numpy as np

from benchmarks.layers.models.bag_of_words import BagOfWords


def test_each_word_counts_once_in_any_order_and_other_numbers_do_not():
    bag = BagOfWords(vocabulary=7, first_word=3)  # words 3, 4, 5 and 6
    bag.build((None, 5))
    bag.set_weights([np.array([[1.0], [20.0], [300.0], [4000.0]]), np.array(0.5)])
    texts = np.array([[0, 0, 3, 5, 6], [6, 3, 5, 0, 0], [4, 4, 4, 3, 4], [2, 1, 0, 0, 0], [5, 0, 5, 1, 2]])
    logits = keras.ops.convert_to_numpy(bag(texts.astype("int32")))
    np.testing.assert_allclose(logits[:, 1], [4301.5, 4301.5, 21.5, 0.5, 300.5])
    np.testing.assert_array_equal(logits[:, 0], -logits[:, 1])
