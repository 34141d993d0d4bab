"""All defects of tables and documents: one sentence each, with file, table, row, column and value."""

import math
import re
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any

from benchmarks.records.foreign_text import MAX_STRING, is_text
from benchmarks.records.identity import (
    ceiling_id,
    execution_id,
    machine_id,
    run_id,
    software_id,
    spec_hash,
    spec_id,
    speed_id,
)
from benchmarks.records.picture_encoding import decode_picture
from benchmarks.records.schema import (
    CLOCKS,
    KEYS,
    SCHEMA_VERSION,
    TABLES,
    Column,
    RecordError,
    Rows,
    short,
)
from benchmarks.spec import BACKENDS, FAMILIES, PRECISIONS, STATUSES, TIERS

#: Each clock may be rounded to a millisecond before they are added up.
CLOCK_TOLERANCE_S = 0.005


def _type_defect(column: Column, value: Any) -> str:
    """What is wrong with one value, as the end of a sentence; empty if nothing is."""
    if value is None:
        return "" if column.null else "is null, but must not be"
    if column.type == "string":
        if not isinstance(value, str):
            return "is not a string"
        if len(value) > MAX_STRING:
            return f"has {len(value)} characters, more than {MAX_STRING}"
        return "" if is_text(value) else "has characters that are not text"
    if column.type == "boolean":
        return "" if isinstance(value, bool) else "is neither true nor false"
    if isinstance(value, bool) or not isinstance(value, (int, float) if column.type == "number" else int):
        return f"is not {'an integer' if column.type == 'integer' else 'a number'}"
    if column.type == "number":
        try:
            return "" if math.isfinite(value) else "is not finite"
        except OverflowError:
            return "is not finite"
    return "" if -(2**63) <= value < 2**63 else "does not fit into 64 bits"


def _one_of(*valid: str) -> Callable[[Any], str]:
    return lambda value: "" if value in valid else f"is not one of {', '.join(valid)}"


def _matches(pattern: str, meaning: str) -> Callable[[Any], str]:
    fits = re.compile(pattern).fullmatch
    return lambda value: "" if fits(value) else f"is not {meaning}"


def _at_least(bound: int) -> Callable[[Any], str]:
    return lambda value: "" if value >= bound else f"is below {bound}"


def _utc(value: str) -> str:
    try:
        offset = datetime.fromisoformat(value).utcoffset()
    except ValueError:
        offset = None
    return (
        "" if offset == timedelta(0) else "is not a UTC time in ISO 8601, such as 2025-01-31T12:00:00+00:00"
    )


