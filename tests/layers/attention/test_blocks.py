"""Blocks of one sequence against NumPy, and for what they must not see."""

import math

import keras
import numpy as np
import pytest
from keras import ops

from benchmarks.layers.attention.blocks import Block, Positions, SelfAttention, Tokens


def numbers(x):
    return np.asarray(x.value if isinstance(x, keras.Variable) else ops.convert_to_numpy(x)).copy()


def attention_by_hand(layer, x, allowed):
    """Head by head, in float64; `allowed` bool [n, t, s]."""
    n, _, width = x.shape
    size = width // layer.heads
    q, k, v = np.split(x @ numbers(layer.inward.kernel) + numbers(layer.inward.bias), 3, axis=-1)
    found = np.zeros_like(x)
    for i in range(n):
        for h in range(layer.heads):
            part = slice(h * size, (h + 1) * size)
            scores = q[i, :, part] @ k[i, :, part].T / math.sqrt(size)
            shares = np.where(allowed[i], np.exp(scores), 0.0)
            found[i, :, part] = shares / shares.sum(axis=1, keepdims=True) @ v[i, :, part]
    return found @ numbers(layer.outward.kernel) + numbers(layer.outward.bias)


def filled(layer, x, rng):
    """The layer built for x, with random numbers in all its weights."""
    layer(x)
    for weight in layer.trainable_weights:
        weight.assign(rng.normal(scale=0.4, size=weight.shape))
    return layer


@pytest.mark.parametrize("causal", [True, False])
def test_attention_is_the_formula_head_by_head_with_and_without_the_fused_kernel(causal):
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2, 5, 6))
    present = np.array([[False, True, True, True, True], [True] * 5])
    layer = filled(SelfAttention(6, 3, causal, dropout=1e-9), ops.array(x, "float32"), rng)
    allowed = present[:, None, :] & (np.tri(5, dtype=bool)[None] if causal else True)
    expected = attention_by_hand(layer, x, np.broadcast_to(allowed, (2, 5, 5)) | np.eye(5, dtype=bool)[None])
    for training in (False, True):  # the latter drops next to nothing, and is not fused
        found = numbers(layer(ops.array(x, "float32"), ops.array(present), training=training))
        seen = present if causal else np.ones((2, 5), bool)
        if not causal:
            expected = attention_by_hand(layer, x, np.broadcast_to(allowed, (2, 5, 5)))
        np.testing.assert_allclose(found[seen], expected[seen], rtol=1e-3, atol=1e-3)
        assert np.isfinite(found).all()


@pytest.mark.parametrize("first", [True, False])
def test_normalisation_stands_before_the_sublayers_or_behind_them(first):
    """Both equations in NumPy, with an exact GELU."""
    rng = np.random.default_rng(1)
    x = rng.normal(size=(2, 4, 6))
    block = filled(Block(6, 2, 10, causal=True, first=first, approximate=False), ops.array(x, "float32"), rng)

    def norm(i, y):
        scaled = (y - y.mean(-1, keepdims=True)) / np.sqrt(y.var(-1, keepdims=True) + 1e-5)
        return scaled * numbers(block.norms[i].gamma) + numbers(block.norms[i].beta)

    def perceptron(y):
        inner = y @ numbers(block.inner.kernel) + numbers(block.inner.bias)
        active = inner * 0.5 * (1 + np.vectorize(math.erf)(inner / math.sqrt(2)))
        return active @ numbers(block.outer.kernel) + numbers(block.outer.bias)

    def attend(y):
        return attention_by_hand(block.attention, y, np.broadcast_to(np.tri(4, dtype=bool), (2, 4, 4)))

    if first:
        y = x + attend(norm(0, x))
        expected = y + perceptron(norm(1, y))
    else:
        y = norm(0, x + attend(x))
        expected = norm(1, y + perceptron(y))
    np.testing.assert_allclose(numbers(block(ops.array(x, "float32"))), expected, rtol=1e-3, atol=2e-3)


@pytest.mark.parametrize("training", [False, True])
@pytest.mark.parametrize("causal", [True, False])
def test_a_causal_block_sees_nothing_later_and_another_sees_all(causal, training):
    rng = np.random.default_rng(2)
    x = rng.normal(size=(1, 6, 8)).astype("float32")
    # A rate at which next to nothing is dropped takes the path that is not fused.
    block = filled(Block(8, 2, 16, causal=causal, first=True, attention_dropout=1e-9), ops.array(x), rng)
    before = numbers(block(ops.array(x), training=training))
    changed = x.copy()
    changed[0, 3, 0] += 1.0
    moved = np.abs(numbers(block(ops.array(changed), training=training)) - before).max(axis=-1)[0]
    assert (moved[:3].max() == 0) == causal and moved[3:].min() > 1e-4


def test_dropout_of_attention_acts_in_training_and_keeps_the_mean():
    rng = np.random.default_rng(3)
    x = ops.array(rng.normal(size=(1, 3, 4)), "float32")
    layer = filled(SelfAttention(4, 2, causal=False, dropout=0.3), x, rng)
    fixed = numbers(layer(x))
    many = numbers(layer(ops.repeat(x, 20_000, axis=0), training=True))
    assert np.abs(many[0] - many[1]).max() > 1e-2
    error = many.std(axis=0) / math.sqrt(len(many))
    assert np.all(np.abs(many.mean(axis=0) - fixed[0]) < 5 * error + 1e-4)


def test_a_block_made_again_from_its_configuration_is_the_same():
    block = Block(8, 2, 16, causal=True, first=False, bias=False, spread=None, residual_spread=0.1)
    assert Block.from_config(block.get_config()).get_config() == block.get_config()
    block.build((None, 3, 8))
    assert sum(weight.path.endswith(("bias", "beta")) for weight in block.weights) == 0
    with pytest.raises(ValueError, match="width 10 is not divisible by 4 heads"):
        SelfAttention(10, 4, causal=True)


def test_glorots_bound_holds_for_queries_keys_and_values_each():
    keras.utils.set_random_seed(1)
    layer = SelfAttention(64, 4, causal=True, spread=None)
    layer.build((None, None, 64))
    bound = math.sqrt(6 / (64 + 64))
    assert 0.99 * bound < np.abs(numbers(layer.inward.kernel)).max() <= bound


def test_tables_name_rows_and_share_them_with_the_logits():
    tokens, positions = Tokens(5, 3), Positions(4)
    x = tokens(ops.array([[4, 2, 2]]))
    table = numbers(tokens.table)
    np.testing.assert_array_equal(numbers(x), table[[[4, 2, 2]]])
    np.testing.assert_allclose(numbers(tokens(x, reverse=True)), table[[[4, 2, 2]]] @ table.T, atol=1e-6)
    y = numbers(positions(x))
    np.testing.assert_allclose(y - numbers(x), numbers(positions.table)[None, :3], atol=1e-6)
    third = positions(x[:, 2:], position=ops.array(2, "int32"))
    np.testing.assert_array_equal(numbers(third)[:, 0], y[:, 2])
    with pytest.raises(ValueError, match="5 positions, and the model knows 4"):
        positions(ops.zeros((1, 5, 3)))
