"""Families can be told apart."""

from benchmarks.spec import FAMILIES
from report import style


def test_families_differ_in_colour_or_marker() -> None:
    assert len({(style.colour(family), style.marker(family)) for family in FAMILIES}) == len(FAMILIES)
    assert len({style.marker(family) for family in FAMILIES}) == len(FAMILIES)
