"""The pages that are mostly tables: claims, machines, runs, data and methods."""

from collections.abc import Sequence

from report import statistics
from report.archive.about import NAME
from report.findings import comparison
from report.formats import listed, size
from report.machine_names import described, differences
from report.results import CLOCKS
from report.site.site import Site

#: tables of the comparison of machines
COMPARED = ("compared_pairs", "compared_throughput", "compared_measures", "uncompared")


def write(site: Site) -> None:
    """Writes the five pages."""
    results = site.results
    runs = results.runs
    machines = results.machines.to_dict("records")
    site.write("claims.html", "claims.html", tables=_filled(site, ("claims", "misses")))
    site.write(
        "machines.html",
        "machines.html",
        tables=_filled(site, ("machines", "throughput", "speed", *COMPARED)),
        comparison=comparison(results),
        machines=list(zip(machines, differences(results), strict=True)),
        describe=described,
        clocks=listed(
            [name for column, name in CLOCKS.items() if column in runs and runs[column].gt(0).any()]
        ),
        statistics=statistics,
    )
    site.write(
        "runs.html",
        "runs.html",
        tables=_filled(site, ("measures", "runs", "determinism", "failed")),
        failures=int((runs["status"] != "ok").sum()),
        runs=runs["run_id"].nunique(),
    )
    archive = site.out / "data" / f"{NAME}.zip"
    site.write(
        "data.html",
        "data.html",
        tables=("datasets",),
        archive=archive.name,
        size=size(archive.stat().st_size) if archive.exists() else "",
    )
    site.write(
        "methods.html",
        "methods.html",
        statistics=statistics,
        suites=sorted(set(results.machines["suite"])),
        fingerprint=results.fingerprint,
        runs=runs["run_id"].nunique(),
    )


def _filled(site: Site, names: Sequence[str]) -> list[str]:
    """Those of the tables that exist; an empty one takes no room."""
    return [name for name in names if name in site.tables]
