"""Pages of bundles that keep the schema, and hold what no honest run leaves."""

import base64
import copy
import dataclasses
import io
import json
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from benchmarks import records
from benchmarks.spec import Picture
from report import __main__, cards, page, svg, table, text
from report import results as results_module
from tests.report import bundles

HIDDEN = "\u200b\u200d\u200e\u2060\ufeff\u202e\u2066\u00ad\u061c\U000e0041\ud800\uffff\U0001ffff\x00\x1b\x9b"


@pytest.fixture
def small(monkeypatch: pytest.MonkeyPatch) -> records.Bundle:
    """A bundle of two entries: one with a claim, a published time and several data sets, one with pictures."""
    monkeypatch.setattr(
        bundles, "ENTRIES", [row for row in bundles.ENTRIES if row[0] in ("lenet5_1998", "rbm_1986")]
    )
    return bundles.bundle(machines=2, seeds=2)


def cards_of(bundle: records.Bundle) -> list[dict[str, Any]]:
    return [spec["card"] for spec in bundle.specs.values()]


@pytest.mark.parametrize(
    ("dirty", "shown"),
    [
        (f"Le{HIDDEN}Net", "LeNet"),
        ("one\u2028two\u2029three\r\nfour\x85five", "one\ntwo\nthree\nfour\nfive"),
        ("Z" + "\u0301" * 50 + "o", "Z" + "\u0301" * 4 + "o"),
        ("\ufe0f" * 50, "\ufe0f" * 4),
        ("\ufeff", ""),
        (" \u3000\t\n ", ""),
        ("Schrödinger, 中文, हिन्दी, ❤️ 🙂, tab\t, x²", "Schrödinger, 中文, हिन्दी, ❤️ 🙂, tab\t, x²"),
    ],
)
def test_text_is_freed_of_what_cannot_be_seen(dirty: str, shown: str) -> None:
    assert text.clean(dirty) == shown
    assert text.clean({"a": [dirty, 7]}) == {"a": [shown, 7]}
    assert text.clean({dirty: 1}) == {shown or "(unnamed)": 1}


def test_every_text_of_a_bundle_is_cleaned(small: records.Bundle, tmp_path: Path) -> None:
    free = ("name", "idea", "story", "unit", "meaning", "title", "where", "kind", "licence")
    marked = "seen" + HIDDEN.replace("\ud800", "").replace("\x00", "")

    def dirty(value: Any, key: str = "") -> Any:
        if isinstance(value, dict):
            return {
                (name + HIDDEN if key in ("variants", "model") else name): dirty(item, name)
                for name, item in value.items()
            }
        if isinstance(value, list):
            return [dirty(item, key) for item in value]
        return marked if isinstance(value, str) and key in free else value

    specs = {
        id: {part: dirty(spec[part]) if part != "asked" else spec[part] for part in spec}
        for id, spec in small.specs.items()
    }
    pictures = {
        id: {name: {**one, "caption": marked} for name, one in named.items()}
        for id, named in small.pictures.items()
    }
    small.machines["processor"] = marked
    small.runs.loc[0, ["status", "reason"]] = ["error", marked]
    for frame in ("measures",):
        getattr(small, frame)["unit"] = marked
    bundle = dataclasses.replace(small, specs=specs, pictures=pictures)
    page.build(results_module.from_bundle(bundle), tmp_path)
    written = [path for path in tmp_path.rglob("*") if path.suffix in (".html", ".csv", ".tex", ".svg")]
    assert any("seen" in path.read_text(encoding="utf-8") for path in written)
    for path in written:
        found = path.read_text(encoding="utf-8")
        assert not [hex(ord(letter)) for letter in HIDDEN if letter in found], path


@pytest.mark.parametrize("name", ["\ufeff", "", " ", "\u3164", "\u0301" * 9, "\U0001f469\u200d\U0001f680"])
def test_an_entry_whose_name_cannot_be_seen_has_a_page(
    small: records.Bundle, tmp_path: Path, name: str
) -> None:
    for card in cards_of(small):
        card["name"] = name
    small.machines["processor"] = name
    html = page.build(results_module.from_bundle(small), tmp_path).read_text(encoding="utf-8")
    if not text.clean(name):
        assert ">lenet5_1998</h3>" in html and "(unnamed), 2 cores" in html


def test_letters_of_any_number_of_machines() -> None:
    letters = results_module._letters(20_000)
    assert letters[:3] == ["A", "B", "C"] and letters[25:28] == ["Z", "AA", "AB"]
    assert letters[700:704] == ["ZY", "ZZ", "AAA", "AAB"]
    assert len(set(letters)) == 20_000


EXTREMES = (1e308, -1e308, 1.7e38, 5e-324, 1e-40)


