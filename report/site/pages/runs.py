"""runs.html: all results."""

from report.site.site import Site


def write(site: Site) -> None:
    """Writes runs.html."""
    runs = site.results.runs
    site.write(
        "runs.html",
        "runs.html",
        failures=int((runs["status"] != "ok").sum()),
        runs=runs["run_id"].nunique(),
    )
