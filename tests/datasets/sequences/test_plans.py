"""Plans: the sequences read off again."""

import numpy as np

from benchmarks import datasets


def test_each_plan_is_one_hot_and_its_actions_are_the_cycle_again_and_again() -> None:
    data, card = datasets.load("plans"), datasets.card("plans")
    for split in (data.train, data.validation, data.test):
        assert (split["x"] == np.eye(8)[:, None]).all() and (split["y"].sum(axis=2) == 1).all()
        for actions, cycle in zip(split["y"].argmax(axis=2), card.classes, strict=True):
            assert "".join("abcd"[a] for a in actions) == (cycle * 24)[:24]


def test_in_some_sequences_an_action_does_not_tell_the_next() -> None:
    """There a net that remembers its last output alone must fail."""
    followers = [
        max(len({b for a, b in zip(cycle, cycle[1:] + cycle[0], strict=True) if a == c}) for c in set(cycle))
        for cycle in datasets.card("plans").classes
    ]
    assert followers == [1, 1, 1, 1, 2, 2, 2, 2]
