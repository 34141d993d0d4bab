"""The tables of the report: what each holds, and which of its columns are shown."""

import dataclasses
from pathlib import Path
from typing import Any

import pandas as pd

from report import comparisons, statistics, verdicts
from report.figures import time_then_and_now
from report.results import GROUP, Results, hardware
from report.table import Column, Table


def _where(results: Results) -> tuple[Column, ...]:
    """Columns that tell runs apart only where they do: machine, backend, precision, tier."""
    shown = [Column("tier", "tier", choose=True)] if results.runs["tier"].nunique() > 1 else []
    for key in ("backend", "precision", "machine"):
        if results.runs[key].nunique() > 1:
            shown.append(Column(key, key, choose=True))
    return tuple(shown)


def _ok(statuses: pd.Series) -> int:
    return int((statuses == "ok").sum())


def entries(results: Results) -> Table:
    rows = []
    first = results.first
    spent = results.runs.groupby("entry")["total_s"].sum(min_count=1)
    statuses = results.runs.groupby("entry")["status"].agg(["size", _ok])
    main = {group["entry"]: group for group in results.main.drop_duplicates("entry").to_dict("records")}
    for id, card in results.entries.items():
        row: dict[str, Any] = {
            "entry": id,
            "name": card["name"],
            "year": card["year"],
            "family": card["family"],
            "task": card["task"].replace("_", " "),
            "runs": int(statuses["size"][id]),
            "ok": int(statuses["_ok"][id]),
            "seconds": spent.get(id),
        }
        if id in main:
            group = main[id]
            mine = first[(first["spec_hash"] == group["spec_hash"]) & (first["machine"] == group["machine"])]
            estimate = statistics.median(mine["value"].tolist())
            row |= {"parameters": group["parameters"], "recipe": group["recipe"], "tier": group["tier"], "train_s": group["train_s"]}
            if len(mine):
                row |= {"measure": mine["measure"].iloc[0], "unit": mine["unit"].iloc[0], "n": len(mine)}
            if estimate:
                row |= dataclasses.asdict(estimate)
        rows.append(row)
    keys = (
        "entry",
        "name",
        "year",
        "family",
        "task",
        "parameters",
        "recipe",
        "tier",
        "measure",
        "median",
        "low",
        "high",
        "n",
        "unit",
        "train_s",
        "seconds",
        "runs",
        "ok",
    )
    columns = (
        Column("entry", "entry", "entry"),
        Column("year", "year", "text"),
        Column("family", "family", choose=True),
        Column("recipe", "recipe"),
        *([Column("tier", "tier", choose=True)] if results.runs["tier"].nunique() > 1 else []),
        Column("measure", "test measure", "words"),
        Column("median", "median", "number"),
        Column("unit", "unit"),
        Column("n", "n", "count"),
        Column("train_s", "training", "seconds"),
        Column("parameters", "parameters", "count"),
        Column("task", "task", choose=True),
        Column("runs", "all runs", "count"),
    )
    return Table(
        "entries",
        "The entries, each with the fullest of its recipes that ended well: median over its n seeds of its first test measure.",
        columns,
        pd.DataFrame(rows, columns=list(keys)),
    )