@pytest.mark.parametrize("value", EXTREMES)
def test_numbers_beyond_all_bounds_have_a_page(small: records.Bundle, tmp_path: Path, value: float) -> None:
    """In every column of numbers at once, but for half of the runs: so that honest and extreme numbers stand on one axis."""
    for name, columns in (
        (
            "runs",
            (
                "step_flop",
                "import_s",
                "data_s",
                "compile_s",
                "train_s",
                "evaluate_s",
                "checkpoint_s",
                "total_s",
            ),
        ),
        ("epochs", ("train_s",)),
        ("measures", ("value",)),
        ("machines", ("matmul_flops", "bandwidth", "price_per_hour")),
    ):
        frame = getattr(small, name)
        for column in columns:
            if column in frame:
                frame.loc[frame.index % 2 == 0, column] = value if column == "value" else abs(value)
    page.build(results_module.from_bundle(small), tmp_path)


@pytest.mark.parametrize("value", [1e308, 5e-324, -1e308, 10**400])
def test_numbers_beyond_all_bounds_in_a_card_have_a_page(
    small: records.Bundle, tmp_path: Path, value: float
) -> None:
    for spec in small.specs.values():
        card = spec["card"]
        card["claims"] += [{**claim, "value": value, "tolerance": value} for claim in card["claims"]] + [
            {"value": value, "dataset": "digits"}
        ]
        card["history"] += [
            {"what": what, "value": value}
            for what in ("hours", "training_flop", "parameters", "examples", "record_seconds")
        ]
        card["parameters"] += [{"trainable": value, "published": value}]
        card["paper"]["year"] = value
        spec["asked"]["recipe"] |= {"limit": value, "floor": ["error", value]}
        spec["layers"] += [
            {"name": "wide", "kind": "Dense", "shape": [value, 3, value], "parameters": value}
            for _ in range(3)
        ]
    page.build(results_module.from_bundle(small), tmp_path)


@pytest.mark.parametrize("column", ["epoch", "steps", "examples"])
def test_the_largest_integers_have_a_page(small: records.Bundle, tmp_path: Path, column: str) -> None:
    for frame in (small.epochs, small.runs, small.measures):
        for name in (column, f"{column}s", "batch_size", "parameters", "seed", "peak_memory_bytes"):
            if name in frame:
                frame.loc[frame.index % 2 == 0, name] = 2**63 - 1
    page.build(results_module.from_bundle(small), tmp_path)


def test_more_rows_than_a_figure_can_hold_have_a_page(
    small: records.Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from report import style

    monkeypatch.setattr(style, "MOST_ROWS", 1)
    html = page.build(results_module.from_bundle(small), tmp_path).read_text(encoding="utf-8")
    assert html.count("The first 1 of 2: the file of the data has all.") == 3
    assert len(pd.read_csv(tmp_path / "tables" / "figure_clocks.csv")) == 2


def test_layers_of_any_size_have_a_diagram() -> None:
    layers = cards.layers(
        [
            {"kind": "Dense", "shape": [10**400, 10**300], "parameters": size}
            for size in (1.7e308, 10**400, 1e38)
        ]
    )
    assert "3 layers" in str(svg.diagram(layers, "wide"))


def test_numbers_that_no_run_can_have_left_are_left_out_and_said(
    small: records.Bundle, tmp_path: Path
) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    records.write_bundle(small, ours)
    execution = small.measures.loc[small.measures["unit"] == "%", "execution_id"].iloc[0]
    chosen = (small.measures["execution_id"] == execution) & (small.measures["unit"] == "%")
    records.write_bundle(
        dataclasses.replace(
            small, measures=small.measures.assign(value=small.measures["value"].mask(chosen, 101.0))
        ),
        theirs,
    )
    before, after = results_module.load([ours]), results_module.load([theirs])
    assert before.doubts == () and len(after.runs) == len(before.runs) - 1
    assert {doubt.execution for doubt in after.doubts} == {execution} and execution not in set(
        after.measures["execution_id"]
    )
    html = page.build(after, tmp_path / "page").read_text(encoding="utf-8")
    assert "1 execution left out" in html and "is 101%, but can only be 0 to 100%" in html
    assert (
        "left out"
        not in page.build(before, tmp_path / "page2").read_text(encoding="utf-8").split("<h2>Methods")[0]
    )


def test_pictures_take_bounded_room(small: records.Bundle, tmp_path: Path) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (1, 1, 1180, 1180, 3), dtype=np.uint8)
    large = records.encode_picture(Picture(noise, "noise"))
    pictures = {id: {f"noise{i}": large for i in range(15)} for id in small.runs["execution_id"].head(2)}
    bundle = dataclasses.replace(small, pictures=pictures)
    html = page.build(results_module.from_bundle(bundle), tmp_path).read_text(encoding="utf-8")
    assert len(html) < page.CARD_PICTURE_BYTES + 1_500_000
    rest = [path.read_text(encoding="utf-8") for path in (tmp_path / "provenance").iterdir()]
    assert sum(map(len, rest)) < page.MOST_PICTURE_BYTES + 2_000_000
    assert any("more pictures: see the bundle." in one for one in rest)


