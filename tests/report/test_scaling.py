"""What several devices gain: which runs and speeds are set side by side, and the numbers."""

from pathlib import Path
from typing import Any

import pytest

from benchmarks import records
from report import tables
from report.results import Results
from report.site.build import build
from tests.report import bundles
from tests.report.variations import edited, few, loaded, with_speeds


def four_times(faster: float, **facts: Any) -> records.Bundle:
    """The runs of `few` on four devices, with the same measures, `faster` times as fast."""
    return bundles.again(few(devices=4), 0, slower=1 / faster, **facts)


def test_runs_on_several_devices_stand_beside_those_on_one(tmp_path: Path) -> None:
    results = loaded(tmp_path, records.merge(few(), four_times(3.0)))
    table = tables.all_tables(results)["scaling"]
    frame = table.frame
    timed = results.groups[(results.groups["devices"] == 4) & (results.groups["train_s"] > 0)]
    assert len(frame) == len(timed) > 3 and set(frame["devices"]) == {4}
    # Of the legs' own noise, 2%, and that of their medians.
    assert frame["speed_up"].tolist() == pytest.approx([3.0] * len(frame), rel=0.1)
    assert frame["efficiency"].tolist() == pytest.approx((frame["speed_up"] * 25).tolist())
    assert (frame["all"] / frame["one"]).tolist() == pytest.approx([3.0] * len(frame), rel=0.1)
    assert ((frame["low"] < frame["speed_up"]) & (frame["speed_up"] < frame["high"])).all()
    assert set(frame["n"]) == set(frame["m"]) == {3}
    assert set(frame["finding"]) == {"identical"} and set(frame["difference"]) == {0.0}
    assert (frame["measured_one"] == frame["measured_all"]).all()
    page = build(results, tmp_path / "page").with_name("machines.html").read_text(encoding="utf-8")
    assert 'id="several-devices"' in page and 'id="scaling"' in page


def test_another_accuracy_is_called_so(tmp_path: Path) -> None:
    def worse(row: dict[str, Any]) -> None:
        if row["epoch"] is None and row["measure"] == "error":
            row["value"] = min(100.0, row["value"] + 20.0)

    # With as many seeds each of these differences is shown, though others of the table are none.
    shared = edited(bundles.again(few(devices=2, seeds=8), 0), measures=worse)
    results = loaded(tmp_path, records.merge(few(seeds=8), shared))
    frame = tables.all_tables(results)["scaling"].frame
    error = frame[frame["measure"] == "error"]
    assert len(error) and (error["difference"] > 0).all() and set(error["finding"]) == {"differ"}


def test_machines_that_differ_in_the_number_of_accelerators_alone_are_set_side_by_side(
    tmp_path: Path,
) -> None:
    kind = "NVIDIA H200"
    one = bundles.again(few(), 0, accelerators=kind)
    results = loaded(tmp_path / "alike", one, four_times(2.0, accelerators="; ".join([kind] * 4)))
    assert set(tables.all_tables(results)["scaling"].frame["machines"]) == {"B / A"}
    other = four_times(2.0, accelerators="; ".join(["NVIDIA H100"] * 4))
    assert "scaling" not in tables.all_tables(loaded(tmp_path / "other", one, other))
    newer = four_times(2.0, accelerators="; ".join([kind] * 4), keras="3.16.0")
    assert "scaling" not in tables.all_tables(loaded(tmp_path / "newer", one, newer))


def test_without_runs_on_several_devices_there_is_no_table(tmp_path: Path) -> None:
    assert not {"scaling", "weak_scaling"} & set(tables.all_tables(loaded(tmp_path, with_speeds(few()))))


def test_speeds_are_set_side_by_side_at_one_batch_for_each_device(tmp_path: Path) -> None:
    """Batches of 10 and 40 on one device (2 x 1000 and 1500 examples a second) and on four (3 x as many)."""
    results = loaded(tmp_path, records.merge(with_speeds(few()), with_speeds(few(devices=4), faster=3.0)))
    frame = tables.all_tables(results)["weak_scaling"].frame
    assert set(zip(frame["batch_size"], frame["whole_batch"], strict=True)) == {(10, 40)}
    assert len(frame) == results.speeds.groupby(["entry", "recipe"]).ngroups
    assert set(frame["one"]) == {1000.0} and set(frame["all"]) == {4500.0}
    assert set(frame["speed_up"]) == {4.5} and set(frame["efficiency"]) == {112.5}


def test_runs_on_one_and_on_several_devices_are_not_pooled_or_compared(tmp_path: Path) -> None:
    other = bundles.again(few(devices=2), 1, caches="L2 4 MiB")
    results: Results = loaded(tmp_path, few(), other)
    assert results.compared.pairs.empty
    assert set(results.compared.not_compared["reason"]) == {"other devices (1 and 2)"}
    assert "devices" in results.distinguishing
    both = loaded(tmp_path / "both", records.merge(few(), few(devices=2)))
    shown = tables.measures(both)
    assert "devices" in [column.key for column in shown.columns] and shown.frame["n"].max() == 3
