"""Standings, records, gains and sentences of tracks, against values worked out by hand."""

import dataclasses
import math
from types import SimpleNamespace
from typing import Any

import pandas as pd
import pytest

from benchmarks import records
from benchmarks.tracks import TRACKS, Track
from report import statistics, tracks
from report.loading import from_bundle
from report.results import Results
from report.tracks import Standing, TrackResults
from tests.report import bundles
from tests.report.variations import POCKET, edited

DIGITS = next(track for track in TRACKS if track.id == "digits")
SETTING = {"machine": "A", "backend": "tensorflow", "precision": "float32", "threads": 1}


def standing(entry: str, values: list[float], **known: Any) -> Standing:
    """An entry named `name_year` with these values."""
    name, year = entry.rsplit("_", 1)
    return Standing(
        entry=entry,
        name=name.capitalize(),
        year=int(year),
        family=known.get("family", "convolutional"),
        recipe="digits",
        tier="pocket",
        tries=None,
        values=tuple(values),
        estimate=statistics.median(values),
        parameters=known.get("parameters"),
        flop=known.get("flop"),
        seconds=known.get("seconds"),
        rate=None,
        timed_alike=known.get("timed_alike", True),
        version="",
        address="",
    )


def on_track(*standings: Standing, track: Track = DIGITS, direction: str = "lower") -> TrackResults:
    marked, gains = tracks._progress(list(standings), direction)
    return TrackResults(track, "%", direction, SETTING, tuple(marked), gains)


def test_baselines_stand_beside_the_nets() -> None:
    """Neighbours (1967) beat every net but the last; they break no record, and are compared with no net."""
    found = on_track(
        standing("perceptron_1958", [8.0]),
        standing("neighbours_1967", [2.0], family="classical"),
        standing("lenet_1995", [4.0]),
        standing("machine_1995", [3.0], family="classical"),
        standing("committee_2012", [1.0]),
    )
    assert [one.entry for one in found.standings if one.record] == [
        "perceptron_1958",
        "lenet_1995",
        "committee_2012",
    ]
    assert {entry: gain.best.entry for entry, gain in found.gains.items()} == {
        "lenet_1995": "perceptron_1958",
        "committee_2012": "lenet_1995",
    }
    assert found.best.entry == "committee_2012"
    assert tracks.bought(found) == (
        "What 54 years bought on the 8×8 digits: error from 8% (Perceptron, 1958) to 1% (Committee, "
        "2012), on too few runs to be sure. The best baseline, Neighbours, is at 2%."
    )
    assert tracks.gained(found, found.standings[1]) == (
        "On the 8×8 digits: error 2%, as a baseline for the nets."
    )
    assert tracks.progress(found, 1990, 1999) == (
        "On the 8×8 digits the best error falls from 8% (Perceptron, 1958) to 4% (Lenet, 1995), on too few "
        "runs to be sure."
    )


def test_baselines_alone_are_a_track_too() -> None:
    found = on_track(standing("neighbours_1967", [2.0], family="classical"))
    assert found.best.entry == "neighbours_1967"
    assert tracks.bought(found) == "So far Neighbours (1967) stands alone on the 8×8 digits: error 2%."


@pytest.fixture(scope="module")
def invented() -> Results:
    return from_bundle(bundles.bundle(tiers=POCKET))


def test_an_entry_stands_by_its_own_variant_and_by_every_seed(invented: Results) -> None:
    found = next(found for found in invented.tracks if found.track.id == "digits")
    final = invented.final_measures
    wanted = final[(final["dataset"] == "digits") & (final["measure"] == "error")]
    years = {id: card["year"] for id, card in invented.entries.items()}
    assert [one.entry for one in found.standings] == sorted(
        set(wanted["entry"]), key=lambda id: (years[id], id)
    )
    lenet = next(one for one in found.standings if one.entry == "lenet5_1998")
    assert lenet.recipe == "digits", "not the variant with rectifiers"
    own = wanted[(wanted["entry"] == "lenet5_1998") & (wanted["variant"] == "")]
    assert sorted(lenet.values) == sorted(own["value"])
    assert (found.unit, found.direction) == ("%", "lower")


def group(recipe: str, **other: Any) -> dict[str, Any]:
    """A group of seeds of one entry: of the present recipe, in the pocket tier, in the track's setting."""
    variant = recipe.partition("-")[2]
    common = {"entry": "net_1998", "recipe": recipe, "variant": variant, "tier": "pocket", "machine": "A"}
    return common | {"spec_id": "present", "started": "2026-01-01T00:00:00Z"} | other


