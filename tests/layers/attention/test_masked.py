"""Hidden words, against the paper's shares, values by hand and NumPy."""

import math

import keras
import numpy as np
import pytest
from keras import ops

from benchmarks.entries.attention import bert_2018
from benchmarks.layers.attention.masked import FIRST_WORD, MASK, PADDING, Segments, guesses, hide, most

SIZES = {"vocabulary": 12, "context": 9, "width": 8, "heads": 2, "layers": 2, "dropout": 0.0}
#: Two texts of at most eight words below 12, padded in front.
X = np.array([[0, 0, 1, 4, 6, 5, 7, 9], [1, 8, 8, 2, 10, 6, 11, 15]], "int32")


def numbers(x):
    return np.asarray(x.value if isinstance(x, keras.Variable) else ops.convert_to_numpy(x)).copy()


def random_weights(model):
    rng = np.random.default_rng(0)
    for weight in model.trainable_weights:
        weight.assign(rng.normal(scale=0.5, size=weight.shape))
    return model


@pytest.fixture(scope="module")
def reader():
    return random_weights(bert_2018.build(**SIZES))


@pytest.fixture(scope="module")
def writer():
    return random_weights(bert_2018.build(**SIZES, causal=True))


def hidden(text, limit, seed=0):
    rng = np.random.default_rng(seed)
    n, steps = text.shape
    order, kind, other = (
        ops.array(rng.random((n, count)).astype("float32")) for count in (steps, most(steps), most(steps))
    )
    return [numbers(part) for part in hide(ops.array(text), order, kind, other, limit)]


def entropy(logits, label):
    logits = logits.astype("float64")
    return np.log(np.exp(logits - logits.max()).sum()) + logits.max() - logits[label]


def within(count, n, share):
    """Within five standard deviations of a binomial count: a chance of one in a million to be outside."""
    return abs(count - n * share) < 5 * math.sqrt(n * share * (1 - share))


def test_fifteen_words_in_a_hundred_are_chosen_each_as_likely_as_any_other():
    text = np.random.default_rng(1).integers(FIRST_WORD, 1000, (2000, 40)).astype("int32")
    symbols, places, labels, weight = hidden(text, 1000)
    assert most(40) == places.shape[1] == 6 and weight.all()
    assert (np.diff(np.sort(places, axis=1)) > 0).all(), "no word is chosen twice"
    np.testing.assert_array_equal(labels, np.take_along_axis(text, places, axis=1))
    for place in range(40):
        assert within((places == place).sum(), 2000, 0.15)
    untouched = np.ones(text.shape, bool)
    np.put_along_axis(untouched, places, False, axis=1)
    np.testing.assert_array_equal(symbols[untouched], text[untouched])


def test_of_the_chosen_eight_in_ten_are_masked_one_is_another_word_and_one_stays():
    text = np.random.default_rng(1).integers(FIRST_WORD, 1000, (2000, 40)).astype("int32")
    symbols, places, labels, _ = hidden(text, 1000)
    seen = np.take_along_axis(symbols, places, axis=1)
    n = seen.size
    masked, kept = seen == MASK, seen == labels
    assert within(masked.sum(), n, 0.8)
    # One in 996 of the words drawn at random is the word itself.
    assert within(kept.sum(), n, 0.1 + 0.1 / 996)
    other = seen[~masked & ~kept]
    assert other.min() >= FIRST_WORD and other.max() < 1000
    assert other.mean() == pytest.approx((FIRST_WORD + 999) / 2, abs=5 * 996 / math.sqrt(12 * len(other)))


def test_padding_is_never_chosen_and_short_texts_have_one_word_to_guess():
    text = np.zeros((5, 40), "int32")
    for row, length in enumerate((0, 1, 3, 13, 20)):
        text[row, 40 - length :] = np.arange(FIRST_WORD, FIRST_WORD + length)
    for seed in range(20):
        symbols, places, labels, weight = hidden(text, 100, seed)
        np.testing.assert_array_equal(weight.sum(axis=1), [0, 1, 1, 2, 3])  # 15% are 0.45, 1.95 and 3
        assert (np.take_along_axis(text, places, axis=1)[weight > 0] == labels[weight > 0]).all()
        assert (labels[weight > 0] >= FIRST_WORD).all()
        np.testing.assert_array_equal(symbols == PADDING, text == PADDING)


def test_only_chosen_words_are_scored(reader):
    """Of six words round(0.9) = 1 is chosen, of padding alone none. So the loss is the entropy of one word,
    masked, altered or left alone; the mean of several would be none of these numbers."""
    text = np.array([[0, 0, 8, 8, 2, 10, 6, 11], [0] * 8], "int32")
    possible = []
    for place in range(2, 8):
        for seen in (MASK, text[0, place], *range(FIRST_WORD, 12)):
            shown = text.copy()
            shown[0, place] = seen
            logits = numbers(reader.fill(ops.array(shown), ops.array([[place], [0]], dtype="int32")))[0, 0]
            possible.append(entropy(logits, text[0, place]))
    found = [float(reader.entropy(ops.array(text))) for _ in range(8)]
    for loss in found:
        assert min(abs(loss - one) for one in possible) < 1e-4 * max(loss, 1.0)
    assert len({round(loss, 4) for loss in found}) > 1, "each time another word is chosen"


