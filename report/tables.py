"""The tables of the report: each a frame with columns that say how they are shown, saved as CSV and LaTeX too."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

import numpy as np
import pandas as pd

from report import statistics
from report.figures import time_then_and_now
from report.results import GROUP, Results
from report.text import clip

Kind = Literal[
    "text", "entry", "number", "count", "seconds", "hours", "size", "flops", "bytes_per_s", "verdict", "status", "confidence", "words", "url"
]


@dataclass(frozen=True)
class Column:
    """A column of a table: its key in the frame, its heading, how its values are shown, and whether one can choose among them."""

    key: str
    label: str
    kind: Kind = "text"
    choose: bool = False


@dataclass(frozen=True)
class Table:
    """A table: its name in file names and addresses, its caption, its columns as shown, and the whole frame as saved."""

    name: str
    caption: str
    columns: tuple[Column, ...]
    frame: pd.DataFrame


def _several_machines(results: Results) -> bool:
    return len(results.machines) > 1


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
    final = results.final
    medians = results.runs.groupby("entry")["total_s"].sum(min_count=1)
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
            "seconds": medians.get(id),
        }
        if id in main:
            group = main[id]
            name = results.primary.get((id, group["recipe"], group["tier"]))
            mine = final[(final["spec_hash"] == group["spec_hash"]) & (final["machine"] == group["machine"]) & (final["measure"] == name)]
            estimate = statistics.median(mine["value"].tolist())
            row |= {"parameters": group["parameters"], "recipe": group["recipe"], "tier": group["tier"], "train_s": group["train_s"]}
            if estimate:
                row |= {
                    "measure": name,
                    "median": estimate.median,
                    "low": estimate.low,
                    "high": estimate.high,
                    "n": estimate.n,
                    "unit": mine["unit"].iloc[0],
                }
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
        Column("task", "task", choose=True),
        Column("parameters", "parameters", "count"),
        Column("recipe", "recipe"),
        Column("measure", "test measure", "words"),
        Column("median", "median", "number"),
        Column("unit", "unit"),
        Column("train_s", "training", "seconds"),
        Column("runs", "runs", "count"),
    )
    return Table(
        "entries",
        "The entries, each with the fullest of its recipes that ended well: median over seeds of its first test measure.",
        columns,
        pd.DataFrame(rows, columns=list(keys)),
    )


def claims(results: Results) -> Table:
    frame = results.claims.copy()
    frame["values"] = ["; ".join(f"{value:.6g}" for value in values) for values in frame["values"]]
    shown = (
        Column("entry", "entry", "entry"),
        Column("dataset", "data set", choose=True),
        *([Column("variant", "variant")] if frame["variant"].any() else []),
        Column("metric", "measure", "words"),
        Column("claimed", "claimed", "number"),
        Column("median", "median", "number"),
        Column("unit", "unit"),
        Column("verdict", "verdict", "verdict", choose=True),
        Column("low", "from", "number"),
        Column("high", "to", "number"),
        Column("n", "n", "count"),
        *_where(results),
        Column("confidence", "source", "confidence"),
        Column("reason", "reason"),
    )
    return Table(
        "claims", "Every published number in the cards, and what the runs say to it. From and to: 95% bootstrap interval of the median.", shown, frame
    )


def measures(results: Results) -> Table:
    rows = []
    for keys, group in results.final.groupby([*GROUP, "measure", "unit"], sort=True):
        estimate = statistics.median(group["value"].tolist())
        if estimate:
            rows.append(
                {
                    **dict(zip([*GROUP, "measure", "unit"], keys, strict=True)),
                    "family": group["family"].iloc[0],
                    "median": estimate.median,
                    "low": estimate.low,
                    "high": estimate.high,
                    "n": estimate.n,
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
        "measures", "Final test measures of all recipes: median over seeds and 95% bootstrap interval; no interval below three runs.", shown, frame
    )


def runs(results: Results) -> Table:
    primary = {(e, r, t): m for (e, r, t), m in results.primary.items()}
    final = results.final
    keys = zip(final["entry"], final["recipe"], final["tier"], strict=True)
    # An array: an empty list would choose no columns instead of no rows.
    first = final[np.array([primary[key] == name for key, name in zip(keys, final["measure"], strict=True)], dtype=bool)]
    frame = results.runs.merge(first[["run_id", "measure", "value", "unit"]], on="run_id", how="left")
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
    cost = results.runs.set_index("run_id")[["step_flop", "batch_size"]].astype(float)
    ceilings = results.machines.set_index("machine")["matmul_flops"]
    rows = []
    for keys, group in rates.groupby(GROUP, sort=True):
        estimate = statistics.median(group["examples_per_s"].tolist())
        if estimate is None:
            continue
        row = {
            **dict(zip(GROUP, keys, strict=True)),
            "family": group["family"].iloc[0],
            "median": estimate.median,
            "low": estimate.low,
            "high": estimate.high,
            "n": estimate.n,
        }
        first = cost.loc[group["run_id"].iloc[0]]
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
        "Training examples a second, medians over seeds of the steady legs. "
        "Achieved: operations counted by the compiler, times steps a second; the ceiling is the machine's measured matrix product.",
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
    return Table("times", "Training time in the paper and in these results.", shown, frame)


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


def _pairs(results: Results) -> list[tuple[str, str]]:
    """Every machine against the first."""
    letters = sorted(results.machines["machine"], key=lambda letter: (len(letter), letter))
    return [(letter, letters[0]) for letter in letters[1:]]


def _asked(results: Results, frame: pd.DataFrame) -> pd.Series:
    """What was asked in each row's run, whatever it ran on."""
    questions = dict(zip(results.runs["spec_hash"], results.runs["spec_id"], strict=True))
    return pd.Series([results.specs[questions[hash]]["question"] for hash in frame["spec_hash"]], index=frame.index, dtype=str)


