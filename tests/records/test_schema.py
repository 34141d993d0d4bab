"""The schema as a whole: light to import, documented, safe, and able to read its older versions."""

import ast
import subprocess
import sys
from pathlib import Path

from benchmarks import records
from benchmarks.records.schema import FILES, KEYS, REFERENCES, TABLES, data_dictionary

ROOT = Path(__file__).parents[2]


def test_importing_the_schema_loads_neither_a_framework_nor_pandas():
    code = (
        "import sys, benchmarks.records\n"
        "slow = {'keras', 'tensorflow', 'jax', 'torch', 'pandas', 'numpy'}\n"
        "print(sorted(slow & set(sys.modules)))"
    )
    assert (
        subprocess.run(
            [sys.executable, "-c", code], cwd=ROOT, capture_output=True, text=True, check=True
        ).stdout.strip()
        == "[]"
    )


def test_the_schema_never_unpickles_or_evaluates():
    nodes = [
        node
        for path in Path(records.__file__).parent.glob("*.py")
        for node in ast.walk(ast.parse(path.read_text()))
    ]
    names = {node.id for node in nodes if isinstance(node, ast.Name)} | {
        node.attr for node in nodes if isinstance(node, ast.Attribute)
    }
    assert "RecordError" in names
    assert not names & {"pickle", "eval", "exec", "read_pickle", "allow_pickle", "marshal", "shelve"}


def test_a_table_holds_the_key_that_it_refers_to():
    for table, referenced in REFERENCES.items():
        assert set(KEYS[referenced]) <= {column.name for column in TABLES[table] if not column.null}


def test_the_data_dictionary_is_the_schema():
    page = (ROOT / "results" / "README.md").read_text()
    assert page.endswith(data_dictionary()), (
        "results/README.md must end with benchmarks.records.schema.data_dictionary()"
    )
    for name in (*FILES, "bundle.json"):
        assert name in page
