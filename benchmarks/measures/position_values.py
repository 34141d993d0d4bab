"""What estimates of the chance to win are scored by."""

from benchmarks.spec import Measure

MEASURES = (
    Measure(
        "chance_lost",
        "%",
        "lower",
        "by how much the move with the best estimate lowers the exact chance to win: the mean over positions "
        "and rolls where a move can lower it, in percentage points",
    ),
    Measure("mistakes", "%", "lower", "the share of those moves that lower it at all"),
    Measure(
        "value_error",
        "%",
        "lower",
        "root mean square difference between the estimated and the exact chance to win, in percentage points",
    ),
    Measure(
        "wins_against_random",
        "%",
        "higher",
        "games won against a player that draws its moves at random: the exact chance, with either colour and "
        "either side beginning",
    ),
    Measure("wins_against_perfect", "%", "higher", "the same against perfect play, of which 50 is the most"),
)
