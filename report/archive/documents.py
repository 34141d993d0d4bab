"""What an archive holds for people and for the forms of repositories: README, CITATION.cff, .zenodo.json."""

import html
import re
from pathlib import Path
from string import Template
from typing import Any

import yaml

from benchmarks import __version__
from benchmarks.records import Bundle, clip
from benchmarks.records.schema import TABLES, data_dictionary
from report.archive.about import CREATOR, FILES, KEYWORDS, LICENCE, NAME, About
from report.citation import SUITE
from report.formats import listed
from report.results import Results
from report.tables.files import runs_as_formula

_README = Path(__file__).with_name("readme.md")


def readme(results: Results, about: About) -> str:
    """README.md: every file and column of the archive, how it is read, cited and published."""
    files = "\n".join(f"| `{name}` | {description} |" for name, (_, description) in FILES.items())
    datasets = "\n".join(
        f"| {_cell(data['title'])} | {_cell(data['licence'])} | {_cell(data['source'])} |"
        for data in results.datasets.values()
    )
    return Template(_README.read_text(encoding="utf-8")).substitute(
        title=about.title,
        description=about.description,
        version=about.version,
        name=NAME,
        licence=LICENCE,
        files=files,
        datasets=datasets,
        formulas=_formulas(results.union),
        columns=data_dictionary(),
    )


def _formulas(bundle: Bundle) -> str:
    """A warning of cells that a spreadsheet may run."""
    columns = [
        f"`{table}.{column.name}`"
        for table in TABLES
        for column in TABLES[table]
        if column.type == "string" and any(map(runs_as_formula, getattr(bundle, table)[column.name].unique()))
    ]
    exact = "Texts are exact, so that the bundle can be read again"
    if not columns:
        return f"{exact}; none of them is one that a spreadsheet would run as a formula."
    return (
        f"**{exact}: a spreadsheet may run some of them as formulas, in {listed(columns)}.** Import these "
        "columns as text, or take the tables of the report, in which such texts are made harmless."
    )


def _cell(text: str) -> str:
    """Foreign text in a table of Markdown: on one line, and without markup."""
    return re.sub(r"([\\`*_\[\]|~])", r"\\\1", html.escape(clip(" ".join(text.split()), 300), quote=False))


def citation_file(about: About) -> str:
    """CITATION.cff of the archive."""
    said: dict[str, Any] = {
        "cff-version": "1.2.0",
        "message": "If you use these results, please cite them as below, and the papers that you discuss.",
        "type": "dataset",
        "title": about.title,
        "abstract": about.description,
        "version": about.version,
        "date-released": about.ended.date(),
        **({"url": about.address} if about.address else {}),
        "license": LICENCE,
        "authors": [{"name": CREATOR}],
        "keywords": list(KEYWORDS),
        "references": [
            {
                "type": "software",
                "title": SUITE,
                "version": __version__,
                "authors": [{"name": CREATOR}],
            }
        ],
    }
    return yaml.safe_dump(said, sort_keys=False, allow_unicode=True, width=110)


def zenodo(about: About) -> dict[str, Any]:
    """The content of .zenodo.json."""
    return {
        "upload_type": "dataset",
        "title": about.title,
        "description": about.description,
        "version": about.version,
        "publication_date": f"{about.ended:%Y-%m-%d}",
        "creators": [{"name": CREATOR}],
        "license": LICENCE.lower(),
        "access_right": "open",
        "keywords": list(KEYWORDS),
    }
