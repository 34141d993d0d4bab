"""tracks.html, which lists the tracks, and a page for each of them: tracks/<id>.html."""

from report.addresses import track_page
from report.site.site import Site
from report.tracks import bought


def write(site: Site) -> None:
    """Writes the pages of the tracks."""
    results = site.results
    sentences = {found.track.id: bought(found) for found in results.tracks}
    site.write("tracks.html", "tracks.html", found=results.tracks, sentences=sentences)
    for i, found in enumerate(results.tracks):
        site.write(
            track_page(found.track.id),
            "track.html",
            found=found,
            sentence=sentences[found.track.id],
            dataset=results.datasets[found.track.dataset],
            earlier=results.tracks[i - 1] if i else None,
            later=results.tracks[i + 1] if i + 1 < len(results.tracks) else None,
        )
