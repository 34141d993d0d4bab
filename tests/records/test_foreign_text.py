"""Text from anywhere: one check of what a record may hold, one cleaner."""

import random
import sys
import unicodedata

import pytest

from benchmarks.records import clean, clean_text, in_words, is_text

HIDDEN = "\u200b\u200d\u200e\u2060\ufeff\u202e\u2066\u00ad\u061c\U000e0041\ud800\uffff\U0001ffff\x00\x1b\x9b"


@pytest.mark.parametrize(
    ("dirty", "shown"),
    [
        (f"Le{HIDDEN}Net", "LeNet"),
        ("one\u2028two\u2029three\r\nfour\x85five", "one\ntwo\nthree\nfour\nfive"),
        ("Z" + "\u0301" * 50 + "o", "Z" + "\u0301" * 4 + "o"),
        ("\ufe0f" * 50, "\ufe0f" * 4),
        ("\ufeff", ""),
        (" \u3000\t\n ", ""),
        ("Schrödinger, 中文, हिन्दी, ❤️ 🙂, tab\t, x²", "Schrödinger, 中文, हिन्दी, ❤️ 🙂, tab\t, x²"),
    ],
)
def test_text_is_freed_of_what_cannot_be_seen(dirty: str, shown: str) -> None:
    assert clean(dirty) == shown
    assert clean({"a": [dirty, 7]}) == {"a": [shown, 7]}
    assert clean({dirty: 1}) == {shown or "(unnamed)": 1}


@pytest.mark.parametrize(
    ("dirty", "shown"),
    [
        ("plain", "plain"),
        ("two\nlines\tand a tab", "two\nlines\tand a tab"),
        ("a\r\nb\rc\u2028d", "a\nb\nc\nd"),
        ("\x1b[31mred\x00", "[31mred"),
        ("left\u202eright\u200b\ufeff", "leftright"),
        ("half \ud800 a pair", "half  a pair"),
        ("e" + "\u0301" * 9, "e" + "\u0301" * 4),
        ("x" * 30, "x" * 19 + "…"),
        ("  \n ", ""),
        ("", ""),
        ("größer als ½", "größer als ½"),
    ],
)
def test_what_spoils_a_page_is_taken_out(dirty: str, shown: str) -> None:
    assert clean_text(dirty, 20) == shown
    assert clean([{"key": dirty}], 20) == [{"key": shown}]


def test_keys_are_cleaned_and_never_without_a_name() -> None:
    assert clean({"\u200b": 1, "a\x00": (2, None, True)}) == {"(unnamed)": 1, "a": [2, None, True]}


def test_what_is_cleaned_is_text_and_stays_as_it_is() -> None:
    draw = random.Random(0)
    for _ in range(300):
        dirty = "".join(chr(draw.randrange(sys.maxunicode)) for _ in range(draw.randrange(60)))
        cleaned = clean_text(dirty)
        assert is_text(cleaned) and clean_text(cleaned) == cleaned
        assert not any(
            unicodedata.category(character) in ("Cc", "Cs")
            for character in cleaned
            if character not in "\n\t"
        )


@pytest.mark.parametrize("wrong", ["\x00", "\x1b", "\x7f", "\ud800", "x" * 100_001])
def test_a_record_holds_no_such_string(wrong: str) -> None:
    assert not is_text(f"a{wrong}b")
    assert is_text(clean_text(f"a{wrong}b"))


def test_an_identifier_in_words() -> None:
    assert in_words("language_modelling") == "language modelling"
