"""IMDB: words and numbers as Keras has them. Partly needs a local mirror."""

import io
import json
import tarfile
from pathlib import Path

import pytest

from benchmarks import datasets
from benchmarks.datasets.files import DataError
from benchmarks.datasets.text import imdb
from tests.datasets.conventions import check_conventions, whole


def test_imdb_words_by_hand() -> None:
    text = b'It\'s "GREAT" -- a well-made film...<br /><br />Caf\xc3\xa9, 10/10!'
    assert imdb.words(text) == [
        b"it's",
        b"great",
        b"a",
        b"well",
        b"made",
        b"film",
        b"br",
        b"br",
        b"caf\xc3\xa9",
        b"10",
        b"10",
    ]
    x, length = imdb.encode([b"A film.", b"film " * 500], {b"a": 6, b"film": 22})
    assert x.shape == (2, 400) and length.tolist() == [3, 400]
    assert x[0, :397].tolist() == [0] * 397 and x[0, 397:].tolist() == [1, 6, 22]
    assert set(x[1].tolist()) == {22}
    assert imdb.encode([b"a nonsuch"], {b"a": 6})[0][0, -2:].tolist() == [6, 2]


def test_imdb_archive_with_too_few_reviews_is_refused() -> None:
    buffer = io.BytesIO()
    with tarfile.open(fileobj=buffer, mode="w:gz") as archive:
        info = tarfile.TarInfo("aclImdb/train/pos/0_9.txt")
        info.size = 4
        archive.addfile(info, io.BytesIO(b"good"))
    with pytest.raises(DataError, match="train/pos holds 1 reviews, expected 12,500"):
        imdb.reviews(buffer.getvalue())


@pytest.mark.slow
def test_imdb(data_dir: Path) -> None:
    data = datasets.load("imdb", data_dir)
    check_conventions("imdb", data)
    assert [len(split["x"]) for split in (data.train, data.validation, data.test)] == [20_000, 5_000, 25_000]
    # As documented for keras.datasets.imdb.
    assert data.train["length"][0] == 218
    assert data.train["x"][0, -218:][:10].tolist() == [1, 14, 22, 16, 43, 530, 973, 1622, 1385, 65]
    assert data.train["y"][:10].tolist() == [1, 0, 0, 1, 0, 0, 1, 0, 1, 0]
    assert data.test["y"][:10].tolist() == [0, 1, 1, 0, 1, 1, 1, 0, 0, 1]
    words = data.info["vocabulary"]
    assert len(words) == 20_000 and data.train["x"].max() == 19_999
    assert " ".join(words[i] for i in data.test["x"][0] if i > 1).startswith(
        "please give this one a miss br br"
    )
    assert whole(data, "y").sum() == data.test["y"].sum() == 12_500
    for split in (data.train, data.test):
        assert ((split["x"] != 0).sum(1) == split["length"]).all()
    rank = json.loads((data_dir / "imdb/imdb_word_index.json").read_bytes())
    assert [words[3 + i] for i in (1, 2, 3)] == sorted(rank, key=rank.get)[:3] == ["the", "and", "a"]
