"""The description of an archive's tables in Croissant 1.0 (http://mlcommons.org/croissant/1.0)."""

import hashlib
from collections.abc import Mapping
from typing import Any

from benchmarks.records.schema import KEYS, REFERENCES, TABLES, Column
from report.archive.about import CREATOR, FILES, KEYWORDS, LICENCE_ADDRESS, NAME, About

#: the context that the specification recommends
_CONTEXT = {
    "@language": "en",
    "@vocab": "https://schema.org/",
    "cr": "http://mlcommons.org/croissant/",
    "dct": "http://purl.org/dc/terms/",
    "rai": "http://mlcommons.org/croissant/RAI/",
    "sc": "https://schema.org/",
    "conformsTo": "dct:conformsTo",
    "data": {"@id": "cr:data", "@type": "@json"},
    "dataType": {"@id": "cr:dataType", "@type": "@vocab"},
    "examples": {"@id": "cr:examples", "@type": "@json"},
} | {
    term: f"cr:{term}"
    for term in (
        *(
            "citeAs",
            "column",
            "equivalentProperty",
            "extract",
            "field",
            "fileObject",
            "fileProperty",
            "fileSet",
        ),
        *(
            "format",
            "includes",
            "isLiveDataset",
            "jsonPath",
            "key",
            "md5",
            "parentField",
            "path",
            "recordSet",
        ),
        *("references", "regex", "repeated", "replace", "samplingRate", "separator", "source", "subField"),
        "transform",
    )
}
_TYPES = {"string": "sc:Text", "integer": "sc:Integer", "number": "sc:Float", "boolean": "sc:Boolean"}


def croissant(about: About, files: Mapping[str, bytes], citation: str) -> dict[str, Any]:
    """The content of croissant.json, for the archive's `files`; `citation` is BibTeX.

    Without an address of the report, `url` is the archive's own folder.
    """
    return {
        "@context": _CONTEXT,
        "@type": "sc:Dataset",
        "conformsTo": "http://mlcommons.org/croissant/1.0",
        "name": NAME,
        "description": about.description,
        "url": about.address or "./",
        "license": LICENCE_ADDRESS,
        "version": about.version,
        "datePublished": f"{about.ended:%Y-%m-%d}",
        "creator": {"@type": "sc:Organization", "name": CREATOR},
        "keywords": list(KEYWORDS),
        "citeAs": citation,
        "isLiveDataset": False,
        "distribution": [_file(f"{table}.csv", files) for table in TABLES],
        "recordSet": [_record_set(table) for table in TABLES],
    }


def _file(name: str, files: Mapping[str, bytes]) -> dict[str, Any]:
    media, description = FILES[name]
    return {
        "@type": "cr:FileObject",
        "@id": name,
        "name": name,
        "description": description,
        "contentUrl": name,
        "contentSize": f"{len(files[name])} B",
        "encodingFormat": media,
        "sha256": hashlib.sha256(files[name]).hexdigest(),
    }


def _record_set(table: str) -> dict[str, Any]:
    return {
        "@type": "cr:RecordSet",
        "@id": table,
        "name": table,
        "description": FILES[f"{table}.csv"][1],
        "key": [{"@id": f"{table}/{name}"} for name in KEYS[table]],
        "field": [_field(table, column) for column in TABLES[table]],
    }


def _field(table: str, column: Column) -> dict[str, Any]:
    """A column. Croissant has no property for its unit, which the description names, and none for a key of
    several columns: a reference by one of them would join a row with several.
    """
    field = {
        "@type": "cr:Field",
        "@id": f"{table}/{column.name}",
        "name": column.name,
        "description": f"{column.meaning} [{column.unit}]" if column.unit else column.meaning,
        "dataType": _TYPES[column.type],
        "source": {"fileObject": {"@id": f"{table}.csv"}, "extract": {"column": column.name}},
    }
    referenced = REFERENCES.get(table, "")
    if referenced and KEYS[referenced] == (column.name,):
        field["references"] = {"field": {"@id": f"{referenced}/{column.name}"}}
    return field
