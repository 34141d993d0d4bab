"""Puts the page together: one self-contained HTML file, and beside it the figures and tables as files."""

import base64
import hashlib
import importlib
import io
import re
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
from jinja2 import Environment, FileSystemLoader, StrictUndefined
from markupsafe import Markup, escape

from benchmarks import records
from benchmarks.records.files import parse_json, read_bytes
from report import pictures as pictures_of_kinds
from report import provenance, statistics, style, svg, tables
from report.figures.curves import curve
from report.findings import comparison, findings, with_unit
from report.results import GROUP, Results, apart, described
from report.room import fair, first_rows
from report.style import Drawn
from report.table import Column, Table, save_csv, save_tex
from report.text import clip, count, duration, measure, number, rate, several, size, slug, web, whole
from report.verdicts import VERDICTS

HERE = Path(__file__).parent
#: the figures, in the order of the page
FIGURES = (
    *("machines", "parameters_by_year", "data_by_year", "compute_by_year", "claims", "curves", "depth"),
    *("time_then_and_now", "clocks", "throughput"),
)
#: entries by wave; the dates of the waves are Goodfellow's, Bengio's and Courville's, what lies between is added to the one before
ERAS = ((0, 1979, "Before 1980"), (1980, 2005, "1980 to 2005"), (2006, 9999, "Since 2006"))
MOST_DATA_ROWS = 80
#: pictures of an entry; pixels and longest side of one, in pixels; and bytes of all
MOST_PICTURES = 12
MOST_PIXELS = 500_000
MOST_SIDE = 1100
MOST_PICTURE_BYTES = 4 << 20
MOST_CURVES = 12
#: what index.html has room for, so that it opens at once: rows of all tables; bytes of all drawings, and of the parts of one figure; and on all cards
#: together rows of claims and of measures, and bytes of curves and of pictures. What is left out is in tables/, in figures/ and on provenance pages.
ROWS = 900
DRAWN_BYTES, DRAWN_BYTES_OF_ONE = 400_000, 200_000
CARD_CLAIMS, CARD_OUTCOMES, CARD_CURVE_BYTES, CARD_PICTURE_BYTES = 200, 400, 120_000, 250_000
#: the list of what the report wrote, in its folder; what such names look like; and how the page of a report is known
MANIFEST = ".report.json"
_OURS = re.compile(r"(index|provenance)\.html|(figures|tables|provenance)/[A-Za-z0-9_.+-]+")
TITLE = "<title>The history of deep learning, re-run</title>"
_CONFIDENCE = {
    "verified": ("seen", "the number was seen in the source named"),
    "computed": ("computed", "arithmetic from the published sizes"),
    "recalled": ("unchecked", "recalled from memory, not yet checked against its source"),
}
_RIGHT = ("number", "count", "seconds", "size", "flops", "bytes_per_s")


@dataclass(frozen=True)
class Shown:
    """A figure as the page shows it."""

    name: str
    no: int
    svg: Markup | None
    caption: str
    rows: Markup | None
    size: int


def _null(value: Any) -> bool:
    return value is None or value is pd.NA or (isinstance(value, float) and value != value)


def show(value: Any, kind: str) -> str:
    """A cell's value as text."""
    if _null(value):
        return ""
    if kind == "number":
        return number(value)
    if kind == "count":
        return f"{int(value):,}"
    if kind == "seconds":
        return duration(float(value))
    if kind == "size":
        return size(float(value))
    if kind in ("flops", "bytes_per_s"):
        return rate(float(value), "FLOP/s" if kind == "flops" else "B/s")
    if kind == "words":
        return clip(measure(str(value)), 100)
    if kind == "hash":
        return str(value)[:12]
    if kind == "confidence":
        return _CONFIDENCE.get(str(value), _CONFIDENCE["recalled"])[0]
    return clip(str(value), 400)


def confidence(value: str) -> Markup:
    """The mark of a fact's confidence."""
    word, meaning = _CONFIDENCE.get(value, _CONFIDENCE["recalled"])
    return Markup('<abbr title="{}">{}</abbr>').format(meaning, word)


def mark(value: str) -> Markup:
    """A verdict or status: a word with a coloured dot."""
    return Markup('<span class="mark {}">{}</span>').format(slug(value), value)


