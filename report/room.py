"""How a page's room is shared out: bounded whatever the results, and to each list the same, as far as it needs it."""

from collections.abc import Sequence

import pandas as pd

#: What is of least interest in a table that is cut short comes last.
_ORDINARY = {"ok": 1, "reproduced": 1, "exceeded": 1, "partial": 1, "not comparable": 2}


def fair(costs: Sequence[Sequence[int]], room: int) -> list[int]:
    """How many of each list's first items there is room for, given what each item takes: one item of every list, then a second of each, ..."""
    kept = [0] * len(costs)
    open_lists = list(range(len(costs)))
    while open_lists:
        going = []
        for i in open_lists:
            if kept[i] < len(costs[i]) and costs[i][kept[i]] <= room:
                room -= costs[i][kept[i]]
                kept[i] += 1
                going.append(i)
        open_lists = going
    return kept


def first_rows(frame: pd.DataFrame, kinds: Sequence[str], most: int) -> list[int]:
    """Positions of at most so many rows, in their order: what did not go well before what did, and of every entry as many as of the others.

    `kinds` names the columns that hold a status or a verdict.
    """
    if len(frame) <= most:
        return list(range(len(frame)))
    ordinary = [0] * len(frame)
    for name in kinds:
        ordinary = [_ORDINARY.get(str(value), 0) for value in frame[name]]
    turn = frame.groupby("entry").cumcount().tolist() if "entry" in frame else [0] * len(frame)
    return sorted(sorted(range(len(frame)), key=lambda i: (ordinary[i], turn[i], i))[:most])
