"""The hidden Markov model against sums over all paths of states, written out."""

import itertools

import numpy as np
import pytest

from benchmarks import datasets
from benchmarks.layers.models.hidden_markov_model import HiddenMarkovModel

#: Strings of three and of two symbols; 0 pads, and occurs as a symbol.
X, Y = np.array([[1, 0], [2, 0]]), np.array([[0, 2], [1, 0]])
STRINGS = ((1, 0, 2), (2, 1))


@pytest.fixture
def model() -> HiddenMarkovModel:
    found = HiddenMarkovModel(states=2, symbols=3, smoothing=0.0, padded=True)
    found.draw(np.random.default_rng(7))
    return found


def paths(model: HiddenMarkovModel, string: tuple[int, ...]) -> dict[tuple[int, ...], float]:
    """The probability of the string together with each path of hidden states."""
    found = {}
    for path in itertools.product(range(2), repeat=len(string)):
        probability = model.first[path[0]] * model.shows[path[0], string[0]]
        for (before, after), symbol in zip(itertools.pairwise(path), string[1:], strict=True):
            probability *= model.moves[before, after] * model.shows[after, symbol]
        found[path] = float(probability)
    return found


def test_the_prediction_is_the_share_of_all_paths_that_go_on_so(model: HiddenMarkovModel) -> None:
    answers = model(X)
    assert answers.shape == (2, 2, 3)
    for row, string in ((0, (1,)), (1, (2,))):
        until = sum(paths(model, string).values())
        for symbol in range(3):
            wanted = sum(paths(model, (*string, symbol)).values()) / until
            np.testing.assert_allclose(np.exp(answers[row, 0, symbol]), wanted)
    wanted = sum(paths(model, (1, 0, 2)).values()) / sum(paths(model, (1, 0)).values())
    np.testing.assert_allclose(np.exp(answers[0, 1, 2]), wanted)


def test_one_pass_takes_the_expected_counts_of_all_paths(model: HiddenMarkovModel) -> None:
    first, moves, shows = np.zeros(2), np.zeros((2, 2)), np.zeros((2, 3))
    log_likelihood = 0.0
    for times, string in zip((3, 1), STRINGS, strict=True):
        every = paths(model, string)
        total = sum(every.values())
        log_likelihood += times * np.log(total)
        for path, probability in every.items():
            share = times * probability / total
            first[path[0]] += share
            for before, after in itertools.pairwise(path):
                moves[before, after] += share
            for state, symbol in zip(path, string, strict=True):
                shows[state, symbol] += share
    whole, lengths = model.strings(X, Y)
    assert lengths.tolist() == [3, 2]
    np.testing.assert_allclose(model.improve(whole, lengths, np.array([3, 1])), log_likelihood)
    np.testing.assert_allclose(model.first, first / first.sum())
    np.testing.assert_allclose(model.moves, moves / moves.sum(axis=1, keepdims=True))
    np.testing.assert_allclose(model.shows, shows / shows.sum(axis=1, keepdims=True))


def test_each_pass_makes_the_strings_more_probable() -> None:
    """The theorem of the paper, on strings of a grammar whose lengths are known."""
    train = datasets.load("reber").train
    model = HiddenMarkovModel(states=10, symbols=7, smoothing=0.0, padded=True)
    whole, lengths = model.strings(train["x"], train["y"])
    np.testing.assert_array_equal(lengths, train["weight"].sum(axis=1) + 1)
    model.draw(np.random.default_rng(0))
    climb = [model.improve(whole, lengths, np.ones(len(whole))) for _ in range(15)]
    assert np.all(np.diff(climb) > 0)


def test_strings_in_parts_are_counted_as_at_once(
    model: HiddenMarkovModel, monkeypatch: pytest.MonkeyPatch
) -> None:
    whole, lengths = model.strings(X, Y)
    at_once = HiddenMarkovModel(states=2, symbols=3, smoothing=0.0, padded=True)
    at_once.set_state(model.state())
    at_once.improve(whole, lengths, np.ones(2))
    monkeypatch.setattr("benchmarks.layers.models.hidden_markov_model.CHUNK", 1)
    model.improve(whole, lengths, np.ones(2))
    for name, value in at_once.state().items():
        np.testing.assert_allclose(model.state()[name], value)


def test_the_best_start_is_kept_and_the_same_seed_gives_the_same_model() -> None:
    train = datasets.load("reber").train
    one, again, more = (
        HiddenMarkovModel(6, 7, iterations=5, starts=starts, padded=True) for starts in (1, 1, 4)
    )
    logs = [model.fit(train["x"], train["y"], seed=3)["log_likelihood"] for model in (one, again, more)]
    assert logs[0] == logs[1] < logs[2] < 0
    np.testing.assert_array_equal(one(train["x"][:5]), again(train["x"][:5]))
    assert one.parameters() == 5 + 6 * 5 + 6 * 6
