"""The main page: its sections, and what its templates need."""

import hashlib
from collections.abc import Callable
from typing import Any

from jinja2 import Environment
from markupsafe import Markup

from benchmarks.spec import TIERS
from report import statistics, style
from report.budget import fair
from report.findings import comparison, findings
from report.formats import listed
from report.machine_names import described, differences
from report.results import CLOCKS, Results
from report.site import assets
from report.site.data_tables import ROWS, table_html
from report.site.figures import Shown
from report.tables.columns import HEADINGS, Table
from report.verdicts import VERDICTS

#: Entries are listed by wave. The dates of the waves are those of Goodfellow, Bengio and Courville; what lies
#: between two waves is added to the earlier one.
ERAS = ((0, 1979, "Before 1980"), (1980, 2005, "1980 to 2005"), (2006, 9999, "Since 2006"))
#: id -> title of the sections, each a template of that name; the comparison of machines has its own place
_SECTIONS = {
    "summary": "Summary",
    "history": "History",
    "claimed": "Claimed and reproduced",
    "learning": "Learning curves",
    "then": "Then and now",
    "hardware": "Machines",
    "time": "Where the time went",
    "cards": "The entries",
    "all": "All results",
    "failures": "Failed runs",
    "methods": "Methods and limits",
    "data": "Data",
    "cite": "How to cite",
}


def sections(compare: bool, several_machines: bool) -> list[tuple[str, str]]:
    """(id, title) of the sections in order.

    `compare` puts the comparison of machines after the summary; otherwise it precedes the entries if there
    are several machines.
    """
    order = list(_SECTIONS.items())
    if compare or several_machines:
        before = "history" if compare else "cards"
        order.insert(list(_SECTIONS).index(before), ("comparison", "Machines compared"))
    return order


def render(
    results: Results,
    environment: Environment,
    tables: dict[str, Table],
    figures: dict[str, list[Shown]],
    cards: list[dict[str, Any]],
    compare: bool,
) -> str:
    """The HTML of the main page."""
    runs, verdicts = results.runs, results.claims["verdict"].value_counts()
    machines = results.machines.to_dict("records")
    families = {card["family"] for card in results.entries.values()}
    return environment.get_template("index.html").render(
        script=assets.script(),
        sections=sections(compare, len(machines) > 1),
        results=results,
        figures=figures,
        tables=tables,
        put=_numbered_tables(results, tables),
        cards=cards,
        findings=findings(results),
        comparison=comparison(results),
        distinguishing=[HEADINGS.get(key, key) for key in results.distinguishing if key != "tier"],
        machines=list(zip(machines, differences(results), strict=True)),
        describe=described,
        verdicts={name: int(verdicts.get(name, 0)) for name in VERDICTS},
        families=[family for family in style.FAMILY_COLOURS if family in families],
        eras=[
            (name, [card for card in results.entries.values() if first <= card["year"] <= last])
            for first, last, name in ERAS
        ],
        clocks=listed(
            [name for column, name in CLOCKS.items() if column in runs and runs[column].gt(0).any()]
        ),
        fingerprint=fingerprint(results),
        suites=sorted(set(results.machines["suite"])),
        statistics=statistics,
        tiers=[tier for tier in TIERS if tier in set(runs["tier"])],
        total=runs["total_s"].sum(),
        failures=int((runs["status"] != "ok").sum()),
        runs=runs["run_id"].nunique(),
    )


def _numbered_tables(results: Results, tables: dict[str, Table]) -> Callable[[str], Markup]:
    """A function for templates: the HTML of a table, numbered in the order in which tables are asked for.

    All tables together get `ROWS` rows.
    """
    kept = fair([[1] * len(table.frame) for table in tables.values()], ROWS)
    most = dict(zip(tables, kept, strict=True))
    numbers: dict[str, int] = {}

    def put(name: str) -> Markup:
        numbers.setdefault(name, len(numbers) + 1)
        return table_html(tables[name], numbers[name], results, most[name])

    return put


def fingerprint(results: Results) -> str:
    """A hash of the results: of every run's id, final weights and status."""
    runs = results.runs
    rows = sorted(zip(runs["run_id"], runs["weights_sha256"], runs["status"], strict=True))
    return hashlib.sha256(repr(rows).encode()).hexdigest()[:16]
