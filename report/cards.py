"""Entry cards, recipes, data set cards and layers as bundles hold them, with every field of its type.

A bundle may come from anybody: whatever is missing or of another type becomes an empty string, None or an
empty list, so that the code that draws and prints need not check again.
"""

import re
from decimal import Decimal
from typing import Any

from benchmarks.catalogue import LEARNING
from benchmarks.records import in_words
from benchmarks.spec import CAUSES, STATISTICS
from report.cleaning import bounded

Dict = dict[str, Any]


def _text(source: Any, key: str) -> str:
    value = source.get(key) if isinstance(source, dict) else None
    return (
        value
        if isinstance(value, str)
        else str(value)
        if isinstance(value, int | float) and not isinstance(value, bool)
        else ""
    )


def _number(source: Any, key: str) -> float | None:
    value = source.get(key) if isinstance(source, dict) else None
    if isinstance(value, bool) or not isinstance(value, int | float):
        return None
    return bounded(value)


def resolution(value: float) -> float:
    """The unit of a number's last digit: 0.01 for -125.53, 0.1 for 5.0, 1 for 558, 1e-6 for 3.5e-05."""
    return float(Decimal(1).scaleb(int(Decimal(repr(value)).as_tuple().exponent)))


def _dict(source: Any, key: str) -> Dict:
    value = source.get(key) if isinstance(source, dict) else None
    return value if isinstance(value, dict) else {}


def _list(source: Any, key: str) -> list[Any]:
    value = source.get(key) if isinstance(source, dict) else None
    return value[:500] if isinstance(value, list) else []


def _one_of(source: Any, key: str, valid: tuple[str, ...]) -> str:
    """The value if it is valid, otherwise the last of the valid values."""
    value = _text(source, key)
    return value if value in valid else valid[-1]


_TUPLE = re.compile(r"\((?:(?:\d{1,9}|None), ?)*(?:\d{1,9}|None)?\)")
#: Enough for twenty stages.
MOST_HYPERPARAMETERS = 300
CONFIDENCES = ("verified", "computed", "recalled")


def paper(source: Any) -> Dict:
    """The paper of an entry."""
    texts = {key: _text(source, key) for key in ("title", "authors", "venue", "url")}
    return {
        **texts,
        "year": _number(source, "year"),
        "confidence": _one_of(source, "confidence", CONFIDENCES),
    }


def claim(source: Any) -> Dict | None:
    """A claim, or None if it has no value to compare a run with.

    Unless the resolution is given, it is that of the value as written.
    """
    value = _number(source, "value")
    if value is None:
        return None
    texts = (
        "dataset",
        "metric",
        "unit",
        "where",
        "variant",
        "source",
        "not_comparable",
        "tolerance_why",
        "evidence",
    )
    known = {key: _number(source, key) for key in ("spread", "test_size", "resolution", "tolerance", "of")}
    # The tolerance of older cards was relative and had no reason.
    known["tolerance"] = known["tolerance"] if _text(source, "tolerance_why") else None
    positive = {key: number if number is not None and number > 0 else None for key, number in known.items()}
    return {
        **{key: _text(source, key) for key in texts},
        **positive,
        **{key: int(positive[key] or 0) or None for key in ("of", "test_size")},
        "value": value,
        "resolution": positive["resolution"] or resolution(source["value"]),
        "statistic": _one_of(source, "statistic", (*STATISTICS[1:], STATISTICS[0])),
        "direction": _one_of(source, "direction", ("higher", "equal", "lower")),
        "missed_because": _one_of(source, "missed_because", (*CAUSES, "")),
        "confidence": _one_of(source, "confidence", CONFIDENCES),
    }


def fact(source: Any) -> Dict:
    """A fact of an entry's history: a number, or text where the value is not a number."""
    value = _number(source, "value")
    texts = {key: _text(source, key) for key in ("what", "unit", "source", "variant")}
    return {
        **texts,
        "value": value if value is not None else _text(source, "value"),
        "confidence": _one_of(source, "confidence", CONFIDENCES),
    }


def parameters(source: Any) -> Dict:
    """A published size of an entry's model."""
    texts = {key: _text(source, key) for key in ("where", "variant")}
    return {
        **texts,
        "trainable": _number(source, "trainable"),
        "published": _number(source, "published"),
        "confidence": _one_of(source, "confidence", CONFIDENCES),
    }


def entry(source: Any) -> Dict:
    """The card of an entry."""
    id = _text(source, "id")
    texts = {key: _text(source, key) for key in ("family", "task", "idea", "story")}
    year = id.rsplit("_", 1)[-1]
    about = paper(_dict(source, "paper"))
    return {
        **texts,
        "id": id,
        "name": _text(source, "name") or id,
        "year": int(year) if year.isdecimal() and len(year) == 4 else int(about["year"] or 0),
        "paper": about,
        "claims": [kept for kept in map(claim, _list(source, "claims")) if kept],
        "parameters": [parameters(size) for size in _list(source, "parameters")],
        "history": [fact(item) for item in _list(source, "history")],
        "deviations": [text for text in _list(source, "deviations") if isinstance(text, str)],
        "variants": {
            key: value for key, value in _dict(source, "variants").items() if isinstance(value, str)
        },
        "recipes": [recipe(item) for item in _list(source, "recipes")],
    }


