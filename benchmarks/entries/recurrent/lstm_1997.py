"""A memory that holds on.

Simple recurrent nets forget. Sepp Hochreiter's diploma thesis of 1991 showed why: an error passed back
through time is scaled at every step, and so shrinks, or grows, exponentially. Six years later he and
Jürgen Schmidhuber built a unit in which it cannot: a cell whose one recurrent connection leads to
itself, with a weight fixed at one. What is inside stays inside, and so does the error. Two gates,
themselves trained, decide when something is let in and when it is let out; cells that share them form a
block. Learning cuts every other path through time, so it costs no more than a forward pass.

The paper's tasks are made so that guessing and short memories fail: add two numbers that were marked
among a hundred, repeat the first symbol after a hundred others, tell which of two symbols came first.
Nets of a hundred weights learned them, over lags of up to a thousand steps.

What this first form could not do is let go: its states only ever add up, and in a stream without marked
ends they run away. The forget gate (Gers, Schmidhuber and Cummins 2000), the variant here, repairs
that, and is part of what everybody has since called LSTM.
"""

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
    blocks=2,
    size=2,
    input_gate_bias=(-3.0, -6.0),
    scale=1.0,
    **memory,
):
    """Inputs, memory cell blocks that see each other, and logistic outputs that see the cells.

    With `skip` the outputs see the inputs too. The defaults are the net of the adding problem (table 10,
    4-1); `memory` holds further arguments of `MemoryBlocks`. With the encoding "rows", `inputs` is the shape
    of an image, of which a row, divided by `scale`, is read at each step.
    """
    import keras

    from benchmarks.layers.look_up import Embedding
    from benchmarks.layers.recurrent.memory_blocks import MemoryBlocks

    if encoding == "rows":
        steps = keras.Input(inputs)
        x = keras.layers.Reshape((inputs[0], -1))(keras.layers.Rescaling(1 / scale)(steps))
    elif encoding == "values":
        steps = keras.Input((None, inputs))
        # Sequences end together; zeros in front of the shorter ones are not inputs.
        x = keras.layers.Masking()(steps)
    elif encoding == "one-hot":
        steps = keras.Input((None,), dtype="int32")
        x = keras.layers.CategoryEncoding(inputs, output_mode="one_hot")(steps)
    else:
        steps = keras.Input((None,), dtype="int32")
        x = Embedding(inputs, width, mask_zero=True)(steps)
    cells = MemoryBlocks(blocks, size, input_gate_bias=input_gate_bias, initial=initial, **memory)(x)
    seen = keras.layers.Concatenate()([x, cells]) if skip else cells
    seen = seen if every_step else seen[:, -1]
    answers = keras.layers.Dense(
        outputs,
        activation="sigmoid",
        use_bias=output_bias,
        kernel_initializer=keras.initializers.RandomUniform(-initial, initial),
        bias_initializer=keras.initializers.RandomUniform(-initial, initial),
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
    caption = (
        f"Test sequences in time. From the top: {cells} cell states (black -1, grey 0, white 1), then the "
        "gates (black shut, white open)."
    )
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
ORDER_6A = {"inputs": 8, "outputs": 4, "input_gate_bias": (-2.0, -4.0)}
ORDER_6B = {"inputs": 8, "outputs": 8, "blocks": 3, "input_gate_bias": (-2.0, -4.0, -6.0)}
REVIEWS = {
    "inputs": 20_000,
    "outputs": 2,
    "encoding": "embedding",
    "blocks": 64,
    "size": 1,
    "input_gate_bias": -2.0,
}
ROWS = {
    "inputs": (8, 8, 1),
    "scale": 16.0,
    "outputs": 10,
    "encoding": "rows",
    "blocks": 32,
    "size": 1,
    "input_gate_bias": None,
}
CHARACTERS = {
    "inputs": 65,
    "outputs": 65,
    "encoding": "one-hot",
    "every_step": True,
    "blocks": 128,
    "size": 1,
    "input_gate_bias": -1.0,
}
FORGET = {"forget_gates": True, "forget_gate_bias": 3.0}
#: From 0.3 to 0 over 60 passes of 256 strings; ours, chosen on validation.
FALLING_SGD = {
    "name": "SGD",
    "learning_rate": {
        "name": "PolynomialDecay",
        "initial_learning_rate": 0.3,
        "decay_steps": 15_360,
        "end_learning_rate": 0.0,
    },
}
TABLE_10 = "table 10 of the paper, plain gradient descent after every sequence"
ONLINE = (
    "table 10 of the paper, 1-5; derivatives of appendix A.1, followed after every symbol; stops at success, "
    "judged on the validation split"
)
CHOSEN = "size, biases and learning rate chosen on validation"
DIGITS_OURS = (
    "ours, since the paper has no images: eight rows of eight grey values, 32 cells, plain gradient descent "
    "after every image as in table 10; rate chosen on validation"
)
WHEN_WEIGHTS_CHANGE = (
    "When weights change can be read two ways: here they change after every string. Where they change after "
    "every symbol, in the variant online, more runs get every validation string right."
)
TWO_SETS = (
    "The paper has two sets, and stops at success on its test strings; here a third set judges, with strings "
    "that are in neither. Where its strings are drawn as those of validation, online on "
    "embedded_reber_overlapping, most runs get every validation string right, and some every test string; "
    "why others do not is not known."
)
ANOTHER_NET = (
    "Another net: the paper starts with one cell and adds one when the error stagnates, ours has eight from "
    "the start."
)
PRINTED = {"confidence": "verified", "source": "paper text, copied in github tamnd/papers"}

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
        "online": "weights change after every symbol, not after every string; stops at success",
        "narrow-targets": "targets within [0.2, 0.8], away from where the logistic output saturates",
    },
    parameters=(
        ParameterCount(
            trainable=93, where="table 7, adding problem: 2 blocks of 2", published=93, confidence="verified"
        ),
        ParameterCount(
            trainable=276,
            where="table 1, embedded Reber: 3 blocks of 2",
            arguments=REBER_3_2,
            published=276,
            confidence="verified",
        ),
        ParameterCount(
            trainable=264,
            where="table 1, embedded Reber: 4 blocks of 1",
            arguments=REBER_4_1,
            published=264,
            confidence="verified",
        ),
        ParameterCount(
            trainable=156,
            where="table 9, temporal order 6a: 2 blocks of 2",
            arguments=ORDER_6A,
            published=156,
            confidence="verified",
        ),
        ParameterCount(
            trainable=308,
            where="table 9, temporal order 6b: 3 blocks of 2",
            arguments=ORDER_6B,
            published=308,
            confidence="verified",
        ),
        ParameterCount(
            trainable=10_504,
            where="table 2, long lag 2a: one cell, one input gate",
            arguments=LAG_2A,
            published=10_504,
            confidence="verified",
        ),
    ),
    recipes=(
        Recipe(
            dataset="adding_30",
            tier="pocket",
            optimizer={"name": "SGD", "learning_rate": 0.5},
            batch_size=1,
            epochs=8,
            evaluate_every=4,
            floor=("wrong", 12.0),
            source=f"{TABLE_10}, 4-1",
        ),
        Recipe(
            dataset="embedded_reber",
            tier="pocket",
            task="language_modelling",
            model=REBER_3_2,
            optimizer={"name": "SGD", "learning_rate": 0.5},
            batch_size=1,
            epochs=100,
            evaluate_every=10,
            task_options={"activations": True, "strings": True},
            criterion=("solved", 100.0),
            source=f"{TABLE_10}, 1-5",
        ),
        Recipe(
            dataset="embedded_reber",
            tier="pocket",
            variant="online",
            task="language_modelling",
            rule="truncated_rtrl",
            rule_options={"learning_rate": 0.5},
            model=REBER_3_2,
            batch_size=1,
            epochs=100,
            task_options={"activations": True, "strings": True},
            criterion=("solved", 100.0),
            stops_at_criterion=True,
            source=ONLINE,
        ),
        Recipe(
            dataset="embedded_reber",
            tier="pocket",
            variant="wide",
            task="language_modelling",
            model=REBER_12_2,
            optimizer=FALLING_SGD,
            batch_size=1,
            epochs=60,
            evaluate_every=10,
            task_options={"activations": True, "strings": True},
            criterion=("solved", 100.0),
            floor=("strings_correct", 90.0),
            source=CHOSEN,
        ),
        Recipe(
            dataset="embedded_reber",
            tier="pocket",
            variant="forget",
            task="language_modelling",
            model=REBER_12_2 | FORGET,
            optimizer=FALLING_SGD,
            batch_size=1,
            epochs=60,
            evaluate_every=10,
            task_options={"activations": True, "strings": True},
            criterion=("solved", 100.0),
            floor=("strings_correct", 90.0),
            source=CHOSEN,
        ),
        Recipe(
            dataset="long_lag_50",
            tier="pocket",
            model=LAG_8 | {"inputs": 51, "outputs": 51},
            optimizer={"name": "SGD", "learning_rate": 1.0},
            batch_size=1,
            epochs=15,
            criterion=("correct", 100.0),
            floor=("error", 0.0),
            source=CHOSEN,
        ),
        Recipe(
            dataset="adding_30",
            tier="pocket",
            variant="forget",
            model=FORGET,
            optimizer={"name": "SGD", "learning_rate": 2.0},
            batch_size=1,
            epochs=8,
            evaluate_every=4,
            floor=("wrong", 4.5),
            source="ours: the net of table 10, 4-1, with forget gates; rate chosen on validation",
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            task="classification",
            model=ROWS,
            optimizer={"name": "SGD", "learning_rate": 0.5},
            batch_size=1,
            epochs=20,
            evaluate_every=5,
            floor=("error", 14.6),
            source=DIGITS_OURS,
            tries=6,
        ),
        Recipe(
            dataset="adding_100",
            tier="standard",
            optimizer={"name": "SGD", "learning_rate": 0.5},
            batch_size=1,
            epochs=20,
            criterion=("correct", 100.0),
            source=f"{TABLE_10}, 4-1",
        ),
        Recipe(
            dataset="adding_100_narrow",
            tier="standard",
            variant="narrow-targets",
            optimizer={"name": "SGD", "learning_rate": 0.5},
            batch_size=1,
            epochs=20,
            criterion=("correct", 100.0),
            source=f"{TABLE_10}, 4-1; targets of 0.5 + 0.6 (X1 + X2)/4 to see what saturation costs",
        ),
        Recipe(
            dataset="long_lag_100",
            tier="standard",
            model=LAG_8 | {"input_gate_bias": -3.0},
            optimizer={"name": "SGD", "learning_rate": 0.5},
            batch_size=1,
            epochs=60,
            criterion=("correct", 100.0),
            source=CHOSEN,
        ),
        Recipe(
            dataset="temporal_order",
            tier="standard",
            model=ORDER_6A,
            optimizer={"name": "SGD", "learning_rate": 0.5},
            batch_size=1,
            epochs=160,
            steps_per_epoch=2000,
            criterion=("correct", 100.0),
            stops_at_criterion=True,
            source=f"{TABLE_10}, 6a; section 5.6: looks for success after every 2,000 sequences, and stops; "
            "here it is judged on the validation split",
        ),
        Recipe(
            dataset="embedded_reber",
            tier="standard",
            task="language_modelling",
            model=REBER_3_2,
            optimizer={"name": "SGD", "learning_rate": 0.5},
            batch_size=1,
            epochs=400,
            task_options={"activations": True, "strings": True},
            criterion=("solved", 100.0),
            source=f"{TABLE_10}, 1-5",
        ),
        Recipe(
            dataset="embedded_reber",
            tier="standard",
            variant="online",
            task="language_modelling",
            rule="truncated_rtrl",
            rule_options={"learning_rate": 0.5},
            model=REBER_3_2,
            batch_size=1,
            epochs=400,
            task_options={"activations": True, "strings": True},
            criterion=("solved", 100.0),
            stops_at_criterion=True,
            source=ONLINE,
        ),
        Recipe(
            dataset="embedded_reber_overlapping",
            tier="standard",
            task="language_modelling",
            model=REBER_3_2,
            optimizer={"name": "SGD", "learning_rate": 0.5},
            batch_size=1,
            epochs=400,
            task_options={"activations": True, "strings": True},
            criterion=("solved", 100.0),
            source=f"{TABLE_10}, 1-5",
        ),
        Recipe(
            dataset="embedded_reber_overlapping",
            tier="standard",
            variant="online",
            task="language_modelling",
            rule="truncated_rtrl",
            rule_options={"learning_rate": 0.5},
            model=REBER_3_2,
            batch_size=1,
            epochs=400,
            task_options={"activations": True, "strings": True},
            criterion=("solved", 100.0),
            stops_at_criterion=True,
            source=ONLINE,
        ),
        Recipe(
            dataset="imdb",
            tier="standard",
            task="classification",
            model=REVIEWS,
            optimizer={"name": "Adam", "learning_rate": 0.003},
            batch_size=50,
            epochs=3,
            source=CHOSEN,
        ),
        Recipe(
            dataset="imdb",
            tier="standard",
            variant="forget",
            task="classification",
            model=REVIEWS | FORGET,
            optimizer={"name": "Adam", "learning_rate": 0.003},
            batch_size=50,
            epochs=3,
            source=CHOSEN,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            task="classification",
            model=ROWS | {"inputs": (28, 28, 1), "scale": 255.0, "blocks": 64},
            optimizer={"name": "SGD", "learning_rate": 0.2},
            batch_size=1,
            epochs=5,
            source=(
                "ours: as on the 8x8 digits, 28 rows and 64 cells; of three rates the best by validation "
                "after two passes over 6,000 digits"
            ),
        ),
        Recipe(
            dataset="tiny_shakespeare",
            tier="standard",
            variant="forget",
            task="language_modelling",
            model=CHARACTERS | FORGET,
            optimizer={"name": "SGD", "learning_rate": 0.02},
            batch_size=8,
            epochs=10,
            task_options={"activations": True},
            source=(
                "ours: 128 cells with forget gates, windows of 128 characters; of four rates the best by "
                "validation on a fifth of the text"
            ),
        ),
    ),
    claims=(
        Claim(
            dataset="adding_100",
            metric="wrong",
            value=0.039,
            unit="%",
            direction="lower",
            where="table 7, T = 100: 1 of 2,560",
            statistic="mean",
            of=10,
            test_size=2560,
            missed_because="protocol unknown",
            evidence=(
                "The logistic output saturates at large sums: with targets that keep away from its ends, in "
                "the variant narrow-targets, no sum is wrong by the printed tolerance, and few are by one "
                "that is scaled with the targets. That the authors scaled them is a guess."
            ),
            **PRINTED,
        ),
        Claim(
            dataset="embedded_reber",
            metric="solved",
            value=100.0,
            unit="%",
            direction="higher",
            where="table 1, 3 blocks of 2, rate 0.5",
            statistic="share",
            of=30,
            missed_because="protocol unknown",
            evidence=WHEN_WEIGHTS_CHANGE,
            **PRINTED,
        ),
        Claim(
            dataset="embedded_reber",
            metric="epochs_to_criterion",
            value=33.0,
            unit="epochs",
            direction="lower",
            where="table 1, as above: 8,440 sequences",
            statistic="mean",
            of=30,
            missed_because="protocol unknown",
            evidence=WHEN_WEIGHTS_CHANGE,
            **PRINTED,
        ),
        Claim(
            dataset="embedded_reber",
            variant="online",
            metric="solved",
            value=100.0,
            unit="%",
            direction="higher",
            where="table 1, 3 blocks of 2, rate 0.5",
            statistic="share",
            of=30,
            missed_because="protocol unknown",
            evidence=TWO_SETS,
            **PRINTED,
        ),
        Claim(
            dataset="embedded_reber",
            variant="online",
            metric="epochs_to_criterion",
            value=33.0,
            unit="epochs",
            direction="lower",
            where="table 1, as above: 8,440 sequences",
            statistic="mean",
            of=30,
            missed_because="protocol unknown",
            evidence=TWO_SETS,
            **PRINTED,
        ),
        Claim(
            dataset="long_lag_100",
            metric="correct",
            value=100.0,
            unit="%",
            direction="higher",
            where="table 2, p = 100",
            statistic="share",
            of=18,
            missed_because="rule",
            evidence=ANOTHER_NET,
            **PRINTED,
        ),
        Claim(
            dataset="long_lag_100",
            metric="epochs_to_criterion",
            value=5.04,
            unit="epochs",
            direction="lower",
            where="table 2, p = 100: 5,040 sequences",
            statistic="mean",
            of=18,
            missed_because="rule",
            evidence=ANOTHER_NET,
            **PRINTED,
        ),
        Claim(
            dataset="temporal_order",
            metric="wrong",
            value=0.039,
            unit="%",
            direction="lower",
            where="table 9, task 6a: 1 of 2,560, 31,390 sequences",
            statistic="mean",
            of=20,
            test_size=2560,
            **PRINTED,
        ),
        Claim(
            dataset="temporal_order",
            metric="epochs_to_criterion",
            value=15.695,
            unit="epochs",
            direction="lower",
            where="table 9, task 6a: 1 of 2,560, 31,390 sequences, counted in epochs of 2,000",
            statistic="mean",
            of=20,
            **PRINTED,
        ),
    ),
    deviations=(
        (
            "Training sequences come from a fixed set, seen again in every epoch; from experiment 2b "
            "on, the paper draws each sequence anew."
        ),
        (
            "Weights change after every sequence, by the sum of what appendix A.1 computes at its steps; "
            "section 5 calls learning on-line, which the variant online takes to mean after every step."
        ),
        (
            "Training ends after a fixed number of epochs; for temporal order, and for strings in the "
            "variant online, it ends as in the paper at success, which here is an epoch after which every "
            "validation sequence is right."
        ),
        (
            "Success on strings is judged on the test split alone (the paper: training and test "
            "strings), whose strings are longer on average than the paper's: they occur neither in training "
            "nor in validation. In embedded_reber_overlapping they may occur in validation, as the paper, "
            "which stops at success on its test strings, has only two sets."
        ),
        "The film reviews are not in the paper: they use minibatches, Adam and word embeddings.",
        (
            "Images, read row after row, and the text of plays are not in the paper: they are here so that "
            "the net can be compared with others, with sizes and rates of ours."
        ),
    ),
    history=(
        Fact(
            "training_flop", 31512000000000.0, "FLOP", "Epoch AI (epoch.ai/data), notable models", "verified"
        ),
    ),
)
