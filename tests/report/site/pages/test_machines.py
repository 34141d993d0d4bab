"""The page of machines: the first screen answers how much faster, and at what cost."""

import dataclasses
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest

from benchmarks import records
from report.findings import comparison
from report.formats import number
from report.loading import from_bundle
from report.site.build import build
from report.site.pages import machines
from report.site.site import Site
from report.speed_ups import against_first
from report.tables import all_tables
from tests.report import bundles
from tests.report.variations import few, loaded


def priced(tmp_path: Path, *prices: tuple[float | None, str], slower: float = 0.5) -> Any:
    """Two machines with these prices, of which the second takes `slower` times as long."""
    one, sides = few(), []
    for i, (price, currency) in enumerate(prices):
        paid = {"price_per_hour": price, "currency": currency}
        sides.append(bundles.again(one, i, 0.01, (1.0, slower)[i], paid, caches=f"L2 {i} MiB"))
    return loaded(tmp_path, *sides)


def test_twice_the_speed_at_four_times_the_price_costs_twice_as_much(tmp_path: Path) -> None:
    results = priced(tmp_path, (0.1, "EUR"), (0.4, "EUR"))
    (pair,) = against_first(results.speed_ups).to_dict("records")
    assert pair["ratio"] == pytest.approx(2, rel=0.05) and pair["cost"] == pytest.approx(4 / pair["ratio"])
    said = " ".join(comparison(results))
    assert "half of the ratios lie between" in said and "times as much on B as on A" in said
    html = build(results, tmp_path / "page").with_name("machines.html").read_text(encoding="utf-8")
    assert f"<dt>an example on B costs</dt><dd><b>{number(pair['cost'])} times</b>" in html
    runs = all_tables(results)["runs"].frame
    expected = runs["total_s"] / 3600 * runs["machine"].map({"A": 0.1, "B": 0.4})
    pd.testing.assert_series_equal(runs["cost"], expected, check_names=False)


@pytest.mark.parametrize("prices", [((0.1, "EUR"), (0.4, "USD")), ((None, ""), (0.4, "USD"))])
def test_prices_that_do_not_compare_give_no_cost(tmp_path: Path, prices: Any) -> None:
    results = priced(tmp_path, *prices)
    assert results.speed_ups["cost"].isna().all()
    assert not [one for one in comparison(results) if "costs" in one]


def test_tile_and_score_are_one_number_and_name_the_backend(two: Path, tmp_path: Path) -> None:
    results = from_bundle(records.read_bundle(two))
    (first, hundred), (second, score) = machines.scores(results.speed_ups)
    assert (first, hundred, second) == ("A", 100, "B")
    html = build(results, tmp_path).with_name("machines.html").read_text(encoding="utf-8")
    assert f"<dt>B (jax) trains</dt><dd><b>{number(score / 100)} times</b> as fast as A (tensorflow)" in html
    assert f"<b>A (tensorflow) 100</b>; <b>B (jax) {number(score)}</b>." in html
    assert "A score is of hardware and backend together.</p>" in html
    said = " ".join(comparison(results))
    assert f"B (jax) trains {number(score / 100)} times as fast as A (tensorflow)" in said
    assert "median" not in said


def test_machines_that_differ_in_their_backend_alone_are_named(two: Path) -> None:
    results = from_bundle(records.read_bundle(two))
    assert machines.one_hardware(results) == []
    results.machines["machine_id"] = "0" * 16
    assert machines.one_hardware(results) == ["A (tensorflow) and B (jax)"]


def test_facts_of_machines_stand_side_by_side(two: Path, tmp_path: Path) -> None:
    results = from_bundle(records.read_bundle(two))
    site = Site(results, all_tables(results), {}, None, tmp_path)  # type: ignore[arg-type]
    found = {what: (values, differ) for what, values, differ in machines.facts(site)}
    assert found["Keras"] == (["3.15.0", "3.15.0"], False)
    values, differ = found["backend"]
    assert differ and values == ["tensorflow 2.21.0", "jax 0.10.2"]
    assert len(found["matrix product"][0]) == 2
    assert found["power limit"] == (["", "700 W"], True)
    assert found["highest clock"] == (["", "1.98 GHz"], True)
    assert found["CUDA"] == (["", "CUDA 12.8, cuDNN 9.10"], True)


def test_a_single_machine_is_told_how_to_add_another(tmp_path: Path) -> None:
    build(from_bundle(few()), tmp_path)
    html = (tmp_path / "machines.html").read_text(encoding="utf-8")
    assert "snakemake compare --config bundles=results/bundle,other/bundle" in html


def test_a_machine_whose_ceilings_are_unknown_stands_beside_the_others(tmp_path: Path) -> None:
    """Such as one whose bundle was written before its ceilings were measured."""
    measured = few(machines=2)
    second = measured.machines["machine_id"].iloc[1]
    unknown = dataclasses.replace(
        measured, ceilings=measured.ceilings[measured.ceilings["machine_id"] != second]
    )
    build(from_bundle(unknown), tmp_path)
    html = (tmp_path / "machines.html").read_text(encoding="utf-8")
    row = re.search(r"<tr[^>]*><th scope=\"row\">matrix product</th><td>([^<]*)</td><td>([^<]*)</td>", html)
    assert row and row[1].endswith("FLOP/s") and row[2] == ""
