"""The program that beat a champion at Go.

In chess a program may count pieces to see who is ahead. In Go nobody could write down what makes a position
good, and until 2015 the best programs guessed it from games played to the end almost at random. AlphaGo has
nets for what players call intuition. The first imitates: shown a position from a game of strong amateurs, it
names the move that was played. A copy of it plays against its own earlier versions and is rewarded for wins
alone. With games of that copy a third net learns to foresee the winner. A tree search then joins them. The
first net says which moves are worth a look, and a new position is judged half by the value net and half by
one quick game that a tiny fourth net plays to its end.

In October 2015 the program won five of five games against Fan Hui, the champion of Europe; in March 2016
it won four of five against Lee Sedol. It had been thought to be ten years away.

It needs games of people to begin with, four nets, and features of the rules made by hand. Its successors
dropped all of that within two years, and became stronger: alphago_zero_2017 and alphazero_2017 are here, too.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe, Stage

PAPER = Paper(
    title="Mastering the game of Go with deep neural networks and tree search",
    authors="D. Silver, A. Huang, C. J. Maddison, A. Guez, L. Sifre, G. van den Driessche and others",
    year=2016,
    venue="Nature 529:484-489",
    url="https://doi.org/10.1038/nature16961",
    confidence="verified",
)


def build(board=(19, 19, 48), falls=False, depth=12, filters=192, first=5, hidden=256):
    """Two policies of 13 layers, a value net of 15, and a fast linear policy for rollouts."""
    from benchmarks.layers.models.alphago import AlphaGo

    return AlphaGo(board, falls, depth, filters, first, hidden)


def loss(model, batch, training):
    """To imitate: the cross-entropy of the teacher's moves `y`, for the policy and for the fast policy.

    A stage trains one of the two, on whose weights the other's part does not depend.
    """
    from keras import ops

    from benchmarks.layers.look_up import chosen

    def of(net):
        logits = ops.cast(net(batch["x"], training=training), "float32")
        return -ops.mean(chosen(ops.log_softmax(logits), batch["y"]))

    return of(model.policy) + of(model.rollout)


def pictures(model, data, predict):
    """Where the imitating policy would play in positions of the test split."""
    from benchmarks.layers.bodies.two_heads import moves_picture

    return {"moves": moves_picture(data, predict)}


#: The nets on a board of 3 by 3 places.
TIC_TAC_TOE = {"board": (3, 3), "depth": 2, "filters": 32, "first": 3, "hidden": 32}
OURS = (
    "the stages, plain gradient descent and the mixing of the paper; sizes, rates and numbers of games are "
    "ours, not searched"
)
EPOCH = "Epoch AI (epoch.ai/data), notable models: AlphaGo Fan"
NOT_GO = (
    "Go takes a data base of people's games and 50 GPUs for weeks; here it is tic-tac-toe and Connect Four"
)
PRINTED = {"confidence": "verified", "source": "text of the paper", "not_comparable": NOT_GO}

ENTRY = Entry(
    id="alphago_2016",
    name="AlphaGo",
    family="reinforcement",
    task="board_games_with_rollouts",
    idea="Imitate players, get better by winning, learn who wins; and let a search use all three.",
    paper=PAPER,
    build=build,
    loss=loss,
    pictures=pictures,
    parameters=(
        ParameterCount(
            trainable=11_746_180,
            where=(
                "counted: two policies of 3,882,793 (5 x 5 x 48 x 192, eleven of 3 x 3 x 192 x 192, one "
                "filter of 1 x 1, biases, one for each place at the end), a value net of 3,980,162 (49 "
                "planes, twelve convolutions, 1 x 1, 256 units, 1), and 432 linear weights of ours for "
                "rollouts"
            ),
        ),
    ),
    recipes=(
        Recipe(
            dataset="tic_tac_toe",
            tier="pocket",
            model=TIC_TAC_TOE,
            stages=(
                Stage(
                    "imitation",
                    trains="policy",
                    dataset="tic_tac_toe_teacher",
                    optimizer={"name": "SGD", "learning_rate": 0.1},
                    batch_size=32,
                    epochs=6,
                    evaluate_every=None,
                ),
                Stage(
                    "fast imitation",
                    trains="rollout",
                    dataset="tic_tac_toe_teacher",
                    optimizer={"name": "SGD", "learning_rate": 0.1},
                    batch_size=32,
                    epochs=3,
                    evaluate_every=None,
                ),
                Stage(
                    "reinforcement",
                    rule="policy_self_play",
                    rule_options={"iterations": 10, "pool_every": 10, "pool": 8},
                    trains="reinforced",
                    optimizer={"name": "SGD", "learning_rate": 0.1},
                    batch_size=128,
                    epochs=8,
                    evaluate_every=None,
                ),
                Stage(
                    "values",
                    rule="value_self_play",
                    rule_options={"games": 1024, "memory": 8192, "learning_steps": 150},
                    optimizer={"name": "SGD", "learning_rate": 0.05},
                    batch_size=32,
                    epochs=6,
                    evaluate_every=6,
                ),
            ),
            task_options={"simulations": 16, "exploration": 1.25, "games": 40},
            floor=("mistakes", 12.4),
            source=OURS,
        ),
        Recipe(
            dataset="tic_tac_toe",
            tier="standard",
            model=TIC_TAC_TOE | {"depth": 3, "filters": 64, "hidden": 64},
            stages=(
                Stage(
                    "imitation",
                    trains="policy",
                    dataset="tic_tac_toe_teacher",
                    optimizer={"name": "SGD", "learning_rate": 0.1},
                    batch_size=32,
                    epochs=20,
                    evaluate_every=20,
                    test_at_end=True,
                ),
                Stage(
                    "fast imitation",
                    trains="rollout",
                    dataset="tic_tac_toe_teacher",
                    optimizer={"name": "SGD", "learning_rate": 0.1},
                    batch_size=32,
                    epochs=5,
                    evaluate_every=None,
                ),
                Stage(
                    "reinforcement",
                    rule="policy_self_play",
                    rule_options={"iterations": 50, "pool_every": 50, "pool": 32},
                    trains="reinforced",
                    optimizer={"name": "SGD", "learning_rate": 0.05},
                    batch_size=128,
                    epochs=40,
                    evaluate_every=10,
                    test_at_end=True,
                ),
                Stage(
                    "values",
                    rule="value_self_play",
                    rule_options={"games": 1024, "memory": 65_536, "learning_steps": 200},
                    optimizer={"name": "SGD", "learning_rate": 0.05},
                    batch_size=32,
                    epochs=40,
                    evaluate_every=10,
                ),
            ),
            task_options={"simulations": 50, "exploration": 1.25},
            source=OURS,
        ),
        Recipe(
            dataset="connect_four",
            tier="standard",
            model={"board": (6, 7), "falls": True, "depth": 4, "filters": 64, "first": 5, "hidden": 64},
            stages=(
                Stage(
                    "imitation",
                    trains="policy",
                    dataset="connect_four_teacher",
                    optimizer={"name": "SGD", "learning_rate": 0.1},
                    batch_size=64,
                    epochs=10,
                    evaluate_every=10,
                    test_at_end=True,
                ),
                Stage(
                    "fast imitation",
                    trains="rollout",
                    dataset="connect_four_teacher",
                    optimizer={"name": "SGD", "learning_rate": 0.1},
                    batch_size=64,
                    epochs=5,
                    evaluate_every=None,
                ),
                Stage(
                    "reinforcement",
                    rule="policy_self_play",
                    rule_options={"iterations": 50, "pool_every": 50, "pool": 32},
                    trains="reinforced",
                    optimizer={"name": "SGD", "learning_rate": 0.02},
                    batch_size=128,
                    epochs=40,
                    evaluate_every=10,
                    test_at_end=True,
                ),
                Stage(
                    "values",
                    rule="value_self_play",
                    rule_options={"games": 1024, "memory": 65_536, "learning_steps": 200},
                    optimizer={"name": "SGD", "learning_rate": 0.05},
                    batch_size=32,
                    epochs=40,
                    evaluate_every=10,
                ),
            ),
            task_options={"simulations": 50, "exploration": 1.25},
            source=OURS,
        ),
    ),
    claims=(
        Claim(
            dataset="KGS games",
            metric="accuracy",
            value=57.0,
            unit="%",
            direction="higher",
            where="moves of strong amateurs that the imitating policy predicts, all features",
            test_size=1_000_000,
            **PRINTED,
        ),
        Claim(
            dataset="Tygem games",
            metric="accuracy",
            value=24.2,
            unit="%",
            direction="higher",
            where="moves that the rollout policy predicts",
            **PRINTED,
        ),
        Claim(
            dataset="Go",
            metric="reinforced_points",
            value=80.0,
            unit="%",
            direction="higher",
            where="games of the reinforced policy against the imitating one: won more than",
            statistic="bound",
            **PRINTED,
        ),
        Claim(
            dataset="Go",
            metric="points",
            value=85.0,
            unit="%",
            direction="higher",
            where="games of the reinforced policy, without search, against Pachi",
            **PRINTED,
        ),
        Claim(
            dataset="Go",
            metric="points",
            value=99.8,
            unit="%",
            direction="higher",
            where="494 of 495 games against other programs, on one machine",
            test_size=495,
            **PRINTED,
        ),
        Claim(
            dataset="Go, self-play positions",
            metric="squared_error",
            value=0.234,
            unit="points squared",
            direction="lower",
            where="value net, test set of self-play positions",
            **PRINTED,
        ),
    ),
    deviations=(
        "Tic-tac-toe and Connect Four in place of Go: small enough for a processor, and solved, so that "
        "mistakes can be counted.",
        "The teacher is no person: it wins at once if it can, else takes the place with which the other "
        "would win, and else draws its move.",
        "The nets see the two players' pieces; the paper gives them 48 planes made from the rules of Go.",
        "The fast policy is linear in the 3 by 3 places around a move; the paper's is linear in patterns "
        "that were chosen by hand, and remembers replies.",
        "A new position is judged at once by the value net and by one rollout, and joins the tree; in the "
        "paper it joins after 40 visits, each with a rollout of its own.",
        "Reinforcement has no baseline, as on the paper's first pass; its steps have the size of the mean "
        "over games.",
        "Boards are not turned; the paper learns and searches in all eight orientations.",
    ),
    history=(
        Fact(what="parameters", value=8_209_984, unit="parameters", source=EPOCH, confidence="verified"),
        Fact(what="training_flop", value=3.8e20, unit="FLOP", source=EPOCH, confidence="verified"),
        Fact(
            what="examples", value=29.4e6, unit="positions", source="text of the paper", confidence="verified"
        ),
        Fact(what="hardware", value="50 GPUs", unit="", source="text of the paper", confidence="verified"),
    ),
)
