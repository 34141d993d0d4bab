"""What board games are scored by where a search listens to a value and to games that are played out."""

from benchmarks.spec import Measure

MEASURES = (
    Measure(
        "mistakes",
        "%",
        "lower",
        "positions in which the player's move, found by search, turns a win or a draw into something worse; "
        "only positions in which that can happen count",
    ),
    Measure("mistakes_by_value", "%", "lower", "the same if the search asks the value net alone"),
    Measure("mistakes_by_rollouts", "%", "lower", "the same if it asks games played out alone"),
    Measure(
        "mistakes_without_search",
        "%",
        "lower",
        "the same for the move that the policy likes best that has learned to imitate",
    ),
    Measure(
        "mistakes_of_reinforced", "%", "lower", "the same for the policy that has learned to win, no search"
    ),
    Measure(
        "points_against_random",
        "%",
        "higher",
        "points out of games against a player that draws its moves at random, 1 for a win and half for a "
        "draw; each side begins half of the games",
    ),
    Measure(
        "reinforced_points",
        "%",
        "higher",
        "points of the policy that has learned to win out of games against the one that imitates, both "
        "drawing their moves; each side begins half of the games",
    ),
)
