"""Five line drawings of digits on a 16x16 retina. Ours: the neocognitron's are printed as pictures only."""

import numpy as np

SIDE = 16
DRAWINGS = {
    "0": "..###.. .#...#. #.....# #.....# #.....# #.....# #.....# .#...#. ..###..",
    "1": "...#... ...#... ...#... ...#... ...#... ...#... ...#... ...#... ...#...",
    "2": ".#####. #.....# ......# ......# ....##. ..##... ##..... #...... #######",
    "3": ".#####. #.....# ......# ......# ..####. ......# ......# #.....# .#####.",
    "4": ".....#. ....##. ...#.#. ..#..#. .#...#. ####### .....#. .....#. .....#.",
}
HEIGHT, WIDTH = 9, 7


def drawings() -> np.ndarray:
    """The five digits, uint8 [5,9,7]: 1 is ink."""
    return np.array(
        [[[cell == "#" for cell in row] for row in rows.split()] for rows in DRAWINGS.values()], np.uint8
    )


def places() -> np.ndarray:
    """All places on the retina at which a drawing lies wholly inside: int [80,2], row and column of its upper left corner."""
    return np.indices((SIDE - HEIGHT + 1, SIDE - WIDTH + 1)).reshape(2, -1).T


def put(drawing: np.ndarray, row: int, column: int) -> np.ndarray:
    """The drawing on the retina, uint8 [16,16,1]."""
    retina = np.zeros((SIDE, SIDE, 1), np.uint8)
    retina[row : row + drawing.shape[0], column : column + drawing.shape[1], 0] = drawing
    return retina


def larger(drawing: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One row and one column, drawn at random, twice."""
    row, column = rng.integers(drawing.shape[0]), rng.integers(drawing.shape[1])
    taller = np.insert(drawing, row, drawing[row], axis=0)
    return np.insert(taller, column, taller[:, column], axis=1)


def slanted(drawing: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """The rows above a random one, of the middle third, moved one place to the right."""
    wide = np.pad(drawing, ((0, 0), (0, 1)))
    cut = rng.integers(len(drawing) // 3, 2 * len(drawing) // 3 + 1)
    wide[:cut] = np.roll(wide[:cut], 1, axis=1)
    return wide


def spoiled(drawing: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """One inked cell wiped out, and one blank cell inked."""
    spoilt = drawing.copy()
    for ink in (1, 0):
        cells = np.argwhere(drawing == ink)
        spoilt[tuple(cells[rng.integers(len(cells))])] = 1 - ink
    return spoilt
