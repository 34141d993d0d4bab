"""A memory that holds on.

Simple recurrent nets forget. Sepp Hochreiter's diploma thesis of 1991 showed why: an error passed back through time is scaled
at every step, and so shrinks, or grows, exponentially. Six years later he and Jürgen Schmidhuber built a unit in which it
cannot: a cell whose one recurrent connection leads to itself, with a weight fixed at one. What is inside stays inside, and so
does the error. Two gates, themselves trained, decide when something is let in and when it is let out; cells that share them
form a block. Learning cuts every other path through time, so it costs no more than a forward pass.

The paper's tasks are made so that guessing and short memories fail: add two numbers that were marked among a hundred, repeat
the first symbol after a hundred others, tell which of two symbols came first. Nets of a hundred weights learned them, over lags
of up to a thousand steps.

What this first form could not do is let go: its states only ever add up, and in a stream without marked ends they run away. The
forget gate (Gers, Schmidhuber and Cummins 2000), the variant here, repairs that, and is part of what everybody has since called
LSTM.
"""

import functools

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Long short-term memory",
    authors="S. Hochreiter, J. Schmidhuber",
    year=1997,
    venue="Neural Computation 9(8):1735-1780",
    url="https://doi.org/10.1162/neco.1997.9.8.1735",
    confidence="verified",
)


def build(
    inputs=2,
    outputs=1,
    encoding="values",
    every_step=False,
    width=64,
    skip=False,
    output_bias=True,
    initial=0.1,
    **memory,
):
    """Inputs, memory cell blocks that see each other, and logistic outputs that see the cells (with `skip` the inputs too)."""
    import keras

    from benchmarks.layers.look_up import Embedding
    from benchmarks.layers.recurrent.memory_blocks import MemoryBlocks

    uniform = keras.initializers.RandomUniform(-initial, initial)
    steps = keras.Input((None, inputs)) if encoding == "values" else keras.Input((None,), dtype="int32")
    if encoding == "values":
        x = keras.layers.Masking()(
            steps
        )  # sequences end together; zeros in front of the shorter ones are no inputs
    elif encoding == "one-hot":
        x = keras.layers.CategoryEncoding(inputs, output_mode="one_hot")(steps)
    else:
        x = Embedding(inputs, width, mask_zero=True)(steps)
    cells = MemoryBlocks(
        **{"blocks": 2, "size": 2, "input_gate_bias": (-3.0, -6.0)} | memory, initial=initial
    )(x)
    seen = keras.layers.Concatenate()([x, cells]) if skip else cells
    seen = seen if every_step else seen[:, -1]
    answers = keras.layers.Dense(
        outputs,
        activation="sigmoid",
        use_bias=output_bias,
        kernel_initializer=uniform,
        bias_initializer=uniform,
    )(seen)
    return keras.Model(steps, answers)


def loss(model, batch, training):
    """Half the squared error of all outputs at all steps that have a target (equations 16 to 19)."""
    from benchmarks.tasks import recall

    return recall.loss(model, batch, training)


def pictures(model, data, predict):
    """What cells and gates do while four test sequences pass by."""
    import numpy as np

    from benchmarks.layers.recurrent.memory_blocks import watch
    from benchmarks.pictures import grid

    inside = predict(watch, {"x": data.test["x"][:4]})
    cells = inside["states"].shape[-1]
    rows = np.concatenate(
        [0.5 + 0.5 * inside["states"], inside["activations"][..., cells:]], axis=-1
    ).swapaxes(1, 2)
    caption = f"Test sequences in time. From the top: {cells} cell states (black -1, grey 0, white 1), then the gates (black shut, white open)."
    return {"cells": grid(rows.reshape(len(rows), -1), rows.shape[1:], 1, caption)}


