"""The eras: every year is in exactly one."""

from report.eras import ERAS, era_of


def test_eras_follow_each_other_without_a_gap_or_an_overlap() -> None:
    assert [era.start for era in ERAS[1:]] == [era.end + 1 for era in ERAS[:-1]]
    for year in range(1943, 2027):
        assert [era for era in ERAS if era.start <= year <= era.end] == [era_of(year)]


def test_known_papers_are_in_the_eras_that_tell_of_them() -> None:
    titles = {1958: "Units that learn", 1986: "Hidden layers", 2006: "Depth, one layer at a time"}
    assert {year: era_of(year).title for year in titles} == titles
    assert era_of(2012).title == era_of(2021).title == "Depth by design"
