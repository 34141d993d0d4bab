"""Perfect play by looking at all that can follow: for small games, and for positions near the end."""

import numpy as np

from benchmarks.games.in_a_row import InARow

#: In `move_values`: the action is not legal.
ILLEGAL = -2


class Solver:
    """What positions of a game are worth if both sides play perfectly; remembers what it has found out.

    Negamax with alpha-beta bounds (Knuth and Moore, "An analysis of alpha-beta pruning", 1975). Inside, the
    pieces of a player are the bits of a number, the place p being bit p.
    """

    def __init__(self, game: InARow) -> None:
        self.game = game
        self.full = (1 << game.height * game.width) - 1
        self.lines: list[list[int]] = [[] for _ in range(game.height * game.width)]
        for line in game.lines.tolist():
            for place in line:
                self.lines[place].append(sum(1 << other for other in line))
        # The middle first: there are most lines through it, so bounds are found early.
        middle = (game.actions - 1) / 2
        self.order = sorted(range(game.actions), key=lambda action: abs(action - middle))
        self.lowest: dict[tuple[int, int], int] = {}
        self.highest: dict[tuple[int, int], int] = {}

    def move_values(self, board: np.ndarray) -> np.ndarray:
        """For a board [height, width] that is not over: int8 [actions], 1 if the action wins, 0 if it draws,
        -1 if it loses, `ILLEGAL` if it is not allowed."""
        mine, other = (
            sum(1 << int(p) for p in np.flatnonzero(board.ravel() == player)) for player in (1, -1)
        )
        values = np.full(self.game.actions, ILLEGAL, np.int8)
        for action in range(self.game.actions):
            place = self._place(mine | other, action)
            if place is not None:
                values[action] = self._after(mine, other, place, -1, 1)
        return values

    def _place(self, taken: int, action: int) -> int | None:
        """Where the piece of an action comes to lie; None if the action is not legal."""
        if not self.game.falls:
            return None if taken >> action & 1 else action
        for row in range(self.game.height - 1, -1, -1):
            place = row * self.game.width + action
            if not taken >> place & 1:
                return place
        return None

    def _after(self, mine: int, other: int, place: int, alpha: int, beta: int) -> int:
        """The value of a move for the player who makes it, exact between alpha and beta."""
        mine |= 1 << place
        if any(mine & line == line for line in self.lines[place]):
            return 1
        if mine | other == self.full:
            return 0
        return -self._value(other, mine, -beta, -alpha)

    def _value(self, mine: int, other: int, alpha: int, beta: int) -> int:
        """The value for the player who is to move, exact between alpha and beta."""
        alpha = max(alpha, self.lowest.get((mine, other), -1))
        beta = min(beta, self.highest.get((mine, other), 1))
        if alpha >= beta:
            return alpha
        best, bound = -1, alpha
        for action in self.order:
            place = self._place(mine | other, action)
            if place is not None:
                best = max(best, self._after(mine, other, place, bound, beta))
                bound = max(bound, best)
                if bound >= beta:
                    break
        if best < beta:
            self.highest[mine, other] = max(best, alpha)
        if best > alpha:
            self.lowest[mine, other] = best
        return best
