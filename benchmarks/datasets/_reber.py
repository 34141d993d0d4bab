"""The Reber grammar and the grammar that embeds it: finite automata, their strings and their successors."""

import numpy as np

from benchmarks.spec import Data

SYMBOLS = "BTPSXVE"
#: state -> symbol -> next state. Cleeremans, Servan-Schreiber and McClelland (1989), figure 3; state 7 is the end.
REBER: dict[int, dict[str, int]] = {
    0: {"B": 1},
    1: {"T": 2, "P": 3},
    2: {"S": 2, "X": 4},
    3: {"T": 3, "V": 5},
    4: {"X": 3, "S": 6},
    5: {"P": 4, "V": 6},
    6: {"E": 7},
    7: {},
}


def embedded() -> dict[int, dict[str, int]]:
    """B, then T or P, then a whole Reber string, then the same T or P again, then E (the paper's figure 3)."""
    automaton: dict[int, dict[str, int]] = {0: {"B": 1}, 1: {"T": 10, "P": 20}, 2: {"E": 3}, 3: {}}
    for symbol, base in (("T", 10), ("P", 20)):
        automaton |= {base + state: {s: base + to for s, to in arcs.items()} for state, arcs in REBER.items()}
        automaton[base + 7] = {symbol: 2}
    return automaton


def string(rng: np.random.Generator, automaton: dict[int, dict[str, int]]) -> str:
    """One string, every legal continuation being equally likely."""
    state, symbols = 0, ""
    while arcs := automaton[state]:
        symbol = tuple(arcs)[int(rng.integers(len(arcs)))]
        symbols, state = symbols + symbol, arcs[symbol]
    return symbols


def strings(
    rng: np.random.Generator, automaton: dict[int, dict[str, int]], sizes: tuple[int, int, int]
) -> list[list[str]]:
    """Three lists of strings, such that none in one list occurs in an earlier list (but it may occur twice in its own)."""
    lists: list[list[str]] = []
    for size in sizes:
        seen = {s for earlier in lists for s in earlier}
        fresh: list[str] = []
        while len(fresh) < size:
            candidate = string(rng, automaton)
            if candidate not in seen:
                fresh.append(candidate)
        lists.append(fresh)
    return lists


def encode(rows: list[str], automaton: dict[int, dict[str, int]], steps: int) -> dict[str, np.ndarray]:
    """x, y int32 [n,steps]: symbols and their successors; weight float32 [n,steps]: 0 behind the end of a string;
    legal uint8 [n,steps,7]: which successors the grammar allows (none behind the end)."""
    n = len(rows)
    x, y = np.zeros((2, n, steps), np.int32)
    weight = np.zeros((n, steps), np.float32)
    legal = np.zeros((n, steps, len(SYMBOLS)), np.uint8)
    for i, row in enumerate(rows):
        numbers = [SYMBOLS.index(symbol) for symbol in row]
        x[i, : len(row) - 1], y[i, : len(row) - 1], weight[i, : len(row) - 1] = numbers[:-1], numbers[1:], 1.0
        state = 0
        for t, symbol in enumerate(row[:-1]):
            state = automaton[state][symbol]
            legal[i, t, [SYMBOLS.index(s) for s in automaton[state]]] = 1
    return {"x": x, "y": y, "weight": weight, "legal": legal}


def data(rng: np.random.Generator, automaton: dict[int, dict[str, int]], sizes: tuple[int, int, int]) -> Data:
    """Three splits, padded to the longest string of all."""
    lists = strings(rng, automaton, sizes)
    steps = max(len(row) for rows in lists for row in rows) - 1
    train, validation, test = (encode(rows, automaton, steps) for rows in lists)
    return Data(train, validation, test, {"symbols": list(SYMBOLS)})
