"""Results of several machines, bundles and executions: what is pooled, what is compared, what cannot be, and what is said of it."""

import dataclasses
import re
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pandas as pd
import pytest
from PIL import Image

from benchmarks import records
from benchmarks.records.bundle import from_tables
from benchmarks.records.csv_tables import to_rows
from report import cards, comparisons, page, rates, tables
from report import results as results_module
from report.figures import machines as figure
from report.findings import comparison, findings
from report.results import Results
from tests.report import bundles

POCKET = ("pocket",)


def loaded(tmp_path: Path, *given: records.Bundle) -> Results:
    """The results of these bundles, named in this order."""
    for i, bundle in enumerate(given):
        records.write_bundle(bundle, tmp_path / f"{i}")
    return results_module.load([tmp_path / f"{i}" for i in range(len(given))])


def edited(bundle: records.Bundle, **edits: Callable[[dict[str, Any]], None]) -> records.Bundle:
    """The bundle with rows of its tables changed; ids of executions and ceilings follow, those of runs do not."""
    rows = {name: to_rows(name, getattr(bundle, name)) for name in records.TABLES}
    for name, edit in edits.items():
        for row in rows[name]:
            edit(row)
    ids = {row["execution_id"]: records.execution_id(row) for row in rows["runs"]}
    for name in ("runs", "epochs", "measures"):
        for row in rows[name]:
            row["execution_id"] = ids[row["execution_id"]]
    for row in rows["ceilings"]:
        row["ceiling_id"] = records.ceiling_id(row)
    return from_tables(
        rows, bundle.specs, {ids[id]: named for id, named in bundle.pictures.items()}, "edited"
    )


def only(bundle: records.Bundle, entries: set[str]) -> records.Bundle:
    """The part of a bundle that some entries make."""
    runs = bundle.runs[bundle.runs["entry"].isin(entries)]
    rows = {name: to_rows(name, getattr(bundle, name)) for name in records.TABLES}
    kept = set(runs["execution_id"])
    rows = {
        name: [row for row in some if row.get("execution_id", next(iter(kept))) in kept]
        for name, some in rows.items()
    }
    return from_tables(
        rows,
        {id: bundle.specs[id] for id in sorted(set(runs["spec_id"]))},
        {id: p for id, p in bundle.pictures.items() if id in kept},
        "part",
    )


def few(**options: Any) -> records.Bundle:
    """A small bundle: a rule that the host drives and so has no legs, and three nets."""
    return only(
        bundles.bundle(tiers=POCKET, **options),
        {"mcculloch_pitts_1943", "perceptron_1958", "lenet5_1998", "lstm_1997"},
    )


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
    left = results.compared.left
    assert set(left["reason"]) == {"other threads (1 and 2)"} and set(left["machines"]) == {"A"}
    assert len(left) == both.runs["recipe"].groupby([both.runs["entry"], both.runs["recipe"]]).ngroups


def test_two_machines_with_other_threads_are_not_compared_and_the_page_says_why(tmp_path: Path) -> None:
    one = few(threads=1)
    results = loaded(tmp_path, one, bundles.again(few(), 1, caches="L2 4 MiB"))
    assert results.compared.pairs.empty
    html = page.build(results, tmp_path / "page", compare=True).read_text(encoding="utf-8")
    assert "nothing can be compared" in html and html.count("other threads (1 and 2)") >= 8


def test_of_three_machines_of_which_the_first_shares_nothing_the_others_are_compared(tmp_path: Path) -> None:
    whole = few()
    first = only(whole, {"lstm_1997"})
    second = bundles.again(only(whole, {"lenet5_1998", "perceptron_1958"}), 1, caches="L2 4 MiB")
    third = bundles.again(only(whole, {"lenet5_1998", "perceptron_1958"}), 2, caches="L2 8 MiB")
    results = loaded(tmp_path, first, second, third)
    assert set(results.compared.speed["machines"]) == {"C / B"}
    assert set(results.compared.measures["entry"]) == {"lenet5_1998", "perceptron_1958"}
    said = " ".join(comparison(results))
    assert "C against B" in said and "Run on one machine alone: 3 recipes on A." in said


