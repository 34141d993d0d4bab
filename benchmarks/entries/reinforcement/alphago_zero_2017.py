"""Go without a single game of people's.

The program that beat Lee Sedol in 2016 had begun by imitating strong players, from thirty million of their
positions. AlphaGo Zero does without them. It knows the rules, and plays against itself; what its tree search
tried most is what its net learns to propose, and who won is what it learns to foresee. One net does both
jobs, where AlphaGo had two, and the search needs no games played out at random. After three days it won all
of a hundred games against the program of the year before.

Two things keep learning safe. Positions are learned in all eight orientations of the board. And a new net
plays against the best so far, and replaces it only if it wins 55 of 100: games to learn from always come from
the best player known. AlphaZero, months later, dropped both and learned as well.

It learns one game, whose rules are built in, and a year of a laptop would not bring it far in Go.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Mastering the game of Go without human knowledge",
    authors="D. Silver, J. Schrittwieser, K. Simonyan, I. Antonoglou, A. Huang, A. Guez and others",
    year=2017,
    venue="Nature 550:354-359",
    url="https://doi.org/10.1038/nature24270",
    confidence="recalled",
)


def build(board=(19, 19, 17), actions=362, blocks=19, filters=256, hidden=256, decay=0.0):
    """The net: a residual tower of 20 steps (40 with 39 blocks), one head for moves, one for the value."""
    from benchmarks.layers.bodies.two_heads import two_heads

    return two_heads(board, actions, blocks, filters, hidden, decay)


def pictures(model, data, predict):
    """Where the net would play in positions of the test split."""
    from benchmarks.layers.bodies.two_heads import moves_picture

    return {"moves": moves_picture(data, predict)}


#: The net on a board of 3 by 3 places.
TIC_TAC_TOE = {"board": (3, 3), "actions": 9, "blocks": 1, "filters": 32, "hidden": 32, "decay": 0.0002}
OURS = (
    "momentum, the weight decay, the search, orientations and the gate of the paper; sizes, rate and numbers "
    "of games are ours, not searched"
)

EPOCH = "Epoch AI (epoch.ai/data), notable models: AlphaGo Zero"

ENTRY = Entry(
    id="alphago_zero_2017",
    name="AlphaGo Zero",
    family="reinforcement",
    task="board_games",
    idea="Self-play from nothing: the search teaches the net, and only a better net becomes the player.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    parameters=(
        ParameterCount(trainable=22_827_877, where="19 residual blocks of 256 filters, two heads, counted"),
        ParameterCount(
            trainable=46_441_317,
            where=(
                "39 residual blocks, counted; Epoch AI has 46,400,244, which is the same without biases and "
                "normalisation"
            ),
            arguments={"blocks": 39},
        ),
    ),
    recipes=(
        Recipe(
            dataset="tic_tac_toe",
            tier="pocket",
            model=TIC_TAC_TOE,
            rule="self_play",
            rule_options={
                "games": 32,
                "simulations": 16,
                "exploration": 1.25,
                "noise": 1.0,
                "sampled_moves": 9,
                "memory": 16_384,
                "learning_steps": 40,
                "symmetries": True,
                "gate_games": 32,
            },
            optimizer={"name": "SGD", "learning_rate": 0.1, "momentum": 0.9},
            batch_size=64,
            epochs=8,
            evaluate_every=4,
            task_options={"simulations": 16, "exploration": 1.25},
            floor=("mistakes", 11.3),
            source=OURS,
        ),
        Recipe(
            dataset="tic_tac_toe",
            tier="standard",
            model=TIC_TAC_TOE | {"blocks": 2, "filters": 64, "hidden": 64},
            rule="self_play",
            rule_options={
                "games": 128,
                "simulations": 50,
                "exploration": 1.25,
                "noise": 1.0,
                "sampled_moves": 9,
                "memory": 80_000,
                "learning_steps": 100,
                "symmetries": True,
                "gate_games": 100,
            },
            optimizer={"name": "SGD", "learning_rate": 0.05, "momentum": 0.9},
            batch_size=128,
            epochs=40,
            evaluate_every=10,
            task_options={"simulations": 50, "exploration": 1.25},
            source=OURS,
        ),
    ),
    claims=(
        Claim(
            dataset="Go",
            metric="points",
            value=100.0,
            unit="wins of 100",
            direction="higher",
            where="text: games against AlphaGo Lee after three days, 20 blocks",
            confidence="recalled",
            not_comparable="Go takes thousands of processors, and the opponent is another program",
        ),
    ),
    deviations=(
        "Tic-tac-toe in place of Go: small enough for a processor, and solved, so that mistakes can be "
        "counted.",
        "The net sees the two players' pieces, without the seven positions before.",
        "Positions are remembered in all orientations; the paper turns the board at random for each "
        "evaluation and each example.",
        "Dirichlet noise has a concentration of 1, for few legal moves; the paper takes 0.03 for many.",
        "In the gate the first move of each side is drawn; the paper draws none, but turns boards at random.",
        "Weak moves are not resigned: games are short.",
        "Every move of a game is drawn by the counts of visits, since games are short; in the paper the "
        "first 30 moves are.",
    ),
    history=(
        Fact(what="parameters", value=46_400_244, unit="parameters", source=EPOCH, confidence="verified"),
        Fact(what="training_flop", value=3.41e23, unit="FLOP", source=EPOCH, confidence="verified"),
        Fact(
            what="hours",
            value=960,
            unit="h",
            source="the paper: 40 days for the net of 40 blocks (Epoch AI has 480 h)",
            confidence="verified",
        ),
        Fact(what="hardware", value="Google TPU v1", unit="", source=EPOCH, confidence="verified"),
    ),
)
