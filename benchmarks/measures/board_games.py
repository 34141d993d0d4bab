"""What board games are scored by."""

from benchmarks.spec import Measure

MEASURES = (
    Measure(
        "mistakes",
        "%",
        "lower",
        "positions in which the player's move, found by search, turns a win or a draw into something worse; "
        "only positions in which that can happen count",
    ),
    Measure("mistakes_without_search", "%", "lower", "the same for the move that the net alone likes best"),
    Measure(
        "points_against_random",
        "%",
        "higher",
        "points out of games against a player that draws its moves at random, 1 for a win and half for a "
        "draw; each side begins half of the games",
    ),
)
