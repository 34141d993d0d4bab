"""tracks.html, which lists the tracks, and a page for each of them: tracks/<id>.html."""

from report.site.site import Site


def write(site: Site) -> None:
    """Writes the pages of the tracks."""
    site.write("tracks.html", "tracks.html")
