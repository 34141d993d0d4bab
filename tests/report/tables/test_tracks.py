"""The table of each track."""

import pandas as pd
import pytest

from report.results import Results
from report.tables.tracks import tracks


def test_rows_are_the_standings_with_what_they_gained(results: Results) -> None:
    tables = {table.name: table for table in tracks(results)}
    found = next(found for found in results.tracks if found.track.id == "digits")
    frame = tables["track_digits"].frame.set_index("entry")
    assert list(frame.index) == [one.entry for one in found.standings]
    for one in found.standings:
        assert one.estimate
        row = frame.loc[one.entry]
        assert row["median"] == one.estimate.median
        gain = found.gains.get(one.entry)
        assert (None if pd.isna(row["best"]) else row["best"]) == (gain.best.entry if gain else None)
        if gain:
            assert row["difference"] == pytest.approx(gain.difference.effect)
            assert row["seconds_ratio"] == gain.seconds
    assert "tries" not in {column.key for column in tables["track_digits"].columns}, "nobody declared any"
