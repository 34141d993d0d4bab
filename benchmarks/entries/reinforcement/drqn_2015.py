"""The player that remembers what it no longer sees.

A screen of Pong does not tell which way the ball flies. The deep Q-network of 2013 was shown the last four
screens, stacked, and so had all it needed; but how many screens are enough is a number that somebody has to
know. Hausknecht and Stone showed the net one screen at a time, and put in place of its first fully connected
layer a layer of LSTM cells, which carry through the game whatever is worth remembering. To see whether it
does, they made the screen flicker: each one is blank with probability one half. The net plays on through the
gaps, and cells deep inside it respond to what no single screen shows, such as a ball that has just been
missed.

Recurrence made learning harder, not easier. Sequences that begin in the middle of a game have to start from
an empty memory, and errors reach back ten steps and no further. On most games, flickering or not, the
recurrent net was about as good as the one with stacked screens, which the authors say plainly. It had one
advantage: when the screens get better or worse after learning, it suffers less.
"""

from benchmarks.spec import Claim, Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Deep recurrent Q-learning for partially observable MDPs",
    authors="M. Hausknecht, P. Stone",
    year=2015,
    venue="AAAI fall symposium series",
    url="https://arxiv.org/abs/1507.06527",
    confidence="verified",
)


def build(
    actions=18,
    input_shape=(84, 84, 1),
    convolutions=((32, 8, 4), (64, 4, 2), (64, 3, 1)),
    units=512,
    frames=None,
):
    """The values of the actions, and what is remembered: from observations [n, T, ...] and states [n, m] to
    values [n, T, actions] and states [n, m].

    A convolution is (filters, size, stride); without any, observations are rows of numbers. The state is the
    LSTM's outputs and cells. With `frames` a layer that sees so many observations at once, the newest among
    them, takes the place of the LSTM (the rows of numbers alone); then the state is the older ones.
    """
    import keras
    from keras import ops

    observations = keras.Input((None, *input_shape))
    if frames is not None:
        (width,) = input_shape
        state = keras.Input(((frames - 1) * width,))
        older = keras.layers.Reshape((frames - 1, width))(state)
        seen = ops.concatenate([older, observations], axis=1)
        shifted = [seen[:, i : i - frames + 1] for i in range(frames - 1)]
        stacks = ops.concatenate([*shifted, seen[:, frames - 1 :]], axis=-1)
        x = keras.layers.Dense(units, activation="relu")(stacks)
        x = keras.layers.Dense(units, activation="relu")(x)
        after = keras.layers.Flatten()(seen[:, -(frames - 1) :])
        return keras.Model([observations, state], [keras.layers.Dense(actions)(x), after])
    x = observations
    if convolutions:
        x = keras.layers.Rescaling(1 / 255)(x)
    for filters, size, stride in convolutions:
        convolution = keras.layers.Conv2D(filters, size, strides=stride, activation="relu")
        x = keras.layers.TimeDistributed(convolution)(x)
    if convolutions:
        x = keras.layers.TimeDistributed(keras.layers.Flatten())(x)
    state = keras.Input((2 * units,))
    lstm = keras.layers.LSTM(units, use_cudnn=False, return_sequences=True, return_state=True)
    x, h, c = lstm(x, initial_state=[state[:, :units], state[:, units:]])
    return keras.Model(
        [observations, state], [keras.layers.Dense(actions)(x), ops.concatenate([h, c], axis=-1)]
    )


#: Sizes of the nets for CartPole's four numbers.
CARTPOLE_NET = {"actions": 2, "input_shape": (4,), "convolutions": (), "units": 64}
#: What both nets share in the pocket tier.
POCKET = {
    "memory": 2500,
    "actors": 8,
    "learning_starts": 1000,
    "train_every": 64,
    "gradient_steps": 16,
    "discount": 0.99,
    "final_exploration": 0.05,
    "exploration_steps": 8000,
    "target_every": 96,
    "double": True,
}
#: In the standard tier the memory holds ten times as much, and more is learned from each step.
STANDARD = {
    "memory": 25_000,
    "actors": 8,
    "learning_starts": 1000,
    "train_every": 64,
    "gradient_steps": 32,
    "discount": 0.99,
    "final_exploration": 0.05,
    "exploration_steps": 16_000,
    "target_every": 320,
    "double": True,
}
AUTHORS = (
    "discount, sequences of ten steps, 32 of them, and clipping are those of github.com/mhauskn/dqn, branch "
    "recurrent"
)
POCKET_SOURCE = f"{AUTHORS}; each net's rate and double targets were chosen on validation, the rest is ours"
STANDARD_SOURCE = f"as in the pocket tier, longer and with a larger memory, not searched; {AUTHORS}"
NO_ATARI = (
    "Atari 2600 games are not among the suite's tasks: the games are not free, and each was played for ten "
    "million steps"
)
FLICKERING_PONG = {
    "dataset": "Atari: Pong, flickering",
    "metric": "return",
    "unit": "score",
    "direction": "higher",
    "confidence": "recalled",
    "not_comparable": NO_ATARI,
}

