"""The tables of the report: what each holds, and which of its columns are shown."""

import dataclasses
from pathlib import Path
from typing import Any

import pandas as pd

from report import comparisons, rates, statistics, verdicts
from report.claims import WHO
from report.figures import time_then_and_now
from report.results import GROUP, Results, apart, hardware
from report.table import Column, Table
from report.text import listed

#: headings of the columns of `results.where`
WHERE = {"version": "version", "matmul_precision": "products in", "source_sha256": "source"}


def _where(results: Results) -> tuple[Column, ...]:
    """Columns that tell results apart, only where they do: tier, backend, precision, threads, version of the recipe, machine, source."""
    return tuple(
        Column(key, WHERE.get(key, key), "hash" if key == "source_sha256" else "text", choose=True)
        for key in results.where
    )


def provenance_of(results: Results, frame: pd.DataFrame) -> list[str]:
    """Where in the report the executions behind each row are told of; empty for rows that no run stands behind."""
    return [results.addresses.get(key, "") for key in zip(frame["spec_hash"], frame["machine"], strict=True)]


def entries(results: Results) -> Table:
    rows = []
    first = dict(list(results.first.groupby(["spec_hash", "machine", "source_sha256"], sort=False)))
    runs = results.runs.assign(good=results.runs["run_id"].where(results.runs["status"] == "ok"))
    counts = runs.groupby(["entry", "machine"]).agg(
        runs=("run_id", "nunique"), ok=("good", "nunique"), seconds=("total_s", lambda s: s.sum(min_count=1))
    )
    main = {(group["entry"], group["machine"]): group for group in results.main.to_dict("records")}
    for id, card in results.entries.items():
        for machine in results.machines["machine"]:
            if (id, machine) not in counts.index:
                continue
            row: dict[str, Any] = {
                "entry": id,
                "name": card["name"],
                "year": card["year"],
                "family": card["family"],
                "task": card["task"].replace("_", " "),
                "machine": machine,
                **counts.loc[(id, machine)].to_dict(),
            }
            if group := main.get((id, machine)):
                mine = first.get(
                    (group["spec_hash"], machine, group["source_sha256"]), results.first.iloc[:0]
                )
                estimate = statistics.median(mine["value"].tolist())
                row |= {
                    key: group[key]
                    for key in (
                        "recipe",
                        "tier",
                        "backend",
                        "precision",
                        "threads",
                        "version",
                        "train_s",
                        "parameters",
                    )
                }
                if len(mine):
                    row |= {"measure": mine["measure"].iloc[0], "unit": mine["unit"].iloc[0], "n": len(mine)}
                if estimate:
                    row |= dataclasses.asdict(estimate)
            rows.append(row)
    keys = (
        *(
            "entry",
            "name",
            "year",
            "family",
            "task",
            "parameters",
            "machine",
            "recipe",
            "tier",
            "backend",
            "precision",
            "threads",
            "version",
        ),
        *("measure", "median", "low", "high", "interval", "n", "unit", "train_s", "seconds", "runs", "ok"),
    )
    columns = (
        Column("entry", "entry", "entry"),
        Column("year", "year", "text"),
        Column("family", "family", choose=True),
        Column("recipe", "recipe"),
        *(column for column in _where(results) if column.key in keys),
        Column("measure", "test measure", "words"),
        Column("median", "median", "number"),
        Column("unit", "unit"),
        Column("n", "n", "count"),
        Column("train_s", "training", "seconds"),
        Column("parameters", "parameters", "count"),
        Column("task", "task", choose=True),
        Column("runs", "all runs", "count"),
    )
    each = "on each machine " if len(results.machines) > 1 else ""
    frame = pd.DataFrame(rows, columns=list(keys)).astype({"runs": int, "ok": int})
    return Table(
        "entries",
        f"The entries, each {each}with the fullest of its recipes that ended well: median over its n seeds of its first test measure.",
        columns,
        frame,
    )


