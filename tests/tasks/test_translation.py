"""Decoding against exhaustive search and against a plain beam search in Python; measures on translations
whose score is known.
"""

import itertools
import math

import keras
import numpy as np
import pytest
from keras import ops

from benchmarks.engine.backend import driver_class
from benchmarks.engine.predict import Predictor
from benchmarks.entries.attention.transformer_2017 import build
from benchmarks.spec import Data
from benchmarks.tasks import translation
from benchmarks.tasks._decoding import END, START, beam_search, greedy, length_penalty

VOCABULARY, LONGEST = 6, 4
SOURCES = np.array([[4, 5, 3, 0], [5, 5, 4, 3], [3, 4, 0, 0]], "int32")


@pytest.fixture(scope="module", params=[5, 8, 11])
def model(request):
    """A small Transformer with random weights, made bold so that its distributions are far from even."""
    keras.utils.set_random_seed(request.param)
    model = build(
        vocabulary=VOCABULARY, source_vocabulary=6, width=8, hidden=16, heads=2, layers=1, dropout=0.0
    )
    table = model.get_layer("target_embedding").table
    table.assign(np.asarray(table.value) * 2.5)
    return model


def log_probabilities(model, source, prefixes):
    """Of the next symbol after each of equally long prefixes (without the start symbol), by the whole model
    at once: [prefixes, vocabulary].
    """
    target = np.array([[START, *padded(prefix)] for prefix in prefixes], "int32")
    logits = model(
        {"source": ops.array(np.tile(source, (len(prefixes), 1))), "target": ops.array(target)},
        training=False,
    )
    return ops.convert_to_numpy(ops.log_softmax(logits))[:, len(prefixes[0])].astype("float64")


def padded(sequence):
    return [*sequence, *[0] * (LONGEST - len(sequence))]


def best_of_all(model, source, alpha):
    """The best score of every sequence of at most LONGEST symbols that ends with the end symbol."""
    known: dict[tuple[int, ...], float] = {(): 0.0}
    best: tuple[float, tuple[int, ...]] = (-math.inf, ())
    for length in range(1, LONGEST + 1):
        prefixes = [p for p in known if len(p) == length - 1]
        for prefix, row in zip(prefixes, log_probabilities(model, source, prefixes), strict=True):
            for symbol in range(VOCABULARY):
                total = known[prefix] + row[symbol]
                if symbol == END:
                    best = max(best, (total / ((5 + length) / 6) ** alpha, (*prefix, END)))
                else:
                    known[(*prefix, symbol)] = total
    return best


def plain_beam_search(model, source, beam, alpha):
    """With lists, without a cache and without stopping early."""
    alive: list[tuple[float, tuple[int, ...]]] = [(0.0, ())]
    ended: list[tuple[float, tuple[int, ...]]] = []
    for length in range(1, LONGEST + 1):
        rows = log_probabilities(model, source, [prefix for _, prefix in alive])
        pairs = itertools.product(range(len(alive)), range(VOCABULARY))
        grown = sorted(((alive[i][0] + rows[i][s], (*alive[i][1], s)) for i, s in pairs), reverse=True)[
            : 2 * beam
        ]
        ended += [
            (total / ((5 + length) / 6) ** alpha, prefix) for total, prefix in grown if prefix[-1] == END
        ]
        alive = [(total, prefix) for total, prefix in grown if prefix[-1] != END][:beam]
    return max(ended) if ended else (alive[0][0] / ((5 + LONGEST) / 6) ** alpha, alive[0][1])


def search(model, **options):
    predict = Predictor(model, driver_class(keras.backend.backend())())
    predict.driver.bind(model.variables)
    found = predict.once(
        lambda model, source: dict(
            zip(("sequence", "score"), beam_search(model, source, LONGEST, **options), strict=True)
        ),
        SOURCES,
    )
    return found["sequence"], found["score"]


@pytest.mark.parametrize("alpha", [0.0, 0.6, 2.0])
def test_a_wide_beam_finds_the_best_of_all_sequences(model, alpha):
    sequences, scores = search(model, beam=5 ** (LONGEST - 1), alpha=alpha)
    for source, sequence, score in zip(SOURCES, sequences, scores, strict=True):
        expected, best = best_of_all(model, source, alpha)
        assert score == pytest.approx(expected, abs=1e-4)
        assert list(sequence) == padded(best)


@pytest.mark.parametrize("beam", [2, 4])
def test_a_narrow_beam_is_that_of_plain_lists(model, beam):
    sequences, scores = search(model, beam=beam, alpha=0.6)
    for source, sequence, score in zip(SOURCES, sequences, scores, strict=True):
        expected, best = plain_beam_search(model, source, beam, 0.6)
        assert score == pytest.approx(expected, abs=1e-4)
        assert list(sequence) == padded(best)