def link(url: str, label: str = "") -> Markup:
    """A link if the address is one of the web, else its text."""
    address = web(url)
    if not address:
        return escape(clip(label or str(url), 300))
    return Markup('<a href="{}" rel="noopener noreferrer external">{}</a>').format(
        address, clip(label or address, 120)
    )


def linked(inner: str | Markup, address: str) -> Markup:
    """A link within the report, where there is something to link and an address."""
    return Markup('<a href="{}">{}</a>').format(address, inner) if inner and address else escape(inner)


def _cell(value: Any, column: Column, results: Results, address: str = "") -> str:
    text = show(value, column.kind)
    if column.kind in _RIGHT:
        sort = "" if _null(value) else repr(float(value))
        return f'<td class="n" data-v="{sort}">{linked(text, address)}</td>'
    if column.kind == "entry":
        card = results.entries.get(str(value))
        inner = (
            Markup('<a href="#entry-{}">{}</a>').format(slug(str(value)), clip(card["name"], 60))
            if card
            else escape(text)
        )
        return f'<th scope="row" data-v="{escape(text)}">{inner}</th>'
    inner = escape(text)
    if text and column.kind in ("verdict", "status"):
        inner = mark(str(value))
    elif text and column.kind == "confidence":
        inner = confidence(str(value))
    elif text and column.kind == "url":
        inner = link(str(value))
    inner = linked(inner, address)
    room = " class=long" if len(text) > 60 else " class=some" if len(text) > 20 else ""
    return f"<td{room}>{inner}</td>"


def rows_of(table: Table) -> list[list[str]]:
    """The table as it is shown, as text."""
    return [
        [show(value, column.kind) for value, column in zip(row, table.columns, strict=True)]
        for row in _values(table)
    ]


def _values(table: Table) -> list[tuple[Any, ...]]:
    frame = table.frame
    columns = [
        frame[column.key].tolist() if column.key in frame else [None] * len(frame) for column in table.columns
    ]
    return list(zip(*columns, strict=True))


def table_html(table: Table, no: int, results: Results, most: int = ROWS) -> Markup:
    """A table with its caption, its tools (search, choices, download) and its scroll box; of a longer one, at most so many rows, which it says."""
    shown = first_rows(
        table.frame, [column.key for column in table.columns if column.kind in ("status", "verdict")], most
    )
    every = len(table.frame)
    table = Table(table.name, table.caption, table.columns, table.frame.iloc[shown])
    values = _values(table)
    addresses = [
        table.frame[column.to].tolist() if column.to else [""] * len(values) for column in table.columns
    ]
    name = slug(table.name)
    heads = "".join(
        f'<th scope="col" data-key="{slug(column.key)}"{" class=n" if column.kind in _RIGHT else ""}>{escape(column.label)}</th>'
        for column in table.columns
    )
    body = "".join(
        "<tr>"
        + "".join(
            _cell(value, column, results, to)
            for value, column, to in zip(row, table.columns, where, strict=True)
        )
        + "</tr>"
        for row, where in zip(values, zip(*addresses, strict=True), strict=True)
    )
    choices = []
    for i, column in enumerate(table.columns):
        if not column.choose:
            continue
        options = sorted({show(row[i], column.kind) for row in values} - {""})
        if 1 < len(options) <= 60:
            items = "".join(f"<option>{escape(option)}</option>" for option in options)
            choices.append(
                f'<label>{escape(column.label)}<select data-key="{slug(column.key)}" data-column="{i}">'
                f'<option value="">all</option>{items}</select></label>'
            )
    search = (
        '<label>search<input type="search" data-key="q" autocomplete="off" spellcheck="false"></label>'
        if len(values) > 5
        else ""
    )
    caption = Markup("<b>Table {}.</b> {}").format(no, table.caption)
    more = f' data-every="{every}"' if every > len(values) else ""
    rest = (
        f'<p class="note">These are {len(values):,} of {every:,} rows: what did not go well first, then as many of every entry as there is room for. '
        f'Search and choices look at these alone. All rows are in <a href="tables/{name}.csv">tables/{name}.csv</a>, '
        'and all executions on the <a href="provenance.html">provenance pages</a>.</p>'
        if more
        else ""
    )
    return Markup(
        f'<figure class="table" id="{name}" data-list="{name}"{more}><figcaption id="{name}-caption">{caption}</figcaption>'
        f'<div class="tools">{search}{"".join(choices)}<output aria-live="polite">{several(len(values), "row")}</output>'
        f'<a class="to" data-csv href="tables/{name}.csv" download aria-label="CSV of these rows of table {no}">CSV of these rows</a></div>'
        f'<div class="scroll" tabindex="0" role="region" aria-labelledby="{name}-caption">'
        f"<table><thead><tr>{heads}</tr></thead><tbody>{body}</tbody></table></div>{rest}</figure>"
    )


