"""Multi30k: its words, and what a perfect translation scores. Needs a local mirror."""

import gzip
from collections import Counter
from pathlib import Path

import pytest

from benchmarks import datasets
from benchmarks.datasets.translation import multi30k
from benchmarks.tasks import translation
from tests.datasets.conventions import check_conventions


def test_multi30k_tokens_by_hand() -> None:
    line = "A Boston Terrier's well-kept coat (brown), in front of a white fence!"
    wanted = [
        "a",
        "boston",
        "terrier's",
        "well-kept",
        "coat",
        "(",
        "brown",
        ")",
        ",",
        "in",
        "front",
        "of",
        "a",
        "white",
        "fence",
        "!",
    ]
    assert multi30k.TOKEN.findall(line.lower()) == wanted


def test_multi30k(data_dir: Path) -> None:
    data = datasets.load("multi30k", data_dir)
    check_conventions("multi30k", data)
    assert [len(split["source"]) for split in (data.train, data.validation, data.test)] == [
        29_000,
        1_014,
        1_000,
    ]
    german, english = data.info["source_vocabulary"], data.info["target_vocabulary"]
    assert (
        " ".join(german[i] for i in data.train["source"][0] if i)
        == "zwei junge weiße männer sind im freien in der nähe vieler büsche ."
    )
    assert (
        " ".join(english[i] for i in data.train["target"][0] if i > 3)
        == "two young , white males are outside near many bushes ."
    )
    assert data.info["references"]["test"][0] == "a man in an orange hat starring at something."
    # Nothing is cut off: the widths are those of the longest training sentences.
    assert (data.train["source"] != 0).all(1).any() and (data.train["target"] != 0).all(1).any()
    count = Counter(data.train["target"][data.train["target"] > 3].tolist())
    assert min(count.values()) == 2 and len(count) == len(english) - 4


def test_merged_pairs_spell_the_sentences(data_dir: Path) -> None:
    data = datasets.load("multi30k_pairs", data_dir)
    check_conventions("multi30k_pairs", data)
    symbols = data.info["target_vocabulary"]
    assert len(symbols) == 10_000 and data.info["source_vocabulary"] == symbols
    for language, key in (("de", "source"), ("en", "target")):
        content = gzip.decompress((data_dir / f"multi30k/train.{language}.gz").read_bytes())
        for line, row in zip(content.decode().lower().splitlines(), data.train[key], strict=True):
            assert translation.text(row[row != 1], symbols, "").split() == line.split()
    # Nothing is cut off: the widths are those of the longest training sentences.
    assert (data.train["source"] != 0).all(1).any() and (data.train["target"] != 0).all(1).any()
    assert set(data.train["target"][:, 0]) == {1}


def test_perfect_translation_scores_a_hundred(data_dir: Path) -> None:
    """Tokens joined by blanks, scored against the raw references in lower case: the tokenizer must not cost
    BLEU."""
    sacrebleu = pytest.importorskip("sacrebleu")
    for name in ("val", "test_2016_flickr"):
        lines = (
            gzip.decompress((data_dir / f"multi30k/{name}.en.gz").read_bytes()).decode().lower().splitlines()
        )
        perfect = [" ".join(multi30k.TOKEN.findall(line)) for line in lines]
        assert sacrebleu.corpus_bleu(perfect, [lines], force=True).score > 99.9
