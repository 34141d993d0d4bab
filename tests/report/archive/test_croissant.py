"""The description in Croissant, held to the rules of its specification.

The library of its authors, `mlcroissant`, brings more than it is worth here. When these descriptions were
written it found no fault, and read records of every table through them.
"""

import csv
import hashlib
from collections.abc import Iterator
from typing import Any

from benchmarks.records.schema import KEYS, TABLES
from tests.report.archive.conftest import Published

#: the properties that the specification requires of a data set
REQUIRED = {
    *("@context", "@type", "conformsTo", "description", "license", "name", "url", "creator", "datePublished"),
    "distribution",
}
TYPES = {"sc:Text", "sc:Integer", "sc:Float", "sc:Boolean"}


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every object in a JSON document."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for item in value:
            yield from nodes(item)


def test_what_is_required_is_there(published: Published) -> None:
    said = published.json("croissant.json")
    assert said.keys() >= REQUIRED
    assert (said["@type"], said["conformsTo"]) == ("sc:Dataset", "http://mlcommons.org/croissant/1.0")
    assert said["@context"]["@vocab"] == "https://schema.org/"
    assert said["@context"]["conformsTo"] == "dct:conformsTo"


def test_ids_are_unique_and_references_lead_to_them(published: Published) -> None:
    said = published.json("croissant.json")
    parts = list(nodes([said["distribution"], said["recordSet"]]))
    ids = [node["@id"] for node in parts if "@id" in node and len(node) > 1]
    assert len(set(ids)) == len(ids)
    assert {node["@id"] for node in parts if "@id" in node and len(node) == 1} <= set(ids)


def test_every_term_is_in_the_context_or_of_schema_org(published: Published) -> None:
    said = published.json("croissant.json")
    schema_org = {
        *("name", "description", "url", "license", "version", "datePublished", "creator", "keywords"),
        *(
            "distribution",
            "contentUrl",
            "contentSize",
            "encodingFormat",
            "sha256",
            "@context",
            "@type",
            "@id",
        ),
    }
    used = {term for node in nodes({**said, "@context": {}}) for term in node}
    assert used - schema_org <= said["@context"].keys()


def test_files_are_those_of_the_archive(published: Published) -> None:
    for file in published.json("croissant.json")["distribution"]:
        data = (published.folder / file["contentUrl"]).read_bytes()
        assert file["@type"] == "cr:FileObject" and file["encodingFormat"] == "text/csv"
        assert file["sha256"] == hashlib.sha256(data).hexdigest()
        assert file["contentSize"] == f"{len(data)} B"


def test_record_sets_are_the_tables(published: Published) -> None:
    record_sets = {one["name"]: one for one in published.json("croissant.json")["recordSet"]}
    assert list(record_sets) == list(TABLES)
    for table, one in record_sets.items():
        with (published.folder / f"{table}.csv").open(encoding="utf-8") as file:
            header = next(csv.reader(file))
        assert [field["source"]["extract"]["column"] for field in one["field"]] == header
        assert {field["source"]["fileObject"]["@id"] for field in one["field"]} == {f"{table}.csv"}
        assert {field["dataType"] for field in one["field"]} <= TYPES
        assert [key["@id"] for key in one["key"]] == [f"{table}/{name}" for name in KEYS[table]]


def test_only_a_key_of_one_column_is_referenced(published: Published) -> None:
    references = {
        field["@id"]: field["references"]["field"]["@id"]
        for one in published.json("croissant.json")["recordSet"]
        for field in one["field"]
        if "references" in field
    }
    assert references == {
        "epochs/execution_id": "runs/execution_id",
        "measures/execution_id": "runs/execution_id",
    }
