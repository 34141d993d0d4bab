"""Real data sets against facts that others publish. Needs a local mirror (fixture data_dir)."""

import gzip
import io
import json
import os
import pickle
import pickletools
import tarfile
from collections import Counter
from pathlib import Path

import numpy as np
import pytest

from benchmarks import datasets
from benchmarks.datasets import _idx, cifar10, imdb, multi30k
from benchmarks.datasets._files import DataError
from tests.datasets.conventions import check_conventions


@pytest.mark.parametrize(
    "header",
    [
        b"",
        b"\x00\x00\x08",
        b"\x00\x00\x0d\x01\x00\x00\x00\x02ab",
        b"\x00\x00\x08\x03\x00\x00",
        b"\x00\x00\x08\x01\x00\x00\x00\x03ab",
    ],
)
def test_malformed_idx_is_refused(header: bytes) -> None:
    with pytest.raises(DataError, match="labels"):
        _idx.parse(header, "labels")


def test_idx_by_hand() -> None:
    assert _idx.parse(b"\x00\x00\x08\x02\x00\x00\x00\x02\x00\x00\x00\x03abcdef", "x").tolist() == [
        [97, 98, 99],
        [100, 101, 102],
    ]


def whole(data, key: str) -> np.ndarray:
    """The published training set: train and validation, in order."""
    return np.concatenate([data.train[key], data.validation[key]])


def moments(x: np.ndarray) -> tuple[float, float]:
    """Mean and standard deviation of bytes, as shares of 255."""
    share, value = np.bincount(x.ravel(), minlength=256) / x.size, np.arange(256) / 255
    mean = float(share @ value)
    return mean, float(share @ (value - mean) ** 2) ** 0.5


def test_mnist(data_dir: Path) -> None:
    data = datasets.load("mnist", data_dir)
    check_conventions("mnist", data)
    assert [split["x"].shape for split in (data.train, data.validation, data.test)] == [
        (50_000, 28, 28, 1),
        (10_000, 28, 28, 1),
        (10_000, 28, 28, 1),
    ]
    assert np.bincount(whole(data, "y")).tolist() == [
        5923,
        6742,
        5958,
        6131,
        5842,
        5421,
        5918,
        6265,
        5851,
        5949,
    ]
    assert np.bincount(data.test["y"]).tolist() == [980, 1135, 1032, 1010, 982, 892, 958, 1028, 974, 1009]
    assert data.train["y"][:5].tolist() == [5, 0, 4, 1, 9]
    assert data.test["y"][:5].tolist() == [7, 2, 1, 0, 4]
    assert moments(whole(data, "x")) == pytest.approx((0.1307, 0.3081), abs=5e-5)


def test_fashion_mnist(data_dir: Path) -> None:
    data = datasets.load("fashion_mnist", data_dir)
    check_conventions("fashion_mnist", data)
    assert np.bincount(whole(data, "y")).tolist() == [6_000] * 10
    assert np.bincount(data.test["y"]).tolist() == [1_000] * 10
    assert data.train["y"][:5].tolist() == [9, 0, 0, 3, 0]
    assert data.test["y"][:5].tolist() == [9, 2, 1, 1, 6]
    assert moments(whole(data, "x")) == pytest.approx((0.2860, 0.3530), abs=5e-5)


def test_fashion_scenes(data_dir: Path) -> None:
    data = datasets.load("fashion_scenes", data_dir)
    check_conventions("fashion_scenes", data)
    assert [split["x"].shape for split in (data.train, data.validation, data.test)] == [
        (n, 64, 64, 1) for n in (10_000, 1_000, 1_000)
    ]
    # Three to five articles, each of another class; another may cover one of them whole.
    assert {len(np.unique(scene)) - 1 for scene in data.train["y"]} <= {1, 2, 3, 4, 5}
    share = np.bincount(data.test["y"].ravel(), minlength=11) / data.test["y"].size
    assert 0.6 < share[0] < 0.8 and share[1:].min() > 0.01


def test_usps(data_dir: Path) -> None:
    data = datasets.load("usps", data_dir)
    check_conventions("usps", data)
    assert len(data.validation["y"]) == 1_000
    assert np.bincount(whole(data, "y")).tolist() == [1194, 1005, 731, 658, 652, 556, 664, 645, 542, 644]
    assert np.bincount(data.test["y"]).tolist() == [359, 264, 198, 166, 200, 160, 170, 147, 166, 177]
    assert (data.train["x"].min(), data.train["x"].max()) == (-1.0, 1.0)
    assert data.train["x"].shape[1:] == (16, 16, 1)


@pytest.mark.slow
def test_cifar10(data_dir: Path) -> None:
    data = datasets.load("cifar10", data_dir)
    check_conventions("cifar10", data)
    assert [len(split["x"]) for split in (data.train, data.validation, data.test)] == [45_000, 5_000, 10_000]
    assert np.bincount(whole(data, "y")).tolist() == [5_000] * 10
    assert np.bincount(data.test["y"]).tolist() == [1_000] * 10
    pixels = whole(data, "x")
    found = [moments(pixels[..., colour]) for colour in range(3)]
    assert found == [
        pytest.approx(wanted, abs=1e-4) for wanted in ((0.4914, 0.2470), (0.4822, 0.2435), (0.4465, 0.2616))
    ]
    # "leptodactylus_pentadactylus" opens the first batch: a frog.
    assert datasets.card("cifar10").classes[data.train["y"][0]] == "frog"