def comparison(results: Results) -> pd.DataFrame:
    """Throughput of the same recipe on two machines: ratio of medians with its interval, and what it supports."""
    columns = ["entry", "recipe", "tier", "precision", "machines", "this", "other", "ratio", "low", "high", "n", "finding"]
    rates = results.throughput
    rates = rates.assign(question=_asked(results, rates))
    rows = []
    for (entry, recipe, tier, precision, _), group in rates.groupby(["entry", "recipe", "tier", "precision", "question"], sort=True):
        sides = {machine: part["examples_per_s"].tolist() for machine, part in group.groupby("machine")}
        for one, other in _pairs(results):
            if one in sides and other in sides:
                found = statistics.ratio(sides[one], sides[other])
                a, b = statistics.median(sides[one]), statistics.median(sides[other])
                if found and a and b:
                    rows.append(
                        [
                            entry,
                            recipe,
                            tier,
                            precision,
                            f"{one} / {other}",
                            a.median,
                            b.median,
                            found.median,
                            found.low,
                            found.high,
                            found.n,
                            statistics.faster(found),
                        ]
                    )
    frame = pd.DataFrame(rows, columns=columns)
    return _ordered(results, frame)


def agreement(results: Results) -> pd.DataFrame:
    """First test measure of the same recipe on two machines: difference of medians with its interval, and runs with identical weights."""
    columns = [
        "entry",
        "recipe",
        "tier",
        "precision",
        "measure",
        "unit",
        "machines",
        "this",
        "other",
        "difference",
        "low",
        "high",
        "n",
        "identical",
        "finding",
    ]
    final = results.final
    final = final[
        [
            results.primary[key] == name
            for key, name in zip(zip(final["entry"], final["recipe"], final["tier"], strict=True), final["measure"], strict=True)
        ]
    ]
    final = final.assign(question=_asked(results, final))
    rows = []
    for (entry, recipe, tier, precision, _), group in final.groupby(["entry", "recipe", "tier", "precision", "question"], sort=True):
        sides = dict(list(group.groupby("machine")))
        for one, other in _pairs(results):
            if one in sides and other in sides:
                a, b = sides[one], sides[other]
                found = statistics.difference(a["value"].tolist(), b["value"].tolist())
                x, y = statistics.median(a["value"].tolist()), statistics.median(b["value"].tolist())
                both = a[["seed", "weights_sha256"]].merge(b[["seed", "weights_sha256"]], on="seed")
                same = int(((both["weights_sha256_x"] == both["weights_sha256_y"]) & (both["weights_sha256_x"] != "")).sum())
                if found and x and y:
                    rows.append(
                        [
                            entry,
                            recipe,
                            tier,
                            precision,
                            a["measure"].iloc[0],
                            a["unit"].iloc[0],
                            f"{one} / {other}",
                            x.median,
                            y.median,
                            found.median,
                            found.low,
                            found.high,
                            found.n,
                            same,
                            statistics.agreement(found),
                        ]
                    )
    return _ordered(results, pd.DataFrame(rows, columns=columns))


def _ordered(results: Results, frame: pd.DataFrame) -> pd.DataFrame:
    if frame.empty:
        return frame
    return results.in_order(frame.assign(machine=frame["machines"])).drop(columns="machine")


def compared(results: Results) -> list[Table]:
    """The two tables of the comparison of machines; none for one machine."""
    if not _several_machines(results):
        return []
    base = (
        Column("entry", "entry", "entry"),
        Column("recipe", "recipe"),
        Column("tier", "tier", choose=True),
        Column("machines", "machines", choose=True),
    )
    end = (Column("low", "from", "number"), Column("high", "to", "number"), Column("n", "n", "count"), Column("finding", "finding", choose=True))
    speed = Table(
        "compared_throughput",
        "Throughput of the same recipe on two machines (examples a second, medians over seeds) and their ratio, with its 95% bootstrap interval.",
        (*base, Column("this", "first", "number"), Column("other", "second", "number"), Column("ratio", "ratio", "number"), *end),
        comparison(results),
    )
    agree = Table(
        "compared_measures",
        "The same measure of the same recipe on two machines: the difference of medians with its 95% bootstrap interval, "
        "and how many seeds ended in identical weights.",
        (
            *base,
            Column("measure", "test measure", "words"),
            Column("this", "first", "number"),
            Column("other", "second", "number"),
            Column("difference", "difference", "number"),
            *end[:3],
            Column("identical", "identical", "count"),
            end[3],
        ),
        agreement(results),
    )
    return [speed, agree]


