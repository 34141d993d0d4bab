"""The table of machines."""

from pathlib import Path
from typing import Any

from report import tables
from tests.report import bundles
from tests.report.variations import edited, few, loaded


def test_the_best_of_several_ceilings_counts_and_all_are_counted(tmp_path: Path) -> None:
    one = few()
    slow = edited(
        bundles.again(one, 1),
        ceilings=lambda row: row.update(matmul_flops=row["matmul_flops"] / 8, other_cores=1.9),
    )
    row = tables.machines(loaded(tmp_path, one, slow)).frame.iloc[0]
    assert (row["matmul_flops"], row["ceilings"], row["ceiling_load"]) == (
        one.ceilings["matmul_flops"].iloc[0],
        2,
        "calm",
    )


def test_the_generation_of_a_processor_has_a_column_if_it_is_known(tmp_path: Path) -> None:
    one = few()
    facts: dict[str, Any] = {"processor_vendor": "AuthenticAMD", "processor_family": "25"}
    other = bundles.again(one, 1, processor_model="17", **facts)
    table = tables.machines(loaded(tmp_path, one, other))
    assert table.frame["generation"].tolist() == ["", "Zen 4"]
    assert "generation" in [column.key for column in table.columns]
    alone = tables.machines(loaded(tmp_path / "alone", one))
    assert "generation" not in [column.key for column in alone.columns]
