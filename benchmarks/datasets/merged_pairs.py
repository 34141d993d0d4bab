"""Symbols made by merging pairs, as the library tokenizers learns and applies them.

The most frequent pair of neighbouring symbols becomes a new symbol, again and again, until there are as many
as wanted (R. Sennrich, B. Haddow, A. Birch: Neural machine translation of rare words with subword units. ACL
2016, https://arxiv.org/abs/1508.07909). What is learned is an artefact of a data set: see
`benchmarks.datasets.artefacts`.
"""

import json
from collections.abc import Iterable, Sequence
from typing import Any

from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers


def of_characters(lines: Iterable[str], size: int, special: Sequence[str]) -> dict[str, Any]:
    """Learn `size` symbols, the `special` ones first, from characters of the words of these lines.

    A word keeps the blank before it, and no symbol goes beyond a word. Characters that do not occur become
    "<unknown>", which must be one of the special symbols.
    """
    tokenizer = Tokenizer(models.BPE(unk_token="<unknown>"))
    tokenizer.pre_tokenizer = pre_tokenizers.Metaspace()
    tokenizer.decoder = decoders.Metaspace()
    return _learned(tokenizer, lines, size, special, [])


def of_bytes(lines: Iterable[str], size: int) -> dict[str, Any]:
    """Learn `size` symbols, all 256 bytes among them, from the bytes of these lines.

    Text is first cut as by GPT-2: no symbol goes beyond a word with the blank before it, a number, or a run
    of marks or of blanks.
    """
    tokenizer = Tokenizer(models.BPE())
    tokenizer.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    tokenizer.decoder = decoders.ByteLevel()
    return _learned(tokenizer, lines, size, [], pre_tokenizers.ByteLevel.alphabet())


def _learned(
    tokenizer: Tokenizer, lines: Iterable[str], size: int, special: Sequence[str], alphabet: Sequence[str]
) -> dict[str, Any]:
    tokenizer.train_from_iterator(
        lines,
        trainers.BpeTrainer(
            vocab_size=size,
            special_tokens=list(special),
            initial_alphabet=sorted(alphabet),
            show_progress=False,
        ),
    )
    return json.loads(tokenizer.to_str())


def encoded(artefact: dict[str, Any], lines: Sequence[str]) -> list[list[int]]:
    """The numbers of the symbols of each line."""
    tokenizer = Tokenizer.from_str(json.dumps(artefact))
    return [encoding.ids for encoding in tokenizer.encode_batch(lines)]


def texts(artefact: dict[str, Any]) -> list[str]:
    """The text that each symbol stands for, by its number; a part of a character of several bytes is "�"."""
    tokenizer = Tokenizer.from_str(json.dumps(artefact))
    special = tokenizer.get_added_tokens_decoder()
    return [
        special[i].content if i in special else _text(tokenizer, i) for i in range(tokenizer.get_vocab_size())
    ]


def _text(tokenizer: Tokenizer, i: int) -> str:
    # Behind another symbol, since a decoder drops the blank in front of a text.
    return tokenizer.decode([i, i])[len(tokenizer.decode([i])) :]