REBER = {
    "inputs": 7,
    "outputs": 7,
    "encoding": "one-hot",
    "every_step": True,
    "initial": 0.2,
    "biased": "gates",
    "input_gate_bias": None,
}
REBER_3_2 = REBER | {"blocks": 3, "size": 2, "output_gate_bias": (-1.0, -2.0, -3.0), "output_bias": False}
REBER_4_1 = REBER | {
    "blocks": 4,
    "size": 1,
    "output_gate_bias": (-1.0, -2.0, -3.0, -4.0),
    "output_bias": False,
}
REBER_12_2 = REBER | {"blocks": 12, "size": 2, "output_gate_bias": -1.0}
LAG = {
    "inputs": 101,
    "outputs": 101,
    "encoding": "one-hot",
    "every_step": True,
    "skip": True,
    "output_bias": False,
    "output_gates": False,
}
LAG_2A = LAG | {
    "initial": 0.2,
    "feedback": False,
    "blocks": 1,
    "size": 1,
    "biased": "none",
    "g": (0.0, 1.0),
    "h": None,
}
LAG_8 = LAG | {
    "initial": 0.2,
    "feedback": False,
    "blocks": 8,
    "size": 1,
    "biased": "gates",
    "input_gate_bias": -2.0,
}
ORDER = {"inputs": 8, "outputs": 4, "input_gate_bias": (-2.0, -4.0)}
ORDER_6B = {"inputs": 8, "outputs": 8, "blocks": 3, "input_gate_bias": (-2.0, -4.0, -6.0)}
REVIEWS = {
    "inputs": 20_000,
    "outputs": 2,
    "encoding": "embedding",
    "blocks": 64,
    "size": 1,
    "input_gate_bias": -2.0,
}
STRINGS = {
    "task": "language_modelling",
    "task_options": {"activations": True, "strings": True},
    "criterion": ("solved", 100.0),
}
TABLE_10 = "table 10 of the paper, plain gradient descent after every sequence"
CHOSEN = "size, biases and learning rate chosen on validation"
FORGET = {"forget_gates": True, "forget_gate_bias": 3.0}
FALLING = {
    "name": "PolynomialDecay",
    "initial_learning_rate": 0.3,
    "decay_steps": 256 * 90,
    "end_learning_rate": 0.0,
}
FROM_HALF = {"initial_learning_rate": 0.5, "decay_steps": 32_000 * 5}
SOME, ALL = ("strings_correct", 90.0), {"criterion": ("correct", 100.0)}
ADAM = {"optimizer": {"name": "Adam", "learning_rate": 0.003}, "epochs": 3, "batch_size": 50}
printed = functools.partial(Claim, confidence="verified", source="paper text, copied in github tamnd/papers")
EPOCHS, ORDER_9 = "epochs_to_criterion", "table 9, task 6a: 1 of 2,560, 31,390 sequences"
MEAN, SHARE = {"direction": "lower", "statistic": "mean"}, {"direction": "higher", "statistic": "share"}
UNKNOWN, RULE = {"missed_because": "protocol unknown"}, {"missed_because": "rule"}
FULL = (
    "By the printed conditions an independent program stays at 2.4 to 3.5% wrong, at sums beyond 1.5, where the output saturates. With targets "
    "within [0.2, 0.8] it comes to 0.03%, but to 0.4% by a criterion scaled alike; that the authors scaled them is a guess."
)
STEPS = "When weights change can be read two ways: in an independent program 1 of 30 trials succeed if by the string, 11 of 30 if by the symbol."
CELL = "Another net: the paper starts with one cell and adds one when the error stagnates, ours has eight from the start."
LATER = "The paper stops at success, ours goes on: all seeds had every validation string right within two passes, and one then collapsed."


def online(rate, epochs, every=1):
    """Plain gradient descent after every sequence."""
    return {
        "optimizer": {"name": "SGD", "learning_rate": rate},
        "epochs": epochs,
        "evaluate_every": every,
        "batch_size": 1,
    }