def _plain_table(frame: pd.DataFrame) -> Markup:
    """The data of a figure, without tools."""
    numeric = [
        pd.api.types.is_numeric_dtype(frame[name]) and name not in ("year", "no") for name in frame.columns
    ]
    kinds = [" class=n" if right else "" for right in numeric]
    heads = "".join(
        f'<th scope="col"{kind}>{escape(str(name).replace("_", " "))}</th>'
        for name, kind in zip(frame.columns, kinds, strict=True)
    )
    body = []
    for row in frame.itertuples(index=False):
        texts = [
            "" if _null(value) else number(float(value)) if right else clip(str(value), 300)
            for value, right in zip(row, numeric, strict=True)
        ]
        body.append(
            "<tr>"
            + "".join(f"<td{kind}>{escape(text)}</td>" for text, kind in zip(texts, kinds, strict=True))
            + "</tr>"
        )
    return Markup(f"<table><thead><tr>{heads}</tr></thead><tbody>{''.join(body)}</tbody></table>")


def picture(encoded: Any) -> tuple[str, int, str]:
    """A picture as data URI of a PNG, the width in pixels at which to show it, and its caption. One of too many pixels is shown smaller."""
    from PIL import Image

    tiles = np.asarray(records.decode_picture(encoded).tiles)
    rows, columns, height, width = tiles.shape[:4]
    colours = tiles.shape[4:]
    # a grey line before each tile, and after the last
    lined = np.pad(tiles, ((0, 0), (0, 0), (1, 0), (1, 0), *[(0, 0)] * len(colours)), constant_values=128)
    canvas = np.moveaxis(lined, 2, 1).reshape(rows * (height + 1), columns * (width + 1), *colours)
    canvas = np.pad(canvas, ((0, 1), (0, 1), *[(0, 0)] * len(colours)), constant_values=128)
    image = Image.fromarray(canvas)
    if canvas.shape[0] * canvas.shape[1] > MOST_PIXELS or max(canvas.shape[:2]) > MOST_SIDE:
        shrink = min(
            (MOST_PIXELS / (canvas.shape[0] * canvas.shape[1])) ** 0.5, MOST_SIDE / max(canvas.shape[:2])
        )
        image = image.resize(
            (max(1, int(image.width * shrink)), max(1, int(image.height * shrink))), Image.Resampling.BOX
        )
    buffer = io.BytesIO()
    image.save(buffer, "PNG", optimize=True)
    scale = max(1, round(420 / image.width)) if image.width > 9 else 1
    return (
        "data:image/png;base64," + base64.b64encode(buffer.getvalue()).decode(),
        image.width * scale,
        encoded["caption"],
    )


def _pictures(results: Results) -> dict[str, list[dict[str, Any]]]:
    """Pictures of each entry: of each recipe those of its first seed, as long as the page has room for them; then one without `src`, that says so."""
    found: dict[str, list[dict[str, Any]]] = {}
    room = MOST_PICTURE_BYTES
    for id in results.entries:
        mine = found[id] = []
        seen = set()
        runs = results.in_order(results.runs[results.runs["entry"] == id]).sort_values("seed", kind="stable")
        for run in runs.to_dict("records"):
            for name, encoded in sorted(results.pictures.get(run["execution_id"], {}).items()):
                key = (run["recipe"], run["tier"], name)
                if key in seen:
                    continue
                seen.add(key)
                if len(seen) > MOST_PICTURES or room <= 0:
                    continue
                drawing, source, width = "", "", 0
                if "kind" in encoded:
                    drawing = pictures_of_kinds.markup(records.decode_picture(encoded))
                else:
                    source, width, _ = picture(encoded)
                room -= len(source) + len(drawing)
                told = f"{run['recipe']}, {run['tier']} tier, seed {run['seed']}"
                caption = clip(encoded["caption"], 400)
                mine.append(
                    {"src": source, "drawing": drawing, "width": width, "caption": caption, "from": told}
                )
        if left := len(seen) - len(mine):
            mine.append(
                {
                    "src": "",
                    "drawing": "",
                    "width": 0,
                    "caption": f"{several(left, 'more picture')}: see the bundle.",
                    "from": "no room here",
                }
            )
    return found