@pytest.mark.parametrize(
    ("worse", "better"),
    [
        (group("digits-control", tier="paper"), group("digits")),
        (group("digits-control"), group("digits-first")),
        (group("digits", tier="standard", spec_id="older"), group("digits")),
        (group("digits"), group("digits", tier="standard", machine="B")),
        (group("digits", machine="B"), group("digits")),
        (group("digits"), group("digits", started="2026-02-01T00:00:00Z")),
    ],
)
def test_which_group_stands_for_an_entry(worse: dict[str, Any], better: dict[str, Any]) -> None:
    """The paper's own variant, not a control; the present recipe; the fullest tier; the machine; the time."""
    recipes = [{"name": name} for name in ("digits-first", "digits-control")]
    results: Any = SimpleNamespace(
        entries={"net_1998": {"recipes": recipes}},
        specs={"present": {"older": False}, "older": {"older": True}},
    )
    for order in ([worse, better], [better, worse]):
        chosen = tracks._chosen(results, pd.DataFrame(order), {"machine": "A"})
        assert chosen[list(better)].to_dict("records") == [better]


def test_a_measure_of_another_task_on_the_same_data_is_another_track(invented: Results) -> None:
    """The Boltzmann machine's likelihood of the digits is no classification error."""
    by_id = {found.track.id: {one.entry for one in found.standings} for found in invented.tracks}
    assert by_id["density"] == {"rbm_1986"}
    assert "rbm_1986" not in by_id["digits"]


def test_times_come_from_the_machine_that_most_entries_share() -> None:
    """The second machine ran only LeNet: its times are not compared with those of the first."""
    everything = bundles.bundle(tiers=POCKET, machines=2)
    rows = everything.runs
    second = rows["machine_id"].unique()[1]
    kept = rows[(rows["machine_id"] != second) | (rows["entry"] == "lenet5_1998")]
    kept = kept[(kept["machine_id"] == second) | (kept["entry"] != "lenet5_1998")]
    part = records.Bundle(**{**everything.__dict__, "runs": kept})
    for name in ("epochs", "measures"):
        table = getattr(part, name)
        object.__setattr__(part, name, table[table["execution_id"].isin(kept["execution_id"])])
    found = next(found for found in from_bundle(part).tracks if found.track.id == "digits")
    assert {one.entry: one.timed_alike for one in found.standings if not one.timed_alike} == {
        "lenet5_1998": False
    }
    assert found.gains["lenet5_1998"].seconds is None


def test_records_and_gains_are_measured_against_the_best_of_all_earlier_years() -> None:
    found = on_track(
        standing("first_1958", [8.0, 9.0, 10.0], parameters=100.0, flop=1e6, seconds=1.0),
        standing("worse_1960", [20.0, 21.0, 22.0], parameters=50.0),
        standing("one_1998", [4.0, 4.5, 5.0], parameters=200.0, flop=4e6, seconds=3.0),
        standing("two_1998", [3.0, 3.5, 4.0], parameters=800.0, seconds=2.0, timed_alike=False),
    )
    assert [one.record for one in found.standings] == [True, False, True, True]
    assert found.best.entry == "two_1998"
    assert set(found.gains) == {"worse_1960", "one_1998", "two_1998"}, "the first year has no earlier one"
    gain = found.gains["two_1998"]
    assert gain.best.entry == "first_1958", "one of the same year is not earlier"
    # 3 by 3 differences: -7, -6.5, -6, -6, -5.5, -5, -5, -4.5, -4 have the middle -5.5.
    assert gain.difference.effect == pytest.approx(-5.5)
    assert (gain.difference.low, gain.difference.high) == (-7.0, -4.0)
    assert gain.finding == statistics.NOT_ENOUGH, "three against three cannot reach 5%"
    assert (gain.parameters, gain.flop, gain.seconds) == (8.0, None, None)
    assert found.gains["one_1998"].seconds == 3.0


def test_of_equal_results_the_earlier_holds_the_record() -> None:
    found = on_track(standing("first_1958", [5.0]), standing("equal_1998", [5.0]))
    assert found.best.entry == "first_1958"
    assert [one.record for one in found.standings] == [True, False]


def test_where_more_is_better_the_largest_is_best() -> None:
    found = on_track(standing("low_1986", [10.0]), standing("high_1997", [90.0]), direction="higher")
    assert found.best.entry == "high_1997"
    assert "rises from 10% (Low, 1986) to 90% (High, 1997)" in tracks.progress(found, 1990, 1999)


def test_runs_that_never_got_there_are_no_record() -> None:
    never = standing("never_1970", [math.inf, math.inf, 3.0])
    found = on_track(standing("first_1958", [5.0]), never, standing("last_1998", [4.0]))
    assert never.estimate is None
    assert [one.record for one in found.standings] == [True, False, True]
    assert found.gains["last_1998"].best.entry == "first_1958"


