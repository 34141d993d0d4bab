"""What all pages are made from, and how one is written: its address, navigation, figures and tables."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from benchmarks import records
from report.missing import Missing
from report.results import Results
from report.site import assets
from report.site.data_tables import DATA_BYTES, table_html
from report.site.figures import DRAWN_BYTES, Saved, Shown, show
from report.tables.columns import Table

#: address -> title of the pages in the navigation, in its order
PAGES = {
    "index.html": "History",
    "entries.html": "Architectures",
    "tracks.html": "Tracks",
    "claims.html": "Claims",
    "machines.html": "Machines",
    "runs.html": "Runs",
    "data.html": "Data",
    "methods.html": "Methods",
}


@dataclass(frozen=True)
class Site:
    """Everything that pages show: the results, and the tables and figures made from them.

    `source` is the web address under which the suite's files can be read, `address` the one under which the
    report will be; both may be empty. `compare` asks for the comparison of machines to come first. `missing`
    are runs that were asked for and left no record, if there are any.
    """

    results: Results
    tables: dict[str, Table]
    figures: dict[str, list[Saved]]
    environment: Environment
    out: Path
    source: str = ""
    address: str = ""
    compare: bool = False
    missing: Missing | None = None

    def write(self, address: str, template: str, **content: Any) -> None:
        """Writes the page `address`, a path such as entries/lenet5_1998.html, from a template.

        The template gets `content`, `results`, `missing`, `root` (the way from the page to index.html's
        folder), and `table` and `figures`, which number what they return in the order of the page.
        """
        page = _Page(self, address)
        html = self.environment.get_template(template).render(
            address=address,
            pages=PAGES,
            root=page.root,
            results=self.results,
            missing=self.missing,
            tables=self.tables,
            table=page.table,
            figures=page.figures,
            script=assets.script(),
            home=self.address.rstrip("/") + "/" if self.address else "",
            **content,
        )
        records.write_bytes_atomic(html.encode("utf-8"), self.out / address)


@dataclass
class _Page:
    """The tables and figures of one page, numbered in the order in which its template asks for them."""

    site: Site
    address: str
    tables_shown: int = 0
    figures_shown: int = 0
    room: int = DRAWN_BYTES
    room_for_rows: int = DATA_BYTES

    @property
    def root(self) -> str:
        return "../" * self.address.count("/")

    def table(self, name: str) -> Markup:
        """The HTML of a table; the tables of a page share `DATA_BYTES`."""
        self.tables_shown += 1
        shown, bytes_of_rows = table_html(
            self.site.tables[name], self.tables_shown, self.site.results, self.root, self.room_for_rows
        )
        self.room_for_rows -= bytes_of_rows
        return shown

    def figures(self, module: str, name: str = "") -> list[Shown]:
        """The figures that a module of `report.figures` drew, or the one of that name if it drew it."""
        shown = []
        for saved in self.site.figures[module]:
            if name in ("", saved.drawn.name):
                self.figures_shown += 1
                shown.append(show(saved, self.figures_shown, self.room, self.root))
                self.room -= len(shown[-1].svg or "")
        return shown
