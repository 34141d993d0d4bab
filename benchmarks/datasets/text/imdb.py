"""IMDB: 50,000 film reviews, positive or negative, as word numbers: the encoding of Keras' copy, made from
the original texts."""

import io
import json
import tarfile
from pathlib import Path

import numpy as np

from benchmarks.datasets import files
from benchmarks.spec import Data, DataFile, DatasetCard

FOLDER = "imdb"
FILES = (
    # Also accepted: the labelled reviews alone, without the unlabelled ones and the bags of words.
    DataFile(
        "aclImdb_v1.tar.gz",
        "c40f74a18d3b61f90feba1e17730e0d38e8b97c05fde7008942e91923d1658fe",
        ("https://ai.stanford.edu/~amaas/data/sentiment/aclImdb_v1.tar.gz",),
        {"aclImdb_v1_labeled.tar.xz": "9869b90a7061b278694c11b9f3f1237f1d71220ece4a6fc8d7bd262bac9f2dc8"},
    ),
    # The rank of every word in the training reviews. Words of equal count could be ordered in many ways: this
    # one is published.
    DataFile(
        "imdb_word_index.json",
        "027313fe9a320280f3bf0fac5baf58c4a683cf39a7ed9c3d3d3912bde4284cf6",
        ("https://storage.googleapis.com/tensorflow/tf-keras-datasets/imdb_word_index.json",),
    ),
)
VOCABULARY, STEPS = 20_000, 400
START, UNKNOWN, OFFSET = 1, 2, 3
SHUFFLE_SEED = 113
#: Keras' Tokenizer: these characters separate words.
SEPARATORS = b'!"#$%&()*+,-./:;<=>?@[\\]^_`{|}~\t\n'
BLANKS = bytes.maketrans(SEPARATORS, b" " * len(SEPARATORS))

CARDS = {
    "imdb": DatasetCard(
        id="imdb",
        title="IMDB film reviews",
        task="classification",
        licence="none stated; offered for research. The texts are their authors'",
        source="https://ai.stanford.edu/~amaas/data/sentiment/; ranks of words: Keras' imdb_word_index.json",
        citation="Maas, Daly, Pham, Huang, Ng, Potts: Learning word vectors for sentiment analysis. ACL 2011",
        split="20,000 train / 5,000 validation (the last 5,000 of the published training set, after Keras' "
        "fixed shuffle) / 25,000 test (as published)",
        checksum=files.checksum(FILES),
        shape="400 steps of 20,000 words, int32",
        classes=("negative", "positive"),
        files=FILES,
    ),
}


def words(text: bytes) -> list[bytes]:
    """A review as lower-case words, cut as Keras' Tokenizer did."""
    return [word for word in text.lower().translate(BLANKS).split(b" ") if word]


def reviews(archive: bytes) -> dict[str, list[bytes]]:
    """The 12,500 texts in each of the folders train/pos, train/neg, test/pos and test/neg, in the order of
    their file names."""
    by_folder: dict[str, dict[str, bytes]] = {
        f"{part}/{label}": {} for part in ("train", "test") for label in ("pos", "neg")
    }
    with tarfile.open(fileobj=io.BytesIO(archive)) as tar:
        for member in tar:
            folder, _, name = member.name.removeprefix("aclImdb/").rpartition("/")
            if folder in by_folder and member.isreg() and name.endswith(".txt"):
                stream = tar.extractfile(member)
                assert stream is not None  # a regular file
                by_folder[folder][name] = stream.read()
    for folder, texts in by_folder.items():
        if len(texts) != 12_500:
            raise files.DataError(
                f"aclImdb_v1: folder {folder} holds {len(texts)} reviews, expected 12,500: download the "
                "archive again"
            )
    return {folder: [texts[name] for name in sorted(texts)] for folder, texts in by_folder.items()}


def encode(texts: list[bytes], number: dict[bytes, int]) -> tuple[np.ndarray, np.ndarray]:
    """Reviews as int32 [n,400] and their lengths int32 [n]: 1 for the start, then a number for each word, 2
    where it has none.

    As Keras' pad_sequences does: shorter ones are padded with 0 in front, longer ones lose their first words.
    """
    x, length = np.zeros((len(texts), STEPS), np.int32), np.zeros(len(texts), np.int32)
    for i, text in enumerate(texts):
        numbers = [START, *(number.get(word, UNKNOWN) for word in words(text))][-STEPS:]
        x[i, STEPS - len(numbers) :], length[i] = numbers, len(numbers)
    return x, length


def missing(id: str, data_dir: Path | None = None) -> str | None:
    """None if the files are there without a download, else which one is not."""
    return files.missing(FOLDER, FILES, data_dir)


def load(id: str, data_dir: Path | None = None) -> Data:
    """x int32 [n,400] words; length int32 [n], the start included; y int32 [n]. Takes about ten seconds.

    Numbers are those of `keras.datasets.imdb` with num_words=20000: 0 padding, 1 start, 2 unknown, 3 + rank
    for the 19,996 most frequent words of the training reviews. `info["vocabulary"]` lists the words by
    number.
    """
    contents = files.fetch(FOLDER, FILES, data_dir)
    rank = json.loads(contents["imdb_word_index.json"])
    frequent = sorted(rank, key=rank.__getitem__)[: VOCABULARY - OFFSET - 1]
    number = {word.encode(): OFFSET + rank[word] for word in frequent}
    texts = reviews(contents["aclImdb_v1.tar.gz"])
    rng = np.random.RandomState(SHUFFLE_SEED)  # the generator that Keras uses, whose numbers never change

    def part(name: str) -> dict[str, np.ndarray]:
        x, length = encode(texts[f"{name}/pos"] + texts[f"{name}/neg"], number)
        y = np.repeat(np.array([1, 0], np.int32), 12_500)
        order = np.arange(len(y))
        rng.shuffle(order)
        return {"x": x[order], "length": length[order], "y": y[order]}

    train, test = part("train"), part("test")
    info = {
        "vocabulary": ["<pad>", "<start>", "<unknown>", "<unused>", *frequent],
        "vocabulary_size": VOCABULARY,
    }
    first, last = (
        {key: value[rows] for key, value in train.items()}
        for rows in (slice(None, -5_000), slice(-5_000, None))
    )
    return Data(first, last, test, info)
