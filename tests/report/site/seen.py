"""What a page did besides showing itself, and how to read its tables."""

from pathlib import Path
from typing import Any


class Seen:
    """What a page did besides showing itself."""

    def __init__(self, tab: Any, file: Path) -> None:
        self.messages: list[str] = []
        self.requests: list[str] = []
        tab.on("console", lambda message: self.messages.append(message.text))
        tab.on("pageerror", lambda error: self.messages.append(str(error)))
        tab.on("dialog", self.dialog)
        tab.on("request", lambda request: self.requests.append(request.url))
        self.own = file.as_uri()

    def dialog(self, dialog: Any) -> None:
        self.messages.append(f"dialog {dialog.message}")
        dialog.dismiss()

    def foreign(self) -> list[str]:
        return [
            url
            for url in self.requests
            if not url.startswith(("data:", "blob:")) and url.split("#")[0] != self.own
        ]


def column(tab: Any, table: str, key: str) -> list[str]:
    """Texts of a column's cells, shown rows alone."""
    script = """([table, key]) => {
      const figure = document.getElementById(table);
      const heads = [...figure.querySelectorAll("thead th")];
      const index = heads.findIndex((head) => head.dataset.key === key);
      const rows = [...figure.querySelectorAll("tbody tr:not([hidden])")];
      return rows.map((row) => row.cells[index].dataset.v ?? row.cells[index].textContent);
    }"""
    found: list[str] = tab.evaluate(script, [table, key])
    return found
