"""Symbols read one by one give what a pass over all gives; a full context is read again from its half."""

import keras
import numpy as np
import pytest
from keras import ops

from benchmarks.entries.attention import gpt1_2018, gpt2_2019
from benchmarks.layers.attention.language_model import reader
from benchmarks.layers.sampled_text import draw


class Eager:
    """Stands for the engine's `predict`: calls the function without compiling it."""

    def __init__(self, model):
        self.model = model

    def once(self, function, *arrays):
        outputs = function(self.model, *[keras.tree.map_structure(ops.convert_to_tensor, a) for a in arrays])
        return {key: np.asarray(ops.convert_to_numpy(value)) for key, value in outputs.items()}


@pytest.fixture(scope="module", params=["before", "behind"])
def model(request):
    keras.utils.set_random_seed(4)
    sizes = {"vocabulary": 9, "context": 8, "width": 12, "heads": 3, "layers": 2, "dropout": 0.3}
    made = gpt2_2019.build(**sizes) if request.param == "before" else gpt1_2018.build(**sizes, classes=0)
    rng = np.random.default_rng(0)
    for weight in made.trainable_weights:
        weight.assign(np.asarray(weight.value) + rng.normal(scale=0.3, size=weight.shape))
    return made


def test_cached_and_uncached_reading_agree(model):
    text = np.random.default_rng(1).integers(1, 9, 8)
    whole = np.asarray(ops.convert_to_numpy(model(ops.array(text[None], "int32"))))[0]
    read = reader(Eager(model), model)
    np.testing.assert_allclose([read(int(symbol)) for symbol in text], whole, rtol=1e-3, atol=1e-4)


def test_behind_a_full_context_its_later_half_is_read_again(model):
    text = np.random.default_rng(2).integers(1, 9, 10)
    read = reader(Eager(model), model)
    ninth, tenth = [read(int(symbol)) for symbol in text][8:]
    for found, begin, end in ((ninth, 4, 9), (tenth, 4, 10)):
        window = ops.array(text[None, begin:end], "int32")
        np.testing.assert_allclose(found, ops.convert_to_numpy(model(window))[0, -1], rtol=1e-3, atol=1e-4)


def test_two_rows_are_decoded_apart(model):
    texts = np.random.default_rng(3).integers(1, 9, (2, 5)).astype("int32")
    whole = ops.convert_to_numpy(model(ops.array(texts)))
    state = model.start()
    keys, values = (ops.array(np.repeat(state[name], 2, axis=1)) for name in ("keys", "values"))
    for t in range(5):
        logits, keys, values = model.decode_step(ops.array(texts[:, t]), ops.array(t, "int32"), keys, values)
        np.testing.assert_allclose(ops.convert_to_numpy(logits), whole[:, t], rtol=1e-3, atol=1e-4)


def test_what_is_drawn_is_repeated_by_the_same_seed(model):
    one, again, other = (draw(reader(Eager(model), model), [3, 1], 4, seed) for seed in (5, 5, 6))
    assert one == again != other and len(one) == 4
