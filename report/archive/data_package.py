"""The description of an archive's tables as a Data Package 2.0 (https://datapackage.org)."""

import hashlib
from collections.abc import Mapping
from typing import Any

from benchmarks.records.schema import DOCUMENTS, KEYS, REFERENCES, TABLES, Column
from report.archive.about import CREATOR, FILES, KEYWORDS, LICENCE, LICENCE_ADDRESS, NAME, About


def data_package(about: About, files: Mapping[str, bytes]) -> dict[str, Any]:
    """The content of datapackage.json, for the archive's `files`."""
    documents = (*DOCUMENTS, "bundle")
    return {
        "$schema": "https://datapackage.org/profiles/2.0/datapackage.json",
        "name": NAME,
        "title": about.title,
        "description": about.description,
        **({"homepage": about.address} if about.address else {}),
        "version": about.version,
        "created": about.ended.isoformat(timespec="seconds"),
        "licenses": [{"name": LICENCE, "path": LICENCE_ADDRESS}],
        "keywords": list(KEYWORDS),
        "contributors": [{"title": CREATOR, "roles": ["creator"]}],
        "resources": [
            *(_resource(table, "csv", files) | _tabular(table) for table in TABLES),
            *(_resource(name, "json", files) for name in documents),
        ],
    }


def _resource(name: str, kind: str, files: Mapping[str, bytes]) -> dict[str, Any]:
    """What is said of any file."""
    path = f"{name}.{kind}"
    media, description = FILES[path]
    return {
        "name": name,
        "path": path,
        "description": description,
        "format": kind,
        "mediatype": media,
        "encoding": "utf-8",
        "bytes": len(files[path]),
        "hash": f"sha256:{hashlib.sha256(files[path]).hexdigest()}",
    }


def _tabular(table: str) -> dict[str, Any]:
    """What is said of a table besides: its dialect and schema.

    The key of measures has a column that may be null, which a primary key forbids: it is a unique key.
    """
    key = list(KEYS[table])
    nullable = {column.name for column in TABLES[table] if column.null}
    schema: dict[str, Any] = {"fields": [_field(column) for column in TABLES[table]], "missingValues": [""]}
    schema |= {"uniqueKeys": [key]} if nullable.intersection(key) else {"primaryKey": key}
    if table in REFERENCES:
        referenced = list(KEYS[REFERENCES[table]])
        reference = {"resource": REFERENCES[table], "fields": referenced}
        schema["foreignKeys"] = [{"fields": referenced, "reference": reference}]
    return {"type": "table", "dialect": {"lineTerminator": "\n"}, "schema": schema}


def _field(column: Column) -> dict[str, Any]:
    """A column. An empty field of text is the empty string and not null."""
    field: dict[str, Any] = {"name": column.name, "type": column.type, "description": column.meaning}
    if column.unit:
        field["unit"] = column.unit
    if column.type == "string":
        field["missingValues"] = []
    elif not column.null:
        field["constraints"] = {"required": True}
    return field
