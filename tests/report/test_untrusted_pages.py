"""Pages of bundles that keep the schema, and hold what no honest run leaves."""

import dataclasses
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchmarks import records
from report.loading import from_bundle
from report.site.build import build
from tests.records.test_foreign_text import HIDDEN


def cards_of(bundle: records.Bundle) -> list[dict[str, Any]]:
    return [spec["card"] for spec in bundle.specs.values()]


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
    build(from_bundle(bundle), tmp_path)
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
    build(from_bundle(small), tmp_path)
    if not records.clean(name):
        page = (tmp_path / "entries" / "lenet5_1998.html").read_text(encoding="utf-8")
        assert "<h1>lenet5_1998</h1>" in page and "(unnamed), 2 cores" in page


EXTREMES = (1e308, -1e308, 1.7e38, 5e-324, 1e-40)


@pytest.mark.parametrize("value", EXTREMES)
def test_numbers_beyond_all_bounds_have_a_page(small: records.Bundle, tmp_path: Path, value: float) -> None:
    """In every column of numbers at once, for half of the runs: honest and extreme numbers share axes."""
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
    build(from_bundle(small), tmp_path)


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
    build(from_bundle(small), tmp_path)


@pytest.mark.parametrize("column", ["epoch", "steps", "examples"])
def test_the_largest_integers_have_a_page(small: records.Bundle, tmp_path: Path, column: str) -> None:
    for frame in (small.epochs, small.runs, small.measures):
        for name in (column, f"{column}s", "batch_size", "parameters", "seed", "peak_memory_bytes"):
            if name in frame:
                frame.loc[frame.index % 2 == 0, name] = 2**63 - 1
    build(from_bundle(small), tmp_path)


def test_more_rows_than_a_figure_can_hold_have_a_page(
    small: records.Bundle, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from report import style

    monkeypatch.setattr(style, "MOST_ROWS", 1)
    build(from_bundle(small), tmp_path)
    pages = [path.read_text(encoding="utf-8") for path in tmp_path.glob("*.html")]
    assert (
        sum(page.count("The first 1 of 2 are drawn; the data file has all of them.") for page in pages) >= 2
    )
    assert len(pd.read_csv(tmp_path / "tables" / "figure_clocks.csv")) == 2
