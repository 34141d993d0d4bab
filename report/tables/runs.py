"""The tables of runs: all of them, those that failed, and those whose executions differ."""

from report import rates
from report.results import Results
from report.tables.columns import Column, Table, cost_columns, distinguishing, provenance_of
from report.tables.throughput import load_columns


def runs(results: Results) -> Table:
    """Every run on record, with each of its executions."""
    # Each execution shows its own value; `determinism` has those that differ.
    keys = zip(*(results.runs[key] for key in ("entry", "recipe", "tier")), strict=True)
    frame = results.runs.assign(measure=[results.headline_measures.get(key, "") for key in keys])
    values = results.closing_measures[["execution_id", "measure", "value", "unit"]]
    frame = frame.merge(
        values.drop_duplicates(["execution_id", "measure"]), "left", ["execution_id", "measure"]
    )
    frame = frame.merge(
        results.throughput[["execution_id", "examples_per_s", "disturbed"]], "left", "execution_id"
    )
    timed = frame["examples_per_s"].notna()
    frame["load"] = [
        rates.load(share) if here else "" for share, here in zip(frame["disturbed"], timed, strict=True)
    ]
    frame["year"] = [results.entries[id]["year"] for id in frame["entry"]]
    frame["cost"] = frame["total_s"] / 3600 * frame["price_per_hour"]
    frame["execution"] = (
        frame.sort_values(["started", "execution_id"], kind="stable").groupby("run_id").cumcount() + 1
    )
    frame = results.in_order(frame)
    frame["provenance"] = provenance_of(results, frame)
    repeated = bool((frame["execution"] > 1).any())
    load, load_sentence = load_columns(frame[frame["load"] != ""])
    columns = (
        Column("entry", "entry", "entry"),
        Column("year", "year"),
        Column("recipe", "recipe"),
        Column("seed", "seed", "count"),
        *([Column("execution", "execution", "count")] if repeated else []),
        Column("status", "status", "status", filterable=True, link="provenance"),
        Column("measure", "test measure", "words"),
        Column("value", "value", "number"),
        Column("unit", "unit"),
        *distinguishing(results),
        Column("examples_per_s", "examples/s", "number"),
        Column("train_s", "training", "seconds"),
        Column("total_s", "total", "seconds"),
        *cost_columns(frame, cost=""),
        Column("epochs", "epochs", "count"),
        Column("parameters", "parameters", "count"),
        *([Column("resumed", "resumed", "count")] if (frame["resumed"] > 0).any() else []),
        *load,
        Column("family", "family", filterable=True),
        Column("dataset", "data set", filterable=True),
    )
    what = "Every run on record" + (", once for each execution." if repeated else ".")
    return Table("runs", f"{what} {load_sentence}".strip(), columns, frame)


def determinism(results: Results) -> Table:
    """Executions of one run that should have ended identically and did not."""
    columns = (
        Column("entry", "entry", "entry"),
        Column("recipe", "recipe"),
        Column("seed", "seed", "count"),
        *distinguishing(results),
        Column("started", "started"),
        Column("weights_sha256", "weights", "hash"),
        Column("values", "final measures"),
        Column("execution_id", "execution"),
    )
    return Table(
        "determinism",
        "Executions of the same run, on the same machine with the same software and source, that ended "
        "differently. They should have been identical, bit for bit; everywhere else the first one counts.",
        columns,
        results.nondeterministic,
    )


def failed(results: Results) -> Table:
    """Runs that failed."""
    frame = results.in_order(results.runs[results.runs["status"] != "ok"])
    frame["provenance"] = provenance_of(results, frame)
    columns = (
        Column("entry", "entry", "entry"),
        Column("recipe", "recipe"),
        Column("seed", "seed", "count"),
        *distinguishing(results),
        Column("status", "status", "status", filterable=True, link="provenance"),
        Column("reason", "reason"),
    )
    return Table("failed", "Runs that failed, with their status and the reason.", columns, frame)
