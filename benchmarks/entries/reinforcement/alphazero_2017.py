"""One way to learn chess, shogi and Go, from the rules alone.

For fifty years chess programs searched with knowledge that people had put into them: what a rook is worth,
which openings are sound. AlphaZero was given the rules and nothing else. A net looks at a position and says
two things: which moves deserve attention, and who will win. A tree search that the net leads finds better
moves than the net would have chosen alone; the net then learns to say at once what the search found out, and
so the next search goes further. The program plays against itself, begins with moves drawn at random, and
after hours beats the strongest programs of its time at three games.

What it needs is a perfect simulator. The search asks what follows a move, so the rules have to be known and
nothing may be hidden; its successor MuZero (2019) learned the rules as well. And it needs games, millions of
them, played on thousands of processors that nobody but a large company had.

Here it learns tic-tac-toe and Connect Four, games that are solved: what it plays is held against perfect
play.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="A general reinforcement learning algorithm that masters chess, shogi, and Go through self-play",
    authors="D. Silver, T. Hubert, J. Schrittwieser, I. Antonoglou, M. Lai, A. Guez, M. Lanctot and others",
    year=2017,
    venue="arXiv:1712.01815; Science 362:1140-1144 (2018)",
    url="https://arxiv.org/abs/1712.01815",
    confidence="recalled",
)


def build(board=(19, 19, 17), actions=362, blocks=19, filters=256, hidden=256, decay=0.0):
    """The net for Go: a residual tower of 20 convolutional steps, one head for moves, one for the value."""
    from benchmarks.layers.bodies.two_heads import two_heads

    return two_heads(board, actions, blocks, filters, hidden, decay)


def pictures(model, data, predict):
    """Where the net would play, and what it thinks of its chances, in positions of the test split."""
    from benchmarks.layers.bodies.two_heads import moves_picture

    return {"moves": moves_picture(data, predict)}


#: The net on a board of 3 by 3 places.
TIC_TAC_TOE = {"board": (3, 3), "actions": 9, "blocks": 1, "filters": 32, "hidden": 32, "decay": 0.0002}
OURS = (
    "momentum, weight decay and search of the paper; the rest is ours, made short in trial runs, not searched"
)
NOT_CHESS = "chess takes thousands of processors, and the opponent is another program"

ENTRY = Entry(
    id="alphazero_2017",
    name="AlphaZero",
    family="reinforcement",
    task="board_games",
    idea="Search makes the net's moves better, and the net learns from what the search found.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    parameters=(
        ParameterCount(
            trainable=22_827_877,
            where="Go: 19 residual blocks of 256 filters, two heads, counted (the paper prints no count)",
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
                "memory": 2048,
                "learning_steps": 40,
            },
            optimizer={"name": "SGD", "learning_rate": 0.1, "momentum": 0.9},
            batch_size=64,
            epochs=8,
            evaluate_every=4,
            task_options={"simulations": 16, "exploration": 1.25},
            floor=("mistakes_without_search", 56.0),
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
                "memory": 20_000,
                "learning_steps": 100,
            },
            optimizer={"name": "SGD", "learning_rate": 0.05, "momentum": 0.9},
            batch_size=128,
            epochs=40,
            evaluate_every=10,
            task_options={"simulations": 50, "exploration": 1.25},
            source=OURS,
        ),
        Recipe(
            dataset="connect_four",
            tier="standard",
            model={
                "board": (6, 7),
                "actions": 7,
                "blocks": 3,
                "filters": 64,
                "hidden": 64,
                "decay": 0.0002,
            },
            rule="self_play",
            rule_options={
                "games": 128,
                "simulations": 50,
                "exploration": 1.25,
                "noise": 1.0,
                "sampled_moves": 42,
                "memory": 50_000,
                "learning_steps": 100,
            },
            optimizer={"name": "SGD", "learning_rate": 0.05, "momentum": 0.9},
            batch_size=256,
            epochs=60,
            evaluate_every=10,
            task_options={"simulations": 50, "exploration": 1.25},
            source=OURS,
        ),
    ),
    claims=(
        Claim(
            dataset="chess",
            metric="points",
            value=28.0,
            unit="wins of 100",
            direction="higher",
            where="preprint, table 1: games against Stockfish that were won; 72 were drawn and none lost",
            confidence="recalled",
            not_comparable=NOT_CHESS,
        ),
    ),
    history=(
        Fact(
            what="training_flop",
            value=3.67e22,
            unit="FLOP",
            source="Epoch AI (epoch.ai/data), notable models: AlphaZero",
            confidence="verified",
        ),
    ),
    deviations=(
        "Tic-tac-toe and Connect Four in place of chess, shogi and Go: small enough for a processor, and "
        "solved, so that mistakes can be counted.",
        "The net sees the two players' pieces, without the seven positions before; repetition does not occur "
        "in these games.",
        "Games are played side by side, and the net learns between rounds of games, not at the same time.",
        "The exploration constant is fixed; the paper lets it grow slowly with the number of visits.",
        "Dirichlet noise has a concentration of 1, for few legal moves; the paper takes 0.3, 0.15 and 0.03, "
        "which fall with their number.",
        "All moves of a game are drawn in proportion to the search's counts; the paper does so for 30.",
    ),
)
