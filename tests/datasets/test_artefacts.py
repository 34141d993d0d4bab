"""Artefacts: fitted to the training split alone, and held against the card."""

import dataclasses
import hashlib
import re

import pytest

from benchmarks import datasets
from benchmarks.datasets.artefacts import canonical, characters, fitted, frequent
from benchmarks.datasets.files import DataError

CARD = dataclasses.replace(
    datasets.card("xor"),
    # printf '["<pad>","b","a"]' | sha256sum
    artefacts={"words": "80cfb51d3c413898a2bcd12b3e29abc59ff98978d07964ad9c4290db0bbaf5c4"},
)
ROWS = [["b", "a", "b"], ["a", "c", "b"]]


def words(rows: list[list[str]]) -> list[str]:
    return frequent(rows, 2, ("<pad>",))


def test_tokens_are_ordered_by_frequency_then_by_code_point() -> None:
    assert words(ROWS) == ["<pad>", "b", "a"]
    assert frequent([["é", "z", "a", "Z"]], 1) == ["Z", "a", "z", "é"]
    assert characters("hello ö") == [" ", "e", "h", "l", "o", "ö"]


def test_what_the_card_declares_is_returned() -> None:
    assert fitted(CARD, "words", words, ROWS) == ["<pad>", "b", "a"]


@pytest.mark.parametrize(("name", "rows"), [("words", [["a", "a"]]), ("merges", ROWS)])
def test_another_artefact_is_an_error_that_names_both_sums(name: str, rows: list[list[str]]) -> None:
    found = hashlib.sha256(canonical(words(rows))).hexdigest()
    declared = CARD.artefacts.get(name, "none")
    sums = f"has SHA-256 {found}, and the card declares {declared}"
    message = f"xor: the artefact '{name}' of the training split {sums}"
    with pytest.raises(DataError, match=f"^{message}: .*; restore it, or declare another data set$"):
        fitted(CARD, name, words, rows)


def test_the_bytes_do_not_depend_on_the_order_of_keys_and_hold_any_script() -> None:
    assert canonical({"b": ["ü", 1], "a": "日"}) == '{"a":"日","b":["ü",1]}'.encode()
    assert canonical({"a": 1, "b": 2}) == canonical({"b": 2, "a": 1})


@pytest.mark.parametrize("id", datasets.ids())
def test_cards_declare_sums(id: str) -> None:
    for name, sum in datasets.card(id).artefacts.items():
        assert name.isidentifier() and re.fullmatch("[0-9a-f]{64}", sum)
