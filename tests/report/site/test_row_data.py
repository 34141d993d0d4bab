"""The rows of a table as data."""

import json
from typing import Any

from report.site.cells import Cell
from report.site.row_data import encoded, fitting


def decoded(text: str) -> list[list[tuple[str, Any, str]]]:
    """What lists.js reads: rows of (text, key, link)."""
    data = json.loads(text)
    columns = []
    for column in data["columns"]:
        at, width = column["at"], column["width"]
        assert len(at) == width * data["rows"]
        places = [int(at[i : i + width], 36) for i in range(0, len(at), width)]
        keys = column.get("keys", [""] * len(column["texts"]))
        links = [data["links"][i] if i >= 0 else "" for i in column.get("links", [-1] * len(keys))]
        columns.append([(column["texts"][i], keys[i], links[i]) for i in places])
    return [list(row) for row in zip(*columns, strict=True)]


def test_rows_come_back() -> None:
    names = [Cell(f"name {i % 50}", f"id_{i % 50}", f"entries/id_{i % 50}.html") for i in range(2000)]
    values = [Cell(f"{i / 7:.3g}", f"{i / 7:.7g}") if i % 3 else Cell("") for i in range(2000)]
    words = [Cell("ok", "", "provenance/x.html#q-1" if i % 2 else "") for i in range(2000)]
    rows = decoded(encoded([names, values, words], ["entry", "number", "status"], 2000))
    assert rows[1] == [
        ("name 1", "id_1", "entries/id_1.html"),
        ("0.143", "0.1428571", ""),
        ("ok", "", "provenance/x.html#q-1"),
    ]
    assert [row[0][0] for row in rows] == [cell.text for cell in names]
    assert [row[1][1] for row in rows] == [cell.key for cell in values]
    assert [row[2][2] for row in rows] == [cell.link for cell in words]


def test_no_text_ends_the_script_element() -> None:
    hostile = ["</script><script>alert(1)</script>", "<!--<script>", "\u2028\u2029", '"\\']
    text = encoded([[Cell(one) for one in hostile]], ["text"], 4)
    assert "<" not in text and "\u2028" not in text and "\u2029" not in text
    assert [row[0][0] for row in decoded(text)] == hostile


def test_what_fits_is_kept() -> None:
    cells = [[Cell(f"{i} " + "x" * 50) for i in range(1000)]]
    whole = len(encoded(cells, ["text"], 1000))
    for room in (whole, whole // 2, whole // 50):
        text, rows = fitting(cells, ["text"], 1000, room)
        assert len(text) <= room and rows >= 0.8 * 1000 * (room - 300) / whole
    assert fitting(cells, ["text"], 1000, 10) == ("", 0)
    assert fitting([[]], ["text"], 0, 10) == ("", 0)
