"""index.html: the history in eras, with what the runs say about each."""

from benchmarks.spec import TIERS
from report.findings import comparison, findings
from report.results import Results
from report.site.site import Site
from report.verdicts import VERDICTS

#: Entries are listed by wave. The dates of the waves are those of Goodfellow, Bengio and Courville; what lies
#: between two waves is added to the earlier one.
ERAS = ((0, 1979, "Before 1980"), (1980, 2005, "1980 to 2005"), (2006, 9999, "Since 2006"))


def write(site: Site) -> None:
    """Writes index.html."""
    results = site.results
    runs = results.runs
    site.write(
        "index.html",
        "index.html",
        findings=findings(results),
        comparison=comparison(results),
        compare=site.compare,
        eras=eras(results),
        verdicts=verdict_counts(results),
        tiers=[tier for tier in TIERS if tier in set(runs["tier"])],
        total=runs["total_s"].sum(),
        runs=runs["run_id"].nunique(),
    )


def eras(results: Results) -> list[tuple[str, list[dict[str, object]]]]:
    """(name, cards of its entries) of the eras that have any."""
    cards = list(results.entries.values())
    members = [
        (name, [card for card in cards if first <= card["year"] <= last]) for first, last, name in ERAS
    ]
    return [(name, some) for name, some in members if some]


def verdict_counts(results: Results) -> dict[str, int]:
    """How many claims got each verdict."""
    counts = results.claims["verdict"].value_counts()
    return {name: int(counts.get(name, 0)) for name in VERDICTS}
