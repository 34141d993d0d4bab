"""The folder of a report: a finished report replaces an earlier one, and touches nothing else."""

import re
from pathlib import Path

from benchmarks import records
from benchmarks.records.files import parse_json, read_bytes

#: the list of the files that the report wrote, in its folder
MANIFEST = ".report.json"
#: names that a report may list there
_REPORT_FILE = re.compile(r"[a-z]+\.html|(entries|tracks|provenance|figures|tables|data)/[A-Za-z0-9_.+-]+")
#: how the page of a report is recognised
TITLE = "<title>The history of deep learning, re-run</title>"


def replace(new: Path, out: Path) -> None:
    """Moves the files of a finished report over those of an earlier one, index.html last; other files stay.

    Raises FileExistsError if a file that no report wrote is in the way.
    """
    names = sorted(str(path.relative_to(new)) for path in new.rglob("*") if path.is_file())
    names.sort(key=lambda name: name == "index.html")
    written = _written_by_report(out, names)
    if foreign := [name for name in names if name not in written and (out / name).exists()]:
        raise FileExistsError(
            f"{out / foreign[0]} exists and was not written by a report: "
            "move it away, or name another folder with --out"
        )
    records.write_json_atomic(sorted({*written, *names}), out / MANIFEST)
    for name in names:
        (out / name).parent.mkdir(exist_ok=True)
        (new / name).replace(out / name)
    for name in written.difference(names):
        (out / name).unlink(missing_ok=True)
    records.write_json_atomic(sorted(names), out / MANIFEST)


def _written_by_report(out: Path, names: list[str]) -> set[str]:
    """The files in `out` that an earlier report wrote.

    A report without a manifest is recognised by its page: `names` may be overwritten.
    """
    try:
        listed = parse_json(read_bytes(out / MANIFEST), str(out / MANIFEST))
    except records.RecordError:
        page = out / "index.html"
        older = page.is_file() and TITLE in page.read_text(encoding="utf-8", errors="replace")[:5000]
        return set(names) if older else set()
    if not isinstance(listed, list):
        return set()
    return {name for name in listed if isinstance(name, str) and _REPORT_FILE.fullmatch(name)}
