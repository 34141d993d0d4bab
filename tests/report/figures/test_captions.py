"""Captions say nothing of comparisons where there is nothing to compare."""

from typing import Any

import pytest

from report.figures import clocks, curves, throughput
from report.loading import from_bundle
from report.results import Results
from tests.report import bundles
from tests.report.variations import POCKET, only


def results(*entries: str, **options: Any) -> Results:
    return from_bundle(only(bundles.bundle(tiers=POCKET, **options), set(entries)))


def test_one_entry_is_not_compared_with_itself() -> None:
    one = results("lenet5_1998", seeds=1)
    (times,), (rates,), (lines,) = (figure.draw(one) for figure in (clocks, throughput, curves))
    assert "largest share" not in times.caption and times.alt.endswith("importing.")
    assert "from" not in rates.alt and "(LeNet-5)" in rates.alt
    assert lines.caption.startswith("Learning curves, 1 entry. One line per seed")


def test_several_entries_are() -> None:
    two = results("lenet5_1998", "lstm_1997")
    (times,), (rates,), (lines,) = (figure.draw(two) for figure in (clocks, throughput, curves))
    assert "took the largest share" in times.caption
    assert "per second: from " in rates.alt and "LeNet-5" in rates.alt
    assert "in 2 of the 2 with several seeds" in lines.caption or "in 1 of the 2" in lines.caption


def test_machines_tell_rates_of_one_entry_apart() -> None:
    (rates,) = throughput.draw(results("lenet5_1998", machines=2))
    assert "(LeNet-5, machine A)" in rates.alt and "(LeNet-5, machine B)" in rates.alt


@pytest.mark.parametrize(("settled", "how"), [(1, "by at most a tenth"), (0, "by more than a tenth")])
def test_a_single_entry_with_several_seeds(settled: int, how: str) -> None:
    assert how in curves._agreement(settled, 1)
