"""The Reber grammars, against regular expressions."""

import itertools
import re

import numpy as np
import pytest

from benchmarks.datasets.grammars import reber
from tests.datasets.conventions import splits

REBER = r"B(?:TS*X(?:S|X(?:T*VPX)*T*V(?:V|PS))|P(?:T*VPX)*T*V(?:V|PS))E"
EMBEDDED = rf"B([TP]){REBER}\1E"


def texts(split: dict[str, np.ndarray]) -> list[str]:
    result = []
    for x, y, weight in zip(split["x"], split["y"], split["weight"], strict=True):
        length = int(weight.sum())
        assert (weight[:length] == 1).all()
        assert (x[1:length] == y[: length - 1]).all()
        result.append("".join(reber.SYMBOLS[i] for i in [*x[:length], y[length - 1]]))
    return result


@pytest.mark.parametrize("string", ["BTXSE", "BPVVE", "BTSSXXTVVE", "BPVPXVPSE", "BPTVPSE"])
def test_known_reber_strings(string: str) -> None:
    assert re.fullmatch(REBER, string)
    state = 0
    for symbol in string:
        state = reber.REBER[state][symbol]
    assert reber.REBER[state] == {}


@pytest.mark.parametrize("id, pattern", [("reber", REBER), ("embedded_reber", EMBEDDED)])
def test_reber_strings_match_an_independent_expression(id: str, pattern: str) -> None:
    rows = [texts(split) for split in splits(id)]
    assert [len(part) for part in rows] == [256, 256, 256]
    for part in rows:
        assert all(re.fullmatch(pattern, string) for string in part)
    assert not set(rows[0]) & set(rows[1])
    assert not (set(rows[0]) | set(rows[1])) & set(rows[2])


def test_overlapping_splits_share_strings_of_validation_and_test_alone() -> None:
    train, validation, test = (set(texts(split)) for split in splits("embedded_reber_overlapping"))
    assert all(re.fullmatch(EMBEDDED, string) for string in train | validation | test)
    assert not train & (validation | test)
    assert validation & test


def short_strings() -> list[str]:
    """Reber strings with few turns through each loop, written out from the picture of the grammar."""
    few = range(6)
    inner = [
        "".join(turns) + "T" * t + "V" + end for turns in turns_of(few) for t in few for end in ("V", "PS")
    ]
    through_t = ["T" + "S" * s + "X" + rest for s in few for rest in ["S", *("X" + i for i in inner)]]
    return ["B" + rest + "E" for rest in [*through_t, *("P" + i for i in inner)]]


def turns_of(few: range) -> list[tuple[str, ...]]:
    """No, one or two turns T...TVPX through the lower half of the grammar."""
    turns = ["T" * t + "VPX" for t in few]
    return [(), *((turn,) for turn in turns), *itertools.product(turns, turns)]


@pytest.mark.parametrize("id", ["reber", "embedded_reber", "embedded_reber_overlapping"])
def test_legal_successors_are_those_of_the_language(id: str) -> None:
    """A symbol is legal if some string of the language starts with what was seen and that symbol."""
    strings = short_strings()
    if id != "reber":
        strings = ["B" + side + string + side + "E" for string in strings for side in "TP"]
    starts = {string[:t] for string in strings for t in range(8)}
    split = splits(id)[0]
    for string, legal, weight in zip(texts(split), split["legal"], split["weight"], strict=True):
        assert legal[int(weight.sum()) :].sum() == 0
        for t in range(min(len(string) - 1, 5)):
            allowed = {symbol for symbol, yes in zip(reber.SYMBOLS, legal[t], strict=True) if yes}
            assert allowed == {symbol for symbol in reber.SYMBOLS if string[: t + 1] + symbol in starts}
        for t in range(len(string) - 1):
            assert legal[t, reber.SYMBOLS.index(string[t + 1])]
    if id != "reber":
        for string, legal in zip(texts(split), split["legal"], strict=True):
            assert legal[len(string) - 3].tolist() == [symbol == string[1] for symbol in reber.SYMBOLS]
