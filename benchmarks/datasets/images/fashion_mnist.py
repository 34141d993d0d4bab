"""Fashion-MNIST: 70,000 articles of clothing in MNIST's format."""

from pathlib import Path

from benchmarks.datasets import files
from benchmarks.datasets.images import idx
from benchmarks.spec import Data, DataFile, DatasetCard

FOLDER = "fashion-mnist"
SUMS = (
    "3aede38d61863908ad78613f6a32ed271626dd12800ba2636569512369268a84",
    "a04f17134ac03560a47e3764e11b92fc97de4d1bfaf8ba1a3aa29af54cc90845",
    "346e55b948d973a97e58d2351dde16a484bd415d4595297633bb08f03db6a073",
    "67da17c76eaffca5446c3361aaab5c3cd6d1c2608764d35dfb1850b086bf8dd5",
)
HOSTS = (
    "http://fashion-mnist.s3-website.eu-central-1.amazonaws.com/",
    "https://raw.githubusercontent.com/zalandoresearch/fashion-mnist/master/data/fashion/",
)
FILES = tuple(
    DataFile(name, sum, tuple(host + name for host in HOSTS))
    for name, sum in zip(idx.NAMES, SUMS, strict=True)
)

CARDS = {
    "fashion_mnist": DatasetCard(
        id="fashion_mnist",
        title="Fashion-MNIST",
        task="classification",
        licence="MIT (Zalando SE)",
        source="https://github.com/zalandoresearch/fashion-mnist",
        citation="Xiao, Rasul, Vollgraf: Fashion-MNIST: a novel image dataset for benchmarking machine "
        "learning algorithms. arXiv:1708.07747, 2017",
        split="50,000 train / 10,000 validation (the last 10,000 of the published training set) / 10,000 "
        "test (as published)",
        checksum=files.checksum(FILES),
        shape="28x28x1 uint8",
        classes=(
            "T-shirt/top",
            "Trouser",
            "Pullover",
            "Dress",
            "Coat",
            "Sandal",
            "Shirt",
            "Sneaker",
            "Bag",
            "Ankle boot",
        ),
        files=FILES,
    ),
}


def missing(id: str, data_dir: Path | None = None) -> str | None:
    """None if the files are there without a download, else which one is not."""
    return files.missing(FOLDER, FILES, data_dir)


def load(id: str, data_dir: Path | None = None) -> Data:
    """x uint8 [n,28,28,1]; y int32 [n]. Raises DataError for a missing or corrupt file."""
    return idx.load(FOLDER, FILES, data_dir)