_ID = _matches("[0-9a-f]{16}", "16 hex digits")
#: A name may become part of a path or an address in the report.
_NAME_PATTERN = "[A-Za-z0-9][A-Za-z0-9_.+-]{0,99}"
_NAME = _matches(_NAME_PATTERN, "a name of letters, digits and _ . + -")
_VALUES: dict[str, dict[str, Callable[[Any], str]]] = {
    "runs": {
        **dict.fromkeys(("execution_id", "run_id", "spec_hash", "spec_id", "machine_id", "software_id"), _ID),
        **dict.fromkeys(("entry", "task", "dataset", "recipe"), _NAME),
        # A recipe of several stages may have several rules.
        "rule": _matches(
            f"{_NAME_PATTERN}(, {_NAME_PATTERN})*",
            "names of letters, digits and _ . + -, with commas between",
        ),
        "variant": lambda value: value and _NAME(value),
        "family": _one_of(*FAMILIES),
        "tier": _one_of(*TIERS),
        "backend": _one_of(*BACKENDS),
        "precision": _one_of(*PRECISIONS),
        "status": _one_of(*STATUSES),
        "weights_sha256": _matches("([0-9a-f]{64})?", "64 hex digits or empty"),
        "start_sha256": _matches("([0-9a-f]{64})?", "64 hex digits or empty"),
        **dict.fromkeys(
            ("source_sha256", "lock_sha256"), _matches("([0-9a-f]{64})?", "64 hex digits or empty")
        ),
        "commit": _matches("([0-9a-f]{40}|[0-9a-f]{64})?", "40 or 64 hex digits or empty"),
        "matmul_precision": _one_of("", "float32", "tf32", "bfloat16", "float64"),
        "started": _utc,
        **dict.fromkeys(("threads", "devices", "batch_size", "steps_per_program"), _at_least(1)),
        **dict.fromkeys(
            ("seed", "parameters", "epochs", "steps", "examples", "step_flop", "step_bytes", "resumed"),
            _at_least(0),
        ),
        "idle_w": _at_least(0),
        **dict.fromkeys(("peak_memory_bytes", "device_peak_memory_bytes"), _at_least(0)),
        **dict.fromkeys((*CLOCKS, "total_s", "price_per_hour"), _at_least(0)),
    },
    "epochs": {
        "execution_id": _ID,
        "epoch": _at_least(1),
        **dict.fromkeys(
            (
                *("steps", "examples", "train_s", "other_cores", "stolen_cores", "available_cores"),
                *("other_processes", "energy_j"),
            ),
            _at_least(0),
        ),
    },
    "measures": {
        "execution_id": _ID,
        "epoch": _at_least(0),
        "split": _one_of("train", "validation", "test"),
        "measure": _NAME,
    },
    "machines": {
        **dict.fromkeys(("machine_id", "software_id"), _ID),
        "backend": _one_of(*BACKENDS),
        **dict.fromkeys(("cores", "memory_bytes", "accelerator_memory_bytes"), _at_least(1)),
        "available_cores": _at_least(0),
    },
    "ceilings": {
        **dict.fromkeys(("ceiling_id", "machine_id", "software_id"), _ID),
        "measured": lambda value: value and _utc(value),
        "threads": _at_least(1),
        **dict.fromkeys(
            (
                *("matmul_flops", "tf32_flops", "bfloat16_flops", "bandwidth", "host_to_device", "launch_s"),
                *("power_limit_w", "clock_hz"),
            ),
            _at_least(0),
        ),
        **dict.fromkeys(("other_cores", "stolen_cores"), _at_least(0)),
    },
    "speeds": {
        **dict.fromkeys(("speed_id", "machine_id", "software_id", "recipe_hash"), _ID),
        **dict.fromkeys(("entry", "recipe"), _NAME),
        "tier": _one_of(*TIERS),
        "precision": _one_of(*PRECISIONS),
        "source_sha256": _matches("[0-9a-f]{64}", "64 hex digits"),
        "measured": _utc,
        "work": _one_of("training", "inference", "latency"),
        "status": _one_of("ok", "oom", "error"),
        "seconds": _matches(
            r"(\d[\d.e+-]*( \d[\d.e+-]*)*)?", "numbers of seconds, separated by blanks, or empty"
        ),
        **dict.fromkeys(("threads", "devices", "batch_size", "examples"), _at_least(1)),
        **dict.fromkeys(
            ("compile_s", "device_peak_memory_bytes", "energy_j", "other_cores", "stolen_cores"),
            _at_least(0),
        ),
    },
}


