"""What an archive says of itself, in every one of its descriptions: title, version, dates, files."""

from dataclasses import dataclass
from datetime import UTC, datetime

from benchmarks import __version__
from benchmarks.records.schema import TABLES
from report.citation import AUTHORS, SUITE
from report.formats import several
from report.results import Results

#: the archive's name in a registry, invariant over its versions
NAME = "deep-learning-history-results"
KEYWORDS = ("deep learning", "neural networks", "history of computing", "reproducibility", "benchmark")
LICENCE = "MIT"
LICENCE_ADDRESS = "https://spdx.org/licenses/MIT"
CREATOR = AUTHORS

_ROWS = {
    "runs": "one row for each execution: one time that a run was measured",
    "epochs": "one row for each leg of training: one or more epochs between two evaluations",
    "measures": "one row for each named number of an execution, during training and at its end",
    "machines": "one row for each machine with its software",
    "ceilings": "one row for each measurement of what a machine can reach",
    "speeds": "one row for each batch size at which a recipe's speed was measured by itself",
}
_SPECS = (
    "`spec_id` -> what was run: `asked` (entry, recipe, data checksum, backend, precision, threads, "
    "devices: the input of the spec hash), `card` and `dataset` (what the entry and the data set said about "
    "themselves when the run was made), `measures` (unit, direction and meaning of each), `layers` (name, "
    "kind, output shape, trainable parameters)"
)
_PICTURES = (
    "`execution_id` -> name -> a picture with its `caption`. A grid of small images has no `kind`, but "
    "`shape` ([rows, columns, height, width] or [rows, columns, height, width, 3]) and `data` (uint8). Other "
    "kinds say `kind`: `curves` (axes `x` and `y`, `names` and `lengths` of the series, `data` float64 "
    "[2, points]), `map` (`rows`, `columns`, `row_axis`, `column_axis`, `unit`, `data` float64 [rows, "
    "columns]), `texts` (`texts`), `sound` (`rate`, `data` int16). All `data` are little-endian, compressed "
    "by zlib, in base64"
)
_CRATE = (
    "how the results came about, as an RO-Crate 1.1 of the profile Process Run Crate 0.5: for each question "
    "and machine the command, the commit and the times of its runs"
)
#: file of the archive -> its media type and what it holds, in the order in which readers meet them
FILES = {
    "README.md": ("text/markdown", "this page"),
    **{f"{table}.csv": ("text/csv", _ROWS[table]) for table in TABLES},
    "specs.json": ("application/json", _SPECS),
    "pictures.json": ("application/json", _PICTURES),
    "bundle.json": ("application/json", "version of the schema and of the suite, SHA-256 of each file above"),
    **{
        f"parquet/{table}.parquet": (
            "application/vnd.apache.parquet",
            f"{table}.csv as Parquet, with its types",
        )
        for table in TABLES
    },
    "datapackage.json": ("application/json", "the tables described as a Data Package 2.0"),
    "croissant.json": ("application/ld+json", "the tables described in Croissant 1.0"),
    "ro-crate-metadata.json": ("application/ld+json", _CRATE),
    "citations.bib": ("application/x-bibtex", "BibTeX of the suite with these results, and of all papers"),
    "CITATION.cff": ("application/yaml", "how this archive is cited"),
    ".zenodo.json": ("application/json", "what Zenodo asks about an upload"),
    "LICENSE": ("text/plain", "the licence"),
}


@dataclass(frozen=True)
class About:
    """What an archive says of itself.

    `began` and `ended` are when its first and last run started, UTC. `source` is the web address under which
    the suite's files can be read, `address` that of the report; both may be empty.
    """

    title: str
    description: str
    version: str
    began: datetime
    ended: datetime
    source: str = ""
    address: str = ""


def about(results: Results, source: str = "", address: str = "") -> About:
    """What the archive of these results says of itself; no date but those of the runs enters it."""
    runs = results.union.runs
    # Not as text: ISO 8601 writes one time in several ways.
    started = [datetime.fromisoformat(text).astimezone(UTC) for text in runs["started"].unique()]
    began, ended = min(started), max(started)
    counts = [
        several(runs["run_id"].nunique(), "run"),
        several(len(results.entries), "architecture"),
        several(len(results.machines), "machine"),
    ]
    description = (
        "What architectures of the history of deep learning reach when they are trained again, on the data "
        "of their papers or on common ground, with the learning rules of their time: "
        f"{counts[0]} of {counts[1]} on {counts[2]}, "
        f"started from {began:%Y-%m-%d} to {ended:%Y-%m-%d}. Final measures, learning curves, clocks, the "
        "questions as they were asked, pictures, and where each number came from."
    )
    title = f"Results of {SUITE[0].lower()}{SUITE[1:]}"
    version = f"{__version__}+{results.fingerprint}"
    return About(title, description, version, began, ended, source, address)