def _curves(results: Results, id: str) -> list[dict[str, Any]]:
    """Small learning curves of one entry, one a recipe."""
    found = []
    groups = results.groups[(results.groups["entry"] == id) & (results.groups["ok"] > 0)].sort_values(
        "started", ascending=False, kind="stable"
    )
    groups = results.in_order(groups).drop_duplicates(["recipe", "tier"])
    for group in groups.head(MOST_CURVES).to_dict("records"):
        name = results.primary.get((id, group["recipe"], group["tier"]), "loss")
        shown, rows = curve(results, group, name)
        lines = [list(zip(seed["epoch"], seed["value"], strict=True)) for _, seed in rows.groupby("seed")]
        if not lines:
            continue
        starts, ends = [line[0][1] for line in lines], [line[-1][1] for line in lines]
        begin, end = statistics.median(starts), statistics.median(ends)
        said = (
            f"{shown}: {number(begin.median)} to {number(end.median)} in {number(rows['epoch'].max())} epochs"
            if begin and end
            else shown
        )
        drawing = svg.curves(
            lines, style.colour(group["family"]), f"{group['recipe']}, {said}, {several(len(lines), 'seed')}"
        )
        if drawing:
            found.append({"recipe": group["recipe"], "tier": group["tier"], "said": said, "svg": drawing})
    return found


def _card(results: Results, id: str, source: str, pictures: list[dict[str, Any]]) -> dict[str, Any]:
    """What the page shows of one entry."""
    card = results.entries[id]
    runs = results.runs[results.runs["entry"] == id]
    specs = {
        row["recipe"] + row["tier"]: results.specs[row["spec_id"]]
        for row in results.in_order(runs).to_dict("records")
    }
    main = results.main[results.main["entry"] == id]
    spec = results.specs[main["spec_id"].iloc[0]] if len(main) else next(iter(specs.values()))
    final = results.final[results.final["entry"] == id]
    addresses = results.addresses
    claims = results.claims[results.claims["entry"] == id]
    outcomes = []
    for keys, group in final.groupby([*GROUP, "measure", "unit"], sort=True):
        told = dict(zip([*GROUP, "measure", "unit"], keys, strict=True))
        differs = [
            show(told[key], "hash" if key == "source_sha256" else "text")
            for key in results.where
            if key != "tier"
        ]
        address = addresses.get((str(told["spec_hash"]), str(told["machine"])), "")
        outcomes.append(
            {
                **told,
                "where": differs,
                "n": len(group),
                "is": statistics.median(group["value"].tolist()),
                "provenance": address,
            }
        )
    path = f"benchmarks/entries/{card['family']}/{id}.py"
    return {
        **card,
        "slug": slug(id),
        "colour": style.colour(card["family"]),
        "paragraphs": [" ".join(part.split()) for part in card["story"].split("\n\n") if part.strip()],
        "diagram": svg.diagram(spec["layers"], card["name"]),
        "diagram_of": spec["recipe"],
        "trained": [
            (row["recipe"], row["tier"], addresses[row["spec_hash"], row["machine"]])
            for row in results.in_order(runs).drop_duplicates(["recipe", "tier"]).to_dict("records")
        ],
        "outcomes": outcomes,
        "verdicts": claims.assign(provenance=tables.provenance_of(results, claims)).to_dict("records"),
        "curves": _curves(results, id),
        "pictures": pictures,
        "runs": runs["run_id"].nunique(),
        "ok": runs.loc[runs["status"] == "ok", "run_id"].nunique(),
        "path": path,
        "source": web(source.rstrip("/") + "/" + path) if source else None,
        "meanings": {one["name"]: one for each in specs.values() for one in each["measures"]},
    }