@pytest.mark.parametrize(
    "shape", [(1, 1, 1, 4_194_304), (4_194_304, 1, 1, 1), (2048, 2048, 1, 1), (1, 1, 2048, 2048)]
)
def test_pictures_of_any_form_are_shown_small(shape: tuple[int, ...]) -> None:
    from PIL import Image

    source, width, _ = page.picture(records.encode_picture(Picture(np.zeros(shape, np.uint8), "x")))
    image = Image.open(io.BytesIO(base64.b64decode(source.removeprefix("data:image/png;base64,"))))
    assert image.width * image.height <= page.MOST_PIXELS and max(image.size) <= page.MOST_SIDE
    assert width <= page.MOST_SIDE


@pytest.mark.parametrize(
    ("cell", "written"),
    [
        ("=1+1", "'=1+1"),
        ("  =1+1", "'  =1+1"),
        ("\u00a0@SUM(A1)", "'\u00a0@SUM(A1)"),
        ("'=1+1", "''=1+1"),
        ('"=1+1', "'\"=1+1"),
        ("\n-cmd", "'\n-cmd"),
        ("\tx", "'\tx"),
        ("\uff1d1+1", "'\uff1d1+1"),
        ("+49 30 1", "'+49 30 1"),
        ("-1.5e3", "-1.5e3"),
        ("-", "-"),
        ("a = b", "a = b"),
    ],
)
def test_no_cell_of_a_csv_runs_in_a_spreadsheet(tmp_path: Path, cell: str, written: str) -> None:
    table.save_csv(pd.DataFrame({"a": [cell], cell: [1.5]}), tmp_path / "x.csv")
    found = pd.read_csv(tmp_path / "x.csv", dtype=str, keep_default_na=False)
    assert found.iloc[0, 0] == written
    assert found.columns[1] == written and found.iloc[0, 1] == "1.5"


def files(folder: Path) -> dict[str, bytes]:
    return {str(path.relative_to(folder)): path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_a_report_replaces_what_a_report_made_and_nothing_else(small: records.Bundle, tmp_path: Path) -> None:
    results = results_module.from_bundle(small)
    own = {"figures/mine.svg": b"mine", "tables/mine.csv": b"1,2", "notes.txt": b"notes"}
    for name, content in own.items():
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_bytes(content)
    page.build(results, tmp_path)
    made = files(tmp_path)
    assert {name: made[name] for name in own} == own
    listed = json.loads(made.pop(".report.json"))
    assert set(listed) == set(made) - set(own)
    # what an earlier report made, and this one does not
    (tmp_path / "figures" / "old.svg").write_text("old")
    (tmp_path / ".report.json").write_text(
        json.dumps([*listed, "figures/old.svg", "../outside", "notes.txt"])
    )
    page.build(results, tmp_path)
    assert files(tmp_path) == {**made, ".report.json": json.dumps(sorted(listed), indent=1).encode() + b"\n"}


@pytest.mark.parametrize("name", ["index.html", "figures/clocks.svg", "tables/runs.csv"])
def test_a_file_that_no_report_made_is_not_written_over(
    small: records.Bundle, tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str
) -> None:
    records.write_bundle(small, tmp_path / "bundle")
    out = tmp_path / "out"
    (out / name).parent.mkdir(parents=True, exist_ok=True)
    (out / name).write_text("mine")
    assert __main__.main(["--bundle", str(tmp_path / "bundle"), "--out", str(out)]) == 1
    assert f"{out / name} is there, and no report made it: move it away" in capsys.readouterr().err
    assert files(out) == {name: b"mine"}


def test_a_report_that_fails_leaves_the_one_of_before(
    small: records.Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    results = results_module.from_bundle(small)
    page.build(results, tmp_path)
    before = files(tmp_path)
    changed = copy.copy(small)
    changed.measures["value"] *= 2
    monkeypatch.setattr(page, "findings", lambda results: 1 / 0)
    with pytest.raises(ZeroDivisionError):
        page.build(results_module.from_bundle(changed), tmp_path)
    assert files(tmp_path) == before


def test_a_report_of_before_the_list_is_written_over(small: records.Bundle, tmp_path: Path) -> None:
    results = results_module.from_bundle(small)
    page.build(results, tmp_path)
    (tmp_path / ".report.json").unlink()
    (tmp_path / "figures" / "mine.svg").write_text("mine")
    (tmp_path / "tables" / "runs.csv").write_text("older")
    page.build(results, tmp_path)
    assert (tmp_path / "figures" / "mine.svg").read_text() == "mine"
    assert (tmp_path / "tables" / "runs.csv").read_text() != "older"