SPEED_COLUMNS = ("model", "contender", "backend", "round", "examples_per_s")


def speed(path: Path) -> Table:
    """Medians and ratios of the speed benchmark, from its file of rounds. Raises ValueError for a file of another form."""
    frame = pd.read_csv(path)
    if missing := [name for name in SPEED_COLUMNS if name not in frame.columns]:
        raise ValueError(f"{path}: column {missing[0]!r} is missing; a file of the speed benchmark has {', '.join(SPEED_COLUMNS)}")
    frame["examples_per_s"] = pd.to_numeric(frame["examples_per_s"], errors="coerce")
    frame["backend"] = frame["backend"].fillna("")
    rows = []
    for model, part in frame.groupby("model", sort=False):
        sides = {keys: group["examples_per_s"].tolist() for keys, group in part.groupby(["contender", "backend"], sort=False)}
        estimates = {keys: statistics.median(values) for keys, values in sides.items()}
        medians = {keys: estimate.median for keys, estimate in estimates.items() if estimate}
        if not medians:
            continue
        base = next((keys for keys in medians if "default" in str(keys[0]).lower()), min(medians, key=lambda keys: medians[keys]))
        for keys in medians:
            found, estimate = statistics.ratio(sides[keys], sides[base]), estimates[keys]
            rows.append(
                {
                    "model": clip(str(model), 80),
                    "contender": clip(str(keys[0]), 80),
                    "backend": clip(str(keys[1]), 40),
                    "median": medians[keys],
                    "ratio": found.median if found else None,
                    "low": found.low if found else None,
                    "high": found.high if found else None,
                    "n": estimate.n if estimate else 0,
                    "against": clip(" ".join(map(str, base)).strip(), 80),
                }
            )
    shown = (
        Column("model", "model", choose=True),
        Column("contender", "contender", choose=True),
        Column("backend", "backend", choose=True),
        Column("median", "examples/s", "number"),
        Column("ratio", "ratio", "number"),
        Column("low", "from", "number"),
        Column("high", "to", "number"),
        Column("n", "rounds", "count"),
        Column("against", "ratio to"),
    )
    caption = "The speed benchmark: training examples a second, medians over interleaved rounds, and the ratio to the contender named last."
    return Table(
        "speed", caption, shown, pd.DataFrame(rows, columns=["model", "contender", "backend", "median", "ratio", "low", "high", "n", "against"])
    )


def _unharmful(value: Any) -> Any:
    """A cell that a spreadsheet will not run as a formula."""
    return "'" + value if isinstance(value, str) and value[:1] in "=+-@\t\r" and value not in ("", "-") and not _numeric(value) else value


def _numeric(text: str) -> bool:
    try:
        return math.isfinite(float(text))
    except ValueError:
        return False


def save_csv(frame: pd.DataFrame, path: Path) -> None:
    """Writes a frame as CSV; numbers in full, no text that starts like a formula."""
    frame = frame.apply(lambda column: column.map(_unharmful) if not pd.api.types.is_numeric_dtype(column) else column)
    frame.to_csv(path, index=False, lineterminator="\n")


_TEX = {
    "\\": r"\textbackslash{}",
    "&": r"\&",
    "%": r"\%",
    "$": r"\$",
    "#": r"\#",
    "_": r"\_",
    "{": r"\{",
    "}": r"\}",
    "~": r"\textasciitilde{}",
    "^": r"\textasciicircum{}",
    "−": "$-$",
    "×": r"$\times$",
    "—": "---",
}
_TEX |= dict(zip("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", (rf"\textsuperscript{{{digit}}}" for digit in "-0123456789"), strict=True))


def tex(text: str) -> str:
    """The text with everything escaped that LaTeX reads as markup, on one line."""
    return "".join(_TEX.get(letter, letter) for letter in " ".join(text.split()))


def save_tex(header: Sequence[str], rows: Sequence[Sequence[str]], caption: str, path: Path) -> None:
    """Writes the table as it is shown, for the booktabs and longtable packages."""
    lines = [
        r"\begin{longtable}{" + "l" * len(header) + "}",
        rf"\caption{{{tex(caption)}}}\\",
        r"\toprule",
        " & ".join(tex(cell) for cell in header) + r" \\",
        r"\midrule",
        r"\endhead",
    ]
    lines += [" & ".join(tex(clip(cell, 300)) for cell in row) + r" \\" for row in rows]
    path.write_text("\n".join([*lines, r"\bottomrule", r"\end{longtable}", ""]), encoding="utf-8")


def everything(results: Results, speed_file: Path | None = None) -> dict[str, Table]:
    """All tables that the results allow, by name."""
    found = [
        entries(results),
        claims(results),
        measures(results),
        runs(results),
        failed(results),
        throughput(results),
        machines(results),
        datasets(results),
        times(results),
        speedups(results),
        *compared(results),
    ]
    if speed_file is not None:
        found.append(speed(speed_file))
    return {table.name: table for table in found}
