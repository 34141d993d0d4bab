"""The race: moves worked out by hand; exact values against their equation and against games played out."""

import numpy as np
import pytest

from benchmarks.games.race import GAMES, Race

GAME = GAMES["small_race"]


def state(mine: tuple[int, ...], other: tuple[int, ...]) -> int:
    sides = GAME.sides.tolist()
    return sides.index(sorted(mine)) * len(sides) + sides.index(sorted(other))


def followers(mine: tuple[int, ...], other: tuple[int, ...], roll: int) -> set[int]:
    """The states after the legal moves."""
    after, legal = GAME.moves
    at = state(mine, other)
    assert legal[at, roll - 1].any()
    assert set(after[at, roll - 1]) == set(after[at, roll - 1][legal[at, roll - 1]])
    return set(after[at, roll - 1].tolist())


@pytest.mark.parametrize(
    ("mine", "other", "roll", "expected"),
    [
        # The far ends are the other's first points: 6 checkers meet nobody.
        ((6, 6, 6), (6, 6, 6), 2, [((6, 6, 6), (4, 6, 6))]),
        # My 4 is the other's 3: a lone checker there is hit, and goes to the bar, 7.
        ((6, 6, 5), (3, 0, 0), 2, [((7, 0, 0), (6, 5, 4)), ((3, 0, 0), (6, 6, 3))]),
        # Two of them block.
        ((6, 6, 5), (3, 3, 0), 2, [((3, 3, 0), (6, 6, 3))]),
        # Who is on the bar enters first; with no way in, the turn passes.
        ((7, 2, 1), (3, 0, 0), 1, [((3, 0, 0), (6, 2, 1))]),
        ((7, 2, 1), (1, 1, 0), 1, [((1, 1, 0), (7, 2, 1))]),
        # More than is needed takes a checker off as well; off is 0.
        ((1, 2, 6), (6, 6, 6), 3, [((6, 6, 6), (0, 2, 6)), ((6, 6, 6), (0, 1, 6)), ((6, 6, 6), (1, 2, 3))]),
    ],
)
def test_moves_are_those_worked_out_by_hand(
    mine: tuple[int, ...], other: tuple[int, ...], roll: int, expected: list[tuple[tuple[int, ...], ...]]
) -> None:
    assert followers(mine, other, roll) == {state(*sides) for sides in expected}


def test_exact_values_satisfy_the_equation_of_perfect_play() -> None:
    """For a player to roll: the mean over the faces of the best move's chance, the other's turned round."""
    after, legal = GAME.moves
    for at in GAME.reachable[::7].tolist():
        best = [
            max(1.0 - GAME.values[after[at, face, move]] for move in np.flatnonzero(legal[at, face]))
            for face in range(GAME.faces)
        ]
        assert GAME.values[at] == pytest.approx(np.mean(best), abs=1e-9)
    assert not GAME.values[GAME.over(np.arange(len(after)))].any()


def test_the_last_throws_are_as_computed_by_hand() -> None:
    """With one checker left each: at 1 any roll wins; at 3 one face of three does, else the other wins."""
    assert GAME.values[state((1, 0, 0), (1, 0, 0))] == pytest.approx(1.0)
    assert GAME.values[state((3, 0, 0), (1, 0, 0))] == pytest.approx(1 / 3)
    # At 2: 2 and 3 win; after a 1 the other, at 2, wins with 2/3, else I do.
    assert GAME.values[state((2, 0, 0), (2, 0, 0))] == pytest.approx(
        2 / 3 + 1 / 3 * (1 - 1.0 * (2 / 3 + 1 / 3 * 0))
    )


def played(game: Race, rng: np.random.Generator, games: int) -> float:
    """How often the player who begins wins, both playing the best moves."""
    after = game.moves[0]
    at, running, first = np.full(games, game.start), np.arange(games), True
    won = np.zeros(games)
    while len(running):
        options = after[at, rng.integers(game.faces, size=len(at))]
        at = options[np.arange(len(at)), game.values[options].argmin(axis=1)]
        over = game.over(at)
        won[running[over]] = first
        at, running, first = at[~over], running[~over], not first
    return float(won.mean())


def test_exact_values_are_those_of_games_played_out() -> None:
    games = 20_000
    chance = GAME.values[GAME.start]
    error = np.sqrt(chance * (1 - chance) / games)
    assert played(GAME, np.random.default_rng(0), games) == pytest.approx(chance, abs=4 * error)
    assert GAME.wins(GAME.perfect, GAME.perfect) == pytest.approx((chance, 1 - chance), abs=1e-5)


def test_nobody_does_better_against_a_perfect_player_than_that_player() -> None:
    chance = GAME.values[GAME.start]
    for player in (GAME.at_random, GAME.certain(np.zeros(GAME.moves[0].shape[:2], int))):
        first, second = GAME.wins(player, GAME.perfect)
        assert first < chance - 0.05 and second < 1 - chance - 0.05
        others = GAME.wins(GAME.perfect, player)
        assert (first + others[1], second + others[0]) == pytest.approx((1.0, 1.0), abs=1e-5)


def test_a_net_sees_the_board_with_its_colours() -> None:
    at = state((6, 6, 2), (7, 1, 0))
    white, black = GAME.seen(np.array([at, at]), np.array([0, 1]))
    units = np.zeros((6, 3))
    units[5, :2], units[1, 0] = 1, 1
    mine = [*units.ravel(), 0, 0]
    units = np.zeros((6, 3))
    units[0, 0] = 1
    other = [*units.ravel(), 1 / 3, 1 / 3]
    np.testing.assert_allclose(white, [*mine, *other, 1, 0], rtol=1e-6)
    np.testing.assert_allclose(black, [*other, *mine, 0, 1], rtol=1e-6)