def test_one_machine_measured_twice_is_one_machine_and_calls_nothing_different(tmp_path: Path) -> None:
    one = few()
    results = loaded(tmp_path, one, bundles.again(one, 1, between=0.1))
    assert results.machines["machine"].tolist() == ["A"]
    assert len(results.runs) == 2 * len(one.runs) and results.unequal.empty
    measures = tables.measures(results).frame
    assert measures["n"].max() == 3, "each seed counts once"
    assert tables.throughput(results).frame["n"].max() == 6, "every execution counts"
    assert tables.entries(results).frame["runs"].sum() == one.runs["run_id"].nunique()
    html = page.build(results, tmp_path / "page", compare=True).read_text(encoding="utf-8")
    said = f"Machine A is in 2 of the 2 bundles: its executions are united, {2 * len(one.runs)} executions of {len(one.runs)} runs."
    assert said in html
    assert "faster" not in re.sub(r"<section id=\"(methods|then)\".*?</section>", "", html, flags=re.DOTALL)


def test_a_bundle_against_itself_is_itself(tmp_path: Path) -> None:
    one = few()
    results = loaded(tmp_path, one, one)
    assert len(results.runs) == len(one.runs) and "2 of the 2 bundles" in comparison(results)[0]


def noisy(slower: float = 1.0) -> tuple[records.Bundle, records.Bundle]:
    """Two machines with six executions of each of three seeds; executions differ by 10% as the noise of a machine has it."""
    one = bundles.bundle(tiers=POCKET)
    sides: tuple[dict[str, Any], ...] = ({}, {"caches": "L2 4 MiB"})
    a, b = (
        records.merge(
            *(bundles.again(one, 10 * side + i, 0.1, slower if side else 1.0, **facts) for i in range(6))
        )
        for side, facts in enumerate(sides)
    )
    return a, b


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
    assert results.compared.pairs.empty and set(results.compared.left["reason"]) == {"no run ended well"}
    assert set(results.compared.left["machines"]) <= {"B", "A, B"}
    assert page.build(results, tmp_path / "page", compare=True).is_file()
    alone = loaded(tmp_path / "alone", dataclasses.replace(failed, **gone))
    assert page.build(alone, tmp_path / "alone" / "page", compare=True).is_file()


def test_runs_without_legs_make_a_page(tmp_path: Path) -> None:
    """Learning rules that the host drives have none."""
    one = few(machines=2)
    results = loaded(tmp_path, dataclasses.replace(one, epochs=one.epochs.iloc[:0]))
    assert (
        tables.throughput(results).frame.empty
        and results.compared.speed.empty
        and len(results.compared.measures)
    )
    assert page.build(results, tmp_path / "page", compare=True).is_file()


def test_executions_of_one_run_with_other_weights_are_shown_side_by_side(tmp_path: Path) -> None:
    one = few()
    run = one.runs[(one.runs["entry"] == "lenet5_1998") & (one.runs["seed"] == 1)].iloc[0]["run_id"]
    second = edited(
        bundles.again(one, 1),
        runs=lambda row: row.update(weights_sha256="f" * 64) if row["run_id"] == run else None,
    )
    results = loaded(tmp_path, one, second)
    table = tables.determinism(results)
    assert table.frame["run_id"].tolist() == [run, run] and set(table.frame["weights_sha256"].str[:4]) >= {
        "ffff"
    }
    assert "Of 1 run the executions did not end alike" in " ".join(findings(results))
    html = page.build(results, tmp_path / "page").read_text(encoding="utf-8")
    assert 'id="determinism"' in html
    assert tables.measures(results).frame["n"].max() == 3


def test_another_source_is_another_row_and_no_broken_promise(tmp_path: Path) -> None:
    one = few()
    later = edited(
        bundles.again(one, 1),
        runs=lambda row: row.update(
            source_sha256="9" * 64, weights_sha256=row["weights_sha256"] and "f" * 64
        ),
    )
    results = loaded(tmp_path, one, later)
    assert results.unequal.empty
    shown = tables.measures(results)
    assert "source_sha256" in [column.key for column in shown.columns] and shown.frame["n"].max() == 3
    assert set(results.main["source_sha256"]) == {"9" * 64}, "the source that ran last stands for the entry"


