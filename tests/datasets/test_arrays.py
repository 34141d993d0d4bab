"""The checksums of generated arrays."""

import numpy as np
import pytest

from benchmarks import datasets
from benchmarks.datasets import arrays
from benchmarks.spec import Data


@pytest.mark.parametrize("change", ["value", "dtype", "shape", "key", "split", "info"])
def test_changed_arrays_are_refused(change: str) -> None:
    data = datasets.load("gaussians_8")
    x, y = data.train["x"].copy(), data.train["y"]
    x[17, 1] = np.nextafter(x[17, 1], np.float32(9))
    other = {
        "value": Data({"x": x, "y": y}, data.validation, data.test, data.info),
        "dtype": Data({"x": data.train["x"].view(np.int32), "y": y}, data.validation, data.test, data.info),
        "shape": Data({"x": data.train["x"].reshape(2, -1), "y": y}, data.validation, data.test, data.info),
        "key": Data({"z": data.train["x"], "y": y}, data.validation, data.test, data.info),
        "split": Data(data.train, data.test, data.validation, data.info),
        "info": Data(data.train, data.validation, data.test, dict(data.info) | {"deviation": 0.03}),
    }[change]
    with pytest.raises(datasets.DataError, match=rf"gaussians_8: .*{datasets.card('gaussians_8').checksum}"):
        arrays.verified(datasets.card("gaussians_8"), other)


def test_a_generator_gives_the_published_numbers_of_pcg64() -> None:
    """NumPy's own documentation fixes the stream of a bit generator."""
    assert (arrays.generator(7).random(3) == np.random.default_rng(7).random(3)).all()
