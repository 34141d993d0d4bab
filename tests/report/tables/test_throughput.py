"""Throughput, machines and the load on them."""

from pathlib import Path
from typing import Any

from report import tables
from report.findings import comparison
from report.roofline import ceiling_of
from tests.report import bundles
from tests.report.variations import edited, few, loaded


def test_a_busy_machine_is_marked_in_every_table_of_throughput(tmp_path: Path) -> None:
    one = few()
    busy = edited(
        bundles.again(one, 1, caches="L2 4 MiB"),
        epochs=lambda row: row.update(other_cores=1.0),
        ceilings=lambda row: row.update(other_cores=1.5),
        runs=lambda row: row.update(resumed=1),
    )
    results = loaded(tmp_path, one, busy)
    throughput = tables.throughput(results)
    for table in (throughput, tables.runs(results)):
        assert "load" in [column.key for column in table.columns]
        told = table.frame[table.frame["load"] != ""].groupby("machine")["load"].unique()
        assert told["A"].tolist() == ["calm"] and told["B"].tolist() == ["busy"]
    assert "ceiling of machine B was measured while the machine was busy" in throughput.caption
    assert "resumed" in [column.key for column in tables.runs(results).columns]
    machines = tables.machines(results).frame.set_index("machine")
    assert machines["ceiling_load"].to_dict() == {"A": "calm", "B": "busy"}
    speed = next(table for table in tables.comparisons(results) if table.name == "compared_throughput")
    assert set(speed.frame["load"]) == {"busy / calm"} and "busy" in speed.caption
    assert "a machine was busy with other work" in " ".join(comparison(results))


def test_an_accelerator_that_others_used_is_busy(tmp_path: Path) -> None:
    one = few(machines=2)

    def shared(row: dict[str, Any]) -> None:
        if row["other_processes"] is not None:
            row["other_processes"] = 1

    frame = tables.throughput(loaded(tmp_path, edited(one, epochs=shared))).frame
    assert frame.groupby("machine")["load"].unique().map(list).to_dict() == {"A": ["calm"], "B": ["busy"]}


def test_what_was_not_recorded_is_unknown(tmp_path: Path) -> None:
    nothing = dict.fromkeys(("other_cores", "stolen_cores", "available_cores"))
    one = edited(few(), epochs=lambda row: row.update(nothing))
    results = loaded(tmp_path, one)
    table = tables.throughput(results)
    assert set(table.frame["load"]) == {"unknown"} and "was not recorded" in table.caption


def test_the_ceiling_is_that_of_the_precision_and_of_the_threads() -> None:
    processor: dict[Any, Any] = {"matmul_flops": 8e11, "tf32_flops": None, "bfloat16_flops": 2e12}
    processor |= {"accelerators": "", "ceiling_threads": 4}
    run: dict[Any, Any] = {"precision": "float32, seeded", "matmul_precision": ""}
    run |= {"threads": 1, "devices": 1}
    assert ceiling_of(run, processor) == 2e11
    assert ceiling_of(run | {"threads": 8}, processor) == 8e11
    assert ceiling_of(run | {"matmul_precision": "bfloat16"}, processor) == 5e11
    assert ceiling_of(run | {"matmul_precision": "tf32"}, processor) is None
    assert ceiling_of(run | {"matmul_precision": "float64"}, processor) is None
    accelerator = processor | {"accelerators": "NVIDIA H200", "tf32_flops": 4e14}
    assert ceiling_of(run | {"matmul_precision": "tf32"}, accelerator) == 4e14
    assert ceiling_of(run | {"matmul_precision": "tf32", "devices": 4}, accelerator) == 16e14