ENTRY = Entry(
    id="lstm_1997",
    name="Long short-term memory (LSTM)",
    family="recurrent",
    task="recall",
    idea="Keep the error constant inside a cell, and let gates learn when to write and when to read.",
    paper=PAPER,
    build=build,
    loss=loss,
    pictures=pictures,
    variants={
        "wide": "12 blocks of 2 cells, biased outputs, falling rate",
        "forget": "forget gates (2000); for strings in the wide net",
    },
    parameters=(
        ParameterCount(93, "table 7, adding problem: 2 blocks of 2", published=93, confidence="verified"),
        ParameterCount(
            276,
            "table 1, embedded Reber: 3 blocks of 2",
            arguments=REBER_3_2,
            published=276,
            confidence="verified",
        ),
        ParameterCount(
            264,
            "table 1, embedded Reber: 4 blocks of 1",
            arguments=REBER_4_1,
            published=264,
            confidence="verified",
        ),
        ParameterCount(
            156,
            "table 9, temporal order 6a: 2 blocks of 2",
            arguments=ORDER,
            published=156,
            confidence="verified",
        ),
        ParameterCount(
            308,
            "table 9, temporal order 6b: 3 blocks of 2",
            arguments=ORDER_6B,
            published=308,
            confidence="verified",
        ),
        ParameterCount(
            10_504,
            "table 2, long lag 2a: one cell, one input gate",
            arguments=LAG_2A,
            published=10_504,
            confidence="verified",
        ),
    ),
    recipes=(
        Recipe("adding_30", "pocket", f"{TABLE_10}, 4-1", **online(0.5, 12, 4), floor=("wrong", 12.0)),
        Recipe(
            "embedded_reber", "pocket", f"{TABLE_10}, 1-5", model=REBER_3_2, **online(0.5, 100, 10), **STRINGS
        ),
        Recipe(
            "embedded_reber",
            "pocket",
            CHOSEN,
            "wide",
            model=REBER_12_2,
            **online(FALLING, 90, 10),
            **STRINGS,
            floor=SOME,
        ),
        Recipe(
            "embedded_reber",
            "pocket",
            CHOSEN,
            "forget",
            model=REBER_12_2 | FORGET,
            **online(FALLING, 90, 10),
            **STRINGS,
            floor=SOME,
        ),
        Recipe(
            "long_lag_50",
            "pocket",
            CHOSEN,
            model=LAG_8 | {"inputs": 51, "outputs": 51},
            **online(1.0, 15),
            **ALL,
            floor=("error", 0.0),
        ),
        Recipe("adding_100", "standard", f"{TABLE_10}, 4-1", **online(0.5, 20), **ALL),
        Recipe(
            "long_lag_100",
            "standard",
            CHOSEN,
            model=LAG_8 | {"input_gate_bias": -3.0},
            **online(0.5, 60),
            **ALL,
        ),
        Recipe(
            "temporal_order",
            "standard",
            f"{TABLE_10}, 6a, but for the fall",
            model=ORDER,
            **online(FALLING | FROM_HALF, 5),
            **ALL,
        ),
        Recipe(
            "embedded_reber", "standard", f"{TABLE_10}, 1-5", model=REBER_3_2, **online(0.5, 400), **STRINGS
        ),
        Recipe("imdb", "standard", CHOSEN, task="classification", model=REVIEWS, **ADAM),
        Recipe("imdb", "standard", CHOSEN, "forget", task="classification", model=REVIEWS | FORGET, **ADAM),
    ),
    claims=(
        printed(
            "adding_100",
            "wrong",
            0.039,
            "%",
            "table 7, T = 100: 1 of 2,560",
            of=10,
            test_size=2_560,
            evidence=FULL,
            **MEAN,
            **UNKNOWN,
        ),
        printed(
            "embedded_reber",
            "solved",
            100.0,
            "%",
            "table 1, 3 blocks of 2, rate 0.5",
            of=30,
            evidence=STEPS,
            **SHARE,
            **UNKNOWN,
        ),
        printed(
            "embedded_reber",
            EPOCHS,
            33.0,
            "epochs",
            "table 1, as above: 8,440 sequences",
            of=30,
            evidence=STEPS,
            **MEAN,
            **UNKNOWN,
        ),
        printed("long_lag_100", "correct", 100.0, "%", "table 2, p = 100", of=18, **SHARE),
        printed(
            "long_lag_100",
            EPOCHS,
            5.04,
            "epochs",
            "table 2, p = 100: 5,040 sequences",
            of=18,
            evidence=CELL,
            **MEAN,
            **RULE,
        ),
        printed(
            "temporal_order",
            "wrong",
            0.039,
            "%",
            ORDER_9,
            of=20,
            test_size=2_560,
            evidence=LATER,
            **MEAN,
            **RULE,
        ),
        printed("temporal_order", EPOCHS, 0.98, "epochs", ORDER_9, of=20, **MEAN),
    ),
    history=(
        Fact("training_flop", 3.1512e13, "FLOP", "Epoch AI (epoch.ai/data), notable models", "verified"),
    ),
    deviations=(
        "Training sequences come from a fixed set, seen again in every epoch; from experiment 2b on the paper draws each anew.",
        "Training ends after a fixed number of epochs, not at a criterion; for temporal order the rate falls to 0.",
        "Success on strings asks the test split alone (the paper: training and test strings), whose strings are longer on average than the paper's.",
        "Film reviews are not in the paper: minibatches and Adam, on word embeddings.",
    ),
)
