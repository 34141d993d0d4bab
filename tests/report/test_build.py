"""The report as a whole: its files, and its independence of frameworks and of the clock."""

import csv
import dataclasses
import hashlib
import resource
import subprocess
import sys
import time
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

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


def test_every_figure_is_saved_in_three_formats(page_file: Path) -> None:
    folder = page_file.parent / "figures"
    stems = {path.stem for path in folder.iterdir()} - {"share"}
    tracks = {stem for stem in stems if stem.startswith("track_")}
    assert {"track_digits", "track_digits_costs"} <= tracks
    expected = {
        "parameters_by_year",
        "data_by_year",
        "compute_by_year",
        "claims",
        "time_then_and_now",
        "clocks",
        "throughput",
        "roofline",
    }
    assert stems - tracks == expected
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


def many(runs: int, entries: int) -> records.Bundle:
    """The published runs of as many entries as are asked for, copied under other ids, with more seeds.

    They are those of six machines, for whose rows a page has room, however many publish their own.
    """
    published = sorted((ROOT / "results" / "reference").iterdir())[:6]
    bundle = records.merge(*map(records.read_bundle, published))
    rows = {name: to_rows(name, getattr(bundle, name)) for name in records.TABLES}
    specs, ids = {}, {}
    names = sorted({run["entry"] for run in rows["runs"]})
    copies = -(-entries // len(names))
    for id, spec in bundle.specs.items():
        for copy in range(copies):
            entry = _copied(spec["card"]["id"], copy)
            card = {**spec["card"], "id": entry, "name": f"{spec['card']['name']} {copy or ''}".strip()}
            changed = {**spec, "card": card, "asked": {**spec["asked"], "entry": entry}}
            ids[id, copy] = records.spec_id(changed)
            specs[ids[id, copy]] = changed
    kept = sorted({_copied(name, copy) for name in names for copy in range(copies)})[:entries]
    measured: dict[str, dict[str, list[dict[str, Any]]]] = {name: {} for name in ("epochs", "measures")}
    for name, by_execution in measured.items():
        for row in rows[name]:
            by_execution.setdefault(row["execution_id"], []).append(row)
    made: dict[str, list[dict[str, Any]]] = {**rows, "runs": [], "epochs": [], "measures": []}
    for repeat in range(1000):
        for copy in range(copies):
            for old in rows["runs"]:
                if len(made["runs"]) == runs:
                    break
                run = {**old, "entry": _copied(old["entry"], copy), "seed": old["seed"] + 10 * repeat}
                if run["entry"] not in kept:
                    continue
                run["spec_id"] = ids[old["spec_id"], copy]
                run["spec_hash"] = records.spec_hash(specs[run["spec_id"]]["asked"])
                run["run_id"] = records.run_id(
                    run["spec_hash"], run["seed"], run["machine_id"], run["software_id"]
                )
                # No two runs take the same time or reach the same value.
                factor = 1 - (len(made["runs"]) * 7919 % 10_007) / 1e6
                run |= {name: run[name] and run[name] * factor for name in (*records.CLOCKS, "total_s")}
                run["execution_id"] = records.execution_id(run)
                made["runs"].append(run)
                for name, column in (("epochs", "train_s"), ("measures", "value")):
                    for row in measured[name].get(old["execution_id"], []):
                        value = None if row[column] is None else row[column] * factor
                        made[name].append({**row, "execution_id": run["execution_id"], column: value})
    used = {run["spec_id"] for run in made["runs"]}
    return from_tables(made, {id: specs[id] for id in specs if id in used}, {}, "many")


def _copied(entry: str, copy: int) -> str:
    stem, year = entry.rsplit("_", 1)
    return f"{stem}{copy}_{year}" if copy else entry


@pytest.mark.slow
def test_ten_thousand_runs_of_all_entries_make_pages_below_two_megabytes(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    results = from_bundle(many(10_000, 106))
    assert len(results.runs) == 10_000 and len(results.entries) == 106
    started = time.monotonic()
    build(results, tmp_path)
    with capsys.disabled():
        peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 2**20
        print(f" built in {time.monotonic() - started:.0f} s, {peak:.1f} GiB at most")
    sizes = {path: path.stat().st_size for path in tmp_path.rglob("*.html")}
    assert len(sizes) > 220 and max(sizes.values()) < 2_000_000
    every = pd.read_csv(tmp_path / "tables" / "runs.csv", keep_default_na=False, dtype=str)
    assert len(every) == 10_000
    html = (tmp_path / "runs.html").read_text(encoding="utf-8")
    assert "of 10,000" in html and "The page has room for" not in html
