"""The net that taught itself to play.

Q-learning, a rule of 1989, keeps a table of how much reward each action in each situation brings in
the end, and after every step moves one number towards the reward just received plus the best number
of the next situation. Where situations are the pixels of a screen there can be no table. A neural
network in its place was known to be treacherous: it chases a target that it moves itself, with
examples that come in long runs of the same kind. A small company in London made it work by an old
idea, the replay memory: the net learns from transitions drawn at random out of the last million, so
that its batches look like independent examples again. Seven Atari games, one net, one set of
hyperparameters: it beat the earlier methods on six, and an expert player on three.

The version in Nature of 2015 added a second, older copy of the net that supplies the targets and is
renewed only now and then; without the two tricks together, Breakout falls from 317 points to 3. What
it could not do is plan: on Montezuma's Revenge, where the first reward is a hundred right actions
away, it scored nothing. And it needs weeks of play for what people grasp in minutes.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Playing Atari with deep reinforcement learning",
    authors="V. Mnih, K. Kavukcuoglu, D. Silver, A. Graves, I. Antonoglou, D. Wierstra, M. Riedmiller",
    year=2013,
    venue="NIPS deep learning workshop; extended in Nature 518:529-533 (2015)",
    url="https://arxiv.org/abs/1312.5602",
    confidence="verified",
)


def build(
    actions=4,
    input_shape=(84, 84, 4),
    convolutions=((16, 8, 4), (32, 4, 2)),
    hidden=(256,),
    dueling=False,
):
    """The value of each action.

    A convolution is (filters, size, stride); without any, the input is taken as it is. With `dueling` the
    last hidden layer is there twice: one gives the value of the situation, the other how much better than
    their mean each action is.
    """
    import keras

    x = inputs = keras.Input(input_shape)
    if convolutions:
        x = keras.layers.Rescaling(1 / 255)(x)
    for filters, size, stride in convolutions:
        x = keras.layers.Conv2D(filters, size, strides=stride, activation="relu")(x)
    x = keras.layers.Flatten()(x)
    for units in hidden[:-1] if dueling else hidden:
        x = keras.layers.Dense(units, activation="relu")(x)
    if not dueling:
        return keras.Model(inputs, keras.layers.Dense(actions)(x))
    value = keras.layers.Dense(1)(keras.layers.Dense(hidden[-1], activation="relu")(x))
    advantage = keras.layers.Dense(actions)(keras.layers.Dense(hidden[-1], activation="relu")(x))
    advantage = advantage - keras.ops.mean(advantage, axis=-1, keepdims=True)
    return keras.Model(inputs, value + advantage)


NATURE = {"convolutions": ((32, 8, 4), (64, 4, 2), (64, 3, 1)), "hidden": (512,)}
#: Sizes of the net for CartPole's four numbers.
CARTPOLE_NET = {"actions": 2, "input_shape": (4,), "convolutions": (), "hidden": (128,)}
NO_ATARI = (
    "Atari 2600 games are not among the suite's tasks: the games are not free, and each was played for ten "
    "million frames and more"
)
PRINTED = {"metric": "return", "unit": "score", "direction": "higher", "confidence": "verified"}

ENTRY = Entry(
    id="dqn_2013",
    name="Deep Q-network",
    family="reinforcement",
    task="control",
    idea=(
        "A net in place of Q-learning's table, made stable by learning from remembered transitions in "
        "random order."
    ),
    paper=PAPER,
    build=build,
    variants={
        "target-network": "targets come from an older copy of the net, which is updated now and then (2015)",
        "nature": "the larger convolutional net of 2015: built for its parameter count, not trained here",
        "double": (
            "with the target network, which values the action that the net itself holds best (van Hasselt, "
            "Guez and Silver, 2015)"
        ),
        "dueling": (
            "double, and one stream of the net values the situation, another the actions against their mean "
            "(Wang and others, 2015)"
        ),
    },
    parameters=(
        ParameterCount(
            trainable=677_172,
            where=(
                "84 x 84 x 4 pixels, 16 and 32 filters, 256 units, 4 actions, counted (the paper prints no "
                "count)"
            ),
        ),
        ParameterCount(
            trainable=1_686_180,
            where="the net of 2015 with 4 actions, counted",
            variant="nature",
            arguments=NATURE,
        ),
        ParameterCount(
            trainable=1_693_362,
            where="the net of 2015 with all 18 actions, counted",
            variant="nature",
            arguments=NATURE | {"actions": 18},
        ),
        ParameterCount(
            trainable=3_292_837,
            where="the net of 2015 with two streams of 512 units and 4 actions, counted",
            variant="dueling",
            arguments=NATURE | {"dueling": True},
        ),
    ),
    recipes=(
        Recipe(
            dataset="cartpole",
            tier="pocket",
            model=CARTPOLE_NET,
            rule="q_learning",
            rule_options={
                "memory": 50_000,
                "learning_starts": 500,
                "train_every": 16,
                "gradient_steps": 8,
                "discount": 0.99,
                "final_exploration": 0.04,
                "exploration_steps": 3000,
                "actors": 4,
            },
            optimizer={"name": "Adam", "learning_rate": 0.001},
            batch_size=64,
            epochs=6,
            evaluate_every=2,
            steps_per_epoch=1600,
            floor=("return", 100.0),
            source="chosen on the validation episodes of the pocket tier; discount as in the 2015 paper",
        ),
        Recipe(
            dataset="cartpole",
            tier="pocket",
            variant="target-network",
            model=CARTPOLE_NET,
            rule="q_learning",
            rule_options={
                "memory": 50_000,
                "learning_starts": 500,
                "train_every": 16,
                "gradient_steps": 8,
                "discount": 0.99,
                "final_exploration": 0.04,
                "exploration_steps": 3000,
                "actors": 4,
                "target_every": 40,
            },
            optimizer={"name": "Adam", "learning_rate": 0.001},
            batch_size=64,
            epochs=6,
            evaluate_every=2,
            steps_per_epoch=1600,
            floor=("return", 100.0),
            shortened="9,600 of 50,000 steps",
            source="chosen on the validation episodes of the pocket tier; discount as in the 2015 paper",
        ),
        Recipe(
            dataset="cartpole",
            tier="pocket",
            variant="double",
            model=CARTPOLE_NET,
            rule="q_learning",
            rule_options={
                "memory": 50_000,
                "learning_starts": 500,
                "train_every": 16,
                "gradient_steps": 8,
                "discount": 0.99,
                "final_exploration": 0.04,
                "exploration_steps": 3000,
                "actors": 4,
                "target_every": 40,
                "double": True,
            },
            optimizer={"name": "Adam", "learning_rate": 0.001},
            batch_size=64,
            epochs=6,
            evaluate_every=2,
            steps_per_epoch=1600,
            floor=("return", 160.0),
            shortened="9,600 of 50,000 steps",
            source="as with the target network, not searched",
        ),
        Recipe(
            dataset="cartpole",
            tier="standard",
            model=CARTPOLE_NET,
            rule="q_learning",
            rule_options={
                "memory": 50_000,
                "learning_starts": 500,
                "train_every": 16,
                "gradient_steps": 8,
                "discount": 0.99,
                "final_exploration": 0.04,
                "exploration_steps": 3000,
            },
            optimizer={"name": "Adam", "learning_rate": 0.001},
            batch_size=64,
            epochs=20,
            steps_per_epoch=2560,
            floor=("return", 100.0),
            source="chosen on the validation episodes of the pocket tier; discount as in the 2015 paper",
        ),
        Recipe(
            dataset="cartpole",
            tier="standard",
            variant="target-network",
            model={"actions": 2, "input_shape": (4,), "convolutions": (), "hidden": (256, 256)},
            rule="q_learning",
            rule_options={
                "memory": 100_000,
                "learning_starts": 1000,
                "train_every": 256,
                "gradient_steps": 128,
                "discount": 0.99,
                "final_exploration": 0.04,
                "exploration_steps": 8000,
                "target_every": 128,
                "error_clip": 1.0,
            },
            optimizer={"name": "Adam", "learning_rate": 0.0023, "epsilon": 1e-08},
            clip_norm=10.0,
            batch_size=64,
            epochs=20,
            steps_per_epoch=2560,
            floor=("return", 50.0),
            source=(
                "rl-baselines3-zoo, hyperparams/dqn.yml, CartPole-v1 (its 50,000 steps rounded up to whole "
                "blocks of 256: 51,200)"
            ),
        ),
        Recipe(
            dataset="cartpole",
            tier="standard",
            variant="double",
            model={"actions": 2, "input_shape": (4,), "convolutions": (), "hidden": (256, 256)},
            rule="q_learning",
            rule_options={
                "memory": 100_000,
                "learning_starts": 1000,
                "train_every": 256,
                "gradient_steps": 128,
                "discount": 0.99,
                "final_exploration": 0.04,
                "exploration_steps": 8000,
                "target_every": 128,
                "error_clip": 1.0,
                "double": True,
            },
            optimizer={"name": "Adam", "learning_rate": 0.0023, "epsilon": 1e-08},
            clip_norm=10.0,
            batch_size=64,
            epochs=20,
            steps_per_epoch=2560,
            source="as with the target network, not searched",
        ),
        Recipe(
            dataset="cartpole",
            tier="standard",
            variant="dueling",
            model={
                "actions": 2,
                "input_shape": (4,),
                "convolutions": (),
                "hidden": (256, 256),
                "dueling": True,
            },
            rule="q_learning",
            rule_options={
                "memory": 100_000,
                "learning_starts": 1000,
                "train_every": 256,
                "gradient_steps": 128,
                "discount": 0.99,
                "final_exploration": 0.04,
                "exploration_steps": 8000,
                "target_every": 128,
                "error_clip": 1.0,
                "double": True,
            },
            optimizer={"name": "Adam", "learning_rate": 0.0023, "epsilon": 1e-08},
            clip_norm=10.0,
            batch_size=64,
            epochs=20,
            steps_per_epoch=2560,
            source="as with the target network, not searched",
        ),
    ),
    claims=(
        *(
            Claim(
                dataset=dataset,
                value=value,
                where="Table 1, DQN",
                source="paper text",
                not_comparable=NO_ATARI,
                **PRINTED,
            )
            for dataset, value in (
                ("Atari: Beam Rider", 4092),
                ("Atari: Breakout", 168),
                ("Atari: Enduro", 470),
                ("Atari: Pong", 20),
                ("Atari: Q*bert", 1952),
                ("Atari: Seaquest", 1705),
                ("Atari: Space Invaders", 581),
            )
        ),
        Claim(
            dataset="Atari: Breakout",
            variant="nature",
            value=401.2,
            where="2015 paper, Extended Data Table 2",
            source="doi.org/10.1038/nature14236",
            not_comparable=NO_ATARI,
            **PRINTED,
        ),
        Claim(
            dataset="cartpole",
            variant="target-network",
            metric="return",
            value=500.0,
            unit="reward",
            direction="higher",
            where="benchmark.md: DQN after 50,000 steps",
            confidence="verified",
            source="github DLR-RM/rl-baselines3-zoo",
            not_comparable=(
                "the source calls it one run that shows the most that can be reached, no measurement of "
                "what the rule usually reaches"
            ),
        ),
    ),
    deviations=(
        (
            "The task is CartPole, with four numbers instead of Atari's pixels, so the net has dense "
            "layers in place of convolutions."
        ),
        (
            "Adam replaces RMSProp, with other learning rates and a much shorter exploration schedule, "
            "since an episode is short."
        ),
        (
            "Learning steps come in blocks after blocks of environment steps (8 after 16, or 128 after "
            "256) instead of one after each action."
        ),
        (
            "In the pocket tier four environments run side by side, so that one dispatch chooses four "
            "actions; the paper runs one."
        ),
        (
            "Each epoch begins with a fresh episode, so that a killed run can resume without the state of "
            "an environment."
        ),
        (
            "An episode that is cut at 500 steps does not count as ended: its last transition keeps the "
            "value of what would have followed."
        ),
        (
            "The 2015 paper clips the error to [-1, 1]; here only the standard recipes with a target network "
            "do, as the source of that variant has it."
        ),
        (
            "With a target network the return swings from leg to leg, and what counts here is the last leg, "
            "not the best."
        ),
        (
            "The papers of the variants double and dueling clip errors or gradients in ways of their own "
            "(recalled); here both have the options of the target network's recipes, so that one thing "
            "differs at a time."
        ),
        "Layers are initialised with Glorot's uniform distribution; the papers name none.",
    ),
    history=(
        Fact(
            "training_flop",
            2846883840000000.0,
            "FLOP",
            "Epoch AI (epoch.ai/data), notable models: DQN",
            "verified",
        ),
        Fact(
            "parameters",
            836_096,
            "parameters",
            "Epoch AI (epoch.ai/data): DQN; supposes a last map of 10 x 10, not 9 x 9",
            "verified",
        ),
        Fact("examples", 10e6, "frames", "paper text", "verified"),
    ),
)
