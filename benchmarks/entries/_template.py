"""One line that makes a student want to read on.

Two or three paragraphs follow: what people did before, what the paper did differently, and why it
mattered. Tell it as a story, in your own words. It appears on the entry's card in the report.

The last paragraph says what the architecture could not do, and what came next. Say nothing here
about our own runs: their numbers come from the results, and change with them.

To use this file, copy it to `benchmarks/entries/<family>/<name>_<year>.py`, and replace everything
in it. Nothing else has to be edited: the folder listing is the registry. This file itself is not
listed, since its name begins with an underscore. CONTRIBUTING.md says more about each part, and
`benchmarks/spec.py` defines every field.
"""

# Import nothing else at the top, above all not Keras: the workflow reads the whole catalogue when it starts.
from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Title as printed, in sentence case",
    authors="A. First, B. Second",
    year=1999,  # the id ends with this year
    venue="Journal 1(2):3-4",
    url="https://doi.org/...",
    # "verified": seen in the source; "recalled": from memory, not yet checked; "computed": arithmetic.
    confidence="recalled",
)


def build(hidden=(300,), classes=10, input_shape=(28, 28, 1), scale=255.0):
    """The model, with the paper's own size as the defaults, and the paper's names for its parts.

    It gets `batch["x"]` as the data set holds it, so that scaling is its first layer. For
    classification it returns logits; the module of the task in `benchmarks/tasks/` says what else it must do.
    """
    from keras import Input, Sequential, layers  # imported here, not at the top

    # Historic layers that Keras lacks are in `benchmarks/layers/`; look there before you write one.
    net = Sequential([Input(input_shape), layers.Rescaling(1 / scale), layers.Flatten()])
    for units in hidden:
        net.add(layers.Dense(units, activation="tanh"))
    net.add(layers.Dense(classes, name="output"))
    return net


# Only where the paper's loss is not the task's own. It returns a scalar.
def loss(model, batch, training):
    """Cross-entropy with smoothed labels (section 3 of the paper)."""
    from keras import losses, ops

    logits = ops.cast(model(batch["x"], training=training), "float32")
    targets = ops.one_hot(batch["y"], logits.shape[-1], dtype="float32")
    smoothing = 0.1 if training else 0.0
    return ops.mean(
        losses.categorical_crossentropy(targets, logits, from_logits=True, label_smoothing=smoothing)
    )


# Only where there is something to see. `benchmarks/pictures.py` has what most entries need.
def pictures(model, data, predict):
    """The weights of the first hidden units."""
    import numpy as np

    from benchmarks.pictures import filters

    height, width, _ = model.input_shape[1:]
    kernel = np.asarray(next(layer for layer in model.layers if layer.trainable_variables).kernel.value)
    caption = "The weights of 12 hidden units, each in its own range; grey is zero."
    return {"filters": filters(kernel[:, :12].T, (height, width), 12, caption)}


ENTRY = Entry(
    id="template_1999",  # the name of the file: name_year
    name="Name as people say it",
    family="feedforward",  # the name of the folder
    task="classification",  # the name of a module of benchmarks/tasks/
    idea="The idea in one sentence, with a full stop at its end.",
    paper=PAPER,
    build=build,
    loss=loss,
    pictures=pictures,
    # Nets or rules that the paper itself compares with its own. One runs only where a recipe names it.
    variants={"deep": "two hidden layers, of 300 and 100 units"},
    # What `build(**arguments)` has at each published size; `published` only where a count is printed.
    parameters=(
        ParameterCount(trainable=238_510, where="784-300-10, counted"),
        ParameterCount(
            trainable=266_610,
            where="784-300-100-10, counted",
            variant="deep",
            arguments={"hidden": (300, 100)},
        ),
    ),
    # Write every hyperparameter as a number, and say in `source` where it is printed, or that it is ours.
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",  # needs no network, and takes seconds to a minute on one core
            model={"hidden": (32,), "input_shape": (8, 8, 1), "scale": 16.0},
            optimizer={"name": "SGD", "learning_rate": 0.1, "momentum": 0.9},
            batch_size=32,
            epochs=10,
            evaluate_every=5,
            # What a run must reach to count as having learned: the worst validation error of several seeds,
            # plus half of it.
            floor=("error", 10.0),
            source="ours, chosen on the validation split",
        ),
        Recipe(
            dataset="mnist",
            tier="standard",  # the paper's data set or the nearest public one; an hour on one GPU
            optimizer={
                "name": "SGD",
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": [7_810, 11_715],  # in steps: 10 and 15 of 20 passes of 781
                    "values": [0.1, 0.01, 0.001],  # table 2
                },
                "momentum": 0.9,  # section 4
            },
            batch_size=64,  # section 4
            epochs=20,  # table 2: 100
            shortened="20 of 100 passes",  # only where that is enough to explain a miss
            source="section 4 and table 2; 20 passes instead of 100",
        ),
    ),
    # Numbers that the paper prints, and where. One that our runs cannot answer says why in `not_comparable`.
    claims=(
        Claim(
            dataset="mnist",
            metric="error",  # a measure of the task
            value=1.6,  # as it is printed: its last digit says how precise it is
            unit="%",
            direction="lower",
            where="table 2, one hidden layer",
            test_size=10_000,
            confidence="recalled",
        ),
    ),
    # Where the entry departs from its paper, plainly, each in one sentence.
    deviations=("The standard tier trains for 20 passes instead of 100.",),
    # Facts of the time for the report's figures: what the paper or a table such as Epoch AI's says.
    history=(Fact("examples", 60_000, "images", "section 4", "recalled"),),
)
