"""The Transformer's parts against NumPy, against Keras' own attention, and for what they must not see."""

import math

import keras
import numpy as np
import pytest
from keras import ops

from benchmarks.entries.attention.transformer_2017 import build
from benchmarks.layers.attention.transformer import (
    DecoderLayer,
    EncoderLayer,
    MultiHeadAttention,
    attention_weights,
    scaled_dot_product_attention,
    sinusoids,
)

SYMBOLS = 9


@pytest.fixture(scope="module")
def model():
    keras.utils.set_random_seed(3)
    return build(vocabulary=SYMBOLS, source_vocabulary=7, width=8, hidden=16, heads=2, layers=2, dropout=0.3)


def logits(model, source, target):
    return ops.convert_to_numpy(
        model({"source": ops.array(source, "int32"), "target": ops.array(target, "int32")}, training=False)
    )


def test_attention_is_the_papers_formula():
    rng = np.random.default_rng(0)
    q, k, v = rng.normal(size=(2, 3, 4, 5)), rng.normal(size=(2, 3, 6, 5)), rng.normal(size=(2, 3, 6, 7))
    allowed = rng.random((2, 1, 4, 6)) < 0.6
    allowed[..., 0] = True
    queries, keys, values = (ops.array(x, "float32") for x in (q, k, v))
    found, weights = (
        ops.convert_to_numpy(x)
        for x in scaled_dot_product_attention(queries, keys, values, ops.array(allowed))
    )
    for n in range(2):
        for h in range(3):
            for t in range(4):
                seen = [s for s in range(6) if allowed[n, 0, t, s]]
                shares = np.array([math.exp(q[n, h, t] @ k[n, h, s] / math.sqrt(5)) for s in seen])
                shares /= shares.sum()
                np.testing.assert_allclose(weights[n, h, t, seen], shares, rtol=1e-4)
                np.testing.assert_allclose(found[n, h, t], shares @ v[n, h, seen], rtol=1e-3, atol=1e-5)
    assert np.all(weights[~np.broadcast_to(allowed, weights.shape)] == 0)


def test_heads_agree_with_those_of_keras():
    rng = np.random.default_rng(1)
    x, memory = (ops.array(rng.normal(size=(2, t, 12)), "float32") for t in (4, 5))
    ours, theirs = MultiHeadAttention(12, 3), keras.layers.MultiHeadAttention(3, 4)
    allowed = rng.random((2, 4, 5)) < 0.7
    allowed[..., 0] = True
    ours(x, memory, ops.array(allowed[:, None]))
    theirs(x, memory)
    for one, other in zip(ours.weights, theirs.weights, strict=True):
        value = rng.normal(size=one.shape)
        one.assign(value)
        other.assign(value.reshape(other.shape))
    found, expected = (
        ours(x, memory, ops.array(allowed[:, None])),
        theirs(x, memory, attention_mask=ops.array(allowed)),
    )
    np.testing.assert_allclose(
        ops.convert_to_numpy(found), ops.convert_to_numpy(expected), rtol=1e-4, atol=1e-5
    )


def test_a_width_that_heads_do_not_divide_is_refused():
    with pytest.raises(ValueError, match="width 10 is not divisible by 4 heads"):
        MultiHeadAttention(10, 4)


def test_positions_are_sines_and_cosines_by_turns():
    found = ops.convert_to_numpy(sinusoids(ops.arange(3), 4))
    # Wavelengths of 2 pi and 2 pi * 10000 ** (2 / 4).
    expected = [[math.sin(p), math.cos(p), math.sin(p / 100), math.cos(p / 100)] for p in range(3)]
    np.testing.assert_allclose(found, expected, atol=1e-6)


