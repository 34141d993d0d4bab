"""The table of entries."""

from pathlib import Path

from report import tables
from report.loading import load


def test_entries_and_times_are_given_machine_by_machine(two: Path) -> None:
    results = load([two])
    table = tables.entries(results)
    assert "machine" in [column.key for column in table.columns]
    rows = table.frame[table.frame["entry"] == "lenet5_1998"]
    assert rows["machine"].tolist() == ["A", "B"]
    mine = results.runs[results.runs["entry"] == "lenet5_1998"]
    assert rows["runs"].tolist() == [(mine["machine"] == letter).sum() for letter in "AB"]
