"""A plan, and a net that carries it out step by step.

To speak a word, a mouth makes movements in an order, and begins each before the last has ended. How does an
order come out of something that does everything at once? Michael Jordan's answer was a net with a loop. Its
input, the plan, stays the same while the sequence lasts. Beside it the hidden units see state units, which
add up what the net has put out, and let a part of it go at every step: where one is in the sequence is told
by what one has done so far. The loop itself learns nothing. Its weights are fixed, so that at each step there
is only a mapping to learn, from plan and state to the next action, and ordinary back-propagation does it.

Sequences learned in this way are cycles that attract: pushed off, the net finds its way back. Where the task
leaves an output free at some step, the net fills it in with what is near, which Jordan set beside the way in
which speakers round their lips too early.

What it could not do is remember anything that it has not put out. Elman's net, four years later, copies the
hidden units instead, and so may note down what it likes; that is the form in which recurrent nets went on.
"""

from benchmarks.spec import Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Serial order: a parallel distributed processing approach",
    authors="M. I. Jordan",
    year=1986,
    venue="Institute for Cognitive Science report 8604, University of California, San Diego",
    url="https://apps.dtic.mil/sti/html/tr/ADA173989/index.html",
    confidence="verified",
)


def build(inputs=8, hidden=16, outputs=4, decay=0.5, initial=0.5, symbols=False, elman=False):
    """Inputs and state units, logistic hidden units that see both, and logistic outputs.

    With `symbols` an input is the number of a symbol, which is one-hot. With `elman` the hidden units see
    themselves, one step old, instead of the state units.
    """
    import keras

    from benchmarks.layers.recurrent.context_units import ContextUnits
    from benchmarks.layers.recurrent.state_units import StateUnits

    if symbols:
        seen = keras.Input((None,), dtype="int32")
        x = keras.layers.CategoryEncoding(inputs, output_mode="one_hot")(seen)
    else:
        seen = x = keras.Input((None, inputs))
    if not elman:
        return keras.Model(seen, StateUnits(hidden, outputs, decay, initial)(x))
    x = ContextUnits(hidden, initial=initial)(x)
    uniform = [keras.initializers.RandomUniform(-initial, initial) for _ in range(2)]
    dense = keras.layers.Dense(
        outputs, activation="sigmoid", kernel_initializer=uniform[0], bias_initializer=uniform[1]
    )
    return keras.Model(seen, dense(x))


def loss(model, batch, training):
    """Half the squared error of the outputs at all steps that have a target."""
    from benchmarks.tasks import recall

    return recall.loss(model, batch, training)


def outputs(model, batch):
    """The outputs [n, T, outputs]."""
    return {"outputs": model(batch["x"])}


def pictures(model, data, predict):
    """What the net puts out, above what is wanted, for each plan; or for four strings."""
    import numpy as np

    from benchmarks.pictures import grid

    shown = data.test["x"][:8]
    found = predict(outputs, {"x": shown})["outputs"]
    y = data.test["y"][:8]
    if y.ndim == 2:
        y = np.eye(found.shape[-1])[y] * data.test["weight"][:8, :, None]
        found = found * data.test["weight"][:8, :, None]
    line = np.full((len(y), found.shape[1], 1), 0.5)
    tiles = np.concatenate([found, line, y], axis=2).swapaxes(1, 2).repeat(4, axis=1).repeat(4, axis=2)
    caption = (
        "Outputs in time (black 0, white 1), and below the grey line what was wanted, for the first "
        f"{len(y)} test sequences."
    )
    return {"sequences": grid(tiles.reshape(len(tiles), -1), tiles.shape[1:], 2, caption)}


GRAMMAR = {"inputs": 7, "hidden": 15, "outputs": 7, "symbols": True}
STRINGS = {"activations": True, "strings": True}
OURS = (
    "ours, the second try, since the report's sizes and rates were not found: 16 hidden units, weights that "
    "change after each sequence"
)

ENTRY = Entry(
    id="jordan_1986",
    name="Jordan network",
    family="recurrent",
    task="recall",
    idea="State units add up what the net has put out: plan and past actions tell the next one.",
    paper=PAPER,
    build=build,
    loss=loss,
    pictures=pictures,
    variants={"elman": "Elman's net of 1990: the hidden units see their own copy instead of the outputs'"},
    parameters=(
        ParameterCount(
            trainable=276,
            where="8-16-4 with 4 state units, counted: 16 x (8 + 4 + 1) + 4 x 17; the size is ours",
        ),
        ParameterCount(
            trainable=468,
            where="8-16-4 with 16 context units, counted: 16 x (8 + 16 + 1) + 4 x 17",
            variant="elman",
            arguments={"elman": True},
        ),
    ),
    recipes=(
        Recipe(
            dataset="plans",
            tier="pocket",
            optimizer={"name": "SGD", "learning_rate": 0.5},
            batch_size=1,
            epochs=4000,
            evaluate_every=1000,
            criterion=("correct", 100.0),
            floor=("wrong", 37.5),
            source=OURS,
        ),
        Recipe(
            dataset="plans",
            tier="pocket",
            variant="elman",
            model={"elman": True},
            optimizer={"name": "SGD", "learning_rate": 0.5},
            batch_size=1,
            epochs=6000,
            evaluate_every=1000,
            criterion=("correct", 100.0),
            source=OURS,
        ),
        # Without a floor: what the second symbol was is in no output, as the story above tells.
        Recipe(
            dataset="embedded_reber",
            tier="pocket",
            task="language_modelling",
            model=GRAMMAR,
            optimizer={"name": "SGD", "learning_rate": 0.2},
            batch_size=1,
            epochs=100,
            evaluate_every=20,
            task_options=STRINGS,
            criterion=("solved", 100.0),
            source="ours, not searched: units and rate as in our recipe of Elman's net",
        ),
        Recipe(
            dataset="plans",
            tier="standard",
            optimizer={"name": "SGD", "learning_rate": 0.5},
            batch_size=1,
            epochs=20_000,
            evaluate_every=1_000,
            criterion=("correct", 100.0),
            source=OURS,
        ),
        Recipe(
            dataset="plans",
            tier="standard",
            variant="elman",
            model={"elman": True},
            optimizer={"name": "SGD", "learning_rate": 0.5},
            batch_size=1,
            epochs=20_000,
            evaluate_every=1_000,
            criterion=("correct", 100.0),
            source=OURS,
        ),
        Recipe(
            dataset="embedded_reber",
            tier="standard",
            task="language_modelling",
            model=GRAMMAR,
            optimizer={"name": "SGD", "learning_rate": 0.2},
            batch_size=1,
            epochs=1000,
            evaluate_every=50,
            task_options=STRINGS,
            criterion=("solved", 100.0),
            source="ours, not searched: units, rate and length as in our recipe of Elman's net",
        ),
    ),
    deviations=(
        "The sequences are ours; the report's are features of phonemes, and points in a plane.",
        "Every output has a target at every step; in the report some are left free.",
        (
            "Strings of a grammar are read, not produced: they are here so that the net can be compared with "
            "others."
        ),
    ),
)
