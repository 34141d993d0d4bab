"""The captioner writes word by word what it expects with the whole sentence given."""

import keras
import numpy as np

from benchmarks.layers.models.captioner import Captioner
from benchmarks.tasks._decoding import START, greedy


def net() -> Captioner:
    keras.utils.set_random_seed(8)
    image = keras.Input((2, 3, 1))
    encoder = keras.Model(image, keras.layers.Dense(5)(keras.layers.Flatten()(image)))
    model = Captioner(encoder, vocabulary=7, units=5, dropout=0.3)
    for number, weight in enumerate(model.trainable_variables):
        weight.assign(np.random.default_rng(number).normal(0, 0.8, weight.shape))
    return model


def test_the_state_of_a_word_is_that_of_keras_lstm_which_saw_the_image_first():
    model = net()
    images = np.random.default_rng(1).normal(size=(4, 2, 3, 1)).astype("float32")
    target = np.random.default_rng(2).integers(1, 7, (4, 6)).astype("int32")
    seen = np.asarray(model.encoder(images))[:, None]
    words = np.asarray(model.words.embeddings.value)[target]
    kernel, bias = (np.asarray(weight.value) for weight in model.gates.weights)
    order = np.concatenate([np.arange(0, 10), np.arange(15, 20), np.arange(10, 15)])
    layer = keras.layers.LSTM(5, return_sequences=True)
    layer.build((None, None, 5))
    layer.set_weights([kernel[:5, order], kernel[5:, order], bias[order]])
    outputs = np.asarray(layer(np.concatenate([seen, words], axis=1)))[:, 1:]
    kernel, bias = (np.asarray(weight.value) for weight in model.answer.weights)
    found = np.asarray(model({"source": images, "target": target}))
    np.testing.assert_allclose(found, outputs @ kernel + bias, rtol=1e-4, atol=1e-5)


def test_greedy_words_are_the_likeliest_of_the_whole_sentence():
    model = net()
    images = np.random.default_rng(3).normal(size=(6, 2, 3, 1)).astype("float32")
    written = np.asarray(greedy(model, images, 8))
    target = np.concatenate([np.full((6, 1), START), written[:, :-1]], axis=1).astype("int32")
    likeliest = np.asarray(model({"source": images, "target": target})).argmax(axis=-1)
    running = np.cumprod(target != 2, axis=1).astype(
        bool
    )  # up to the end symbol, after which padding follows
    np.testing.assert_array_equal(written[running], likeliest[running])
    assert running.sum() > 6
