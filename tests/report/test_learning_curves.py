"""What is shown as a learning curve."""

from report.learning_curves import curve
from report.results import Results


def test_a_curve_has_every_seed_of_the_group_at_every_epoch(results: Results) -> None:
    groups = results.groups[results.groups["entry"] == "lenet5_1998"]
    (group,) = groups[(groups["recipe"] == "digits") & (groups["ok"] > 0)].to_dict("records")
    shown, rows = curve(results, group, "error")
    assert shown.startswith("error (%), ")
    assert rows["seed"].nunique() == group["ok"]
    on_the_way = results.measures[results.measures["epoch"].notna()]
    runs = results.runs[(results.runs["entry"] == "lenet5_1998") & (results.runs["recipe"] == "digits")]
    split = shown.rpartition(", ")[2]
    wanted = on_the_way[
        on_the_way["execution_id"].isin(runs["execution_id"])
        & (on_the_way["measure"] == "error")
        & (on_the_way["split"] == split)
    ]
    assert sorted(rows["value"]) == sorted(wanted["value"])


def test_a_group_that_was_measured_only_at_the_end_has_none(results: Results) -> None:
    (group,) = results.groups[results.groups["entry"] == "mcculloch_pitts_1943"].to_dict("records")
    shown, rows = curve(results, group, "error")
    assert shown == "" and rows.empty
