"""The temporal order problem, against a regular expression."""

import re

import numpy as np
import pytest

from benchmarks import datasets


@pytest.mark.parametrize(
    "id, length, first, second",
    [("temporal_order", (100, 110), (10, 20), (50, 60)), ("temporal_order_30", (30, 33), (3, 6), (15, 18))],
)
def test_temporal_order_classes_recomputed(
    id: str, length: tuple[int, int], first: tuple[int, int], second: tuple[int, int]
) -> None:
    data = datasets.load(id)
    classes = datasets.card(id).classes
    rule = {"XX": "Q", "XY": "R", "YX": "S", "YY": "U"}
    for split in (data.train, data.validation, data.test):
        for x, y, n in zip(split["x"][:2_000], split["y"], split["length"], strict=False):
            assert not x[: len(x) - n].any()
            assert (x[len(x) - n :].sum(1) == 1).all()
            text = "".join(data.info["symbols"][i] for i in x[len(x) - n :].argmax(1))
            found = re.fullmatch(r"E[abcd]*([XY])[abcd]*([XY])[abcd]*B", text)
            assert found and length[0] <= n <= length[1]
            assert first[0] <= found.start(1) <= first[1]
            assert second[0] <= found.start(2) <= second[1]
            assert classes[y] == rule[found[1] + found[2]]
    assert np.bincount(data.train["y"]).min() > 0.2 * len(data.train["y"])