def claims(results: Results) -> Table:
    frame = results.claims.copy()
    frame["values"] = ["; ".join(f"{value:.6g}" for value in values) for values in frame["values"]]
    frame["basis"] = ["one run" if one else "" for one in frame["indicative"]]
    frame["printed"] = [statistic + (f" of {of}" if pd.notna(of) else "") for statistic, of in zip(frame["statistic"], frame["of"], strict=True)]
    shown = (
        Column("entry", "entry", "entry"),
        Column("verdict", "verdict", "verdict", choose=True),
        *([Column("basis", "indicative", choose=True)] if frame["indicative"].any() else []),
        Column("dataset", "data set", choose=True),
        *([Column("variant", "variant")] if frame["variant"].any() else []),
        Column("metric", "measure", "words"),
        Column("claimed", "claimed", "number"),
        Column("printed", "printed is"),
        Column("tolerance", "tolerance", "number"),
        Column("ours", "ours", "number"),
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
        Column("reason", "runs"),
        *_where(results),
        Column("missed_because", "because", choose=True),
        Column("evidence", "evidence"),
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
    for keys, group in results.final.groupby([*GROUP, "measure", "unit"], sort=True):
        estimate = statistics.median(group["value"].tolist())
        rows.append(
            {
                **dict(zip([*GROUP, "measure", "unit"], keys, strict=True)),
                "family": group["family"].iloc[0],
                "n": len(group),
                **(dataclasses.asdict(estimate) if estimate else {}),
            }
        )
    frame = pd.DataFrame(rows, columns=[*GROUP, "measure", "unit", "family", "median", "low", "high", "n"])
    frame = results.in_order(frame) if len(frame) else frame
    shown = (
        Column("entry", "entry", "entry"),
        Column("family", "family", choose=True),
        Column("recipe", "recipe"),
        Column("measure", "test measure", "words", choose=True),
        Column("median", "median", "number"),
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
    frame = results.runs.merge(results.first[["execution_id", "measure", "value", "unit"]], on="execution_id", how="left")
    frame = results.in_order(frame)
    shown = (
        Column("entry", "entry", "entry"),
        Column("family", "family", choose=True),
        Column("recipe", "recipe"),
        Column("seed", "seed", "count"),
        *_where(results),
        Column("status", "status", "status", choose=True),
        Column("measure", "test measure", "words"),
        Column("value", "value", "number"),
        Column("unit", "unit"),
        Column("epochs", "epochs", "count"),
        Column("train_s", "training", "seconds"),
        Column("total_s", "total", "seconds"),
    )
    return Table("runs", "Every run that was asked for.", shown, frame)


def failed(results: Results) -> Table:
    frame = results.in_order(results.runs[results.runs["status"] != "ok"])
    shown = (
        Column("entry", "entry", "entry"),
        Column("recipe", "recipe"),
        Column("seed", "seed", "count"),
        *_where(results),
        Column("status", "status", "status", choose=True),
        Column("reason", "reason"),
    )
    return Table("failed", "Runs that did not end well, with their status and reason.", shown, frame)


def throughput(results: Results) -> Table:
    rates = results.throughput
    cost = results.runs.set_index("execution_id")[["step_flop", "batch_size"]].astype(float)
    ceilings = results.machines.set_index("machine")["matmul_flops"]
    rows = []
    for keys, group in rates.groupby(GROUP, sort=True):
        estimate = statistics.median(group["examples_per_s"].tolist())
        if estimate is None:
            continue
        row = {
            **dict(zip(GROUP, keys, strict=True)),
            "family": group["family"].iloc[0],
            **dataclasses.asdict(estimate),
        }
        first = cost.loc[group["execution_id"].iloc[0]]
        if first.notna().all() and first["batch_size"] > 0:
            row["flops"] = estimate.median * first["step_flop"] / first["batch_size"]
            ceiling = ceilings.get(row["machine"])
            if ceiling is not None and ceiling > 0:
                row["share"] = 100 * row["flops"] / ceiling
        rows.append(row)
    frame = pd.DataFrame(rows, columns=[*GROUP, "family", "median", "low", "high", "n", "flops", "share"])
    frame = results.in_order(frame) if len(frame) else frame
    shown = (
        Column("entry", "entry", "entry"),
        Column("family", "family", choose=True),
        Column("recipe", "recipe"),
        *_where(results),
        Column("median", "examples/s", "number"),
        Column("low", "from", "number"),
        Column("high", "to", "number"),
        Column("n", "n", "count"),
        Column("flops", "achieved", "flops"),
        Column("share", "% of ceiling", "number"),
    )
    return Table(
        "throughput",
        "Training examples a second: the median over executions, each with the median of its steady legs. "
        f"From and to: {statistics.FROM_AND_TO}. "
        "Achieved: operations counted in the program of a step, times steps a second; the ceiling is the matrix product "
        "measured on the whole machine, of whose cores a run may use only some.",
        shown,
        frame,
    )


def machines(results: Results) -> Table:
    frame = results.machines.copy()
    frame["runs"] = frame["machine"].map(results.runs["machine"].value_counts()).fillna(0).astype(int)
    frame["software"] = [
        f"{row['backend']} {row['backend_version']}, Keras {row['keras']}, NumPy {row['numpy']}, Python {row['python']}"
        + (f", driver {row['driver']}" if row["driver"] else "")
        for row in frame.to_dict("records")
    ]
    frame["price"] = ["" if pd.isna(row["price_per_hour"]) else f"{row['price_per_hour']:g} {row['currency']}/h" for row in frame.to_dict("records")]
    shown = [
        Column("machine", "machine"),
        Column("processor", "processor"),
        Column("cores", "cores", "count"),
        Column("memory_bytes", "memory", "size"),
        Column("accelerators", "accelerators"),
        Column("system", "system"),
        Column("software", "software"),
        Column("matmul_flops", "matrix product", "flops"),
        Column("bandwidth", "memory copy", "bytes_per_s"),
        Column("runs", "runs", "count"),
    ]
    if frame["price"].any():
        shown.append(Column("price", "price"))
    return Table(
        "machines", "The machines: hardware and software as the training process read them, and ceilings measured on them.", tuple(shown), frame
    )


def datasets(results: Results) -> Table:
    used = results.runs.groupby("dataset")["entry"].agg(lambda ids: ", ".join(sorted(set(ids))))
    frame = pd.DataFrame(
        list(results.datasets.values()), columns=["id", "title", "task", "licence", "source", "citation", "split", "shape", "procedural", "checksum"]
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
        frame = pd.DataFrame(columns=["entry", "year", "then_s", "hardware_then", "source", "confidence", "now_s", "recipe", "tier", "machine"])
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
                records.setdefault(fact["source"], {"confidence": fact["confidence"]})[fact["what"]] = fact["value"]
        if not records or not card["claims"]:
            continue
        claims = results.claims[results.claims["entry"] == id].to_dict("records")
        claim = claims[0]
        then = next((str(fact["value"]) for fact in card["history"] if fact["what"] == "hardware"), "")
        same = {"entry": id, "measure": claim["metric"], "unit": claim["unit"]}
        for source, found in records.items():
            record = {"who": f"published: {source}", "hardware": then, "value": claim["claimed"], "confidence": found["confidence"]}
            rows.append({**same, **record, "seconds": found.get("record_seconds"), "flop": found.get("record_flop")})
        keys = ("dataset", "variant", "metric", "claimed")
        rows += [{**same, **_beside(results, answer, machines)} for answer in claims if all(answer[key] == claim[key] for key in keys)]
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
            rows, columns=["entry", "who", "hardware", "measure", "value", "unit", "seconds", "flop", "n", "verdict", "reason", "confidence"]
        ),
    )


def _beside(results: Results, answer: dict[Any, Any], machines: dict[str, dict[Any, Any]]) -> dict[str, Any]:
    """What the runs that answer a claim took: median seconds and operations, and whether they can stand beside the record's."""
    if not answer["n"]:
        return {"who": "here", "verdict": "not comparable", "reason": answer["reason"]}
    runs = results.runs[results.runs["status"] == "ok"]
    for key in ("entry", "dataset", "variant", "tier", "backend", "precision", "machine"):
        runs = runs[runs[key] == answer[key]]
    seconds = statistics.median(runs["train_s"].tolist())
    flop = statistics.median((runs["step_flop"].astype(float) * runs["steps"].astype(float)).tolist())
    verdict, reason = answer["verdict"], answer["reason"]
    if verdict == "missed" or (verdict == "partial" and not answer["reached"]):
        verdict, reason = "not comparable", f"the claimed {answer['claimed']:g}{answer['unit']} was not reached: {reason}"
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
    frame = results.history[results.history["what"] == "gpu_speedup"][["year", "name", "value", "note", "source", "confidence"]].reset_index(
        drop=True
    )
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