ENTRY = Entry(
    id="drqn_2015",
    name="Deep recurrent Q-network",
    family="reinforcement",
    task="recurrent_control",
    idea="An LSTM in place of the stack of frames remembers what a flickering screen hides.",
    paper=PAPER,
    build=build,
    variants={
        "frames": (
            "no recurrence: a feedforward net sees the last ten observations at once, as many as the LSTM "
            "learns from in a sequence"
        ),
    },
    parameters=(
        ParameterCount(
            trainable=7_554_226,
            where=(
                "one screen of 84 x 84 pixels, 32, 64 and 64 filters, 512 LSTM cells, 18 actions, counted "
                "(the paper prints no count)"
            ),
        ),
    ),
    recipes=(
        Recipe(
            dataset="flickering_cartpole",
            tier="pocket",
            model=CARTPOLE_NET,
            rule="recurrent_q_learning",
            rule_options=POCKET | {"unroll": 10},
            optimizer={"name": "Adam", "learning_rate": 0.002},
            clip_norm=10.0,
            batch_size=32,
            epochs=4,
            evaluate_every=2,
            steps_per_epoch=3200,
            floor=("return", 80.0),
            source=POCKET_SOURCE,
        ),
        Recipe(
            dataset="flickering_cartpole",
            tier="pocket",
            variant="frames",
            model=CARTPOLE_NET | {"frames": 10},
            rule="recurrent_q_learning",
            rule_options=POCKET | {"unroll": 1, "warm_up": 9},
            optimizer={"name": "Adam", "learning_rate": 0.001},
            clip_norm=10.0,
            batch_size=64,
            epochs=4,
            evaluate_every=2,
            steps_per_epoch=3200,
            floor=("return", 30.0),
            source=POCKET_SOURCE,
        ),
        Recipe(
            dataset="flickering_cartpole",
            tier="standard",
            model=CARTPOLE_NET,
            rule="recurrent_q_learning",
            rule_options=STANDARD | {"unroll": 10},
            optimizer={"name": "Adam", "learning_rate": 0.002},
            clip_norm=10.0,
            batch_size=32,
            epochs=40,
            evaluate_every=2,
            steps_per_epoch=6400,
            source=STANDARD_SOURCE,
        ),
        Recipe(
            dataset="flickering_cartpole",
            tier="standard",
            variant="frames",
            model=CARTPOLE_NET | {"frames": 10},
            rule="recurrent_q_learning",
            rule_options=STANDARD | {"unroll": 1, "warm_up": 9},
            optimizer={"name": "Adam", "learning_rate": 0.001},
            clip_norm=10.0,
            batch_size=64,
            epochs=40,
            evaluate_every=2,
            steps_per_epoch=6400,
            source=STANDARD_SOURCE,
        ),
    ),
    claims=(
        Claim(value=12.1, spread=2.2, where="table of flickering games: DRQN, one frame", **FLICKERING_PONG),
        Claim(
            variant="frames",
            value=-9.9,
            spread=3.3,
            where="table of flickering games: DQN, ten frames",
            **FLICKERING_PONG,
        ),
    ),
    deviations=(
        "CartPole in place of Atari games: four numbers instead of pixels, so that the net has no "
        "convolutions. The speeds are among them; in the paper one screen shows none.",
        "Adam replaces ADADELTA, with which the authors learned, and a schedule of thousands of steps theirs "
        "of millions.",
        "The targets are those of double Q-learning (van Hasselt, Guez and Silver, 2015), which the paper "
        "does not have.",
        "Sequences begin at any remembered step and stop where the episode does; in the authors' program an "
        "episode is drawn first, whatever its length, and a sequence fits into it.",
        "The target network reads the same sequence as the net, from its first observation on; in the "
        "authors' program from the second on.",
        "Eight environments run side by side, and learning steps come in blocks after blocks of environment "
        "steps, one for four of them in the pocket tier and one for two in the standard tier; the authors' "
        "program learns after each.",
        "Each epoch begins with a fresh episode, so that a killed run can resume without the state of an "
        "environment.",
        "An episode that is cut at 500 steps does not count as ended: from its last step nothing is learned.",
        "In the variant with frames each sequence trains the last of its ten steps alone, at which the net "
        "sees ten frames; so it learns from fewer steps than the LSTM, which learns from all ten.",
        "Evaluation is greedy; the authors' program plays one action in twenty at random.",
        "LSTM gates are initialised as Keras does, with forget gates open; the authors draw all weights "
        "uniformly up to 0.08.",
    ),
)
