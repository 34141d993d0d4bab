"""runs.html, which holds all results, and methods.html, which says how they are taken."""

from report import citation, statistics
from report.site.site import Site


def write(site: Site) -> None:
    """Writes the two pages."""
    results = site.results
    runs = results.runs
    site.write(
        "runs.html",
        "runs.html",
        failures=int((runs["status"] != "ok").sum()),
        runs=runs["run_id"].nunique(),
    )
    site.write(
        "methods.html",
        "methods.html",
        statistics=statistics,
        bibtex=citation.of_suite(results),
    )
