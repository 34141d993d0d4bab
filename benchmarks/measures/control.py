"""What control is scored by."""

from benchmarks.spec import Measure

MEASURES = (
    Measure(
        "return",
        "reward",
        "higher",
        "rewards of one episode of greedy actions, added up without discount: the mean over the episodes",
    ),
    Measure("worst_return", "reward", "higher", "the lowest return among the episodes of greedy actions"),
    Measure(
        "solved",
        "%",
        "higher",
        "episodes of greedy actions with at least the return at which the environment counts as solved",
    ),
)