def _fit(cards: list[dict[str, Any]]) -> dict[str, list[dict[str, Any]]]:
    """Leaves on the cards what index.html has room for; `left` counts what there is more. Returns the pictures that had no room, by entry."""
    costs: dict[str, tuple[Any, int]] = {
        "verdicts": (lambda row: 1, CARD_CLAIMS),
        "outcomes": (lambda row: 1, CARD_OUTCOMES),
        "curves": (lambda one: len(one["svg"]), CARD_CURVE_BYTES),
        "pictures": (lambda one: len(one["src"]) + len(one["drawing"]), CARD_PICTURE_BYTES),
    }
    pictures: dict[str, list[dict[str, Any]]] = {}
    for card in cards:
        card["left"] = {}
    for name, (cost, room) in costs.items():
        for card, n in zip(
            cards, fair([[cost(item) for item in card[name]] for card in cards], room), strict=True
        ):
            card["left"][name] = len(card[name]) - n
            if name == "pictures":
                pictures[card["id"]] = card[name][n:]
            card[name] = card[name][:n]
    return pictures


def fingerprint(results: Results) -> str:
    """A hash of the results: of every run's id and final weights."""
    pairs = sorted(
        zip(results.runs["run_id"], results.runs["weights_sha256"], results.runs["status"], strict=True)
    )
    return hashlib.sha256(repr(pairs).encode()).hexdigest()[:16]


def _figures(results: Results, out: Path) -> dict[str, list[tuple[Drawn, str]]]:
    found: dict[str, list[tuple[Drawn, str]]] = {}
    with style.theme():
        for name in FIGURES:
            drawn = importlib.import_module(f"report.figures.{name}").draw(results)
            found[name] = [(one, style.save(one, out)) for one in drawn]
    return found


def _owned(out: Path, names: list[str]) -> set[str]:
    """The files in `out` that an earlier report wrote. One of before this list was kept is known by its page: it may be written over by `names`."""
    try:
        listed = parse_json(read_bytes(out / MANIFEST), str(out / MANIFEST))
    except records.RecordError:
        page = out / "index.html"
        old = page.is_file() and TITLE in page.read_text(encoding="utf-8", errors="replace")[:5000]
        return set(names) if old else set()
    return (
        {name for name in listed if isinstance(name, str) and _OURS.fullmatch(name)}
        if isinstance(listed, list)
        else set()
    )


def _replace(new: Path, out: Path) -> None:
    """Puts the files of a finished report in the place of those of an earlier one, index.html last; whatever else is in `out` stays.

    Raises FileExistsError for a file that is in the way and that no report made.
    """
    names = sorted(str(path.relative_to(new)) for path in new.rglob("*") if path.is_file())
    names.sort(key=lambda name: name == "index.html")
    owned = _owned(out, names)
    if foreign := [name for name in names if name not in owned and (out / name).exists()]:
        raise FileExistsError(
            f"{out / foreign[0]} is there, and no report made it: move it away, or give another folder with --out"
        )
    records.write_json_atomic(sorted({*owned, *names}), out / MANIFEST)
    for name in names:
        (out / name).parent.mkdir(exist_ok=True)
        (new / name).replace(out / name)
    for name in owned.difference(names):
        (out / name).unlink(missing_ok=True)
    records.write_json_atomic(sorted(names), out / MANIFEST)


def build(
    results: Results, out: Path, compare: bool = False, speed: Path | None = None, source: str = ""
) -> Path:
    """Writes index.html, provenance.html, figures/, tables/ and provenance/ into `out`; returns the page's path. Same results, same bytes.

    `compare` puts the comparison of machines first; `speed` is a file of the speed benchmark;
    `source` is the address under which the suite's files can be read.
    All is written aside first: only a report that is whole replaces an earlier one, and nothing that no report made.
    """
    new = out / ".report.new"
    shutil.rmtree(new, ignore_errors=True)
    for name in ("figures", "tables", "provenance"):
        (new / name).mkdir(parents=True)
    try:
        _write(results, new, compare, speed, source)
        _replace(new, out)
    finally:
        shutil.rmtree(new, ignore_errors=True)
    return out / "index.html"