def claims(results: Results) -> Table:
    frame = results.claims.copy()
    frame["values"] = ["; ".join(f"{value:.6g}" for value in values) for values in frame["values"]]
    frame["basis"] = ["one run" if one else "" for one in frame["indicative"]]
    frame["printed"] = [
        statistic + (f" of {of}" if pd.notna(of) else "")
        for statistic, of in zip(frame["statistic"], frame["of"], strict=True)
    ]
    frame["provenance"] = provenance_of(results, frame)
    shown = (
        Column("entry", "entry", "entry"),
        Column("verdict", "verdict", "verdict", choose=True, to="provenance"),
        *([Column("basis", "indicative", choose=True)] if frame["indicative"].any() else []),
        Column("dataset", "data set", choose=True),
        *([Column("variant", "variant")] if frame["variant"].any() else []),
        Column("metric", "measure", "words"),
        Column("claimed", "claimed", "number"),
        Column("printed", "printed is"),
        Column("tolerance", "tolerance", "number"),
        Column("ours", "ours", "number", to="provenance"),
        Column("unit", "unit"),
        Column("low", "from", "number"),
        Column("high", "to", "number"),
        Column("n", "n", "count"),
        *_where(results),
        Column("confidence", "source", "confidence"),
        Column("reason", "reason"),
        Column("tolerance_why", "tolerance is"),
    )
    return Table(
        "claims",
        "Every published number in the cards, and what the runs say to it. Ours is our number of the printed one's kind; from and to are its "
        f"95% interval, below {verdicts.FEWEST} runs their range. A verdict on a single run is indicative.",
        shown,
        frame,
    )


def misses(results: Results) -> Table:
    frame = results.claims
    frame = frame[frame["verdict"] == "missed"].drop(columns="values").reset_index(drop=True)
    frame["missed_because"] = frame["missed_because"].replace("", "not said")
    shown = (
        Column("entry", "entry", "entry"),
        Column("dataset", "data set"),
        *([Column("variant", "variant")] if frame["variant"].any() else []),
        Column("metric", "measure", "words"),
        Column("claimed", "claimed", "number"),
        Column("ours", "ours", "number"),
        Column("unit", "unit"),
        Column("missed_because", "because", choose=True),
        Column("evidence", "evidence"),
        Column("reason", "runs"),
        *_where(results),
    )
    return Table(
        "misses",
        "The claims that the runs miss, and why, as far as is known from the published reference runs. What is only suspected says so. "
        "Where ours is blank, too many runs never came so far.",
        shown,
        frame,
    )


def measures(results: Results) -> Table:
    rows = []
    keys = [*GROUP, "measure", "unit"]
    for values, group in results.final.groupby(keys, sort=True):
        estimate = statistics.median(group["value"].tolist())
        rows.append(
            {
                **dict(zip(keys, values, strict=True)),
                "family": group["family"].iloc[0],
                "n": len(group),
                **(dataclasses.asdict(estimate) if estimate else {}),
            }
        )
    frame = pd.DataFrame(rows, columns=[*keys, "family", "median", "low", "high", "interval", "n"])
    frame = results.in_order(frame) if len(frame) else frame
    frame["provenance"] = provenance_of(results, frame)
    shown = (
        Column("entry", "entry", "entry"),
        Column("family", "family", choose=True),
        Column("recipe", "recipe"),
        Column("measure", "test measure", "words", choose=True),
        Column("median", "median", "number", to="provenance"),
        Column("low", "from", "number"),
        Column("high", "to", "number"),
        Column("n", "n", "count"),
        Column("unit", "unit"),
        *_where(results),
    )
    return Table(
        "measures",
        "Final test measures of all recipes: median over seeds, and none where half of them or more never came so far. "
        f"From and to: {statistics.FROM_AND_TO}.",
        shown,
        frame,
    )


def runs(results: Results) -> Table:
    # the executions of a run end in the same values: each shows its own, and `determinism` those that differ
    final = results.measures[results.measures["epoch"].isna()]
    frame = results.runs.assign(
        measure=[
            results.primary.get(key, "")
            for key in zip(*(results.runs[k] for k in ("entry", "recipe", "tier")), strict=True)
        ]
    )
    frame = frame.merge(
        final[["execution_id", "measure", "value", "unit"]].drop_duplicates(["execution_id", "measure"]),
        "left",
        ["execution_id", "measure"],
    )
    share = results.throughput.set_index("execution_id")["disturbed"]
    frame["load"] = [rates.load(share[id]) if id in share.index else "" for id in frame["execution_id"]]
    frame["execution"] = (
        frame.sort_values(["started", "execution_id"], kind="stable").groupby("run_id").cumcount() + 1
    )
    frame = results.in_order(frame)
    frame["provenance"] = provenance_of(results, frame)
    again = bool((frame["execution"] > 1).any())
    shown_load, said = comparisons.loads(frame[frame["load"] != ""])
    shown = (
        Column("entry", "entry", "entry"),
        Column("family", "family", choose=True),
        Column("recipe", "recipe"),
        Column("seed", "seed", "count"),
        *([Column("execution", "execution", "count")] if again else []),
        *_where(results),
        Column("status", "status", "status", choose=True, to="provenance"),
        Column("measure", "test measure", "words"),
        Column("value", "value", "number"),
        Column("unit", "unit"),
        Column("epochs", "epochs", "count"),
        Column("train_s", "training", "seconds"),
        Column("total_s", "total", "seconds"),
        *([Column("resumed", "resumed", "count")] if (frame["resumed"] > 0).any() else []),
        *shown_load,
    )
    what = "Every run that was asked for" + (", each time that it was measured." if again else ".")
    return Table("runs", f"{what} {said}".strip(), shown, frame)