def test_the_sentence_counts_years_and_costs() -> None:
    found = on_track(
        standing("old_1958", [8.0], parameters=100.0, flop=1e6, seconds=2.0),
        standing("new_2014", [2.0], parameters=980.0, flop=6e8, seconds=1.0),
    )
    assert tracks.bought(found) == (
        "What 56 years bought on the 8×8 digits: error from 8% (Old, 1958) to 2% (New, 2014), on too few"
        " runs to be sure, with 9.8 times the parameters, 600 times the operations of training, 0.50 times"
        " the training time."
    )


def test_the_sentence_does_not_claim_progress_that_is_not_there() -> None:
    alone = on_track(standing("old_1958", [8.0]))
    assert tracks.bought(alone) == "So far Old (1958) stands alone on the 8×8 digits: error 8%."
    worse = on_track(standing("old_1958", [8.0]), standing("new_2014", [9.0]))
    assert tracks.bought(worse) == (
        "On the 8×8 digits, 1 later architecture did no better than Old (1958): error 8%."
    )
    assert tracks.progress(worse, 1980, 2030) == ""


def test_a_best_that_is_old_is_said_to_be() -> None:
    found = on_track(standing("a_1958", [8.0]), standing("b_1995", [2.0]), standing("c_2014", [3.0]))
    assert tracks.bought(found).endswith(" Since then 1 architecture did no better.")


def test_what_an_entry_gained_is_said_with_its_range_and_price() -> None:
    found = on_track(
        standing("old_1958", [8.0, 9.0, 10.0], parameters=100.0, seconds=2.0),
        standing("new_2014", [2.0, 3.0, 4.0], parameters=400.0, seconds=1.0),
    )
    assert tracks.gained(found, found.standings[1]) == (
        "On the 8×8 digits: error 3%. The best of earlier years is 9% (Old, 1958); a difference of −6,"
        " range of the differences −8 to −4 (not enough runs). It takes 4 times the parameters, 0.50 times"
        " the training time."
    )
    assert tracks.gained(found, found.standings[0]) == (
        "On the 8×8 digits: error 9%, with no earlier result to compare with."
    )


def test_six_seeds_a_side_can_show_a_difference() -> None:
    old = standing("old_1958", [8.0, 9.0, 10.0, 8.5, 9.5, 9.2])
    new = standing("new_2014", [2.0, 3.0, 4.0, 2.5, 3.5, 3.2])
    found = on_track(old, new)
    assert "95% interval" in tracks.gained(found, found.standings[1])
    assert "(" not in tracks.gained(found, found.standings[1]).partition("difference")[2]
    assert tracks.bought(found) == (
        "What 56 years bought on the 8×8 digits: error from 9.10% (Old, 1958) to 3.10% (New, 2014)."
    )


def test_six_seeds_a_side_may_show_none() -> None:
    old = standing("old_1958", [8.0, 9.0, 10.0, 8.5, 9.5, 9.2])
    new = standing("new_2014", [7.9, 9.1, 9.9, 8.4, 9.6, 9.0])
    assert "(New, 2014), though these runs show no difference." in tracks.bought(on_track(old, new))


def test_a_value_has_its_unit() -> None:
    found = on_track(standing("old_1958", [-90.0]), direction="higher")
    nats = dataclasses.replace(found, unit="nats")
    assert tracks.bought(nats) == "So far Old (1958) stands alone on the 8×8 digits: error −90 nats."
    total = dataclasses.replace(found.track, score="total reward")
    reward = dataclasses.replace(found, track=total, unit="reward")
    assert tracks.bought(reward).endswith(": total reward −90.") and reward.measure == "total reward"


def test_progress_is_that_of_the_years_alone() -> None:
    found = on_track(standing("a_1958", [8.0]), standing("b_1989", [4.0]), standing("c_2014", [2.0]))
    assert tracks.progress(found, 1980, 2005) == (
        "On the 8×8 digits the best error falls from 8% (A, 1958) to 4% (B, 1989), on too few runs to be "
        "sure."
    )
    assert tracks.progress(found, 0, 1979) == "", "there is nothing before it"


def test_a_track_whose_runs_all_failed_is_left_out() -> None:
    def fail(row: dict[str, Any]) -> None:
        if row["dataset"] == "xor":
            row.update(status="diverged", reason="loss is not finite", weights_sha256="")

    results = from_bundle(edited(bundles.bundle(tiers=POCKET, seeds=1), runs=fail))
    assert "xor" not in {found.track.id for found in results.tracks}
