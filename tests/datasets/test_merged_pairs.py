"""Merged pairs, on words for which the merges follow by hand."""

import os
import subprocess
import sys

import pytest

from benchmarks.datasets import merged_pairs
from benchmarks.datasets.artefacts import canonical

SPECIAL = ["<pad>", "<unknown>"]
# Of pairs "ab" is the most frequent (5 times), then " " with "ab" (3, at the beginning of words), "c" with
# "ab" (2).
LINES = ["ab ab", "cab", "cab ab"]


def test_the_most_frequent_pair_is_merged_first() -> None:
    # Two special symbols, the letters with the blank, and two merges.
    learned = merged_pairs.of_characters(LINES, 8, SPECIAL)
    symbols = merged_pairs.texts(learned)
    assert symbols[:2] == SPECIAL and sorted(symbols[2:6]) == [" ", "a", "b", "c"]
    assert symbols[6:] == ["ab", " ab"]
    cut = [[symbols[i] for i in line] for line in merged_pairs.encoded(learned, ["cab ab", "abba"])]
    assert cut == [[" ", "c", "ab", " ab"], [" ab", "b", "a"]]


def test_characters_that_training_lacked_are_unknown() -> None:
    learned = merged_pairs.of_characters(LINES, 8, SPECIAL)
    assert merged_pairs.encoded(learned, ["azb"]) == [
        [merged_pairs.texts(learned).index(symbol) for symbol in (" ", "a", "<unknown>", "b")]
    ]


@pytest.mark.parametrize("text", ["We are;\n\nspeak:  speak, 12 times!", "naïve 日本 \t\x00", " leading"])
def test_bytes_write_any_text_and_lose_none(text: str) -> None:
    learned = merged_pairs.of_bytes(["speak, speak and speak again"], 260)
    symbols = merged_pairs.texts(learned)
    assert len(symbols) == 260
    [numbers] = merged_pairs.encoded(learned, [text])
    if text.isascii():
        assert "".join(symbols[i] for i in numbers) == text
    else:
        # One byte of several shows as the mark of what cannot be read; their number is that of the bytes.
        assert len(numbers) == len(text.encode())


def test_no_symbol_of_bytes_goes_beyond_a_word() -> None:
    learned = merged_pairs.of_bytes(["to be or not to be " * 50], 300)
    assert all(" " not in text[1:] for text in merged_pairs.texts(learned))


def test_another_number_of_threads_and_another_process_learn_the_same() -> None:
    program = (
        "import sys; from benchmarks.datasets import artefacts, merged_pairs;"
        "lines = [' '.join(str(i * i) for i in range(n, n + 40)) for n in range(500)];"
        "sys.stdout.buffer.write(artefacts.canonical(merged_pairs.of_characters(lines, 200, ['<unknown>'])))"
    )
    found = {
        subprocess.run(
            [sys.executable, "-c", program],
            env=os.environ | {"RAYON_NUM_THREADS": threads, "PYTHONHASHSEED": threads},
            check=True,
            capture_output=True,
        ).stdout
        for threads in ("1", "3")
    }
    lines = [" ".join(str(i * i) for i in range(n, n + 40)) for n in range(500)]
    assert found == {canonical(merged_pairs.of_characters(lines, 200, ["<unknown>"]))}