def determinism(results: Results) -> Table:
    frame = results.unequal
    shown = (
        Column("entry", "entry", "entry"),
        Column("recipe", "recipe"),
        Column("seed", "seed", "count"),
        *_where(results),
        Column("started", "started"),
        Column("weights_sha256", "weights", "hash"),
        Column("values", "final measures"),
        Column("execution_id", "execution"),
    )
    return Table(
        "determinism",
        "Executions of one run, on the same machine with the same software and source, that did not end alike. "
        "They should have, bit for bit; everywhere else the first of them counts.",
        shown,
        frame,
    )


def failed(results: Results) -> Table:
    frame = results.in_order(results.runs[results.runs["status"] != "ok"])
    frame["provenance"] = provenance_of(results, frame)
    shown = (
        Column("entry", "entry", "entry"),
        Column("recipe", "recipe"),
        Column("seed", "seed", "count"),
        *_where(results),
        Column("status", "status", "status", choose=True, to="provenance"),
        Column("reason", "reason"),
    )
    return Table("failed", "Runs that did not end well, with their status and reason.", shown, frame)


def throughput(results: Results) -> Table:
    some = results.throughput.drop_duplicates(GROUP).merge(
        results.runs[["execution_id", "step_flop", "batch_size"]], on="execution_id"
    )
    ceilings = {row["machine"]: row for row in results.machines.to_dict("records")}
    rows = []
    for group in some.to_dict("records"):
        rate = results.rated[tuple(group[key] for key in GROUP)]
        row = {
            **{key: group[key] for key in (*GROUP, "family")},
            **dataclasses.asdict(rate.estimate),
            **{
                "within": rate.within,
                "between": rate.between,
                "disturbed": rate.disturbed,
                "load": rates.load(rate.disturbed),
            },
        }
        if not pd.isna(group["step_flop"]) and not pd.isna(group["batch_size"]) and group["batch_size"] > 0:
            row["flops"] = rate.estimate.median * float(group["step_flop"]) / float(group["batch_size"])
            ceiling = ceilings[group["machine"]]
            if ceiling["matmul_flops"] > 0:
                row["share"] = 100 * row["flops"] / ceiling["matmul_flops"]
        rows.append(row)
    columns = [
        *GROUP,
        "family",
        "median",
        "low",
        "high",
        "interval",
        "n",
        "within",
        "between",
        "disturbed",
        "load",
        "flops",
        "share",
    ]
    frame = pd.DataFrame(rows, columns=columns)
    frame = results.in_order(frame) if len(frame) else frame
    shown_load, said = comparisons.loads(frame)
    spread = (
        Column("within", "spread of legs, %", "number"),
        Column("between", "of executions, %", "number"),
    )
    shown = (
        Column("entry", "entry", "entry"),
        Column("family", "family", choose=True),
        Column("recipe", "recipe"),
        *_where(results),
        Column("median", "examples/s", "number"),
        Column("low", "from", "number"),
        Column("high", "to", "number"),
        Column("n", "n", "count"),
        *(column for column in spread if frame[column.key].notna().any()),
        *shown_load,
        Column("flops", "achieved", "flops"),
        Column("share", "% of ceiling", "number"),
    )
    busy = [
        letter
        for letter, row in ceilings.items()
        if row["ceiling_load"] == "busy" and row["matmul_flops"] > 0
    ]
    doubt = (
        f" The ceiling of machine {listed(busy)} was measured while it was busy: the true one is higher, the share lower."
        if busy
        else ""
    )
    return Table(
        "throughput",
        "Training examples a second: the median over n executions, each with the median of its steady legs. "
        f"From and to: {statistics.FROM_AND_TO}. "
        "Spread: robust standard deviation of the legs within an execution, and between executions. "
        "Achieved: operations counted in the program of a step, times steps a second; the ceiling is the matrix product "
        f"measured on the whole machine, of whose cores a run may use only some.{doubt} {said}".strip(),
        shown,
        frame,
    )


