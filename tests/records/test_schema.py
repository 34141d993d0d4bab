"""The schema as a whole: light to import, documented, safe, and able to read its older versions."""

import ast
import subprocess
import sys
from pathlib import Path
from typing import Any

from benchmarks import records
from benchmarks.records import bundle, record, schema, validation
from benchmarks.records.bundle import bundle_files
from benchmarks.records.schema import FILES, RUNS, UPGRADES, Column, data_dictionary
from tests.records.examples import make_record

ROOT = Path(__file__).parents[2]


def test_importing_the_schema_loads_neither_a_framework_nor_pandas():
    code = "import sys, benchmarks.records; print(sorted({'keras', 'tensorflow', 'jax', 'torch', 'pandas', 'numpy'} & set(sys.modules)))"
    assert subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True).stdout.strip() == "[]"


def test_the_schema_never_unpickles_or_evaluates():
    nodes = [node for path in Path(records.__file__).parent.glob("*.py") for node in ast.walk(ast.parse(path.read_text()))]
    names = {node.id for node in nodes if isinstance(node, ast.Name)} | {node.attr for node in nodes if isinstance(node, ast.Attribute)}
    assert "RecordError" in names
    assert not names & {"pickle", "eval", "exec", "read_pickle", "allow_pickle", "marshal", "shelve"}


def test_an_older_version_is_brought_up_to_date(tmp_path, monkeypatch):
    old = make_record()
    records.write_record(old, tmp_path / "old.json")
    records.write_bundle(records.from_records([old]), tmp_path / "old")
    energy = Column("energy", "number", "energy that the run took", "J", null=True)
    note = Column("note", "string", "a note")

    def upgrade(table: str, row: dict[str, Any]) -> dict[str, Any]:
        return {**row, "energy": None, "note": "before notes"} if table == "runs" else row

    monkeypatch.setitem(records.TABLES, "runs", (*RUNS, energy, note))
    monkeypatch.setitem(UPGRADES, 1, upgrade)
    for module in (schema, validation, record, bundle):
        monkeypatch.setattr(module, "SCHEMA_VERSION", 2)
    read = records.read_record(tmp_path / "old.json")
    assert read["schema_version"] == 2 and read["run"] == {**old["run"], "energy": None, "note": "before notes"}
    found = records.read_bundle(tmp_path / "old")
    assert found.runs["note"].tolist() == ["before notes"] and found.runs["energy"].isna().all()
    assert bundle_files(found) == bundle_files(records.from_records([read]))


def test_the_data_dictionary_is_the_schema():
    page = (ROOT / "results" / "README.md").read_text()
    assert page.endswith(data_dictionary()), "results/README.md must end with benchmarks.records.schema.data_dictionary()"
    for name in (*FILES, "bundle.json"):
        assert name in page
