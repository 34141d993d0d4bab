"""Captions say nothing of comparisons where there is nothing to compare."""

from typing import Any

from report.figures import clocks, throughput
from report.loading import from_bundle
from report.results import Results
from tests.report import bundles
from tests.report.variations import POCKET, only


def results(*entries: str, **options: Any) -> Results:
    return from_bundle(only(bundles.bundle(tiers=POCKET, **options), set(entries)))


def test_one_entry_is_not_compared_with_itself() -> None:
    one = results("lenet5_1998", seeds=1)
    (times,), (rates,) = (figure.draw(one) for figure in (clocks, throughput))
    assert "largest share" not in times.caption and times.alt.endswith("importing.")
    assert "from" not in rates.alt and "(LeNet-5)" in rates.alt


def test_several_entries_are() -> None:
    two = results("lenet5_1998", "lstm_1997")
    (times,), (rates,) = (figure.draw(two) for figure in (clocks, throughput))
    assert "took the largest share" in times.caption
    assert "per second: from " in rates.alt and "LeNet-5" in rates.alt


def test_machines_tell_rates_of_one_entry_apart() -> None:
    (rates,) = throughput.draw(results("lenet5_1998", machines=2))
    assert "(LeNet-5, machine A)" in rates.alt and "(LeNet-5, machine B)" in rates.alt
