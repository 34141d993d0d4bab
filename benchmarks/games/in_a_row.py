"""Games in which the first row of one's own pieces wins, such as tic-tac-toe and Connect Four.

A board is int8 [height, width], seen by the player who is to move: 1 is a piece of that player, -1 one of the
other, 0 an empty place. All functions take many boards at once.
"""

from dataclasses import dataclass
from functools import cached_property

import numpy as np


@dataclass(frozen=True)
class InARow:
    """Two players put pieces on a board of `height` by `width` in turn; `line` of one player in a row,
    a column or a diagonal win, and a full board without one is a draw.

    An action is a place, counted row by row, or with `falls` a column, in which the piece falls to the
    lowest empty place (the last row is the lowest).
    """

    height: int
    width: int
    line: int
    falls: bool

    @property
    def actions(self) -> int:
        """How many actions there are, legal or not."""
        return self.width if self.falls else self.height * self.width

    @cached_property
    def lines(self) -> np.ndarray:
        """The places of every row that wins, int [lines, line], as positions in a flat board."""
        found = []
        for down, right in ((0, 1), (1, 0), (1, 1), (1, -1)):
            for top in range(self.height):
                for left in range(self.width):
                    rows = top + down * np.arange(self.line)
                    columns = left + right * np.arange(self.line)
                    if rows[-1] < self.height and 0 <= columns[-1] < self.width:
                        found.append(rows * self.width + columns)
        return np.array(found)

    def start(self, n: int) -> np.ndarray:
        """`n` empty boards."""
        return np.zeros((n, self.height, self.width), np.int8)

    def legal(self, boards: np.ndarray) -> np.ndarray:
        """Which actions are legal on boards on which nobody has won: bool [n, actions]."""
        return (boards[:, 0] if self.falls else boards.reshape(len(boards), self.actions)) == 0

    def play(self, boards: np.ndarray, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        """The boards after legal actions, int [n], as the other player sees them.

        Returns (boards, won, over): won is whether the player who moved has won, over whether the game has
        ended, both bool [n].
        """
        n = np.arange(len(boards))
        if self.falls:
            rows = (boards[n, :, actions] == 0).sum(axis=1) - 1
            places = rows * self.width + actions
        else:
            places = actions
        flat = boards.reshape(len(boards), self.height * self.width).copy()
        flat[n, places] = 1
        won = (flat[:, self.lines] == 1).all(axis=2).any(axis=1)
        return -flat.reshape(boards.shape), won, won | (flat != 0).all(axis=1)

    def symmetries(self, boards: np.ndarray, policies: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """The same positions with their policies [n, actions] in every orientation that the rules allow.

        Eight on a square board without falling pieces, else a position and its mirror image: first axis n
        times as many.
        """
        if self.falls:
            return np.concatenate([boards, boards[:, :, ::-1]]), np.concatenate([policies, policies[:, ::-1]])
        maps = policies.reshape(boards.shape)
        turns = range(4) if self.height == self.width else range(0, 4, 2)
        both = [(boards, maps), (boards[:, :, ::-1], maps[:, :, ::-1])]
        turned = [(np.rot90(b, k, (1, 2)), np.rot90(p, k, (1, 2))) for b, p in both for k in turns]
        return (
            np.concatenate([b for b, _ in turned]),
            np.concatenate([p.reshape(len(p), -1) for _, p in turned]),
        )


#: The games of the suite, by the id of their data set.
GAMES = {
    "tic_tac_toe": InARow(height=3, width=3, line=3, falls=False),
    "connect_four": InARow(height=6, width=7, line=4, falls=True),
}
