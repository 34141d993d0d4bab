"""What a page did besides showing itself, how to read its tables, and what it links to."""

from html.parser import HTMLParser
from pathlib import Path
from typing import Any


class Seen:
    """What a page did besides showing itself and following links within the report."""

    def __init__(self, tab: Any, file: Path) -> None:
        self.messages: list[str] = []
        self.requests: list[Any] = []
        tab.on("console", lambda message: self.messages.append(message.text))
        tab.on("pageerror", lambda error: self.messages.append(str(error)))
        tab.on("dialog", self.dialog)
        tab.on("request", lambda request: self.requests.append(request))
        self.own = file.parent.as_uri()

    def dialog(self, dialog: Any) -> None:
        self.messages.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def foreign(self) -> list[str]:
        return [
            request.url
            for request in self.requests
            if not request.url.startswith(("data:", "blob:", "about:"))
            and not (request.url.startswith(self.own) and request.is_navigation_request())
        ]


def column(tab: Any, table: str, key: str) -> list[str]:
    """Keys of a column's cells, of the rows that are shown."""
    script = """([table, key]) => {
      const figure = document.getElementById(table);
      const heads = [...figure.querySelectorAll("thead th")];
      const index = heads.findIndex((head) => head.dataset.key === key);
      const rows = [...figure.querySelectorAll("tbody tr")];
      return rows.map((row) => row.cells[index].dataset.v ?? row.cells[index].textContent);
    }"""
    found: list[str] = tab.evaluate(script, [table, key])
    return found


class Page(HTMLParser):
    """The ids of a page, and the addresses that it links to."""

    def __init__(self, file: Path) -> None:
        super().__init__()
        self.ids: list[str] = []
        self.links: list[str] = []
        self.feed(file.read_text(encoding="utf-8"))

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        for name, value in attrs:
            if name == "id":
                self.ids.append(value or "")
            if name == "href" and tag == "a":
                self.links.append(value or "")
