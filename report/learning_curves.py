"""What is shown as the learning curve of a group of seeds."""

from collections.abc import Mapping
from typing import Any

import pandas as pd

from benchmarks.records import in_words
from report.grouping import GROUP_KEY
from report.results import Results


def curve(results: Results, group: Mapping[Any, Any], name: str) -> tuple[str, pd.DataFrame]:
    """The curve of one group of seeds (a row of `results.groups`): its name, and columns seed, epoch, value,
    unit.

    It is the measure of that name on the validation split, otherwise on the training split, otherwise the
    loss.
    """
    rows = results.measures_on_the_way.get(tuple(group[key] for key in GROUP_KEY))
    if rows is None:
        return "", pd.DataFrame(columns=["seed", "epoch", "value", "unit"])
    for split, wanted in (("validation", name), ("train", name), ("validation", "loss"), ("train", "loss")):
        taken = rows[(rows["split"] == split) & (rows["measure"] == wanted)].dropna(subset=["value"])
        if taken["epoch"].nunique() > 1:
            unit = taken["unit"].iloc[0]
            shown = f"{in_words(wanted)}{f' ({unit})' if unit else ''}, {split}"
            return shown, taken[["seed", "epoch", "value", "unit"]].sort_values(["seed", "epoch"])
    return "", pd.DataFrame(columns=["seed", "epoch", "value", "unit"])
