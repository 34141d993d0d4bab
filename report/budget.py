"""Keeps a page bounded whatever the results: shares its space evenly between lists, and shortens tables."""

from collections.abc import Sequence

import pandas as pd

#: What is least interesting comes last in a table that is cut short.
_ORDINARY = {"ok": 1, "reproduced": 1, "exceeded": 1, "partial": 1, "not comparable": 2}


def fair(costs: Sequence[Sequence[int]], room: int) -> list[int]:
    """How many of each list's first items fit into `room`, given the cost of each item.

    Items are taken in turns: the first item of every list, then the second of each, and so on.
    """
    kept = [0] * len(costs)
    open_lists = list(range(len(costs)))
    while open_lists:
        still_open = []
        for i in open_lists:
            if kept[i] < len(costs[i]) and costs[i][kept[i]] <= room:
                room -= costs[i][kept[i]]
                kept[i] += 1
                still_open.append(i)
        open_lists = still_open
    return kept


def first_rows(frame: pd.DataFrame, kinds: Sequence[str], most: int) -> list[int]:
    """Positions of at most `most` rows, in their order.

    Failures and missed claims are kept first; then every entry keeps as many rows as the others. `kinds`
    names the columns that hold a status or a verdict.
    """
    if len(frame) <= most:
        return list(range(len(frame)))
    ordinary = [0] * len(frame)
    for name in kinds:
        ordinary = [_ORDINARY.get(str(value), 0) for value in frame[name]]
    turn = frame.groupby("entry").cumcount().tolist() if "entry" in frame else [0] * len(frame)
    return sorted(sorted(range(len(frame)), key=lambda i: (ordinary[i], turn[i], i))[:most])
