"""The report as a whole: its files, and its independence of frameworks and of the clock."""

import csv
import dataclasses
import hashlib
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path

import pandas as pd
import pytest

from benchmarks import records
from benchmarks.records.bundle import from_tables
from benchmarks.records.csv_tables import to_rows
from report import __main__, tables
from report.loading import from_bundle
from report.site.build import build
from tests.report.variations import few, loaded

ROOT = Path(__file__).resolve().parents[2]


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_two_builds_are_byte_identical_and_import_no_framework(one: Path, tmp_path: Path) -> None:
    """A build in another process, with another hash seed, where no framework can be imported."""
    program = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        frameworks = ("keras", "tensorflow", "jax", "torch", "sklearn")
        if name.split(".")[0] in frameworks or name.startswith("benchmarks.engine"):
            raise ModuleNotFoundError(f"{name} must not be imported")
sys.meta_path.insert(0, Refuse())
from report.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
    command = [sys.executable, "-c", program, "--bundle", str(one), "--out", str(tmp_path / "again")]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert __main__.main(["--bundle", str(one), "--out", str(tmp_path / "first")]) == 0
    assert hashes(tmp_path / "again") == hashes(tmp_path / "first")


def test_page_is_self_contained(page_file: Path) -> None:
    html = page_file.read_text(encoding="utf-8")
    assert len(html) < 2_000_000
    for loader in ('<link rel="stylesheet"', "@import", "@font-face", ' src="http', "<iframe", "url(http"):
        assert loader not in html


def test_every_figure_is_saved_in_three_formats(page_file: Path) -> None:
    folder = page_file.parent / "figures"
    stems = {path.stem for path in folder.iterdir()}
    expected = {
        "parameters_by_year",
        "data_by_year",
        "compute_by_year",
        "claims",
        "curves",
        "time_then_and_now",
        "clocks",
        "throughput",
    }
    assert stems == expected
    for stem in stems:
        assert ET.parse(folder / f"{stem}.svg").getroot().tag.endswith("svg")
        assert (folder / f"{stem}.pdf").read_bytes().startswith(b"%PDF-")
        assert (folder / f"{stem}.png").read_bytes().startswith(b"\x89PNG")
        assert (page_file.parent / "tables" / f"figure_{stem}.csv").is_file()


def test_tables_hold_every_run(one: Path, page_file: Path) -> None:
    with (page_file.parent / "tables" / "runs.csv").open() as file:
        rows = list(csv.DictReader(file))
    bundle = records.read_bundle(one)
    assert {row["run_id"] for row in rows} == set(bundle.runs["run_id"])
    assert sum(row["status"] != "ok" for row in rows) == (bundle.runs["status"] != "ok").sum()


def test_runs_without_legs_make_a_page(tmp_path: Path) -> None:
    """Learning rules that the host drives have none."""
    one = few(machines=2)
    results = loaded(tmp_path, dataclasses.replace(one, epochs=one.epochs.iloc[:0]))
    assert (
        tables.throughput(results).frame.empty
        and results.compared.speed.empty
        and len(results.compared.measures)
    )
    assert build(results, tmp_path / "page", compare=True).is_file()


@pytest.mark.slow
def test_ten_thousand_runs_make_a_page_below_two_megabytes(tmp_path: Path) -> None:
    """The published runs with 28 times the seeds."""
    bundle = records.merge(*map(records.read_bundle, sorted((ROOT / "results" / "reference").iterdir())))
    tables = {name: to_rows(name, getattr(bundle, name)) for name in records.TABLES}
    many = {name: list(rows) for name, rows in tables.items()}
    for copy in range(1, 28):
        renamed = {}
        for row in tables["runs"]:
            run = {**row, "seed": row["seed"] + 10 * copy}
            run["run_id"] = records.run_id(
                run["spec_hash"], run["seed"], run["machine_id"], run["software_id"]
            )
            renamed[row["execution_id"]] = run["execution_id"] = records.execution_id(run)
            many["runs"].append(run)
        for name in ("epochs", "measures"):
            many[name] += [{**row, "execution_id": renamed[row["execution_id"]]} for row in tables[name]]
    results = from_bundle(from_tables(many, bundle.specs, bundle.pictures, "many"))
    assert len(results.runs) > 10_000
    built = build(results, tmp_path)
    assert built.stat().st_size < 2_000_000
    assert all(path.stat().st_size < 2_000_000 for path in (tmp_path / "provenance").iterdir())
    every = pd.read_csv(tmp_path / "tables" / "runs.csv", keep_default_na=False)
    assert len(every) == len(results.runs)
