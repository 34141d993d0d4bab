"""Streams of embedded Reber strings, against an expression and the successors of the strings themselves."""

import re

import numpy as np

from benchmarks import datasets
from benchmarks.datasets.grammars import continual_reber, reber
from tests.datasets.grammars.test_reber import REBER


def test_a_stream_is_strings_of_the_grammar_one_after_the_other() -> None:
    data = datasets.load("continual_reber_2000")
    for split, length, count in ((data.train, 200, 1000), (data.validation, 2000, 10), (data.test, 2000, 10)):
        x, y = (split[key].reshape(-1, length) for key in ("x", "y"))
        assert x.shape == (count, length)
        assert (x[:, 1:] == y[:, :-1]).all()
        for row in x:
            text = "".join(reber.SYMBOLS[i] for i in row)
            whole = re.match(rf"(?:B([TP]){REBER}\1E)*", text)
            assert whole is not None
            assert length - whole.end() < 70, "only the last string is cut"
            assert whole.end() > 0
    assert data.info["joined"] == {"train": 1, "validation": 10, "test": 10}


def test_what_may_follow_is_what_follows_in_other_strings() -> None:
    """After the same beginning of a string, the symbols seen to follow are those that are marked as legal."""
    made = continual_reber.streams(np.random.default_rng(0), 400, 120)
    followers: dict[str, set[str]] = {}
    marked: dict[str, str] = {}
    for x, y, legal in zip(made["x"], made["y"], made["legal"], strict=True):
        beginning = ""
        for symbol, following, allowed in zip(x, y, legal, strict=True):
            beginning += reber.SYMBOLS[symbol]
            followers.setdefault(beginning, set()).add(reber.SYMBOLS[following])
            marked[beginning] = "".join(np.array(list(reber.SYMBOLS))[allowed == 1])
            if symbol == reber.SYMBOLS.index("E") and re.fullmatch(rf"B([TP]){REBER}\1E", beginning):
                beginning = ""
    common = [
        beginning
        for beginning in followers
        if len(beginning) <= 6 or marked[beginning] in ("T", "P", "E", "B")
    ]
    assert len(common) > 20
    assert all(followers[beginning] <= set(marked[beginning]) for beginning in followers)
    assert all(followers[beginning] == set(marked[beginning]) for beginning in common)
    ends = [beginning for beginning in marked if marked[beginning] == "B" and len(beginning) > 2]
    assert ends and all(re.fullmatch(rf"B([TP]){REBER}\1E", beginning) for beginning in ends)