def test_symbols_become_vectors_times_the_root_of_the_width_and_share_the_table_with_the_logits(model):
    embedding = model.get_layer("target_embedding")
    table = np.asarray(embedding.table.value)
    np.testing.assert_allclose(
        ops.convert_to_numpy(embedding(ops.array([[4, 2]]))), [table[[4, 2]] * math.sqrt(8)], rtol=1e-5
    )
    x = np.random.default_rng(2).normal(size=(1, 3, 8)).astype("float32")
    np.testing.assert_allclose(
        ops.convert_to_numpy(embedding(ops.array(x), reverse=True)), x @ table.T, rtol=1e-4, atol=1e-5
    )
    assert sum(weight.path.endswith("table") for weight in model.trainable_weights) == 2


@pytest.mark.parametrize(("kind", "arguments"), [(EncoderLayer, 1), (DecoderLayer, 2)])
def test_normalisation_comes_after_the_residual_sum(kind, arguments):
    rng = np.random.default_rng(3)
    x = ops.array(rng.normal(loc=5.0, scale=3.0, size=(2, 4, 16)), "float32")
    present = ops.ones((2, 4), "bool")
    y = ops.convert_to_numpy(kind(16, 4, 32, 0.0)(*[x] * arguments, present))
    np.testing.assert_allclose(y.mean(axis=-1), 0.0, atol=1e-5)
    np.testing.assert_allclose(y.std(axis=-1), 1.0, atol=1e-3)


def test_no_position_sees_a_later_symbol(model):
    source, target = [[4, 5, 6, 3]], np.array([[1, 4, 5, 6, 7, 8]])
    before = logits(model, source, target)
    for t in range(1, 6):
        changed = target.copy()
        changed[0, t] = 3
        after = logits(model, source, changed)
        np.testing.assert_array_equal(after[:, :t], before[:, :t])
        assert np.abs(after[:, t:] - before[:, t:]).max(axis=-1).min() > 0


def test_padding_of_the_source_changes_nothing_and_its_symbols_do(model):
    target = [[1, 4, 5]]
    before = logits(model, [[4, 5, 6]], target)
    np.testing.assert_allclose(logits(model, [[4, 5, 6, 0, 0]], target), before, atol=1e-5)
    assert np.abs(logits(model, [[4, 5, 6, 3, 0]], target) - before).max() > 1e-3
    assert np.abs(logits(model, [[5, 4, 6, 0, 0]], target) - before).max() > 1e-3, "order matters"


def test_padding_of_the_target_changes_nothing_before_it(model):
    np.testing.assert_allclose(
        logits(model, [[4, 5]], [[1, 4, 5, 0, 0]])[:, :3], logits(model, [[4, 5]], [[1, 4, 5]]), atol=1e-5
    )


def test_step_by_step_gives_the_logits_of_all_positions_at_once(model):
    source, target = (
        np.array([[4, 5, 6, 0], [3, 3, 5, 4]], "int32"),
        np.array([[1, 4, 5, 6, 7], [1, 8, 7, 4, 4]], "int32"),
    )
    expected = logits(model, source, target)
    memory, state = model.start(ops.array(source), longest=7)
    for i in range(5):
        found, state = model.decode_step(ops.array(target[:, i]), ops.array(i, "int32"), memory, state)
        np.testing.assert_allclose(ops.convert_to_numpy(found), expected[:, i], rtol=1e-4, atol=1e-5)


def test_attention_weights_are_distributions_over_the_words_present(model):
    found = attention_weights(
        model, ops.array([[4, 5, 6, 0, 0]], "int32"), ops.array([[1, 4, 5, 6]], "int32")
    )["weights"]
    weights = ops.convert_to_numpy(found)
    assert weights.shape == (1, 2, 2, 4, 5)
    np.testing.assert_allclose(weights.sum(axis=-1), 1.0, rtol=1e-5)
    assert np.all(weights[..., 3:] == 0)


def test_dropout_acts_in_training_only(model):
    inputs = {"source": ops.array([[4, 5]], "int32"), "target": ops.array([[1, 4]], "int32")}
    one, other, fixed, same = (
        ops.convert_to_numpy(model(inputs, training=training)) for training in (True, True, False, False)
    )
    assert np.abs(one - other).max() > 1e-3
    np.testing.assert_array_equal(fixed, same)
