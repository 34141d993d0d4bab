"""Learning what to do from rewards that come late, with a table and one line of arithmetic.

A rat in a maze finds cheese after a hundred turns: which of them were right? Dynamic programming had an
answer since the 1950s, if one knows the maze: the value of a place is that of the best place that one can
get to from it. In his thesis at Cambridge, Christopher Watkins asked what an animal can do that knows no
map, and only remembers what it has tried. His answer keeps a number for each action in each situation, its
quality Q, how much reward it brings in the end. After every step it moves that one number a little towards
the reward just received plus the best number of the situation where one has landed.

That best number is the point: it does not ask what the learner will do next, but what would be best. So it
learns the best behaviour while behaving otherwise, even by walking at random, and Watkins and Dayan proved
in 1992 that the numbers converge to the truth if everything is tried again and again. Nothing has to be
planned or modelled.

A table knows nothing of likeness: what was learned of one situation says nothing about its neighbour, and
every reward must trickle back one step at a time. For chess or for pictures no table is large enough. A
neural net in its place was known to be unstable, until in 2013 it learned to play Atari.
"""

from benchmarks.spec import Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Learning from delayed rewards; Q-learning",
    authors="C. J. C. H. Watkins; C. J. C. H. Watkins, P. Dayan",
    year=1989,
    venue="PhD thesis, University of Cambridge; Machine Learning 8:279-292 (1992)",
    url="https://doi.org/10.1007/BF00992698",
)


def build(states=16, actions=4):
    """One number for each action in each state."""
    from benchmarks.layers.models.value_table import ValueTable

    return ValueTable(states, actions)


def pictures(model, data, predict):
    """What the table says of each place of the lake."""
    import math

    import numpy as np

    from benchmarks.pictures import LabelledMap

    side = math.isqrt(len(model.values))
    names = [str(number) for number in range(1, side + 1)]
    return {
        "values": LabelledMap(
            np.asarray(model.values).max(axis=1).reshape(side, side),
            names,
            names,
            "row",
            "column",
            "reward",
            "The value of the best action in each place: the reward that it brings in the end, discounted. "
            "The walk starts at the upper left and ends at the lower right; holes and the end have 0.",
        )
    }


ENTRY = Entry(
    id="tabular_q_learning_1989",
    name="Q-learning with a table",
    family="reinforcement",
    task="control",
    idea=(
        "Move the value of the action that was taken towards the reward plus the value of the best action "
        "that follows."
    ),
    paper=PAPER,
    build=build,
    pictures=pictures,
    parameters=(
        ParameterCount(trainable=64, where="16 states, 4 actions"),
        ParameterCount(trainable=256, where="64 states, 4 actions", arguments={"states": 64}),
    ),
    recipes=(
        Recipe(
            dataset="frozen_lake",
            tier="pocket",
            rule="tabular_q_learning",
            rule_options={
                "discount": 0.99,
                "learning_rate": 1.0,
                "rate_decay": 0.6,
                "final_exploration": 0.1,
                "exploration_steps": 40_000,
            },
            steps_per_epoch=10_000,
            epochs=8,
            evaluate_every=4,
            task_options={"episodes": 200, "test_episodes": 1000},
            floor=("return", 0.59),
            source="ours, not searched; the power of the rates lies within the bounds of the theorem of 1992",
        ),
        Recipe(
            dataset="frozen_lake_8x8",
            tier="standard",
            model={"states": 64},
            rule="tabular_q_learning",
            rule_options={
                "discount": 0.99,
                "learning_rate": 1.0,
                "rate_decay": 0.6,
                "final_exploration": 0.1,
                "exploration_steps": 400_000,
            },
            steps_per_epoch=50_000,
            epochs=16,
            evaluate_every=4,
            task_options={"episodes": 200, "test_episodes": 1000},
            source="ours, not searched; the power of the rates lies within the bounds of the theorem of 1992",
        ),
    ),
    deviations=(
        "The lakes are a test problem of today; the thesis has problems of its own (recalled).",
        (
            "The share of random actions and the rates follow a schedule of ours; the theorem asks only that "
            "every action is tried in every state without end, and that the rates fall neither too fast nor "
            "too slowly."
        ),
        "Each epoch begins with a fresh episode, so that a killed run can resume without the state "
        "of an environment.",
        (
            "An episode that is cut for its length does not count as ended: its last step keeps the value of "
            "what would have followed."
        ),
    ),
)
