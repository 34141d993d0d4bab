"""The figure of training times then and now."""

import numpy as np
import pytest

from report import style
from report.figures import time_then_and_now
from report.loading import from_bundle
from tests.report import bundles


@pytest.mark.parametrize("hours", [80 / 3600, 0.5, 60, 20_000])
def test_both_times_lie_within_the_axis_whichever_is_longer(hours: float) -> None:
    results = from_bundle(bundles.bundle(tiers=("standard",)))
    for spec in results.specs.values():
        if spec["entry"]["id"] == "lenet5_1998":
            spec["entry"]["history"] = [{**spec["entry"]["history"][0], "value": float(hours)}]
    with style.theme():
        (drawn,) = time_then_and_now.draw(results)
    (axes,) = drawn.figure.axes
    low, high = axes.get_xlim()
    times = np.concatenate([np.array(marks.get_offsets())[:, 0] for marks in axes.collections[:-1]])
    assert hours * 3600 in times and (1.5 * low < times).all() and (times < high / 1.5).all()
    ticks = [tick for tick in axes.get_xticks() if low <= tick <= high]
    assert 2 <= len(ticks) <= 8
