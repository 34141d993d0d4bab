"""Keeps a page bounded whatever the results: shares its room evenly between lists."""

from collections.abc import Sequence


def shared(costs: Sequence[Sequence[int]], room: int) -> list[int]:
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
