"""The data that every contender trains on."""

import numpy as np
import pytest

from benchmarks.speed.workloads import WORKLOADS


@pytest.mark.parametrize("name", WORKLOADS)
def test_data_have_the_shapes_types_and_ranges_that_the_workload_names(name: str) -> None:
    workload = WORKLOADS[name]
    data = workload.data()
    assert data["x"].shape == (workload.batch_size * workload.steps, *workload.shape)
    assert data["y"].shape == (workload.examples,)
    assert (data["x"].dtype, data["y"].dtype) == ("int32" if workload.tokens else "float32", "int32")
    assert data["x"].min() >= 0 and data["x"].max() <= (workload.tokens - 1 if workload.tokens else 1)
    assert set(np.unique(data["y"])) == set(range(workload.classes))


def test_every_contender_is_given_the_same_data() -> None:
    one, other = (WORKLOADS["lenet5"].data() for _ in range(2))
    assert all(np.array_equal(one[key], other[key]) for key in one)
