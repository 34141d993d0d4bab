"""What is particular to the hidden Markov model: with a state for every arc it can hold the grammars."""

import numpy as np
import pytest

from benchmarks import catalogue, datasets
from benchmarks.datasets.grammars.reber import REBER, SYMBOLS, embedded
from benchmarks.tasks import language_modelling
from tests.eager import Eager


@pytest.mark.parametrize(("dataset", "automaton"), [("reber", REBER), ("embedded_reber", embedded())])
def test_a_state_for_every_arc_of_the_grammar_knows_all_strings(
    dataset: str, automaton: dict[int, dict[str, int]]
) -> None:
    """A hidden state shows its symbol when it is entered: it stands for an arc of the automaton."""
    arcs = [(at, symbol, to) for at, out in automaton.items() for symbol, to in out.items()]
    model = catalogue.load("hmm_1970").build(states=len(arcs))
    first = np.array([at == 0 for at, _, _ in arcs], float)
    moves = np.array([[before[2] == after[0] for after in arcs] for before in arcs], float)
    moves[~moves.any(axis=1)] = 1.0  # behind the end anything will do
    shows = np.array([[symbol == one for one in SYMBOLS] for _, symbol, _ in arcs], float)
    model.set_state(
        {
            "first": first / first.sum(),
            "moves": moves / moves.sum(axis=1, keepdims=True),
            "shows": shows + 1e-9,
        }
    )
    data = datasets.load(dataset)
    scores = language_modelling.evaluate(Eager(model), model, data, "test", strings=True)
    assert scores["strings_correct"] == 100.0
    # Where two symbols may follow, either does half of the time.
    choices = data.test["legal"].sum(axis=-1)[data.test["weight"] > 0]
    np.testing.assert_allclose(scores["cross_entropy"], np.log(choices).mean(), rtol=1e-4)


def test_the_pictures_name_states_for_what_they_show() -> None:
    entry = catalogue.load("hmm_1970")
    model = entry.build(states=3, iterations=1, starts=1)
    data = datasets.load("reber")
    model.fit(data.train["x"], data.train["y"], seed=0)
    assert entry.pictures is not None
    pictures = entry.pictures(model, data, None)
    assert pictures["shows"].values.shape == (3, 7)
    np.testing.assert_allclose(pictures["moves"].values.sum(axis=1), 100.0)
    for name, row in zip(pictures["shows"].rows, pictures["shows"].values, strict=True):
        assert name.split()[0] == SYMBOLS[row.argmax()]
