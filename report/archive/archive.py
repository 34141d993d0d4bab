"""Writes all data of a report as one archive that can be published: a bundle that describes itself."""

import tempfile
import zipfile
from pathlib import Path

import fastparquet

from benchmarks.records import TABLES, Bundle, RecordError
from benchmarks.records.bundle import valid_bundle_files
from benchmarks.records.files import json_bytes
from report import citation
from report.archive.about import FILES, NAME, about
from report.archive.crate import crate
from report.archive.croissant import croissant
from report.archive.data_package import data_package
from report.archive.documents import citation_file, readme, zenodo
from report.results import Results

#: Every file of the archive has this date, the first that the format knows: dates of the results are in them.
_DATE = (1980, 1, 1, 0, 0, 0)
_LICENCE = Path(__file__).with_name("LICENSE")


def write(results: Results, folder: Path, source: str = "", address: str = "") -> Path | None:
    """Writes the archive into `folder`, and returns its path. The same results give the same bytes.

    `source` is the web address under which the suite's files can be read, `address` that of the report. If
    the bundles together are larger than a bundle may be, there is no archive, and None is returned: share the
    bundles instead.
    """
    try:
        bundle = valid_bundle_files(results.union)
    except RecordError:
        return None
    said = about(results, source, address)
    suite = citation.of_suite(results)
    files = bundle | parquet(results.union)
    files |= {
        "README.md": readme(results, said).encode(),
        "datapackage.json": json_bytes(data_package(said, files)),
        "croissant.json": json_bytes(croissant(said, files, suite)),
        "citations.bib": citation.bibliography(results).encode(),
        "CITATION.cff": citation_file(said).encode(),
        ".zenodo.json": json_bytes(zenodo(said)),
        "LICENSE": _LICENCE.read_bytes(),
    }
    files["ro-crate-metadata.json"] = json_bytes(crate(results, said, files))
    path = folder / f"{NAME}.zip"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive:
        for name in FILES:
            entry = zipfile.ZipInfo(name, _DATE)
            entry.compress_type = zipfile.ZIP_DEFLATED
            entry.create_system = 3  # Unix, wherever it is written
            entry.external_attr = 0o100644 << 16
            archive.writestr(entry, files[name])
    return path


def parquet(bundle: Bundle) -> dict[str, bytes]:
    """The tables of a bundle as Parquet files, by their paths in the archive."""
    files = {}
    with tempfile.TemporaryDirectory() as folder:
        for table in TABLES:
            path = Path(folder) / table
            frame = getattr(bundle, table)
            fastparquet.write(str(path), frame, compression="ZSTD", object_encoding="utf8")
            files[f"parquet/{table}.parquet"] = path.read_bytes()
    return files
