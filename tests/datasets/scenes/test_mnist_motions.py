"""Clips of MNIST's digits. Needs a local mirror."""

from pathlib import Path

from benchmarks import datasets
from tests.datasets.conventions import check_conventions


def test_mnist_motions_are_of_the_split_they_are_in(data_dir: Path) -> None:
    data = datasets.load("mnist_motions", data_dir)
    check_conventions("mnist_motions", data)
    assert data.train["x"].shape == (6_000, 7, 60, 40, 1)
    digits = datasets.load("mnist", data_dir)
    sums = {int(image.sum()) for image in digits.test["x"]}
    assert {int(frame.sum()) for frame in data.test["x"][:200].reshape(-1, 2400)} <= sums
