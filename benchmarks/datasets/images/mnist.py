"""MNIST: 70,000 handwritten digits of 28x28 grey values."""

from pathlib import Path

from benchmarks.datasets import files
from benchmarks.datasets.images import idx
from benchmarks.spec import Data, DataFile, DatasetCard

FOLDER = "mnist"
SUMS = (
    "440fcabf73cc546fa21475e81ea370265605f56be210a4024d2ca8f203523609",
    "3552534a0a558bbed6aed32b30c495cca23d567ec52cac8be1a0730e8010255c",
    "8d422c7b0a1c1c79245a5bcf07fe86e33eeafee792b84584aec276f5a2dbc4e6",
    "f7ae60f92e00ec6debd23a6088c31dbd2371eca3ffa0defaefb259924204aec6",
)
# The authors' page often refuses downloads; the second address is the copy that PyTorch's torchvision uses.
HOSTS = ("http://yann.lecun.com/exdb/mnist/", "https://ossci-datasets.s3.amazonaws.com/mnist/")
FILES = tuple(
    DataFile(name, sum, tuple(host + name for host in HOSTS))
    for name, sum in zip(idx.NAMES, SUMS, strict=True)
)

CARDS = {
    "mnist": DatasetCard(
        id="mnist",
        title="MNIST handwritten digits",
        task="classification",
        licence="Copyright Yann LeCun and Corinna Cortes, derived from NIST data; Keras' documentation "
        "gives CC BY-SA 3.0",
        source="http://yann.lecun.com/exdb/mnist/",
        citation="LeCun, Bottou, Bengio, Haffner: Gradient-based learning applied to document recognition. "
        "Proceedings of the IEEE, 1998",
        split="50,000 train / 10,000 validation (the last 10,000 of the published training set) / 10,000 "
        "test (as published)",
        checksum=files.checksum(FILES),
        shape="28x28x1 uint8",
        classes=tuple("0123456789"),
        files=FILES,
    ),
}


def missing(id: str, data_dir: Path | None = None) -> str | None:
    """None if the files are there without a download, else which one is not."""
    return files.missing(FOLDER, FILES, data_dir)


def load(id: str, data_dir: Path | None = None) -> Data:
    """x uint8 [n,28,28,1], 0 paper to 255 ink; y int32 [n]. Raises DataError for a missing or corrupt
    file."""
    return idx.load(FOLDER, FILES, data_dir)
