"""Where groups of runs stand under their roofs."""

from pathlib import Path
from typing import Any

import pytest

from report import roofline
from tests.report.variations import edited, few, loaded

#: 100 FLOP for 20 bytes and 4 examples; products at 8e11 FLOP/s on 4 threads, memory at 1e10 B/s.
GROUP: dict[Any, Any] = {
    **{"machine": "A", "precision": "float32", "matmul_precision": "float32", "threads": 1, "devices": 1},
    **{"step_flop": 100.0, "step_bytes": 20.0, "batch_size": 4},
}
MACHINE: dict[Any, Any] = {
    **{"matmul_flops": 8e11, "tf32_flops": None, "bfloat16_flops": 2e12, "bandwidth": 1e10},
    **{"accelerators": "", "ceiling_threads": 4},
}


def point(machine: dict[Any, Any] | None = None, /, **changed: Any) -> dict[str, Any]:
    return roofline.point({**GROUP, **changed}, 1000.0, {"A": {**MACHINE, **(machine or {})}})


def test_few_operations_for_a_byte_are_bound_by_memory() -> None:
    """1000 examples a second are 250 steps; five operations a byte at 1e10 bytes a second are 5e10."""
    assert point() == {
        **{"flops": 25_000.0, "intensity": 5.0, "ceiling": 2e11, "bandwidth": 1e10},
        **{"roof": 5e10, "bound": "memory"},
    }


def test_many_operations_for_a_byte_are_bound_by_the_product() -> None:
    """A quarter of the threads reaches 2e11, which memory feeds from twenty operations a byte on."""
    assert [(point(step_flop=flop)["roof"], point(step_flop=flop)["bound"]) for flop in (399, 400, 1000)] == [
        (pytest.approx(1.995e11), "memory"),
        (2e11, "compute"),
        (2e11, "compute"),
    ]


def test_the_roof_is_that_of_the_run_s_precision() -> None:
    assert point(matmul_precision="bfloat16", step_flop=1e4)["roof"] == 5e11
    assert point({"accelerators": "a GPU"}, step_flop=1e4)["roof"] == 8e11


@pytest.mark.parametrize("unknown", ["step_flop", "step_bytes", "batch_size"])
def test_without_counts_there_is_no_point(unknown: str) -> None:
    for value in (None, float("nan"), 0):
        row = point(**{unknown: value})
        assert row["flops"] is None or row["intensity"] is None
        assert unknown == "batch_size" or row["roof"] is row["bound"] is None


@pytest.mark.parametrize("unknown", ["matmul_flops", "bandwidth"])
def test_without_ceilings_there_is_no_roof(unknown: str) -> None:
    row = point({unknown: None})
    assert row["roof"] is row["bound"] is None and row["flops"] == 25_000.0 and row["intensity"] == 5.0


def test_every_group_that_was_timed_has_a_row(tmp_path: Path) -> None:
    """The invented runs take 192 operations and 12 bytes for each parameter, in batches of 32."""
    results = loaded(tmp_path, few())
    frame = results.roofline
    assert len(frame) == len(results.group_rates) > 1
    assert (frame["intensity"] == 16).all()
    for row in frame.to_dict("records"):
        rate = results.group_rates[tuple(row[key] for key in roofline.GROUP)].estimate.median
        (parameters,) = set(results.runs[results.runs["spec_hash"] == row["spec_hash"]]["parameters"])
        assert row["flops"] == pytest.approx(rate * 6 * parameters)


def test_bundles_without_bytes_have_throughput_but_no_roof(tmp_path: Path) -> None:
    results = loaded(tmp_path, edited(few(), runs=lambda row: row.update(step_bytes=None)))
    assert results.roofline["flops"].notna().all()
    assert results.roofline[["intensity", "roof", "bound"]].isna().all(axis=None)