def recipe(source: Any) -> Dict:
    """The fields of a recipe that the report reads, and all its hyperparameters as rows of text in `rows`."""
    texts = {
        key: _text(source, key)
        for key in ("dataset", "variant", "tier", "task", "source", "rule", "shortened")
    }
    floor = _list(source, "floor")
    # The stage that is trained last is the one that ends with the model that is scored.
    stages = _list(source, "stages")
    last = stages[-1] if stages else source
    limit, every = _number(last, "limit"), _number(last, "evaluate_every")
    return {
        **texts,
        "name": f"{texts['dataset']}-{texts['variant']}" if texts["variant"] else texts["dataset"],
        "limit": int(limit) if limit is not None else None,
        "evaluate_every": every if every and every > 0 else 1,
        "floor": floor[0] if floor and isinstance(floor[0], str) else "",
        "tries": max(0, int(_number(source, "tries") or 0)) or None,
        "rows": hyperparameters(source if isinstance(source, dict) else {}),
    }


def hyperparameters(source: Dict) -> list[tuple[str, str]]:
    """(name, value) of every hyperparameter that is set; nested mappings are flattened.

    Those of a stage follow its name; a recipe with stages leaves its own learning to them.
    """
    skip = ("dataset", "variant", "tier", "source", "floor", "tries", "stages")
    stages = [stage for stage in _list(source, "stages") if isinstance(stage, dict)]
    rows = _set_values(source, (*skip, *LEARNING) if stages else skip)
    for number, stage in enumerate(stages, 1):
        title = f"stage {number}: {_text(stage, 'name')}"
        rows += [(f"{title}: {name}", value) for name, value in _set_values(stage, ("name",))]
    return [(in_words(name), value) for name, value in rows[:MOST_HYPERPARAMETERS]]


def _set_values(source: Dict, skip: tuple[str, ...]) -> list[tuple[str, str]]:
    """(name, value) of every field that is set, but those in `skip`; a flag that is False is not."""
    return [
        row
        for key, value in source.items()
        if key not in skip and value is not False and value not in (None, "", {}, [])
        for row in _flat(str(key), value, 0)
    ]


def _flat(name: str, value: Any, depth: int) -> list[tuple[str, str]]:
    if isinstance(value, dict) and depth < 4:
        # Optimisers and schedules carry their class under "name".
        head = [(name, str(value["name"]))] if "name" in value else []
        return head + [
            row
            for key, item in value.items()
            if key != "name"
            for row in _flat(f"{name}: {key}", item, depth + 1)
        ]
    return [(name, str(value))]


def dataset(source: Any) -> Dict:
    """The card of a data set."""
    texts = {
        key: _text(source, key)
        for key in ("id", "title", "task", "licence", "source", "citation", "split", "checksum", "shape")
    }
    return {
        **texts,
        "title": texts["title"] or texts["id"],
        "procedural": bool(source.get("procedural")) if isinstance(source, dict) else False,
    }


def measures(source: Any) -> list[Dict]:
    """The measures that a task reports: name, unit, direction and meaning."""
    return [
        {
            **{key: _text(measure, key) for key in ("name", "unit", "meaning")},
            "direction": _one_of(measure, "direction", ("higher", "lower")),
        }
        for measure in (source[:200] if isinstance(source, list) else [])
    ]


def _shape(value: Any) -> tuple[list[int | None], str]:
    """The sides of a shape given as a list or as text such as "(28, 28, 6)"; and any other text."""
    if isinstance(value, str):
        if not _TUPLE.fullmatch(value):
            return [], value
        value = [int(side) if side.isdecimal() else None for side in re.findall(r"\d+|None", value)]
    sides = value[:8] if isinstance(value, list) else []
    return [
        side if isinstance(side, int) and not isinstance(side, bool) and side > 0 else None for side in sides
    ], ""


def layers(source: Any) -> list[Dict]:
    """Layers of a model: name, kind, shape and parameters.

    The shape is a list of integers, None where a side varies; `shape_text` holds a shape given as other text.
    """
    rows = []
    for layer in (source if isinstance(source, list) else [])[:3000]:
        shape, shape_text = _shape(layer.get("shape") if isinstance(layer, dict) else None)
        rows.append(
            {
                "name": _text(layer, "name"),
                "kind": _text(layer, "kind"),
                "shape": shape,
                "shape_text": shape_text,
                "parameters": int(_number(layer, "parameters") or 0),
            }
        )
    return rows


def recipe_identity(recipe: Dict) -> tuple[Any, ...]:
    """A recipe without its remarks."""
    return recipe["name"], recipe["tier"], sorted(row for row in recipe["rows"] if row[0] != "shortened")


def claims_made(card: Dict) -> list[tuple[Any, ...]]:
    """What runs are compared with: the claims of a card without their sources and explanations."""
    keys = ("dataset", "variant", "metric", "value", "unit", "direction")
    return [(*(claim[key] for key in keys), bool(claim["not_comparable"])) for claim in card["claims"]]
