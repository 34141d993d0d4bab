"""What an archive holds for people and for the forms of repositories."""

from pathlib import Path
from typing import Any

import pytest
import yaml

from benchmarks.records import Bundle
from benchmarks.records.schema import TABLES
from report.archive.about import FILES, about
from report.archive.documents import readme
from report.loading import from_bundle
from tests.report.archive.conftest import Published, small

ROOT = Path(__file__).resolve().parents[3]


def test_the_readme_explains_every_file_and_column(published: Published) -> None:
    text = published.text("README.md")
    for name, (_, description) in FILES.items():
        assert f"| `{name}` | {description} |" in text
    for columns in TABLES.values():
        for column in columns:
            assert f"| `{column.name}` | {column.type} | {column.unit} |" in text and column.meaning in text
    assert "$" not in text
    for data in published.results.datasets.values():
        assert data["title"] in text


def test_the_licence_is_that_of_the_suite(published: Published) -> None:
    assert published.text("LICENSE") == (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_the_citation_file_has_what_its_format_requires(published: Published) -> None:
    said = yaml.safe_load(published.text("CITATION.cff"))
    own = yaml.safe_load((ROOT / "CITATION.cff").read_text(encoding="utf-8"))
    assert said.keys() >= {"cff-version", "message", "title", "authors"}
    assert (said["cff-version"], said["type"]) == (own["cff-version"], "dataset")
    assert (said["authors"], said["license"]) == (own["authors"], own["license"])
    assert set(said["keywords"]) <= set(own["keywords"])
    (software,) = said["references"]
    assert {name: software[name] for name in ("type", "title", "version", "authors")} == {
        name: own[name] for name in ("type", "title", "version", "authors")
    }


def test_zenodo_gets_what_it_asks(published: Published) -> None:
    said = published.json(".zenodo.json")
    required = {"upload_type", "publication_date", "title", "creators", "description", "access_right"}
    assert said.keys() >= required
    assert said["version"] == about(published.results).version
    assert said["publication_date"] == f"{about(published.results).ended:%Y-%m-%d}"


def _with(change: dict[str, Any]) -> Bundle:
    bundle = small()
    for column, value in change.items():
        bundle.runs.loc[0, column] = value
    return bundle


@pytest.mark.parametrize(
    "value, warned",
    [("=1+1", True), ("@cmd", True), (" +cmd", True), ("-1.5", False), ("-", False), ("bench 1", False)],
)
def test_a_reader_is_warned_of_what_a_spreadsheet_may_run(value: str, warned: bool) -> None:
    results = from_bundle(_with({"machine_name": value}))
    assert ("in `runs.machine_name`" in readme(results, about(results))) == warned


def test_text_of_a_bundle_is_no_markup_in_the_readme() -> None:
    bundle = small()
    for spec in bundle.specs.values():
        spec["dataset"] |= {"title": "<b>bold</b> | **x**\n# y", "licence": "[a](javascript:b) `c` $formulas"}
    results = from_bundle(bundle)
    text = readme(results, about(results))
    assert r"| &lt;b&gt;bold&lt;/b&gt; \| \*\*x\*\* # y | \[a\](javascript:b) \`c\` $formulas |" in text
