"""What an archive says of itself."""

import re

import pytest

from report.archive.about import about
from report.loading import from_bundle
from tests.report.archive.conftest import Published, small
from tests.report.variations import edited

#: the regular expression that https://semver.org suggests, without its pre-releases
SEMANTIC = r"(0|[1-9]\d*)\.(0|[1-9]\d*)\.(0|[1-9]\d*)\+[0-9a-zA-Z-]+(\.[0-9a-zA-Z-]+)*"


def test_the_version_is_semantic_and_tells_results_apart(published: Published) -> None:
    said = about(published.results)
    assert re.fullmatch(SEMANTIC, said.version)
    assert said.version != about(from_bundle(small())).version


def test_the_description_counts_what_is_there(published: Published) -> None:
    union = published.results.union
    assert (
        f"{union.runs['run_id'].nunique()} runs of 4 architectures on 3 machines"
        in about(published.results).description
    )


@pytest.mark.parametrize("last", ["2031-12-31T23:30:00Z", "20311231T233000Z", "2031-12-31T23:30:00+00:00"])
def test_dates_are_those_of_the_runs(last: str) -> None:
    """However ISO 8601 writes them."""
    starts = iter([last, "2030-01-01T00:00:00Z"] + ["2030-06-01T00:00:00+00:00"] * 1000)
    said = about(from_bundle(edited(small(), runs=lambda row: row.update(started=next(starts)))))
    assert (said.began.isoformat(), said.ended.isoformat()) == (
        "2030-01-01T00:00:00+00:00",
        "2031-12-31T23:30:00+00:00",
    )
    assert "from 2030-01-01 to 2031-12-31" in said.description