def test_words_are_read_from_the_states_at_their_places(reader):
    """Against NumPy, from the states of the encoder on: the dense layer, GELU by tanh, the normalisation,
    the table of symbols and the bias."""
    places = np.array([[4, 7], [1, 5]], "int32")
    text = numbers(reader.text(ops.array(X)))
    _, states = reader.states(ops.array(text))
    states = np.take_along_axis(numbers(states), places[:, :, None], axis=1).astype("float64")
    x = states @ numbers(reader.transform.kernel) + numbers(reader.transform.bias)
    x = 0.5 * x * (1 + np.tanh(np.sqrt(2 / np.pi) * (x + 0.044715 * x**3)))
    x = (x - x.mean(-1, keepdims=True)) / np.sqrt(x.var(-1, keepdims=True) + 1e-12)
    x = x * numbers(reader.norm.gamma) + numbers(reader.norm.beta)
    expected = x @ numbers(reader.tokens.table).T + numbers(reader.bias)
    np.testing.assert_allclose(
        numbers(reader.fill(ops.array(text), ops.array(places))), expected, rtol=1e-3, atol=1e-3
    )


def test_nothing_of_a_masked_word_reaches_the_output(reader):
    order = ops.array([[0.9, 0.8, 0.7, 0.6, 0.5, 0.4, 0.3, 0.1]] * 2)  # the last word comes first
    zero = ops.zeros((2, 1))
    outputs = []
    for word in range(FIRST_WORD, 12):
        text = numbers(reader.text(ops.array(X)))
        text[:, -1] = word
        symbols, places, labels, weight = map(numbers, hide(ops.array(text), order, zero, zero, 12))
        assert places.tolist() == [[7], [7]] and labels.tolist() == [[word], [word]] and weight.all()
        outputs.append(numbers(reader.fill(ops.array(symbols), ops.array(places))))
    for other in outputs[1:]:
        np.testing.assert_array_equal(other, outputs[0])


def test_words_on_both_sides_of_a_masked_word_reach_the_output(reader, writer):
    def logits(model, text):
        _, states = model.states(ops.array(text))
        return numbers(model.read(states))[1, 4]

    text = numbers(reader.text(ops.array(X)))
    for model, sees_later in ((reader, True), (writer, False)):
        before = logits(model, text)
        for place, sees in ((2, True), (6, sees_later)):
            other = text.copy()
            other[1, place] = 5
            assert (np.abs(logits(model, other) - before).max() > 1e-4) == sees


def test_the_whole_stands_in_front_and_padding_changes_no_class(reader):
    """Only positions differ: with equal vectors for all, padding could as well not be there."""
    table = reader.encoder.get_layer("positions").table
    kept = numbers(table)
    table.assign(np.zeros_like(kept))
    found = numbers(
        reader(ops.array([[0, 0, 0, 0, 5, 6, 7, 8], [0, 0, 0, 1, 5, 6, 7, 8], [9] * 4 + [5, 6, 7, 8]]))
    )
    states = numbers(reader.encoder(ops.array([[1, 5, 6, 7, 8]])))[0, 0].astype("float64")
    table.assign(kept)
    whole = np.tanh(states @ numbers(reader.pooler.kernel) + numbers(reader.pooler.bias))
    expected = whole @ numbers(reader.output_layer.kernel) + numbers(reader.output_layer.bias)
    np.testing.assert_allclose(found[0], expected, rtol=1e-3, atol=1e-4)
    np.testing.assert_allclose(found[1], expected, rtol=1e-3, atol=1e-4)
    assert np.abs(found[2] - expected).max() > 1e-3


def test_from_left_to_right_each_word_is_scored_by_those_before_it(writer):
    text = numbers(writer.text(ops.array(X)))
    _, states = writer.states(ops.array(text))
    logits = numbers(writer.read(states))
    losses = [entropy(logits[i, t], text[i, t + 1]) for i, first in ((0, 3), (1, 1)) for t in range(first, 7)]
    assert float(writer.entropy(ops.array(X))) == pytest.approx(np.mean(losses), rel=1e-4)


def test_the_vector_of_the_first_segment_is_added():
    x = np.random.default_rng(0).normal(size=(3, 4, 2)).astype("float32")
    layer = Segments()
    layer(ops.array(x))
    layer.table.assign([[5.0, -7.0], [100.0, 100.0]])
    np.testing.assert_allclose(numbers(layer(ops.array(x))), x + np.array([5.0, -7.0]), rtol=1e-6)


def test_guesses_are_probabilities_where_the_mask_is(reader):
    found = guesses(reader, {"x": ops.array(X), "place": ops.array([1, 3], dtype="int32")})
    shares = numbers(found["probability"])
    np.testing.assert_allclose(shares.sum(axis=1), 1.0, rtol=1e-5)
    text = numbers(reader.text(ops.array(X)))
    text[0, 7], text[1, 5] = MASK, MASK
    logits = numbers(reader.fill(ops.array(text), ops.array([[7], [5]], dtype="int32")))[:, 0]
    np.testing.assert_allclose(shares, numbers(ops.softmax(ops.array(logits))), rtol=1e-4)
