"""CIFAR-10, against published facts (with a local mirror), and pickles that attack."""

import os
import pickle
import pickletools
from pathlib import Path

import numpy as np
import pytest

from benchmarks import datasets
from benchmarks.datasets.files import DataError
from benchmarks.datasets.images import cifar10
from tests.datasets.conventions import check_conventions, moments, whole


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
    assert (
        tuple(name for name in strings if name in cifar10.CARDS["cifar10"].classes)
        == cifar10.CARDS["cifar10"].classes
    )


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
