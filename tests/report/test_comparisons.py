"""The same questions on several machines: what is compared, what cannot be, and what is said of it."""

import dataclasses
import re
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from PIL import Image

from benchmarks import records
from report import tables
from report.findings import comparison
from report.loading import from_bundle, load
from report.results import Results
from report.site.build import build
from tests.report import bundles
from tests.report.variations import edited, few, loaded, noisy, only


def test_letters_follow_the_order_given_and_the_first_is_the_base(tmp_path: Path) -> None:
    one = few()
    other = bundles.again(one, 1, caches="L2 4 MiB", slower=2.0)
    for i, (first, second) in enumerate([(one, other), (other, one)]):
        results = loaded(tmp_path / f"{i}", first, second)
        assert results.machines["machine"].tolist() == ["A", "B"]
        assert results.machines["machine_id"].iloc[0] == first.machines["machine_id"].iloc[0]
        speed = results.compared.speed
        assert set(speed["machines"]) == {"B / A"}
        assert (speed["ratio"] > 1).all() if first is other else (speed["ratio"] < 1).all()
        mine = results.throughput[
            (results.throughput["machine"] == "A") & (results.throughput["entry"] == "lenet5_1998")
        ]
        row = speed[(speed["entry"] == "lenet5_1998") & (speed["recipe"] == mine["recipe"].iloc[0])].iloc[0]
        assert row["other"] == pytest.approx(mine[mine["recipe"] == row["recipe"]]["examples_per_s"].median())


def test_runs_with_one_and_with_two_threads_are_not_pooled(tmp_path: Path) -> None:
    """On one machine, and where the other machine has one of the two alone."""
    both = records.merge(few(), few(threads=1))
    other = bundles.again(few(), 1, caches="L2 4 MiB")
    results = loaded(tmp_path, both, other)
    shown = tables.measures(results)
    assert "threads" in [column.key for column in shown.columns]
    assert shown.frame["n"].max() == 3
    for frame in (results.compared.speed, results.compared.measures):
        assert set(frame["threads"]) == {2} and frame[["n", "m"]].max().max() == 3
    left = results.compared.not_compared
    assert set(left["reason"]) == {"other threads (1 and 2)"} and set(left["machines"]) == {"A"}
    assert len(left) == both.runs["recipe"].groupby([both.runs["entry"], both.runs["recipe"]]).ngroups


def test_two_machines_with_other_threads_are_not_compared_and_the_page_says_why(tmp_path: Path) -> None:
    one = few(threads=1)
    results = loaded(tmp_path, one, bundles.again(few(), 1, caches="L2 4 MiB"))
    assert results.compared.pairs.empty
    page = build(results, tmp_path / "page", compare=True)
    assert "nothing can be compared" in page.read_text(encoding="utf-8")
    html = page.with_name("machines.html").read_text(encoding="utf-8")
    assert html.count("other threads (1 and 2)") >= 8


def test_of_three_machines_of_which_the_first_shares_nothing_the_others_are_compared(tmp_path: Path) -> None:
    whole = few()
    first = only(whole, {"lstm_1997"})
    second = bundles.again(only(whole, {"lenet5_1998", "perceptron_1958"}), 1, caches="L2 4 MiB")
    third = bundles.again(only(whole, {"lenet5_1998", "perceptron_1958"}), 2, caches="L2 8 MiB")
    results = loaded(tmp_path, first, second, third)
    assert set(results.compared.speed["machines"]) == {"C / B"}
    assert set(results.compared.measures["entry"]) == {"lenet5_1998", "perceptron_1958"}
    said = " ".join(comparison(results))
    assert "C against B" in said and "Run on one machine only: 3 recipes on A." in said
    assert results.compared.alone == ["A"] and "A shares no question with another machine." in said
    html = build(results, tmp_path / "page").with_name("machines.html").read_text(encoding="utf-8")
    assert "The same questions on 2 of 3 machines." in html


def test_what_could_not_be_compared_is_a_link_away_from_either_page(tmp_path: Path) -> None:
    results = loaded(tmp_path, few(threads=1), bundles.again(few(), 1, caches="L2 4 MiB"))
    page = build(results, tmp_path / "page", compare=True)
    for path in (page, page.with_name("machines.html")):
        assert '<a href="machines.html#uncompared">why</a>' in path.read_text(encoding="utf-8")
    assert 'id="uncompared"' in page.with_name("machines.html").read_text(encoding="utf-8")


def test_a_pair_counts_what_no_earlier_machine_answered_and_says_so(tmp_path: Path) -> None:
    """The first machine lacks one entry: on that alone the third is compared with the second."""
    whole = few()
    first = only(whole, {"lenet5_1998", "perceptron_1958"})
    others = [bundles.again(whole, i, caches=f"L2 {i} MiB") for i in (1, 2)]
    results = loaded(tmp_path, first, *others)
    speed = results.compared.speed
    assert set(speed.loc[speed["machines"] == "C / B", "entry"]) == {"lstm_1997"}
    both = results.speed_ups[(results.speed_ups["machine"] == "C") & (results.speed_ups["base"] == "B")]
    assert both.loc[both["over"] == "all", "entries"].item() == 3
    pairs = next(table for table in tables.comparisons(results) if table.name == "compared_pairs")
    assert "Each machine is compared with the first that answered the question." in comparison(results)
    assert "no machine before the two answered" in pairs.caption and "Every pair" not in pairs.caption


