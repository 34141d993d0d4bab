"""Backgammon, learned from nothing but playing against itself.

Samuel's checkers program of 1959 had learned by comparing what it thought of a position with what it thought
a few moves later, and Sutton in 1988 made a theory of it: learn from the difference between two successive
forecasts, and need not wait for the end. Tesauro gave this to a net. It sees the bare board, begins with
random weights and so with random moves, and foresees who will win. Both players make the move after which it
foresees the best for them. At the end it is told who has won, and each move before carries that news back: an
eligibility trace remembers by how much each weight had a part in the forecasts so far, and fades by the
factor lambda.

Tesauro's own earlier programs had learned from thousands of experts' moves. The new one knew none, and was
better. With features of the older program and a look two moves ahead it played, in the years that followed,
about as well as the best people, who have since taken up some of its openings.

Other games did not follow for twenty years. Dice take a player to all kinds of positions and make chances
vary smoothly with the position, so that greedy play explores enough and a small net suffices; in chess or Go
neither is so.
"""

from benchmarks.spec import Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Practical issues in temporal difference learning",
    authors="G. Tesauro",
    year=1992,
    venue="Machine Learning 8:257-277",
    url="https://doi.org/10.1007/BF00992697",
    confidence="verified",
)


def build(inputs=198, hidden=40, outputs=1):
    """One layer of hidden sigmoids between the position and the chance that White wins."""
    from keras import Input, Sequential, layers

    return Sequential(
        [
            Input((inputs,)),
            layers.Dense(hidden, activation="sigmoid", name="hidden"),
            layers.Dense(outputs, activation="sigmoid", name="output"),
        ]
    )


OURS = (
    "lambda and the rule of the paper; the rate chosen from eight, 0.06 to 8, by the chance lost on the "
    "validation split; sizes and numbers of games are ours, not searched"
)
STANDARD = (
    "lambda and the rule of the paper; the rate is the best of 0.06, 0.5, 1 and 2 for lambda 0.7, by the "
    "chance lost on the validation split, and lambda 0 has the same; the rest is ours, not searched"
)

ENTRY = Entry(
    id="td_gammon_1992",
    name="TD-Gammon",
    family="reinforcement",
    task="position_values",
    idea="A net plays against itself, and each forecast of who will win learns from the next one.",
    paper=PAPER,
    build=build,
    variants={
        "td0": "lambda = 0: a forecast learns only from the very next one",
        "taught": "the exact chances of half of all positions are given as targets, for gradient descent",
    },
    parameters=(
        ParameterCount(trainable=8_001, where="198-40-1, counted: one output of the paper's"),
        ParameterCount(
            trainable=8_124,
            where="198-40-4, counted: wins and gammons of either side",
            arguments={"outputs": 4},
        ),
    ),
    recipes=(
        Recipe(
            dataset="small_race",
            tier="pocket",
            model={"inputs": 42, "hidden": 20},
            rule="td_lambda",
            rule_options={"learning_rate": 2.0, "trace_decay": 0.7},
            batch_size=1,
            steps_per_epoch=50_000,
            epochs=8,
            evaluate_every=4,
            floor=("chance_lost", 2.2),
            source=OURS,
        ),
        Recipe(
            dataset="small_race",
            variant="td0",
            tier="pocket",
            model={"inputs": 42, "hidden": 20},
            rule="td_lambda",
            rule_options={"learning_rate": 4.0, "trace_decay": 0.0},
            batch_size=1,
            steps_per_epoch=50_000,
            epochs=8,
            evaluate_every=4,
            floor=("chance_lost", 2.2),
            source=OURS,
        ),
        Recipe(
            dataset="small_race",
            variant="taught",
            tier="pocket",
            model={"inputs": 42, "hidden": 20},
            optimizer={"name": "SGD", "learning_rate": 2.0, "momentum": 0.9},
            batch_size=32,
            epochs=100,
            evaluate_every=50,
            floor=("chance_lost", 1.1),
            source="ours: the rate chosen from eight, 0.06 to 8, by the chance lost on the validation split",
        ),
        Recipe(
            dataset="race",
            tier="standard",
            model={"inputs": 54},
            rule="td_lambda",
            rule_options={"learning_rate": 0.5, "trace_decay": 0.7},
            batch_size=1,
            steps_per_epoch=500_000,
            epochs=12,
            evaluate_every=2,
            source=STANDARD,
        ),
        Recipe(
            dataset="race",
            variant="td0",
            tier="standard",
            model={"inputs": 54},
            rule="td_lambda",
            rule_options={"learning_rate": 0.5, "trace_decay": 0.0},
            batch_size=1,
            steps_per_epoch=500_000,
            epochs=12,
            evaluate_every=2,
            source=STANDARD,
        ),
        Recipe(
            dataset="race",
            variant="taught",
            tier="standard",
            model={"inputs": 54},
            optimizer={"name": "SGD", "learning_rate": 2.0, "momentum": 0.9},
            batch_size=32,
            epochs=400,
            evaluate_every=50,
            source="ours: the rate of the small race, not searched here",
        ),
    ),
    deviations=(
        "A small race with one die and three checkers a side in place of backgammon: small enough for exact "
        "chances to win.",
        "There is one output, since nothing counts but the win; the paper's nets have four, for wins and "
        "gammons of either side.",
        "Points are seen by three units, as many as there are checkers; the paper has a fourth for the rest.",
        "The taught net learns exact chances; the paper's comparison is with nets taught by experts' moves.",
        "Learning rates are ours; so are the first weights, Glorot's.",
    ),
    history=(
        Fact(
            what="examples",
            value=200_000,
            unit="games",
            source="Tesauro, Temporal difference learning and TD-Gammon, CACM 38(3), 1995, page 61: raw "
            "encoding",
            confidence="recalled",
        ),
    ),
)
