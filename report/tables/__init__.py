"""The tables of the report, one module per subject: what each holds, and which of its columns are shown."""

from pathlib import Path

from report.missing import Missing
from report.results import Results
from report.tables.batch_sizes import batch_sizes
from report.tables.claims import claims, misses
from report.tables.columns import Table
from report.tables.comparisons import comparisons
from report.tables.datasets import datasets
from report.tables.energy import energy
from report.tables.entries import entries
from report.tables.machines import machines
from report.tables.measures import measures
from report.tables.missing import missing as missing_runs
from report.tables.runs import determinism, failed, runs
from report.tables.scaling import scalings
from report.tables.speed import speed
from report.tables.then_and_now import frontier, other_times, speedups, times
from report.tables.throughput import throughput
from report.tables.tracks import tracks

_TABLES = (
    *(entries, claims, misses, measures, runs, determinism, failed, throughput, machines, datasets),
    *(times, other_times, frontier, speedups),
)


def all_tables(
    results: Results, speed_file: Path | None = None, missing: Missing | None = None
) -> dict[str, Table]:
    """All tables that the results allow, by name."""
    made = [make(results) for make in _TABLES] + comparisons(results) + scalings(results)
    made += tracks(results)
    if (table := energy(results)) is not None:
        made.append(table)
    if len(results.speeds):
        made.append(batch_sizes(results))
    if speed_file is not None:
        made.append(speed(speed_file))
    if missing is not None:
        made.append(missing_runs(missing))
    return {table.name: table for table in made}
