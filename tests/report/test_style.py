"""Families can be told apart."""

from benchmarks.spec import FAMILIES
from report import style


def test_families_differ_in_colour_or_marker() -> None:
    assert len({(style.colour(family), style.marker(family)) for family in FAMILIES}) == len(FAMILIES)
    assert len({style.marker(family) for family in FAMILIES}) == len(FAMILIES)


def test_many_values_are_thinned_to_what_can_be_drawn_with_both_ends() -> None:
    few = [3.0, 1.0, 2.0]
    assert style.thinned(few) == [1.0, 2.0, 3.0]
    kept = style.thinned([float(i) for i in range(1000)])
    assert len(kept) == style.MOST_POINTS and (kept[0], kept[-1]) == (0.0, 999.0)
    assert kept == sorted(set(kept))
