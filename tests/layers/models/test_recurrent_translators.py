"""Writing symbol by symbol agrees with the whole target at once; what is cut off counts nowhere."""

import keras
import numpy as np
import pytest
from keras import ops

from benchmarks.entries.attention import bahdanau_2014
from benchmarks.entries.recurrent import seq2seq_2014
from benchmarks.layers.models.recurrent_translators import larger_of_pairs, no_longer_than
from benchmarks.tasks import translation
from benchmarks.tasks._decoding import END, START, greedy

VOCABULARY, LONGEST = 7, 5
SOURCES = np.array([[4, 5, 3, 6], [5, 5, 0, 0], [3, 4, 6, 0]], "int32")
SIZES = {"vocabulary": VOCABULARY, "source_vocabulary": 8, "width": 4, "initial": 1.0}
BUILDS = {
    "seq2seq": lambda: seq2seq_2014.build(cells=5, layers=2, **SIZES),
    "forward": lambda: seq2seq_2014.build(cells=5, layers=1, reverse=False, **SIZES),
    "search": lambda: bahdanau_2014.build(units=5, alignment=3, maxout=3, **SIZES),
    "encdec": lambda: bahdanau_2014.build(units=5, alignment=None, maxout=3, **SIZES),
}


@pytest.fixture(scope="module", params=BUILDS)
def model(request):
    keras.utils.set_random_seed(4)
    model = BUILDS[request.param]()
    for weights in model.trainable_weights:
        if weights.name in ("v", "from_state", "from_annotations"):
            weights.assign(np.random.default_rng(5).normal(size=weights.shape))
    return model


def whole(model, sources, targets):
    return ops.convert_to_numpy(
        model({"source": ops.array(sources), "target": ops.array(targets)}, training=False)
    )


def test_the_state_knows_what_was_written(model):
    written = np.random.default_rng(6).integers(3, VOCABULARY, (len(SOURCES), LONGEST)).astype("int32")
    written[:, 0] = START
    expected = whole(model, SOURCES, written)
    memory, state = model.start(ops.array(SOURCES), LONGEST)
    for i in range(LONGEST):
        logits, state = model.decode_step(ops.array(written[:, i]), i, memory, state)
        np.testing.assert_allclose(logits, expected[:, i], atol=1e-4)


def test_greedy_writing_is_the_likeliest_symbol_after_the_whole_prefix(model):
    found = ops.convert_to_numpy(greedy(model, ops.array(SOURCES), LONGEST))
    for source, sequence in zip(SOURCES, found, strict=True):
        expected: list[int] = []
        while len(expected) < LONGEST and END not in expected:
            prefix = np.array([[START, *expected]], "int32")
            expected.append(int(np.argmax(whole(model, source[None], prefix)[0, -1])))
        assert list(sequence) == expected + [0] * (LONGEST - len(expected))


def test_padding_changes_nothing(model):
    target = np.array([[START, 4, 5]], "int32")
    padded = whole(model, np.array([[5, 3, 0, 0, 0]], "int32"), target)
    np.testing.assert_allclose(padded, whole(model, np.array([[5, 3]], "int32"), target), atol=1e-5)


def test_reading_backwards_is_reading_the_reversed_source():
    keras.utils.set_random_seed(7)
    backwards = seq2seq_2014.build(cells=5, layers=1, **SIZES)
    forwards = seq2seq_2014.build(cells=5, layers=1, reverse=False, **SIZES)
    forwards.set_weights(backwards.get_weights())
    target = np.array([[START, 4]], "int32")
    one, other = np.array([[4, 5, 6, 0]], "int32"), np.array([[6, 5, 4, 0]], "int32")
    np.testing.assert_allclose(whole(backwards, one, target), whole(forwards, other, target), atol=1e-5)
    assert not np.allclose(whole(backwards, one, target), whole(forwards, one, target), atol=1e-3)


def test_pairs_that_are_too_long_do_not_count():
    """Of three pairs the second has a source, the third a target of more than two symbols."""
    source = np.array([[4, 5, 0], [4, 5, 6], [4, 0, 0]], "int32")
    target = np.array([[1, 4, 5, 2, 0], [1, 4, 2, 0, 0], [1, 4, 5, 6, 2]], "int32")
    cut = no_longer_than({"source": ops.array(source), "target": ops.array(target)}, 2)
    np.testing.assert_array_equal(cut["source"], source[:, :2])
    np.testing.assert_array_equal(cut["target"], [[1, 4, 5, 2], [0, 0, 0, 0], [0, 0, 0, 0]])
    keras.utils.set_random_seed(8)
    model = BUILDS["search"]()
    alone = {"source": ops.array(source[:1]), "target": ops.array(target[:1])}
    assert float(translation.loss(model, cut, False)) == pytest.approx(
        float(translation.loss(model, alone, False)), rel=1e-5
    )


def test_maxout_takes_the_larger_of_two():
    np.testing.assert_array_equal(larger_of_pairs(ops.array([[1.0, 5.0, 3.0, 4.0]])), [[3.0, 5.0]])
