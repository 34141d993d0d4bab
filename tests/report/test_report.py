"""What the report is made of: its files, its numbers, its independence of frameworks and of the clock."""

import csv
import dataclasses
import hashlib
import subprocess
import sys
import xml.etree.ElementTree as ET
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from benchmarks import catalogue, records
from benchmarks.spec import FAMILIES, Picture
from report import __main__, cards, comparisons, findings, page, style, svg, table, tables, text
from report import results as results_module
from tests.report import bundles

ROOT = Path(__file__).resolve().parents[2]


def hashes(folder: Path) -> dict[str, str]:
    return {
        str(path.relative_to(folder)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_two_builds_are_byte_identical_and_import_no_framework(one: Path, tmp_path: Path) -> None:
    """A build in another process, under another hash seed, with Keras and the backends made impossible to import."""
    program = """
import sys
class Refuse:
    def find_spec(self, name, path=None, target=None):
        frameworks = ("keras", "tensorflow", "jax", "torch", "sklearn")
        if name.split(".")[0] in frameworks or name.startswith("benchmarks.engine"):
            raise ModuleNotFoundError(f"{name} must not be imported")
sys.meta_path.insert(0, Refuse())
from report.__main__ import main
sys.exit(main(sys.argv[1:]))
"""
    command = [sys.executable, "-c", program, "--bundle", str(one), "--out", str(tmp_path / "again")]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        env={"PATH": "/usr/bin:/bin", "PYTHONHASHSEED": "7", "PYTHONPATH": str(ROOT)},
        check=False,
    )
    assert done.returncode == 0, done.stderr
    assert __main__.main(["--bundle", str(one), "--out", str(tmp_path / "first")]) == 0
    assert hashes(tmp_path / "again") == hashes(tmp_path / "first")


def test_page_is_self_contained(page_file: Path) -> None:
    html = page_file.read_text(encoding="utf-8")
    assert len(html) < 2_000_000
    for loader in ('<link rel="stylesheet"', "@import", "@font-face", ' src="http', "<iframe", "url(http"):
        assert loader not in html


def test_every_figure_is_saved_in_three_formats(page_file: Path) -> None:
    folder = page_file.parent / "figures"
    stems = {path.stem for path in folder.iterdir()}
    expected = {
        "parameters_by_year",
        "data_by_year",
        "compute_by_year",
        "claims",
        "curves",
        "time_then_and_now",
        "clocks",
        "throughput",
    }
    assert stems == expected
    for stem in stems:
        assert ET.parse(folder / f"{stem}.svg").getroot().tag.endswith("svg")
        assert (folder / f"{stem}.pdf").read_bytes().startswith(b"%PDF-")
        assert (folder / f"{stem}.png").read_bytes().startswith(b"\x89PNG")
        assert (page_file.parent / "tables" / f"figure_{stem}.csv").is_file()


def test_tables_hold_every_run(one: Path, page_file: Path) -> None:
    with (page_file.parent / "tables" / "runs.csv").open() as file:
        rows = list(csv.DictReader(file))
    bundle = records.read_bundle(one)
    assert {row["run_id"] for row in rows} == set(bundle.runs["run_id"])
    assert sum(row["status"] != "ok" for row in rows) == (bundle.runs["status"] != "ok").sum()


def test_latex_tables_escape_and_keep_their_columns(page_file: Path) -> None:
    for path in (page_file.parent / "tables").glob("*.tex"):
        lines = path.read_text(encoding="utf-8").splitlines()
        assert lines[0].startswith(r"\begin{longtable}{") and lines[-1] == r"\end{longtable}"
        columns = lines[0].count("l", len(r"\begin{longtable}{"))
        for line in lines[3:-2]:
            if line.endswith(r"\\") and "&" in line:
                assert line.replace(r"\&", "").count("&") == columns - 1, line
    assert (
        table.tex("50% of a_b & c #1 {x} \\y ~ ^ $")
        == r"50\% of a\_b \& c \#1 \{x\} \textbackslash{}y \textasciitilde{} \textasciicircum{} \$"
    )


def test_medians_in_the_measures_table_are_those_of_the_bundle(one: Path, page_file: Path) -> None:
    bundle = records.read_bundle(one)
    final = bundle.measures[bundle.measures["epoch"].isna() & (bundle.measures["measure"] == "error")].merge(
        bundle.runs, on="execution_id"
    )
    expected = float(
        np.median(final[(final["entry"] == "lenet5_1998") & (final["dataset"] == "mnist")]["value"])
    )
    with (page_file.parent / "tables" / "measures.csv").open() as file:
        found = [
            row
            for row in csv.DictReader(file)
            if (row["entry"], row["recipe"], row["measure"]) == ("lenet5_1998", "mnist", "error")
        ]
    assert len(found) == 1
    assert float(found[0]["median"]) == pytest.approx(expected)
    assert found[0]["n"] == "3"


def test_claims_are_answered_on_their_own_data_set_alone(results: Any) -> None:
    claims = results.claims.set_index(["entry", "dataset", "variant"])
    assert claims.loc[("lenet5_1998", "mnist", ""), "tier"] == "standard"
    assert claims.loc[("mlp_mnist_1998", "mnist", ""), "verdict"] == "exceeded"
    assert claims.loc[("mlp_mnist_1998", "mnist", "two_hidden"), "verdict"] == "missed"
    assert claims.loc[("dqn_2013", "atari", ""), "reason"] == "Atari games are not run"
    unasked = claims.loc[("transformer_2017", "wmt14", "")]
    assert (unasked["verdict"], unasked["n"]) == ("not comparable", 0)
    assert unasked["reason"].startswith("no run on this data set in these results")


def changed(part: str, **values: Any) -> results_module.Results:
    """Results of one entry (LeNet-5, standard tier) with its recipe or claim changed."""
    loaded = results_module.from_bundle(bundles.bundle(tiers=("standard",)))
    for spec in loaded.specs.values():
        if spec["entry"]["id"] == "lenet5_1998":
            target = spec["recipe"] if part == "recipe" else spec["entry"]["claims"][0]
            target.update(values)
    return loaded


@pytest.mark.parametrize(
    ("part", "values", "reason"),
    [
        ("recipe", {"limit": 1000}, "trained on 1,000 examples only"),
        ("claim", {"unit": "nats"}, "the claim is in nats, the measure in %"),
        ("claim", {"metric": "perplexity"}, "the runs on mnist do not report perplexity"),
        ("claim", {"variant": "relu"}, "no run on this data set in these results (mnist, variant relu)"),
        ("claim", {"not_comparable": "another protocol"}, "another protocol"),
    ],
)
def test_what_cannot_be_compared_says_why(part: str, values: dict[str, Any], reason: str) -> None:
    claims = changed(part, **values).claims
    row = claims[claims["entry"] == "lenet5_1998"].iloc[0]
    assert (row["verdict"], row["reason"]) == ("not comparable", reason)


@pytest.mark.parametrize(
    ("claimed", "shortened", "verdict", "reached"),
    [
        (0.5, "", "missed", None),
        (0.5, "a quarter", "partial", False),
        (5.0, "a quarter", "partial", True),
        (5.0, "", "exceeded", None),
    ],
)
def test_a_shortened_recipe_answers_in_part_whether_it_reaches_the_number_or_not(
    claimed: float, shortened: str, verdict: str, reached: bool | None
) -> None:
    """LeNet-5's three runs lie between 0.86 and 0.98%."""
    loaded = changed("recipe", shortened=shortened)
    for spec in loaded.specs.values():
        if spec["entry"]["id"] == "lenet5_1998":
            spec["entry"]["claims"][0]["value"] = claimed
    row = loaded.claims[loaded.claims["entry"] == "lenet5_1998"].iloc[0]
    assert row["verdict"] == verdict
    assert row["n"] == 3, "the number is shown all the same"
    assert pd.isna(row["reached"]) if reached is None else row["reached"] == reached
    assert ("a quarter" in row["reason"]) == (verdict == "partial")
    assert row["reason"].startswith("not reached by") == (reached is False)


def test_a_shortened_recipe_confirms_in_part_alone_that_a_net_fails() -> None:
    """A claim of 0% solved says that however long the net is trained, it never learns: few strings do not show that."""
    for value, shortened, verdict in (
        (0.0, "", "reproduced"),
        (0.0, "a quarter", "partial"),
        (100.0, "", "missed"),
    ):
        loaded = changed("claim", value=0.0, direction="equal", statistic="share")
        loaded.final.loc[loaded.final["entry"] == "lenet5_1998", "value"] = value
        for spec in loaded.specs.values():
            if spec["entry"]["id"] == "lenet5_1998":
                spec["recipe"]["shortened"] = shortened
        assert loaded.claims[loaded.claims["entry"] == "lenet5_1998"].iloc[0]["verdict"] == verdict


def test_a_seed_counts_once_and_a_single_one_is_indicative() -> None:
    one = bundles.bundle(tiers=("standard",), seeds=1)
    loaded = results_module.from_bundle(records.merge(one, bundles.again(one, 1), bundles.again(one, 2)))
    row = loaded.claims[loaded.claims["entry"] == "lenet5_1998"].iloc[0]
    assert row["n"] == 1 and row["indicative"]
    frame = tables.claims(loaded).frame.set_index("entry")
    assert frame.loc["lenet5_1998", "basis"] == "one run"
    said = findings._claims(loaded)[0]
    assert "each on a single run and so indicative: " in said


def test_misses_have_a_table_with_their_cause() -> None:
    loaded = changed(
        "claim", value=0.5, missed_because="rule", evidence="The steps of ten examples are summed."
    )
    frame = tables.misses(loaded).frame.set_index("entry")
    row = frame.loc["lenet5_1998"]
    assert (row["missed_because"], row["evidence"]) == ("rule", "The steps of ten examples are summed.")
    assert set(frame["verdict"]) == {"missed"}
    kept = loaded.claims[loaded.claims["verdict"] != "missed"]
    assert set(kept["missed_because"]) == set(kept["evidence"]) == {""}, "what is not missed has no cause"


def test_findings_count_every_machine_by_itself() -> None:
    """Each of two machines answers every claim once: the sentences add up to the rows of the table, and name the machines."""
    loaded = results_module.from_bundle(bundles.bundle(machines=2, tiers=("standard",)))
    said = findings._claims(loaded)
    for machine in ("A", "B"):
        rows = loaded.claims[
            (loaded.claims["machine"] == machine) & (loaded.claims["verdict"] != "not comparable")
        ]
        sentence = next(
            one for one in said if one.startswith(f"On machine {machine}, of {len(rows)} comparisons")
        )
        for verdict, n in rows["verdict"].value_counts().items():
            assert f"{n} {verdict}" in sentence


def says(
    monkeypatch: pytest.MonkeyPatch, value: float, id: str = "lenet5_1998", machine: int = 0
) -> records.Bundle:
    """A bundle of one machine whose card of LeNet-5, under this id, claims this number and tells another story."""
    with monkeypatch.context() as patch:
        card, entries, machines = bundles._card, bundles.ENTRIES, bundles.MACHINES

        def changed_card(row: tuple[Any, ...]) -> dict[str, Any]:
            found = card(row)
            if found["id"] == id:
                found["claims"][0]["value"] = value
                found["story"] = "Nothing of this is true."
            return found

        patch.setattr(bundles, "_card", changed_card)
        patch.setattr(
            bundles, "ENTRIES", tuple((id, *row[1:]) if row[0] == "lenet5_1998" else row for row in entries)
        )
        patch.setattr(bundles, "MACHINES", machines[machine:])
        return bundles.bundle(tiers=("standard",))


def test_what_is_said_of_an_entry_is_said_by_the_installed_catalogue(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    records.write_bundle(says(monkeypatch, 50.0), tmp_path / "theirs")
    loaded = results_module.load([tmp_path / "theirs"])
    card, mine = loaded.entries["lenet5_1998"], catalogue.load("lenet5_1998")
    assert card["story"] == mine.story and [one["value"] for one in card["claims"]] == [
        one.value for one in mine.claims
    ]
    assert "lenet5_1998" in loaded.differing
    assert 50.0 not in loaded.claims.loc[loaded.claims["entry"] == "lenet5_1998", "claimed"].tolist()


@pytest.mark.parametrize("turned", [False, True])
def test_of_an_entry_that_is_not_installed_the_first_bundle_named_has_the_word(
    turned: bool, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name, value, machine in (("a", 0.95, 0), ("b", 50.0, 1)):
        records.write_bundle(says(monkeypatch, value, "somebodys_1998", machine), tmp_path / name)
    loaded = results_module.load([tmp_path / name for name in (("b", "a") if turned else ("a", "b"))])
    assert loaded.entries["somebodys_1998"]["claims"][0]["value"] == (50.0 if turned else 0.95)
    assert "somebodys_1998" in loaded.differing


def test_what_a_recipe_leaves_out_is_said_by_the_installed_entry_if_it_is_the_same_recipe() -> None:
    loaded = changed("recipe", shortened="")
    spec = next(id for id, one in loaded.specs.items() if one["entry"]["id"] == "lenet5_1998")
    recipe = loaded.specs[spec]["recipe"]
    for rows, expected in ((recipe["rows"], "a quarter"), ([*recipe["rows"], ("epochs", "9")], "")):
        installed = {"lenet5_1998": {"recipes": [{**recipe, "rows": rows, "shortened": "a quarter"}]}}
        assert dataclasses.replace(loaded, installed=installed).recipe(spec)["shortened"] == expected


@pytest.mark.parametrize(("seeds", "median"), [([1.0, 2.0, np.nan], 2.0), ([1.0, np.nan, np.nan], None)])
def test_a_run_that_never_came_so_far_counts_as_worse_than_any_number(
    seeds: list[float], median: float | None
) -> None:
    bundle = bundles.bundle(tiers=("standard",))
    mine = bundle.runs.loc[bundle.runs["entry"] == "lenet5_1998", "execution_id"]
    final = (
        bundle.measures["execution_id"].isin(mine)
        & bundle.measures["epoch"].isna()
        & (bundle.measures["measure"] == "error")
    )
    bundle.measures.loc[final, "value"] = seeds
    loaded = results_module.from_bundle(bundle)
    claim = loaded.claims[
        (loaded.claims["entry"] == "lenet5_1998") & (loaded.claims["metric"] == "error")
    ].iloc[0]
    every = tables.measures(loaded).frame
    for row in (
        tables.entries(loaded).frame.set_index("entry").loc["lenet5_1998"],
        every[(every["entry"] == "lenet5_1998") & (every["measure"] == "error")].iloc[0],
        claim,
    ):
        assert row["n"] == 3, "all runs are counted, and what was measured is said all the same"
        assert row["median"] == median if median else pd.isna(row["median"])


@pytest.mark.parametrize(("variant", "hours"), [("", 60.0), ("simplified", 2.0), ("another", 60.0)])
def test_a_time_of_the_variant_itself_comes_before_that_of_the_papers_model(
    variant: str, hours: float
) -> None:
    loaded = results_module.from_bundle(bundles.bundle(tiers=("standard",)))
    for spec in loaded.specs.values():
        if spec["entry"]["id"] == "lenet5_1998":
            spec["entry"]["history"] = [
                {**spec["entry"]["history"][0], "value": v, "variant": of}
                for v, of in ((60.0, ""), (2.0, "simplified"))
            ]
    loaded.main.loc[loaded.main["entry"] == "lenet5_1998", "variant"] = variant
    assert tables.times(loaded).frame.set_index("entry").loc["lenet5_1998", "then_s"] == hours * 3600


def beside_the_record(claimed: float, dataset: str = "mnist") -> list[dict[Any, Any]]:
    """The rows of the frontier, with two records of LeNet-5 and its claim changed."""
    loaded = changed("claim", value=claimed, dataset=dataset, tolerance=0.3)
    facts = [("record_seconds", 7.0, "one"), ("record_flop", 3e12, "one"), ("record_seconds", 5.0, "two")]
    for spec in loaded.specs.values():
        if spec["entry"]["id"] == "lenet5_1998":
            spec["entry"]["history"] += [
                {"what": w, "value": v, "unit": "", "source": s, "confidence": "verified"}
                for w, v, s in facts
            ]
    found: list[dict[Any, Any]] = tables.frontier(loaded).frame.to_dict("records")
    assert [(row["who"], row["value"], row["seconds"]) for row in found[:-1]] == [
        ("published: one", claimed, 7.0),
        ("published: two", claimed, 5.0),
    ]
    assert found[0]["flop"] == 3e12 and np.isnan(found[1]["flop"])
    return found


def test_time_and_operations_stand_beside_the_record() -> None:
    runs = bundles.bundle(tiers=("standard",)).runs
    mine = runs[runs["entry"] == "lenet5_1998"]
    row = beside_the_record(0.97)[-1]
    assert (
        row["verdict"] == "reproduced" and row["who"] == "here: machine A, tensorflow, float32, standard tier"
    )
    assert row["seconds"] == pytest.approx(float(np.median(mine["train_s"].astype(float))))
    assert row["flop"] == pytest.approx(
        float(np.median(mine["step_flop"].astype(float) * mine["steps"].astype(float)))
    )


@pytest.mark.parametrize(
    ("claimed", "dataset", "reason"),
    [
        (0.5, "mnist", "the claimed 0.5% was not reached: as good or better in 0"),
        (0.97, "usps", "no run on this data set in these results (usps)"),
    ],
)
def test_what_did_not_reach_the_measure_does_not_compare_with_the_record(
    claimed: float, dataset: str, reason: str
) -> None:
    row = beside_the_record(claimed, dataset)[-1]
    assert row["verdict"] == "not comparable" and row["reason"].startswith(reason)


def test_runs_that_failed_are_said_to_have_failed() -> None:
    bundle = bundles.bundle(tiers=("standard",))
    bundle.runs.loc[bundle.runs["entry"] == "lenet5_1998", ["status", "reason"]] = ["oom", "no memory"]
    row = results_module.from_bundle(bundle).claims.set_index("entry").loc["lenet5_1998"]
    assert row["reason"] == "no run on mnist ended well (3 oom)"


def test_machines_are_compared_on_the_same_question_alone(two: Path) -> None:
    loaded = results_module.load([two])
    assert (loaded.compared.speed["finding"] == "not enough runs").all()  # three seeds a side
    failed = loaded.runs[loaded.runs["status"] != "ok"]
    found = loaded.compared.speed.set_index(["entry", "recipe"])
    assert ("transformer_2017", "multi30k") not in found.index  # it timed out on one of them
    assert found.loc[("gan_2014", "digits"), "finding"] == "not enough runs"
    assert len(failed) > 0
    other = results_module.load([two])
    for id in other.runs.loc[
        (other.runs["entry"] == "lenet5_1998") & (other.runs["machine"] == "A"), "spec_id"
    ]:
        other.specs[id]["question"] = "changed"
    assert "lenet5_1998" not in set(other.compared.speed["entry"])


def test_machines_differ_where_runs_are_enough() -> None:
    bundle = bundles.bundle(machines=2, seeds=6, tiers=("standard",))
    loaded = results_module.from_bundle(bundle)
    speeds, measures = loaded.compared.speed, loaded.compared.measures
    whole = speeds[speeds["n"] == 6]
    assert len(whole) > 5 and set(whole["finding"]) <= {"faster", "slower"}
    assert ((whole["finding"] == "faster") == (whole["ratio"] > 1)).all()
    assert (whole["low"] <= whole["ratio"]).all() and (whole["ratio"] <= whole["high"]).all()
    assert (measures["p"] >= 2 / 2**6).all()  # pairs of seeds
    bundle.measures["value"] = 0.5
    assert set(results_module.from_bundle(bundle).compared.measures["finding"]) == {"identical"}


def test_identical_weights_are_counted(two: Path) -> None:
    loaded = results_module.load([two])
    assert loaded.compared.measures["identical"].sum() == 0
    loaded.runs.loc[loaded.runs["entry"] == "rbm_1986", "weights_sha256"] = "f" * 64
    found = results_module.Results(
        **{name: getattr(loaded, name) for name in loaded.__dataclass_fields__}
    ).compared.measures
    assert set(found.loc[found["entry"] == "rbm_1986", "identical"]) == {3}


def test_separate_bundles_give_the_page_of_the_merged_one(two: Path, tmp_path: Path) -> None:
    bundle = records.read_bundle(two)
    for machine, part in bundle.runs.groupby("machine_id"):
        kept = set(part["execution_id"])
        one = records.Bundle(
            runs=part,
            epochs=bundle.epochs[bundle.epochs["execution_id"].isin(kept)],
            measures=bundle.measures[bundle.measures["execution_id"].isin(kept)],
            machines=bundle.machines[bundle.machines["machine_id"] == machine],
            ceilings=bundle.ceilings[bundle.ceilings["machine_id"] == machine],
            specs={id: bundle.specs[id] for id in sorted(set(part["spec_id"]))},
            pictures={id: pictures for id, pictures in bundle.pictures.items() if id in kept},
        )
        (tmp_path / str(machine)).mkdir()
        records.write_bundle(one, tmp_path / str(machine))
    order = records.read_bundle(two).machines["machine_id"]  # letters follow the order of the bundles
    merged = results_module.load([tmp_path / machine for machine in order])
    assert merged.runs.equals(results_module.load([two]).runs)
    assert merged.claims.equals(results_module.load([two]).claims)


def test_command_says_what_is_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert __main__.main(["--bundle", str(tmp_path), "--out", str(tmp_path / "out")]) == 1
    assert str(tmp_path) in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_speed_file_of_another_form_is_refused(tmp_path: Path) -> None:
    (tmp_path / "speed.csv").write_text("model,contender,round\na,b,1\n")
    with pytest.raises(ValueError, match="column 'backend' is missing"):
        comparisons.speed(tmp_path / "speed.csv")


def test_speed_ratios_are_to_the_default(tmp_path: Path) -> None:
    lines = ["model,contender,backend,round,examples_per_s"]
    for i in range(3):
        lines += [
            f"mlp,engine,tensorflow,{i},{600 + i}",
            f"mlp,keras default,tensorflow,{i},{100 + i}",
            f"mlp,torch,,{i},{50 + i}",
        ]
    (tmp_path / "speed.csv").write_text("\n".join(lines))
    found = comparisons.speed(tmp_path / "speed.csv").frame.set_index("contender")
    assert found.loc["engine", "median"] == 601
    # of the means of two of three logarithms the middle ones are the middle value, and the mean of the least and the greatest
    assert found.loc["engine", "ratio"] == pytest.approx((601 / 101 * (600 / 100 * 602 / 102) ** 0.5) ** 0.5)
    assert (found.loc["engine", "low"], found.loc["engine", "high"]) == (
        pytest.approx(602 / 102),
        pytest.approx(6),
    )  # three rounds: the range
    assert found.loc["keras default", "ratio"] == 1
    assert found.loc["torch", "against"] == "keras default tensorflow"


def test_pictures_keep_their_pixels() -> None:
    import base64
    import io

    from PIL import Image

    tiles = np.random.default_rng(0).integers(0, 255, (2, 3, 4, 5, 3)).astype(np.uint8)
    source, width, caption = page.picture(records.encode_picture(Picture(tiles, "A caption.")))
    image = np.asarray(
        Image.open(io.BytesIO(base64.b64decode(source.removeprefix("data:image/png;base64,"))))
    )
    assert image.shape == (2 * 5 + 1, 3 * 6 + 1, 3)
    assert (image[6:10, 13:18] == tiles[1, 2]).all()
    assert caption == "A caption." and width % image.shape[1] == 0


def layer(kind: str, size: int) -> dict[str, Any]:
    return {"name": "", "kind": kind, "shape": [size], "said": "", "parameters": size}


def test_repeated_layers_are_folded() -> None:
    block = [layer("Conv2D", 3), layer("ReLU", 3)]
    layers = [layer("Input", 1), *block, *block, *block, layer("Dense", 2)]
    folded = svg.fold(layers)
    assert [(len(part), times) for part, times in folded] == [(1, 1), (2, 3), (1, 1)]
    assert [one for part, times in folded for one in part * times] == layers


def test_diagram_of_a_very_deep_model_stays_short() -> None:
    layers = [layer("Dense", 10 + i) for i in range(1000)]
    drawing = str(svg.diagram(layers, "deep"))
    assert "more layers" in drawing and drawing.count("<rect") < 40
    root = ET.fromstring(drawing)
    assert (
        root.attrib["aria-label"] == "Layers of deep, from input to output: 1000 layers, 509,500 parameters"
    )


def test_inlined_ids_are_prefixed_and_all_referred_to(page_file: Path) -> None:
    raw = (page_file.parent / "figures" / "claims.svg").read_text(encoding="utf-8")
    root = ET.fromstring(str(svg.inline(raw, "f9", "what it says")))
    ids = {element.attrib["id"] for element in root.iter() if "id" in element.attrib}
    used = {element.attrib["href"].removeprefix("#") for element in root.iter() if "href" in element.attrib}
    assert used and used <= ids and all(id.startswith("f9-") for id in ids)
    assert root.attrib["aria-label"] == "what it says"
    assert style.INK not in ET.tostring(root, encoding="unicode")


def test_families_differ_in_colour_or_marker() -> None:
    assert len({(style.colour(family), style.marker(family)) for family in FAMILIES}) == len(FAMILIES)
    assert len({style.marker(family) for family in FAMILIES}) == len(FAMILIES)


@pytest.mark.parametrize(
    "url",
    [
        "javascript:alert(1)",
        "JAVASCRIPT:alert(1)",
        " https://a.b",
        'https://a.b/"onmouseover=x',
        "data:text/html,x",
        "//evil.example",
        "https:evil",
        "http://[",
        7,
    ],
)
def test_addresses_other_than_the_webs_are_not_linked(url: Any) -> None:
    assert text.web(url) is None


def test_web_addresses_are_linked() -> None:
    assert text.web("https://doi.org/10.1109/5.726791") == "https://doi.org/10.1109/5.726791"


@pytest.mark.parametrize(
    ("value", "shown"),
    [
        (0.95, "0.950"),
        (60000, "60,000"),
        (-3.9, "−3.90"),
        (0.0, "0"),
        (1.5e-5, "1.50 × 10⁻⁵"),
        (3.14e23, "3.14 × 10²³"),
        (None, "—"),
        (float("nan"), "—"),
        (12.345, "12.3"),
    ],
)
def test_numbers_as_text(value: Any, shown: str) -> None:
    assert text.number(value) == shown


@pytest.mark.parametrize(
    ("seconds", "shown"),
    [(0.0, "0 s"), (0.0123, "12.3 ms"), (59, "59 s"), (3600, "60 min"), (7200, "2 h"), (216000, "2.5 d")],
)
def test_durations_as_text(seconds: float, shown: str) -> None:
    assert text.duration(seconds) == shown


def test_cards_of_any_form_are_read() -> None:
    """A bundle's card may hold anything beside id, family and task."""
    card = cards.entry(
        {
            "id": "x_1999",
            "family": "classical",
            "task": "t",
            "claims": [{"value": "high"}, 3, None],
            "paper": 7,
            "history": "long ago",
            "parameters": [{"trainable": True}],
            "variants": ["a"],
            "story": None,
        }
    )
    assert card["claims"] == [] and card["year"] == 1999 and card["name"] == "x_1999"
    assert card["parameters"][0]["trainable"] is None
    assert cards.layers([{"shape": [None, "x", -1, 3]}, 5])[0]["shape"] == [None, None, None, 3]


def test_csv_runs_no_formula(tmp_path: Path) -> None:
    import pandas as pd

    table.save_csv(
        pd.DataFrame({"a": ["=cmd()", "-1.5", "plain"], "b": [-1.0, 2.0, 3.0]}), tmp_path / "x.csv"
    )
    assert (tmp_path / "x.csv").read_text().splitlines() == ["a,b", "'=cmd(),-1.0", "-1.5,2.0", "plain,3.0"]


@pytest.mark.parametrize(
    ("shape", "expected"),
    [
        ("(8, 8, 1)", ([8, 8, 1], "")),
        ("(64,)", ([64], "")),
        ("()", ([], "")),
        ("(None, 3)", ([None, 3], "")),
        ("two tensors", ([], "two tensors")),
        ([3, None], ([3, None], "")),
        (7, ([], "")),
    ],
)
def test_shapes_are_read_from_lists_and_text(shape: Any, expected: Any) -> None:
    layer = cards.layers([{"name": "a", "kind": "Dense", "shape": shape, "parameters": 1}])[0]
    assert (layer["shape"], layer["said"]) == expected
