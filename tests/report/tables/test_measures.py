"""The table of measures."""

import csv
from pathlib import Path

import numpy as np
import pytest

from benchmarks import records


def test_medians_in_the_measures_table_are_those_of_the_bundle(one: Path, page_file: Path) -> None:
    bundle = records.read_bundle(one)
    final = bundle.measures[bundle.measures["epoch"].isna() & (bundle.measures["measure"] == "error")].merge(
        bundle.runs, on="execution_id"
    )
    expected = float(
        np.median(final[(final["entry"] == "lenet5_1998") & (final["dataset"] == "mnist")]["value"])
    )
    with (page_file.parent / "tables" / "measures.csv").open() as file:
        found = [
            row
            for row in csv.DictReader(file)
            if (row["entry"], row["recipe"], row["measure"]) == ("lenet5_1998", "mnist", "error")
        ]
    assert len(found) == 1
    assert float(found[0]["median"]) == pytest.approx(expected)
    assert found[0]["n"] == "3"