def _row_defects(table: str, row: Mapping[str, Any]) -> list[str]:
    """Defects between the well-typed values of one row, each as 'column NAME: VALUE ...'."""

    def wrong(column: str, sentence: str) -> str:
        return f"column {column}: {short(row[column])} {sentence}"

    sentences = []
    if table == "runs":
        expected = run_id(row["spec_hash"], row["seed"], row["machine_id"], row["software_id"])
        if row["run_id"] != expected:
            sentences.append(
                wrong(
                    "run_id",
                    f"is not {expected!r}, the hash of the row's spec hash, seed, machine id and software id",
                )
            )
        if row["execution_id"] != execution_id(row):
            sentences.append(
                wrong(
                    "execution_id",
                    f"is not {execution_id(row)!r}, the hash of the row's run id, start, status, total time"
                    " and weights",
                )
            )
        if (row["price_per_hour"] is None) != (row["currency"] == ""):
            sentences.append(
                wrong(
                    "currency", f"does not go with the price {row['price_per_hour']!r}: give both or neither"
                )
            )
        name = f"{row['dataset']}-{row['variant']}" if row["variant"] else row["dataset"]
        if row["recipe"] != name:
            sentences.append(wrong("recipe", f"is not {name!r}, the row's data set and variant"))
        if (row["status"] == "ok") != (row["reason"] == ""):
            sentences.append(
                wrong(
                    "reason",
                    f"does not go with the status {row['status']!r}: a reason is given if and only if the"
                    " status is not ok",
                )
            )
        clocks = [row[clock] for clock in CLOCKS if row[clock] is not None]
        if row["total_s"] is None:
            if clocks:
                sentences.append(wrong("total_s", "is null although other clocks are not"))
        elif abs(sum(clocks) - row["total_s"]) > CLOCK_TOLERANCE_S + 1e-6 * row["total_s"]:
            sentences.append(wrong("total_s", f"is not {sum(clocks)!r}, the sum of the other clocks"))
    if table == "machines":
        for column, identity in (("machine_id", machine_id), ("software_id", software_id)):
            if row[column] != identity(row):
                sentences.append(wrong(column, f"is not {identity(row)!r}, the hash of the row's facts"))
    if table == "ceilings" and row["ceiling_id"] != ceiling_id(row):
        sentences.append(wrong("ceiling_id", f"is not {ceiling_id(row)!r}, the hash of the rest of the row"))
    if table == "speeds":
        if row["speed_id"] != speed_id(row):
            sentences.append(wrong("speed_id", f"is not {speed_id(row)!r}, the hash of the rest of the row"))
        if (row["status"] == "ok") != (row["reason"] == ""):
            sentences.append(
                wrong(
                    "reason",
                    f"does not go with the status {row['status']!r}: a reason is given if and only if the"
                    " status is not ok",
                )
            )
        if (row["status"] == "ok") != (row["seconds"] != "" and row["examples"] is not None):
            sentences.append(
                wrong(
                    "seconds",
                    f"does not go with the status {row['status']!r}: times and examples are given if and only"
                    " if the status is ok",
                )
            )
        try:
            bad = [text for text in row["seconds"].split() if not 0 < float(text) < math.inf]
        except ValueError:
            bad = [row["seconds"]]
        if bad:
            sentences.append(wrong("seconds", "holds what is no positive number"))
    return sentences


def table_defects(table: str, rows: Sequence[Any], where: str) -> list[str]:
    """The defects of one table, a sentence each, with file, table, row, column and value.

    About a thousand at most.
    """
    sentences: list[str] = []
    checks = [(column.name, column, _VALUES[table].get(column.name), set[str]()) for column in TABLES[table]]
    names = {column.name for column in TABLES[table]}
    seen: dict[tuple[Any, ...], int] = {}
    for i, row in enumerate(rows, 1):
        here = f"{where}: {table} row {i}"
        if len(sentences) >= 1000:
            break
        if not isinstance(row, dict):
            sentences.append(f"{here}: {short(row)} is not an object")
            continue
        if row.keys() != names:
            sentences += [f"{here}, column {name}: is missing" for name in sorted(names - row.keys())]
            sentences += [
                f"{here}, column {short(name)}: is unknown to schema version {SCHEMA_VERSION}"
                for name in sorted(row.keys() - names, key=str)
            ]
            continue
        before = len(sentences)
        for name, column, check, good in checks:
            value = row[name]
            if isinstance(value, str) and value in good:
                continue
            sentence = _type_defect(column, value)
            if not sentence and value is not None and check is not None:
                sentence = check(value)
            if sentence:
                sentences.append(f"{here}, column {name}: {short(value)} {sentence}")
            elif isinstance(value, str):
                good.add(value)  # the same names and ids stand in row after row
        if len(sentences) > before:
            continue
        if table in ("runs", "machines", "ceilings", "speeds"):
            sentences += [f"{here}, {sentence}" for sentence in _row_defects(table, row)]
        key = tuple(row[name] for name in KEYS[table])
        if key in seen:
            sentences.append(
                f"{here}, column {KEYS[table][-1]}: {short(key[-1])} repeats the key"
                f" ({', '.join(KEYS[table])}) of row {seen[key]}"
            )
        seen.setdefault(key, i)
    return sentences