def _write(results: Results, out: Path, compare: bool, speed: Path | None, source: str) -> None:
    """Writes the files of the report into a folder that has nothing but empty folders figures/, tables/ and provenance/."""
    every = tables.everything(results, speed)
    drawn = _figures(results, out / "figures")
    rest = [name for name in FIGURES if name != "machines"]
    order = ["machines", *rest] if compare else [*rest, "machines"]
    shown: dict[str, list[Shown]] = {}
    no, room = 0, DRAWN_BYTES
    for name in order:
        shown[name] = []
        mine = 0
        for one, text in drawn[name]:
            no += 1
            save_csv(one.data, out / "tables" / f"figure_{one.name}.csv")
            rows = (
                _plain_table(one.data.drop(columns=["seed's value"], errors="ignore").drop_duplicates())
                if len(one.data) <= 2 * MOST_DATA_ROWS and name != "curves"
                else None
            )
            inlined = svg.inline(text, f"f{no}", one.alt)
            mine += len(inlined)
            fits = mine <= DRAWN_BYTES_OF_ONE and len(inlined) <= room
            room -= len(inlined) if fits else 0
            shown[name].append(
                Shown(
                    one.name,
                    no,
                    inlined if fits else None,
                    one.caption,
                    rows if fits else None,
                    len(one.data),
                )
            )
    numbers: dict[str, int] = {}
    for table in every.values():
        save_csv(table.frame, out / "tables" / f"{table.name}.csv")
        save_tex(
            [column.label for column in table.columns],
            rows_of(table),
            table.caption,
            out / "tables" / f"{table.name}.tex",
        )

    environment = Environment(
        loader=FileSystemLoader(HERE),
        autoescape=True,
        trim_blocks=True,
        lstrip_blocks=True,
        undefined=StrictUndefined,
    )
    environment.filters.update(
        number=number,
        count=count,
        duration=duration,
        measure=measure,
        slug=slug,
        clip=clip,
        several=several,
        whole=whole,
    )
    environment.globals.update(
        link=link,
        mark=mark,
        confidence=confidence,
        with_unit=with_unit,
        linked=linked,
        provenance_page=provenance.page,
    )

    most = dict(zip(every, fair([[1] * len(table.frame) for table in every.values()], ROWS), strict=True))

    def put(name: str) -> Markup:
        """A table where the template wants it, numbered in the order in which they come."""
        numbers.setdefault(name, len(numbers) + 1)
        return table_html(every[name], numbers[name], results, most[name])

    css = Markup((HERE / "style.css").read_text(encoding="utf-8"))
    script = (HERE / "sorter.js").read_text(encoding="utf-8")
    counts = results.claims["verdict"].value_counts()
    pictures = _pictures(results)
    shown_cards = [_card(results, id, source, pictures[id]) for id in results.entries]
    provenance.write(results, out, environment, css, _fit(shown_cards))
    html = environment.get_template("template.html").render(
        style=css,
        script=Markup(script),
        script_hash=base64.b64encode(hashlib.sha256(script.encode()).digest()).decode(),
        results=results,
        compare=compare,
        figures=shown,
        tables=every,
        put=put,
        cards=shown_cards,
        findings=findings(results),
        compared=comparison(results),
        where=[tables.WHERE.get(key, key) for key in results.where if key != "tier"],
        described=list(zip(results.machines.to_dict("records"), apart(results), strict=True)),
        verdicts={name: int(counts.get(name, 0)) for name in VERDICTS},
        families=[f for f in style._COLOURS if f in {card["family"] for card in results.entries.values()}],
        eras=[
            (name, [card for card in results.entries.values() if first <= card["year"] <= last])
            for first, last, name in ERAS
        ],
        machines=results.machines.to_dict("records"),
        describe=described,
        fingerprint=fingerprint(results),
        suites=sorted(set(results.machines["suite"])),
        statistics=statistics,
        tiers=[t for t in ("pocket", "standard", "paper") if t in set(results.runs["tier"])],
        total=results.runs["total_s"].sum(),
        failures=int((results.runs["status"] != "ok").sum()),
        runs=results.runs["run_id"].nunique(),
    )
    records.write_bytes_atomic(html.encode("utf-8"), out / "index.html")


def write(bundles: Sequence[str | Path], out: str | Path, **options: Any) -> Path:
    """Reads bundles and writes their report: `build` from files to files."""
    from report.results import load

    return build(load(bundles), Path(out), **options)
