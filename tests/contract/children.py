"""Runs recipes of the pocket tier by the engine's command line, each in a child of its own.

`python -m tests.contract.children BACKEND OUT RECIPES`, where RECIPES is a JSON list of [entry, data set,
variant], writes the records to OUT/runs, and to OUT/imported/ENTRY/RECIPE.json the modules of the suite that
the child had imported when it wrote the record. The backend is imported once, before the children are forked.
"""

import json
import os
import sys
from pathlib import Path
from typing import Any

from benchmarks import records
from benchmarks.engine import __main__ as command_line
from benchmarks.engine import backend


def note_imports(out: Path) -> None:
    """From now on, note what has been imported whenever a record is written."""
    write = records.write_record

    def write_and_note(record: Any, path: Path) -> None:
        write(record, path)
        imported = sorted(name for name in sys.modules if name.split(".")[0] == "benchmarks")
        note = out / "imported" / record["run"]["entry"] / f"{record['run']['recipe']}.json"
        records.write_json_atomic(imported, note)

    records.write_record = write_and_note  # type: ignore[assignment]


def main(name: str, out: Path, recipes: list[tuple[str, str, str]]) -> int:
    backend.prepare(name, "float32")
    backend.start(name, "float32")
    backend.driver_class(name)
    note_imports(out)
    failed = 0
    for entry, dataset, variant in recipes:
        sys.argv = [
            "",
            entry,
            "--dataset",
            dataset,
            "--variant",
            variant,
            "--tier",
            "pocket",
            "--backend",
            name,
            "--out",
            str(out),
        ]
        child = os.fork()
        if child == 0:
            code = 1
            try:
                code = command_line.main()
            finally:
                os._exit(code)
        failed += os.waitpid(child, 0)[1] != 0
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], Path(sys.argv[2]), json.loads(sys.argv[3])))