def machines(results: Results) -> Table:
    frame = results.machines.copy()
    counts = results.runs.groupby("machine").agg(
        runs=("run_id", "nunique"), executions=("execution_id", "size")
    )
    frame["runs"] = frame["machine"].map(counts["runs"]).fillna(0).astype(int)
    frame["executions"] = frame["machine"].map(counts["executions"]).fillna(0).astype(int)
    frame["software"] = [
        f"{row['backend']} {row['backend_version']}, Keras {row['keras']}, NumPy {row['numpy']}, Python {row['python']}, suite {row['suite']}"
        + (f", driver {row['driver']}" if row["driver"] else "")
        for row in frame.to_dict("records")
    ]
    frame["price"] = [
        "" if pd.isna(row["price_per_hour"]) else f"{row['price_per_hour']:g} {row['currency']}/h"
        for row in frame.to_dict("records")
    ]
    frame["apart"] = apart(results)
    optional = {
        "names": Column("names", "name"),
        "environment": Column("environment", "environment"),
        "apart": Column("apart", "told apart by"),
        "price": Column("price", "price"),
    }
    kept = {key: column for key, column in optional.items() if (frame[key] != "").any()}
    shown = [
        Column("machine", "machine"),
        *[kept[key] for key in ("names",) if key in kept],
        Column("processor", "processor"),
        Column("cores", "cores", "count"),
        *(
            [Column("available_cores", "available", "number")]
            if (frame["available_cores"].fillna(frame["cores"]) != frame["cores"]).any()
            else []
        ),
        Column("memory_bytes", "memory", "size"),
        Column("accelerators", "accelerators"),
        Column("system", "system"),
        Column("software", "software"),
        *[kept[key] for key in ("environment", "apart") if key in kept],
        Column("matmul_flops", "matrix product", "flops"),
        Column("bandwidth", "memory copy", "bytes_per_s"),
        Column("ceilings", "measured", "count"),
        Column("ceiling_load", "then it was"),
        Column("runs", "runs", "count"),
        *(
            [Column("executions", "executions", "count")]
            if (frame["executions"] > frame["runs"]).any()
            else []
        ),
        *[kept[key] for key in ("price",) if key in kept],
    ]
    return Table(
        "machines",
        "The machines: hardware and software as the training process read them, and ceilings measured on them: the best of so many measurements, "
        "and whether the machine was then calm, busy with other work (the true ceiling is higher), or nobody knows.",
        tuple(shown),
        frame,
    )


def datasets(results: Results) -> Table:
    used = results.runs.groupby("dataset")["entry"].agg(lambda ids: ", ".join(sorted(set(ids))))
    frame = pd.DataFrame(
        list(results.datasets.values()),
        columns=[
            "id",
            "title",
            "task",
            "licence",
            "source",
            "citation",
            "split",
            "shape",
            "procedural",
            "checksum",
        ],
    )
    frame["entries"] = frame["id"].map(used).fillna("")
    shown = (
        Column("id", "data set"),
        Column("title", "title"),
        Column("shape", "one example"),
        Column("split", "split"),
        Column("licence", "licence", choose=True),
        Column("source", "source", "url"),
        Column("citation", "citation"),
    )
    return Table(
        "datasets",
        "The data sets, their licences and where they come from. Procedural ones are generated from a seed and checksummed like the rest.",
        shown,
        frame,
    )


def times(results: Results) -> Table:
    frame = time_then_and_now.times(results)
    if frame.empty:
        frame = pd.DataFrame(
            columns=[
                "entry",
                "year",
                "then_s",
                "hardware_then",
                "source",
                "confidence",
                "now_s",
                "recipe",
                "tier",
                "machine",
            ]
        )
    shown = (
        Column("entry", "entry", "entry"),
        Column("year", "year"),
        Column("then_s", "then", "seconds"),
        Column("hardware_then", "on"),
        Column("confidence", "source", "confidence"),
        Column("source", "stated in"),
        Column("now_s", "now", "seconds"),
        Column("recipe", "recipe"),
        *_where(results),
    )
    return Table(
        "times",
        "Training time in the paper and in these results. The two are the same work only where data and schedule are the paper's; "
        "in the pocket tier they are not.",
        shown,
        frame,
    )