def test_cifar10_class_names_are_the_published_ones(data_dir: Path) -> None:
    path = data_dir / "cifar-10/cifar-10-batches-py/batches.meta"
    if not path.is_file():
        pytest.skip(f"{path} is not in this mirror")
    strings = [
        str(argument) for _, argument, _ in pickletools.genops(path.read_bytes()) if isinstance(argument, str)
    ]
    assert tuple(name for name in strings if name in cifar10.CARD.classes) == cifar10.CARD.classes


def batch(x: np.ndarray, labels: list[int]) -> bytes:
    return pickle.dumps(
        {b"data": x, b"labels": labels, b"batch_label": b"a batch", b"filenames": []}, protocol=3
    )


def test_cifar10_batch_planes_become_channels() -> None:
    flat = np.random.default_rng(0).integers(0, 256, (10_000, 3_072), dtype=np.uint8)
    x, y = cifar10.parse(batch(flat, [3, 7] * 5_000), "batch")
    assert (x.dtype, x.shape, y.dtype) == (np.uint8, (10_000, 32, 32, 3), np.int32)
    for row, column, colour in ((0, 0, 0), (0, 1, 0), (1, 0, 2), (31, 30, 1)):
        assert (x[:, row, column, colour] == flat[:, colour * 1_024 + row * 32 + column]).all()
    assert y[:4].tolist() == [3, 7, 3, 7]


class Attack:
    """Pickles as a call of some function."""

    def __init__(self, function, *arguments) -> None:
        self.call = function, arguments

    def __reduce__(self):
        return self.call


@pytest.mark.parametrize(
    "function",
    [
        "os.system",
        "builtins.eval",
        "builtins.getattr",
        "numpy.load",
        "numpy.fromfile",
        "subprocess.Popen",
        "operator.attrgetter",
    ],
)
def test_malicious_pickle_is_refused_before_anything_runs(tmp_path: Path, function: str) -> None:
    mark = tmp_path / "executed"
    module, name = function.rsplit(".", 1)
    payload = f"touch {mark}" if function == "os.system" else str(mark)
    content = b"c" + f"{module}\n{name}\n".encode() + b"(V" + payload.encode() + b"\ntR."
    with pytest.raises(DataError, match="batch: not a CIFAR-10 batch: refers to"):
        cifar10.parse(content, "batch")
    assert not mark.exists()


def test_pickle_of_a_call_is_refused(tmp_path: Path) -> None:
    content = pickle.dumps({b"data": Attack(os.mkdir, str(tmp_path / "executed")), b"labels": []})
    with pytest.raises(DataError, match="refers to"):
        cifar10.parse(content, "batch")
    assert not (tmp_path / "executed").exists()


@pytest.mark.parametrize(
    "content",
    [
        batch(np.zeros((10_000, 3_072), np.float32), [0] * 10_000),
        batch(np.zeros((10_000, 3_071), np.uint8), [0] * 10_000),
        batch(np.zeros((10_000, 3_072), np.uint8), [0] * 9_999),
        batch(np.zeros((10_000, 3_072), np.uint8), [10] * 10_000),
        pickle.dumps({b"data": np.array([{}], object), b"labels": []}),
        pickle.dumps([1, 2]),
        b"no pickle",
        b"",
    ],
    ids=["floats", "width", "labels", "range", "objects", "list", "text", "empty"],
)
def test_other_pickles_are_refused(content: bytes) -> None:
    with pytest.raises(DataError, match="batch"):
        cifar10.parse(content, "batch")


def test_tiny_shakespeare(data_dir: Path) -> None:
    data = datasets.load("tiny_shakespeare", data_dir)
    check_conventions("tiny_shakespeare", data)
    symbols = data.info["symbols"]
    assert len(symbols) == 65
    assert "".join(symbols[i] for i in data.train["x"][0][:14]) == "First Citizen:"
    text = (data_dir / "tiny-shakespeare/input.txt").read_text()
    assert (
        sum(int(split["weight"].sum()) + 1 for split in (data.train, data.validation, data.test))
        == len(text)
        == 1_115_394
    )
    kept = data.train["weight"].ravel() == 1
    assert "".join(symbols[i] for i in data.train["x"].ravel()[kept]) == text[: 1_003_854 - 1]
    assert "".join(symbols[i] for i in data.train["y"].ravel()[kept]) == text[1:1_003_854]


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


def test_perfect_translation_scores_a_hundred(data_dir: Path) -> None:
    """Tokens joined by blanks, scored against the raw references in lower case: the tokenizer must not cost BLEU."""
    sacrebleu = pytest.importorskip("sacrebleu")
    for name in ("val", "test_2016_flickr"):
        lines = (
            gzip.decompress((data_dir / f"multi30k/{name}.en.gz").read_bytes()).decode().lower().splitlines()
        )
        perfect = [" ".join(multi30k.TOKEN.findall(line)) for line in lines]
        assert sacrebleu.corpus_bleu(perfect, [lines], force=True).score > 99.9


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
