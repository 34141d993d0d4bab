"""methods.html: how numbers are taken, and how they are cited."""

from report import citation, statistics
from report.site.site import Site


def write(site: Site) -> None:
    """Writes methods.html."""
    site.write("methods.html", "methods.html", statistics=statistics, bibtex=citation.of_suite(site.results))