def test_a_bundle_against_itself_is_itself(tmp_path: Path) -> None:
    one = few()
    results = loaded(tmp_path, one, one)
    assert len(results.runs) == len(one.runs) and "2 of the 2 bundles" in comparison(results)[0]


def test_halves_of_executions_are_called_neither_faster_nor_slower(tmp_path: Path) -> None:
    results = loaded(tmp_path, *noisy())
    speed, measures = results.compared.speed, results.compared.measures
    assert set(speed["n"]) >= {18} and len(speed) > 20
    assert not speed["finding"].isin(["faster", "slower"]).any()
    assert set(measures["finding"]) == {"identical"} and (measures["identical"] <= measures["pairs"]).all()


def test_a_machine_that_is_slower_is_called_so(tmp_path: Path) -> None:
    results = loaded(tmp_path, *noisy(slower=1.5))
    speed = results.compared.speed
    assert (speed["finding"] == "slower").mean() > 0.9
    assert ((speed["low"] < 1 / 1.5) & (speed["high"] > 1 / 1.5)).mean() > 0.8
    assert "slower" in " ".join(comparison(results))


def test_a_bundle_of_failures_compares_with_nothing_and_says_so(tmp_path: Path) -> None:
    one = few()
    other = bundles.again(one, 1, caches="L2 4 MiB")
    failed = edited(other, runs=lambda row: row.update(status="oom", reason="no memory", weights_sha256=""))
    gone: dict[str, Any] = {
        "epochs": failed.epochs.iloc[:0],
        "measures": failed.measures.iloc[:0],
        "pictures": {},
    }
    results = loaded(tmp_path, one, dataclasses.replace(failed, **gone))
    assert results.compared.pairs.empty and set(results.compared.not_compared["reason"]) == {
        "no run ended well"
    }
    assert set(results.compared.not_compared["machines"]) <= {"B", "A, B"}
    assert build(results, tmp_path / "page", compare=True).is_file()
    alone = loaded(tmp_path / "alone", dataclasses.replace(failed, **gone))
    assert build(alone, tmp_path / "alone" / "page", compare=True).is_file()


def test_with_unequal_bundles_every_row_says_how_many(tmp_path: Path) -> None:
    """Three seeds against one: pairs and numbers are those of the two sides."""
    one = few()
    other = bundles.again(few(seeds=1), 1, caches="L2 4 MiB")
    measures = loaded(tmp_path, one, other).compared.measures
    assert set(measures["n"]) == {1} and set(measures["m"]) <= {2, 3} and set(measures["pairs"]) == {1}
    assert isinstance(measures, pd.DataFrame)


def test_forty_machines_are_told_apart_and_all_pairs_can_be_reached(forty: Results, tmp_path: Path) -> None:
    assert forty.machines["machine"].tolist()[24:28] == ["Y", "Z", "AA", "AB"]
    assert forty.compared.pairs["machines"].tolist()[-1] == "AN / A" and len(forty.compared.pairs) == 39
    build(forty, tmp_path, compare=True)
    html = (tmp_path / "machines.html").read_text(encoding="utf-8")
    assert len(html) < 5_000_000
    table = re.search(r'<figure class="table" id="compared_pairs".*?</figure>', html, re.DOTALL)
    assert table and re.findall(r">([A-Z]+ / A)</", table[0]) == forty.compared.pairs["machines"].tolist()
    assert len(comparison(forty)) < 10
    for drawing in (tmp_path / "figures").glob("*.png"):
        with Image.open(drawing) as image:
            assert image.height < 5000, drawing.name


def test_machines_are_compared_on_the_same_question_alone(two: Path) -> None:
    loaded = load([two])
    assert (loaded.compared.speed["finding"] == "not enough runs").all()  # three seeds a side
    failed = loaded.runs[loaded.runs["status"] != "ok"]
    found = loaded.compared.speed.set_index(["entry", "recipe"])
    assert ("transformer_2017", "multi30k") not in found.index  # it timed out on one of them
    assert found.loc[("gan_2014", "digits"), "finding"] == "not enough runs"
    assert len(failed) > 0
    other = load([two])
    for id in other.runs.loc[
        (other.runs["entry"] == "lenet5_1998") & (other.runs["machine"] == "A"), "spec_id"
    ]:
        other.specs[id]["question"] = "changed"
    assert "lenet5_1998" not in set(other.compared.speed["entry"])


def test_machines_differ_where_runs_are_enough() -> None:
    bundle = bundles.bundle(machines=2, seeds=6, tiers=("standard",))
    loaded = from_bundle(bundle)
    speeds, measures = loaded.compared.speed, loaded.compared.measures
    whole = speeds[speeds["n"] == 6]
    assert len(whole) > 5 and set(whole["finding"]) <= {"faster", "slower"}
    assert ((whole["finding"] == "faster") == (whole["ratio"] > 1)).all()
    assert (whole["low"] <= whole["ratio"]).all() and (whole["ratio"] <= whole["high"]).all()
    assert (measures["p"] >= 2 / 2**6).all()  # pairs of seeds
    bundle.measures["value"] = 0.5
    assert set(from_bundle(bundle).compared.measures["finding"]) == {"identical"}


def test_identical_weights_are_counted(two: Path) -> None:
    loaded = load([two])
    assert loaded.compared.measures["identical"].sum() == 0
    loaded.runs.loc[loaded.runs["entry"] == "rbm_1986", "weights_sha256"] = "f" * 64
    found = Results(**{name: getattr(loaded, name) for name in loaded.__dataclass_fields__}).compared.measures
    assert set(found.loc[found["entry"] == "rbm_1986", "identical"]) == {3}
