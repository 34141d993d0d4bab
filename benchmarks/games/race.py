"""A race with dice and hits, a backgammon so small that it can be solved exactly.

A state is a number: `mine * sides + other`, where `mine` says how the checkers of the player who is to move
stand, and `other` how those of the other one do (see `Race.sides`). All functions take many states at once.
"""

from dataclasses import dataclass
from functools import cached_property
from itertools import combinations_with_replacement

import numpy as np


@dataclass(frozen=True)
class Race:
    """Two players race their `checkers` past each other along `points` in opposite directions.

    A turn is one roll of a die with `faces`, and one checker moves that many points. A point with two
    checkers of the other player is blocked; a checker that is alone there is hit, and has to begin anew from
    the bar, which lies one step before the first point. While a player has a checker on the bar, no other of
    that player's may move. A player who can move must; one who cannot passes. A checker that reaches the end
    or goes beyond it is off, and the first player to have all of them off wins.
    """

    points: int
    checkers: int
    faces: int

    @cached_property
    def sides(self) -> np.ndarray:
        """How the checkers of one player may stand, int64 [sides, checkers]: their distances from the end,
        rising, 0 for one that is off and `points` + 1 for one on the bar. The first has all off."""
        return np.array(list(combinations_with_replacement(range(self.points + 2), self.checkers)))

    @property
    def start(self) -> int:
        """The state in which a game begins: all checkers on the first point of their way."""
        side = int(np.flatnonzero((self.sides == self.points).all(axis=1))[0])
        return side * len(self.sides) + side

    @cached_property
    def moves(self) -> tuple[np.ndarray, np.ndarray]:
        """What can follow each state and roll: (after, legal), int32 and bool [states, faces, checkers].

        `after` are states as the other player sees them. Of moves that lead to the same state one is legal;
        where none is possible, the first stands for a pass. In the place of what is not legal there is a
        legal move.
        """
        number = {tuple(side): i for i, side in enumerate(self.sides.tolist())}
        count = len(self.sides)
        after = np.zeros((count * count, self.faces, self.checkers), np.int32)
        legal = np.zeros(after.shape, bool)
        for mine, side in enumerate(self.sides.tolist()):
            for other, against in enumerate(self.sides.tolist()):
                state = mine * count + other
                for face in range(self.faces):
                    found: list[int] = []
                    for checker in range(self.checkers):
                        moved = self._moved(side, against, checker, face + 1)
                        if moved:
                            result = number[moved[1]] * count + number[moved[0]]
                            if result not in found:
                                legal[state, face, checker] = True
                                found.append(result)
                                after[state, face, checker] = result
                    if not found:
                        legal[state, face, 0] = True
                        found = [other * count + mine]
                        after[state, face, 0] = found[0]
                    after[state, face, ~legal[state, face]] = found[0]
        return after, legal

    def _moved(
        self, side: list[int], against: list[int], checker: int, roll: int
    ) -> tuple[tuple[int, ...], tuple[int, ...]] | None:
        """Both sides after a move of one checker; None if it is not legal."""
        bar, place = self.points + 1, side[checker]
        if place == 0 or (bar in side and place != bar):
            return None
        to = max(place - roll, 0)
        facing = bar - to  # how the other player counts this point
        hit = to > 0 and facing in against
        if hit and against.count(facing) > 1:
            return None
        mine = sorted([*side[:checker], to, *side[checker + 1 :]])
        other = sorted(bar if hit and place == facing else place for place in against)
        return tuple(mine), tuple(other)

    def over(self, states: np.ndarray) -> np.ndarray:
        """Whether the player who is not to move has won: bool [n]."""
        return np.asarray(states % len(self.sides) == 0)

    @cached_property
    def reachable(self) -> np.ndarray:
        """The states that can arise and are not over, int64, rising."""
        found = fresh = np.array([self.start])
        while len(fresh):
            after = np.unique(self.moves[0][fresh])
            fresh = np.setdiff1d(after[~self.over(after)], found)
            found = np.union1d(found, fresh)
        return np.asarray(found)

    @cached_property
    def values(self) -> np.ndarray:
        """The chance to win of the player who is about to roll, if both play perfectly: float64 [states].

        By value iteration (Shapley 1953) to 1e-12.
        """
        after = self.moves[0]
        values = np.full(len(after), 0.5)
        values[self.over(np.arange(len(after)))] = 0.0
        running = np.flatnonzero(values)
        followers = after[running]
        while True:
            better = mean(1.0 - values[followers].min(axis=2))
            change = np.abs(better - values[running]).max()
            values[running] = better
            if change < 1e-12:
                return values

    @cached_property
    def perfect(self) -> np.ndarray:
        """A player who loses no chance, for `wins`: the first of the best moves."""
        return self.certain(self.values[self.moves[0]].argmin(axis=2))

    @property
    def at_random(self) -> np.ndarray:
        """A player, for `wins`, to whom all legal moves are the same."""
        legal = self.moves[1]
        return np.asarray(legal / legal.sum(axis=2, keepdims=True))

    def certain(self, chosen: np.ndarray) -> np.ndarray:
        """A player, for `wins`, who plays the moves int [states, faces]."""
        return np.eye(self.checkers)[chosen]

    def wins(self, player: np.ndarray, opponent: np.ndarray) -> tuple[float, float]:
        """The exact chances that a player wins from the start: (moving first, moving second).

        Players are probabilities of moves, [states, faces, checkers].
        """
        states = self.reachable
        after = self.moves[0][states]
        own, other = player[states], opponent[states]
        on_roll, waiting = np.full((2, len(self.moves[0])), 0.5)
        ended = self.over(np.arange(len(waiting)))
        on_roll[ended], waiting[ended] = 0.0, 1.0
        while True:
            before = on_roll[self.start], waiting[self.start]
            widest = on_roll[states]
            on_roll[states] = mean((own * waiting[after]).sum(axis=2))
            waiting[states] = mean((other * on_roll[after]).sum(axis=2))
            if np.abs(widest - on_roll[states]).max() < 1e-6:
                return float(before[0]), float(before[1])

    @cached_property
    def units(self) -> np.ndarray:
        """What a net sees of one player's checkers: float32 [sides, points * checkers + 2].

        For each point and k from 1 to `checkers` whether at least k are there, after Tesauro's units for one,
        two and three; then the shares of the checkers that are on the bar, and off.
        """
        counts = (self.sides[:, :, None] == np.arange(self.points + 2)).sum(axis=1)
        on_points = counts[:, 1:-1, None] >= np.arange(1, self.checkers + 1)
        shares = counts[:, [-1, 0]] / self.checkers
        return np.concatenate([on_points.reshape(len(counts), -1), shares], axis=1).astype("float32")

    def seen(self, states: np.ndarray, black: np.ndarray) -> np.ndarray:
        """What a net sees of states, float32 [n, inputs]: White's units, Black's, and who is to move.

        `black` [n] says in which states Black is.
        """
        first, second = np.divmod(states, len(self.sides))
        black = np.asarray(black, bool)
        white_side, black_side = np.where(black, second, first), np.where(black, first, second)
        turn = np.stack([~black, black], axis=1).astype("float32")
        return np.concatenate([self.units[white_side], self.units[black_side], turn], axis=1)


def mean(by_face: np.ndarray) -> np.ndarray:
    """The mean over the last axis, added up from the left: the same bits on every machine."""
    total = by_face[:, 0].copy()
    for face in range(1, by_face.shape[1]):
        total += by_face[:, face]
    return total / by_face.shape[1]


#: The races of the suite, by the id of their data set.
GAMES = {
    "small_race": Race(points=6, checkers=3, faces=3),
    "race": Race(points=8, checkers=3, faces=4),
}