def frontier(results: Results) -> Table:
    rows = []
    machines = {row["machine"]: row for row in results.machines.to_dict("records")}
    for id, card in results.entries.items():
        records: dict[str, dict[str, Any]] = {}
        for fact in card["history"]:
            if fact["what"] in ("record_seconds", "record_flop") and isinstance(fact["value"], float):
                records.setdefault(fact["source"], {"confidence": fact["confidence"]})[fact["what"]] = fact[
                    "value"
                ]
        if not records or not card["claims"]:
            continue
        claims = results.claims[results.claims["entry"] == id].to_dict("records")
        claim = claims[0]
        then = next((str(fact["value"]) for fact in card["history"] if fact["what"] == "hardware"), "")
        same = {"entry": id, "measure": claim["metric"], "unit": claim["unit"]}
        for source, found in records.items():
            record = {
                "who": f"published: {source}",
                "hardware": then,
                "value": claim["claimed"],
                "confidence": found["confidence"],
            }
            rows.append(
                {**same, **record, "seconds": found.get("record_seconds"), "flop": found.get("record_flop")}
            )
        keys = ("dataset", "variant", "metric", "claimed")
        rows += [
            {**same, **_beside(results, answer, machines)}
            for answer in claims
            if all(answer[key] == claim[key] for key in keys)
        ]
    shown = (
        Column("entry", "entry", "entry"),
        Column("who", "whose"),
        Column("hardware", "on"),
        Column("measure", "measure", "words"),
        Column("value", "reached", "number"),
        Column("unit", "unit"),
        Column("seconds", "training", "seconds"),
        Column("flop", "FLOP", "number"),
        Column("verdict", "verdict", "verdict", choose=True),
        Column("reason", "reason"),
    )
    return Table(
        "frontier",
        "Beside the record: what was reached, in what time and with how many operations. Of the runs here, medians over seeds of the training clock, "
        "and of the operations of one step, as counted in its program, times the steps. They compare only where the measure was reached.",
        shown,
        pd.DataFrame(
            rows,
            columns=[
                "entry",
                "who",
                "hardware",
                "measure",
                "value",
                "unit",
                "seconds",
                "flop",
                "n",
                "verdict",
                "reason",
                "confidence",
            ],
        ),
    )


def _beside(results: Results, answer: dict[Any, Any], machines: dict[str, dict[Any, Any]]) -> dict[str, Any]:
    """What the runs that answer a claim took: median seconds and operations, and whether they can stand beside the record's."""
    if not answer["n"]:
        return {"who": "here", "verdict": "not comparable", "reason": answer["reason"]}
    runs = results.runs[results.runs["status"] == "ok"]
    for key in ("entry", "dataset", "variant", *WHO):
        runs = runs[runs[key] == answer[key]]
    seconds = statistics.median(runs["train_s"].tolist())
    flop = statistics.median((runs["step_flop"].astype(float) * runs["steps"].astype(float)).tolist())
    verdict, reason = answer["verdict"], answer["reason"]
    if verdict == "missed" or (verdict == "partial" and not answer["reached"]):
        verdict, reason = (
            "not comparable",
            f"the claimed {answer['claimed']:g}{answer['unit']} was not reached: {reason}",
        )
    return {
        "who": f"here: machine {answer['machine']}, {answer['backend']}, {answer['precision']}, {answer['tier']} tier",
        "hardware": hardware(machines[answer["machine"]]),
        "value": answer["median"],
        "seconds": seconds.median if seconds else None,
        "flop": flop.median if flop else None,
        "n": answer["n"],
        "verdict": verdict,
        "reason": reason,
    }


def speedups(results: Results) -> Table:
    frame = results.history[results.history["what"] == "gpu_speedup"][
        ["year", "name", "value", "note", "source", "confidence"]
    ].reset_index(drop=True)
    shown = (
        Column("year", "year"),
        Column("name", "what"),
        Column("value", "times faster", "number"),
        Column("note", "compared"),
        Column("source", "stated in"),
        Column("confidence", "source", "confidence"),
    )
    return Table("speedups", "Speed-ups of graphics processors over processors, as published.", shown, frame)


def everything(results: Results, speed_file: Path | None = None) -> dict[str, Table]:
    """All tables that the results allow, by name."""
    found = [
        entries(results),
        claims(results),
        misses(results),
        measures(results),
        runs(results),
        determinism(results),
        failed(results),
        throughput(results),
        machines(results),
        datasets(results),
        times(results),
        frontier(results),
        speedups(results),
        *comparisons.machines(results),
    ]
    if speed_file is not None:
        found.append(comparisons.speed(speed_file))
    return {table.name: table for table in found}
