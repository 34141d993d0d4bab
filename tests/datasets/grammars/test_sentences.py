"""Elman's sentences, against his templates and values worked out by hand."""

import numpy as np
import pytest

from benchmarks import datasets
from benchmarks.datasets.grammars import sentences
from tests.datasets.conventions import stream


def test_sentences_follow_the_templates() -> None:
    data = datasets.load("sentences")
    words = data.info["symbols"]
    assert len(words) == 29
    templates = [
        [sentences.CATEGORIES[category] for category in template] for template in sentences.TEMPLATES
    ]
    lengths = []
    for split in (data.train, data.validation, data.test):
        numbers = stream(dict(split))
        lengths.append(len(numbers))
        text = [words[i] for i in numbers]
        # Where a sentence can end: "man move car" may be one sentence, or the end of one and the start of the
        # next.
        ends = {0}
        for start in range(len(text)):
            if start in ends:
                for template in templates:
                    sentence = text[start : start + len(template)]
                    if len(sentence) == len(template) and all(
                        word in slot for word, slot in zip(sentence, template, strict=True)
                    ):
                        ends.add(start + len(template))
        assert len(text) in ends
        legal = split["legal"].reshape(-1, 29)[np.arange(len(numbers) - 1), numbers[1:]]
        assert legal.all()
    # 12 templates of 3 words and 4 of 2: 2.75 words a sentence; the paper counts 27,534 in its 10,000.
    assert abs(lengths[0] - 27_500) < 4 * 43.3
    assert abs(lengths[1] - 2_750) < 4 * 13.7


def test_sentence_successors_by_hand() -> None:
    chances = sentences.successors()
    allowed = {prefix: set(following) for prefix, following in chances.items()}
    starts = {
        "man",
        "woman",
        "boy",
        "girl",
        "cat",
        "mouse",
        "dog",
        "book",
        "rock",
        "car",
        "dragon",
        "monster",
        "lion",
    }
    assert allowed[()] == starts
    assert allowed["book",] == {"move", "break"}
    assert allowed["cat", "chase"] == {"cat", "mouse", "dog"}
    assert allowed["man", "sleep"] == starts
    assert allowed["man", "break"] == {"glass", "plate"} | {"book", "rock", "car"} | starts
    assert allowed["lion", "eat"] == {
        "man",
        "woman",
        "boy",
        "girl",
        "cat",
        "mouse",
        "dog",
        "cookie",
        "bread",
        "sandwich",
    }
    # Three templates go on from "lion eat", equally likely; four humans, three animals, three foods.
    assert [chances["lion", "eat"][word] for word in ("man", "cat", "bread")] == pytest.approx(
        [1 / 12, 1 / 9, 1 / 9]
    )
    # A sentence that can only be at its end: 7 of 16 templates start with one of four humans, 4 with one of
    # three aggressors.
    assert [chances["man", "sleep"][word] for word in ("man", "lion")] == pytest.approx([7 / 64, 1 / 12])
    # "man move" (chance 1/2) is a sentence of two words as often as the start of one of three.
    assert chances["man", "move"]["man"] == pytest.approx(7 / 128)
    assert chances["man", "move"]["car"] == pytest.approx((1 / 3 + 1 / 16 / 3) / 2)
