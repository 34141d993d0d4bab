"""Streams cut into windows, by hand."""

import numpy as np

from benchmarks.datasets.windows import windows


def test_no_symbol_is_left_out() -> None:
    cut = windows(np.arange(10, 17), 4, {"double": 2 * np.arange(10, 16)})
    assert cut["x"].tolist() == [[10, 11, 12, 13], [14, 15, 0, 0]]
    assert cut["y"].tolist() == [[11, 12, 13, 14], [15, 16, 0, 0]]
    assert cut["weight"].tolist() == [[1, 1, 1, 1], [1, 1, 0, 0]]
    assert cut["double"].tolist() == [[20, 22, 24, 26], [28, 30, 0, 0]]
    assert {name: str(array.dtype) for name, array in cut.items() if name != "double"} == {
        "x": "int32",
        "y": "int32",
        "weight": "float32",
    }