_SPEC = {"asked": dict, "card": dict, "dataset": dict, "measures": list, "layers": list}
_ASKED = {
    "entry": str,
    "recipe": dict,
    "data_checksum": str,
    "backend": str,
    "precision": str,
    "threads": int,
}
#: `shape` is that of the output without the batch: a list of sizes (null where free), or text.
_LAYER = {"name": str, "kind": str, "shape": (list, str), "parameters": int}


def _strings(tree: Any) -> Iterator[str]:
    """All strings of plain data, keys included."""
    if isinstance(tree, str):
        yield tree
    elif isinstance(tree, dict):
        for key, value in tree.items():
            yield key
            yield from _strings(value)
    elif isinstance(tree, list):
        for value in tree:
            yield from _strings(value)


def _spec_defects(spec: Any, where: str) -> list[str]:
    """Defects in the form of one spec."""

    def members(part: Any, form: Mapping[str, Any], here: str) -> list[str]:
        if not isinstance(part, dict):
            return [f"{here}: {short(part)} is not an object"]
        missing = [f"{here}: {name} is missing" for name in form if name not in part]
        return missing or [
            f"{here}, {name}: {short(part[name])} has the wrong type"
            for name, kind in form.items()
            if not isinstance(part[name], kind)
        ]

    sentences = members(spec, _SPEC, where)
    if sentences:
        return sentences
    sentences += [
        f"{where}: {short(name)} is unknown to schema version {SCHEMA_VERSION}"
        for name in spec
        if name not in _SPEC
    ]
    sentences += members(spec["asked"], _ASKED, f"{where}, asked")
    if not sentences and spec["asked"].get("determinism", "seeded") != "seeded":
        sentences += [
            f"{where}, asked, determinism: {short(spec['asked']['determinism'])} is not 'seeded', which"
            " alone is named"
        ]
    if not sentences and not (type(devices := spec["asked"].get("devices", 2)) is int and devices > 1):
        sentences += [f"{where}, asked, devices: {short(devices)} is not 2 or more, which alone are named"]
    if not sentences:
        sentences += members(
            spec["asked"]["recipe"],
            dict.fromkeys(("dataset", "variant", "tier", "rule"), str),
            f"{where}, asked, recipe",
        )
        stages = spec["asked"]["recipe"].get("stages", [])
        if not isinstance(stages, list):
            sentences.append(f"{where}, asked, recipe, stages: {short(stages)} is not a list")
        else:
            for i, stage in enumerate(stages, 1):
                sentences += members(
                    stage, {"name": str, "rule": str}, f"{where}, asked, recipe, stages row {i}"
                )
    sentences += members(spec["card"], dict.fromkeys(("id", "family", "task"), str), f"{where}, card")
    sentences += members(spec["dataset"], dict.fromkeys(("id", "checksum"), str), f"{where}, dataset")
    for i, layer in enumerate(spec["layers"], 1):
        sentences += members(layer, _LAYER, f"{where}, layers row {i}")
    for i, measure in enumerate(spec["measures"], 1):
        sentences += members(
            measure,
            dict.fromkeys(("name", "unit", "direction", "meaning"), str),
            f"{where}, measures row {i}",
        )
        if not sentences and (wrong := _one_of("lower", "higher", "equal")(measure["direction"])):
            sentences.append(f"{where}, measures row {i}, direction: {short(measure['direction'])} {wrong}")
    return sentences + [
        f"{where}: {short(value)} is not plain text" for value in _strings(spec) if not is_text(value)
    ]


