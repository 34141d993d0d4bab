"""The table of speeds at growing batch sizes, and where it stands."""

from pathlib import Path

from report import tables
from report.results import Results
from report.site.build import build
from tests.report import bundles
from tests.report.variations import few, loaded, with_speeds


def test_columns_that_say_nothing_are_left_out(tmp_path: Path) -> None:
    one = few()
    table = tables.all_tables(loaded(tmp_path / "a", with_speeds(one)))["batch_sizes"]
    keys = {column.key for column in table.columns}
    assert not keys & {"machine", "precision", "device_peak_memory_bytes", "status", "load"}
    assert {"batch_size", "examples_per_s", "p99_s"} <= keys
    two = loaded(tmp_path / "b", with_speeds(one), with_speeds(bundles.again(one, 1, caches="L2 4 MiB")))
    assert "machine" in {column.key for column in tables.all_tables(two)["batch_sizes"].columns}


def test_it_is_on_the_page_of_machines_only_where_speeds_were_measured(
    tmp_path: Path, results: Results
) -> None:
    assert "batch_sizes" not in tables.all_tables(results)
    build(loaded(tmp_path / "in", with_speeds(few())), tmp_path / "out")
    page = (tmp_path / "out" / "machines.html").read_text()
    assert 'id="batch-sizes"' in page
    assert "times as fast with 40 as with 10" in page