def test_greedy_takes_the_likeliest_symbol_each_time(model):
    found = ops.convert_to_numpy(greedy(model, ops.array(SOURCES), LONGEST))
    for source, sequence in zip(SOURCES, found, strict=True):
        expected: list[int] = []
        while len(expected) < LONGEST and END not in expected:
            expected.append(int(np.argmax(log_probabilities(model, source, [expected])[0])))
        assert list(sequence) == padded(expected)


def test_the_length_penalty_is_that_of_wu_and_others():
    assert float(length_penalty(1, 0.6)) == pytest.approx(1.0)
    assert float(length_penalty(7, 0.6)) == pytest.approx(2**0.6)
    assert float(length_penalty(7, 0.0)) == pytest.approx(1.0)


class Fixed:
    """Gives the same logits whatever it is asked."""

    def __init__(self, logits):
        self.logits = logits

    def __call__(self, inputs, training):
        return ops.array(self.logits, "float32")


def test_label_smoothing_agrees_with_keras_and_padding_does_not_count():
    rng = np.random.default_rng(4)
    target = np.array([[1, 5, 4, 2], [1, 3, 2, 0]], "int32")
    logits = rng.normal(size=(2, 3, VOCABULARY))
    batch = {"source": ops.array(SOURCES[:2]), "target": ops.array(target)}
    found = float(translation.cross_entropy(Fixed(logits), batch, True, smoothing=0.1))
    kept = [(n, t) for n in range(2) for t in range(3) if target[n, t + 1]]
    true = keras.utils.to_categorical([target[n, t + 1] for n, t in kept], VOCABULARY)
    expected = keras.losses.CategoricalCrossentropy(from_logits=True, label_smoothing=0.1)(
        true, np.array([logits[place] for place in kept])
    )
    assert found == pytest.approx(float(expected), rel=1e-5)
    # Without smoothing, even logits leave the surprise of a fair choice among the vocabulary.
    assert float(translation.loss(Fixed(np.zeros((2, 3, VOCABULARY))), batch, True)) == pytest.approx(
        math.log(VOCABULARY), rel=1e-5
    )


class Echo:
    """Says what it reads, then ends."""

    variables = ()

    def _logits(self, source):
        after = ops.concatenate([source, ops.zeros_like(source[:, :2])], axis=1)
        return 9.0 * ops.one_hot(ops.where(after == 0, END, after), 8)

    def __call__(self, inputs, training):
        return self._logits(inputs["source"])[:, : inputs["target"].shape[1]]

    def start(self, source, longest):
        return {"source": source}, {}

    def decode_step(self, symbols, position, memory, state):
        return ops.take(self._logits(memory["source"]), position, axis=1), state


WORDS = ["<pad>", "<start>", "<end>", "<unknown>", "A", "b", "c", "."]


def data(sentences, joiner):
    source = np.array([[WORDS.index(word) for word in s] + [0] * (6 - len(s)) for s in sentences], "int32")
    target = np.array(
        [[1, *(WORDS.index(word) for word in s), 2] + [0] * (6 - len(s)) for s in sentences], "int32"
    )
    split = {"source": source, "target": target}
    references = [" ".join(s).lower().replace(" .", ".") for s in sentences]
    return Data(
        split,
        split,
        split,
        {
            "target_vocabulary": WORDS,
            "joiner": joiner,
            "references": {"validation": references, "test": references},
        },
    )


@pytest.mark.parametrize("split", ["validation", "test"])
def test_a_perfect_translator_has_perfect_scores(split):
    predict = Predictor(Echo(), driver_class(keras.backend.backend())())
    found = translation.evaluate(
        predict, predict.model, data(["Abccb.", "cbAb.", "bcAbA."], " "), split, beam=2
    )
    assert found["exact_match"] == found["token_accuracy"] == 100.0
    assert found["bleu"] == pytest.approx(100.0)
    # The likeliest of 8 symbols has the logit 9, the others 0.
    assert found["perplexity"] == pytest.approx(1 + 7 * math.exp(-9), rel=1e-5)


def test_text_from_symbols_with_blanks_in_front_of_words_has_words():
    pieces = [*WORDS[:4], " A", "b", " c", "."]
    found_data = data(["AccAb.", "cbAAc."], "")
    found_data.info["target_vocabulary"] = pieces
    found_data.info["references"]["test"] = ["a c c ab.", "cb a a c."]
    predict = Predictor(Echo(), driver_class(keras.backend.backend())())
    assert translation.evaluate(predict, predict.model, found_data, "test", beam=2)["bleu"] > 99.9


def test_one_wrong_word_costs_one_sentence_and_one_symbol():
    found_data = data(["Abccb.", "cbAb.", "bcAbA."], "")
    found_data.test["target"][1, 2] = WORDS.index("c")
    predict = Predictor(Echo(), driver_class(keras.backend.backend())())
    found = translation.evaluate(predict, predict.model, found_data, "test", beam=2)
    assert found["exact_match"] == pytest.approx(100 * 2 / 3)
    assert found["token_accuracy"] == pytest.approx(100 * 19 / 20)
    assert "bleu" not in found, "BLEU counts words, and these symbols are characters"