def _stages(recipe: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    """The stages of a recipe, or the recipe itself, which is then its only stage."""
    return recipe.get("stages") or [recipe]


def _run_spec_defects(run: Mapping[str, Any], spec: Mapping[str, Any], here: str) -> list[str]:
    """Where a run's row contradicts its (well-formed) spec."""
    asked = spec["asked"]
    expected = {
        "spec_hash": spec_hash(asked),
        "entry": asked["entry"],
        "family": spec["card"]["family"],
        "task": asked["recipe"].get("task") or spec["card"]["task"],
        **{name: asked["recipe"][name] for name in ("dataset", "variant", "tier")},
        "rule": ", ".join(dict.fromkeys(stage["rule"] for stage in _stages(asked["recipe"]))),
        **{name: asked[name] for name in ("backend", "precision", "threads")},
        "devices": asked.get("devices", 1),
    }
    sentences = [
        f"{here}, column {name}: {short(run[name])} is not {short(value)}, which the run's spec says"
        for name, value in expected.items()
        if run[name] != value
    ]
    cards = (
        ("entry", spec["card"]["id"], asked["entry"]),
        ("data set", spec["dataset"]["id"], run["dataset"]),
        ("data checksum", spec["dataset"]["checksum"], asked["data_checksum"]),
    )
    return sentences + [
        f"{here}, column spec_id: {run['spec_id']!r} has the card of {kind} {short(card)},"
        f" not {short(of_run)}"
        for kind, card, of_run in cards
        if card != of_run
    ]


def _picture_defects(pictures: Any, where: str) -> list[str]:
    if not isinstance(pictures, dict):
        return [f"{where}: {short(pictures)} is not an object"]
    sentences = []
    for name, picture in pictures.items():
        if sentence := _NAME(name):
            sentences.append(f"{where}: {short(name)} {sentence}")
            continue
        try:
            decode_picture(picture)
        except RecordError as error:
            sentences.append(f"{where}, {name}: {error}")
    return sentences


def defects(tables: Mapping[str, Rows], specs: Any, pictures: Any, names: Mapping[str, str]) -> list[str]:
    """All defects of a set of tables and documents, each in the file that `names` gives for it."""
    sentences = [
        sentence for table in TABLES for sentence in table_defects(table, tables[table], names[table])
    ]
    for part, document in (("specs", specs), ("pictures", pictures)):
        if not isinstance(document, dict):
            sentences.append(f"{names[part]}: {short(document)} is not an object")
    if sentences:
        return sentences
    for id, spec in specs.items():
        here = f"{names['specs']}: spec {short(id)}"
        wrong = _spec_defects(spec, here)
        if not wrong and id != spec_id(spec):
            wrong = [f"{here}: is not {spec_id(spec)!r}, the hash of its content"]
        sentences += wrong
    for id, pictures_of_run in pictures.items():
        sentences += _picture_defects(
            pictures_of_run, f"{names['pictures']}: pictures of execution {short(id)}"
        )
    if sentences:
        return sentences

    executions = {run["execution_id"] for run in tables["runs"]}
    machines = {(machine["machine_id"], machine["software_id"]): machine for machine in tables["machines"]}
    for i, run in enumerate(tables["runs"], 1):
        here = f"{names['runs']}: runs row {i}"
        if run["spec_id"] in specs:
            sentences += _run_spec_defects(run, specs[run["spec_id"]], here)
        else:
            sentences.append(f"{here}, column spec_id: {run['spec_id']!r} is not in specs")
        machine = machines.get((run["machine_id"], run["software_id"]))
        if machine is None:
            sentences.append(
                f"{here}, column machine_id: {run['machine_id']!r} with software {run['software_id']!r} is"
                " not in machines"
            )
        elif machine["backend"] != run["backend"]:
            sentences.append(
                f"{here}, column backend: {run['backend']!r} is not {machine['backend']!r}, which the run's"
                " machine says"
            )
    for table in ("epochs", "measures"):
        for i, row in enumerate(tables[table], 1):
            if row["execution_id"] not in executions:
                sentences.append(
                    f"{names[table]}: {table} row {i}, column execution_id: {row['execution_id']!r} is not"
                    " in runs"
                )
    for table in ("ceilings", "speeds"):
        for i, row in enumerate(tables[table], 1):
            if (row["machine_id"], row["software_id"]) not in machines:
                where = f"{names[table]}: {table} row {i}, column machine_id"
                sentences.append(
                    f"{where}: {row['machine_id']!r} with software {row['software_id']!r} is not in machines"
                )
    used = {run["spec_id"] for run in tables["runs"]}
    sentences += [f"{names['specs']}: spec {id!r} belongs to no run" for id in specs if id not in used]
    sentences += [
        f"{names['pictures']}: pictures of execution {short(id)} belong to no run"
        for id in pictures
        if id not in executions
    ]
    return sentences
