"""The table of machines."""

from pathlib import Path

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