def test_an_edited_recipe_is_told_from_the_one_before(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The installed catalogue has the first of the two, though the second ran last: somebody put the recipe back."""
    one = few()
    specs, moved = {}, {}
    for id, spec in one.specs.items():
        asked = {**spec["asked"], "recipe": {**spec["asked"]["recipe"], "batch_size": 64}}
        changed = {**spec, "asked": asked}
        moved[id] = (records.spec_id(changed), records.spec_hash(asked))
        specs[moved[id][0]] = changed

    def edit(row: dict[str, Any]) -> None:
        id, hash = moved[row["spec_id"]]
        row |= {
            "spec_id": id,
            "spec_hash": hash,
            "run_id": records.run_id(hash, row["seed"], row["machine_id"], row["software_id"]),
        }

    other = edited(dataclasses.replace(bundles.again(one, 1), specs=specs), runs=edit)
    installed = {spec["card"]["id"]: cards.entry(spec["card"]) for spec in one.specs.values()}
    monkeypatch.setattr(results_module, "_installed", installed.__getitem__)
    monkeypatch.setattr(results_module.catalogue, "ids", lambda: sorted(installed))
    results = loaded(tmp_path, one, other)
    shown = tables.measures(results)
    assert "version" in [column.key for column in shown.columns]
    assert (
        set(shown.frame["version"]) == {"batch size 32", "older: batch size 64"}
        and shown.frame["n"].max() == 3
    )
    assert set(results.main["version"]) == {"batch size 32"}
    apart = loaded(tmp_path / "apart", one, bundles.again(other, 2, caches="L2 4 MiB"))
    assert set(apart.compared.left["reason"]) == {"other recipe (batch size 32 and older: batch size 64)"}


def test_machines_that_read_alike_are_told_apart(tmp_path: Path) -> None:
    one = few()
    results = loaded(tmp_path, one, bundles.again(one, 1, numpy="2.3.1", suite="0.2.0"))
    html = page.build(results, tmp_path / "page", compare=True).read_text(encoding="utf-8")
    assert (
        "told apart by NumPy 2.4.0; suite 0.1.0." in html
        and "told apart by NumPy 2.3.1; suite 0.2.0." in html
    )
    assert results_module.apart(loaded(tmp_path / "one", one)) == [""]


def test_entries_and_times_are_given_machine_by_machine(two: Path) -> None:
    results = results_module.load([two])
    table = tables.entries(results)
    assert "machine" in [column.key for column in table.columns]
    rows = table.frame[table.frame["entry"] == "lenet5_1998"]
    assert rows["machine"].tolist() == ["A", "B"]
    mine = results.runs[results.runs["entry"] == "lenet5_1998"]
    assert rows["runs"].tolist() == [(mine["machine"] == letter).sum() for letter in "AB"]


@pytest.mark.parametrize(
    ("load", "expected"),
    [
        ((0.2, 0.0, 2.0, 2.0), True),
        ((0.2, 0.0, 2.0, 4.0), False),  # the two other cores may do what they like
        ((2.2, 0.0, 2.0, 4.0), True),
        ((1.0, 0.2, 2.0, 4.0), True),  # what is stolen is lost
        ((None, None, 2.0, 4.0), None),
        ((0.2, 0.0, None, 4.0), None),
        ((0.2, None, 2.0, None), True),
    ],
)
def test_others_on_cores_that_a_run_cannot_use_disturb_nothing(
    load: tuple[float | None, ...], expected: bool | None
) -> None:
    assert rates.disturbed(*load) is expected


def test_a_busy_machine_is_marked_in_every_table_of_throughput(tmp_path: Path) -> None:
    one = few()
    busy = edited(
        bundles.again(one, 1, caches="L2 4 MiB"),
        epochs=lambda row: row.update(other_cores=1.0),
        ceilings=lambda row: row.update(other_cores=1.5),
        runs=lambda row: row.update(resumed=1),
    )
    results = loaded(tmp_path, one, busy)
    throughput = tables.throughput(results)
    for table in (throughput, tables.runs(results)):
        assert "load" in [column.key for column in table.columns]
        told = table.frame[table.frame["load"] != ""].groupby("machine")["load"].unique()
        assert told["A"].tolist() == ["calm"] and told["B"].tolist() == ["busy"]
    assert "ceiling of machine B was measured while it was busy" in throughput.caption
    assert "resumed" in [column.key for column in tables.runs(results).columns]
    machines = tables.machines(results).frame.set_index("machine")
    assert machines["ceiling_load"].to_dict() == {"A": "calm", "B": "busy"}
    speed = next(table for table in comparisons.machines(results) if table.name == "compared_throughput")
    assert set(speed.frame["load"]) == {"busy / calm"} and "busy" in speed.caption
    assert "a machine was busy with other work" in " ".join(comparison(results))


def test_what_was_not_recorded_is_unknown(tmp_path: Path) -> None:
    nothing = dict.fromkeys(("other_cores", "stolen_cores", "available_cores"))
    one = edited(few(), epochs=lambda row: row.update(nothing))
    results = loaded(tmp_path, one)
    table = tables.throughput(results)
    assert set(table.frame["load"]) == {"unknown"} and "was not recorded" in table.caption


def test_the_best_of_several_ceilings_counts_and_all_are_counted(tmp_path: Path) -> None:
    one = few()
    slow = edited(
        bundles.again(one, 1),
        ceilings=lambda row: row.update(matmul_flops=row["matmul_flops"] / 8, other_cores=1.9),
    )
    row = tables.machines(loaded(tmp_path, one, slow)).frame.iloc[0]
    assert (row["matmul_flops"], row["ceilings"], row["ceiling_load"]) == (
        one.ceilings["matmul_flops"].iloc[0],
        2,
        "calm",
    )


def test_warm_up_is_left_out_after_a_resumption_too(tmp_path: Path) -> None:
    """Every second leg here is of another speed, and says that it carries warm-up."""
    one = few()
    calm = loaded(tmp_path / "a", one).throughput.set_index(["entry", "recipe", "seed"])["examples_per_s"]

    def warm(row: dict[str, Any]) -> None:
        if row["epoch"] % 2 == 0:
            row.update(warm_up=True, train_s=row["train_s"] / 100)

    resumed = loaded(tmp_path / "b", edited(one, epochs=warm)).throughput.set_index(
        ["entry", "recipe", "seed"]
    )["examples_per_s"]
    ratio = (resumed / calm).dropna()
    assert len(ratio) > 20 and ratio.between(0.9, 1.1).all()


@pytest.fixture(scope="module")
def forty(tmp_path_factory: pytest.TempPathFactory) -> Results:
    """Forty machines."""
    one = few()
    return loaded(
        tmp_path_factory.mktemp("forty"),
        one,
        *(bundles.again(one, i, 0.03, 1 + i / 20, caches=f"L2 {i} MiB") for i in range(1, 40)),
    )


def test_forty_machines_are_told_apart_and_all_pairs_can_be_reached(forty: Results, tmp_path: Path) -> None:
    assert forty.machines["machine"].tolist()[24:28] == ["Y", "Z", "AA", "AB"]
    assert forty.compared.pairs["machines"].tolist()[-1] == "AN / A" and len(forty.compared.pairs) == 39
    html = page.build(forty, tmp_path, compare=True).read_text(encoding="utf-8")
    assert len(html) < 5_000_000
    table = re.search(r'<figure class="table" id="compared_pairs".*?</figure>', html, re.DOTALL)
    assert table and re.findall(r">([A-Z]+ / A)</", table[0]) == forty.compared.pairs["machines"].tolist()
    assert len(comparison(forty)) < 10
    for drawing in (tmp_path / "figures").glob("*.png"):
        with Image.open(drawing) as image:
            assert image.height < 5000, drawing.name


def test_the_figure_of_machines_is_bounded_and_its_median_is_that_of_all(forty: Results, two: Path) -> None:
    drawn = figure.draw(forty)
    assert len(drawn) == 1 and drawn[0].figure.get_size_inches()[1] < 16
    assert f"over all {len(forty.compared.speed):,} ratios" in drawn[0].caption
    few = figure.draw(results_module.load([two]))
    ratios = results_module.load([two]).compared.speed["ratio"]
    assert (
        f"over all {len(ratios)} ratios" in few[0].caption
        and f"the median is {ratios.median():.1f};" in few[0].caption
    )
    assert sum(len(one.data) for one in few) == len(ratios)


def test_with_unequal_bundles_every_row_says_how_many(tmp_path: Path) -> None:
    """Three seeds against one: pairs and numbers are those of the two sides."""
    one = few()
    other = bundles.again(few(seeds=1), 1, caches="L2 4 MiB")
    measures = loaded(tmp_path, one, other).compared.measures
    assert set(measures["n"]) == {1} and set(measures["m"]) <= {2, 3} and set(measures["pairs"]) == {1}
    assert isinstance(measures, pd.DataFrame)
