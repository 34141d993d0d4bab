"""The tables of times then and now: training times, records of speed, and published speed-ups."""

from typing import Any

import pandas as pd

from report import statistics, verdicts
from report.claims import ANSWERING
from report.figures import time_then_and_now
from report.machine_names import hardware
from report.results import Results
from report.tables.columns import Column, Table, distinguishing

_TIMES_COLUMNS = (
    *("entry", "year", "then_s", "hardware_then", "source", "confidence", "now_s", "recipe", "tier"),
    *("machine", "same_work"),
)
_FRONTIER_COLUMNS = (
    *("entry", "who", "hardware", "measure", "value", "unit", "seconds", "flop", "n", "verdict", "reason"),
    "confidence",
)


def times(results: Results) -> Table:
    """Training time in the paper and in these results, where they did the same work."""
    return _times(
        results,
        True,
        "times",
        "Training time in the paper and in these results, of recipes of the net whose time is "
        "published, with the paper's data and whole schedule.",
    )


def other_times(results: Results) -> Table:
    """Published training times of entries that did other work here, which no ratio can compare."""
    return _times(
        results,
        False,
        "other_times",
        "Training time in the paper, and that of the recipe here, which is other work: other data, another "
        "variant or a shorter schedule. The two times cannot be compared.",
    )


def _times(results: Results, same_work: bool, name: str, caption: str) -> Table:
    frame = time_then_and_now.times(results)
    if frame.empty:
        frame = pd.DataFrame(columns=list(_TIMES_COLUMNS))
    frame = frame[frame["same_work"] == same_work]
    columns = (
        Column("entry", "entry", "entry"),
        Column("year", "year"),
        Column("then_s", "then", "seconds"),
        Column("hardware_then", "on"),
        Column("confidence", "source", "confidence"),
        Column("source", "stated in"),
        Column("now_s", "now", "seconds"),
        Column("recipe", "recipe"),
        *distinguishing(results),
    )
    return Table(name, caption, columns, frame)


def frontier(results: Results) -> Table:
    """Records of training time or operations, and the runs that can be compared with them."""
    machines = {row["machine"]: row for row in results.machines.to_dict("records")}
    rows = []
    for id, card in results.entries.items():
        records = _records(card)
        if not records or not card["claims"]:
            continue
        claims = results.claims[results.claims["entry"] == id].to_dict("records")
        claim = claims[0]
        shared = {"entry": id, "measure": claim["metric"], "unit": claim["unit"]}
        then = next((str(fact["value"]) for fact in card["history"] if fact["what"] == "hardware"), "")
        rows += [
            {
                **shared,
                **{"who": f"published: {source}", "hardware": then, "value": claim["claimed"]},
                **{"seconds": record.get("record_seconds"), "flop": record.get("record_flop")},
                "confidence": record["confidence"],
            }
            for source, record in records.items()
        ]
        same_claim = ("dataset", "variant", "metric", "claimed")
        rows += [
            {**shared, **_ours(results, answer, machines)}
            for answer in claims
            if all(answer[key] == claim[key] for key in same_claim)
        ]
    columns = (
        Column("entry", "entry", "entry"),
        Column("who", "whose"),
        Column("hardware", "on"),
        Column("measure", "measure", "words"),
        Column("value", "reached", "number"),
        Column("unit", "unit"),
        Column("seconds", "training", "seconds"),
        Column("flop", "FLOP", "number"),
        Column("verdict", "verdict", "verdict", filterable=True),
        Column("reason", "reason"),
    )
    return Table(
        "frontier",
        "Compared with the record: what was reached, in what time and with how many operations. For our runs "
        "these are medians over seeds: of the training clock, and of the operations counted in the program "
        "of one step, times the steps. They compare only if the measure was reached.",
        columns,
        pd.DataFrame(rows, columns=list(_FRONTIER_COLUMNS)),
    )


def _records(card: dict[str, Any]) -> dict[str, dict[str, Any]]:
    """Source -> the record that it states: confidence, record_seconds, record_flop."""
    records: dict[str, dict[str, Any]] = {}
    for fact in card["history"]:
        if fact["what"] in ("record_seconds", "record_flop") and isinstance(fact["value"], float):
            record = records.setdefault(fact["source"], {"confidence": fact["confidence"]})
            record[fact["what"]] = fact["value"]
    return records


def _ours(results: Results, answer: dict[Any, Any], machines: dict[str, dict[Any, Any]]) -> dict[str, Any]:
    """What the runs that answer a claim took, and whether they compare with the record."""
    verdict, reason = verdicts.beside_record(answer)
    if not answer["n"]:
        return {"who": "here", "verdict": verdict, "reason": reason}
    runs = results.runs[results.runs["status"] == "ok"]
    for key in ("entry", "dataset", "variant", *ANSWERING):
        runs = runs[runs[key] == answer[key]]
    seconds = statistics.median(runs["train_s"].tolist())
    flop = statistics.median((runs["step_flop"].astype(float) * runs["steps"].astype(float)).tolist())
    return {
        "who": f"here: machine {answer['machine']}, {answer['backend']}, {answer['precision']}, "
        f"{answer['tier']} tier",
        "hardware": hardware(machines[answer["machine"]]),
        "value": answer["median"],
        "seconds": seconds.median if seconds else None,
        "flop": flop.median if flop else None,
        "n": answer["n"],
        "verdict": verdict,
        "reason": reason,
    }


def speedups(results: Results) -> Table:
    """Published speed-ups of graphics processors."""
    history = results.history
    frame = history.loc[
        history["what"] == "gpu_speedup", ["year", "name", "value", "note", "source", "confidence"]
    ]
    columns = (
        Column("year", "year"),
        Column("name", "what"),
        Column("value", "times faster", "number"),
        Column("note", "compared"),
        Column("source", "stated in"),
        Column("confidence", "source", "confidence"),
    )
    return Table(
        "speedups",
        "Speed-ups of graphics processors over processors, as published.",
        columns,
        frame.reset_index(drop=True),
    )
