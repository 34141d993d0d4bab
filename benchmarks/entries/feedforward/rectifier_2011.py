"""A unit that is either off or linear: deep nets without pre-training.

For twenty years the units of neural nets squashed their inputs, smoothly and on both sides. Nair and
Hinton had just put rectifiers, max(0, x), into Boltzmann machines, and Jarrett had found that
rectifying helps a net to see. Glorot, Bordes and Bengio went on to plain deep nets. Neurons of the
cortex, they argue, are silent most of the time, and when they fire, their rate grows with their input:
a rectifier is closer to that than a tanh.

Half of such units are silent from the first random weights on, and more after learning. The paths that
remain are linear, so that gradients pass undiminished through any number of layers. Nets of three
layers reach without pre-training what had needed pre-training before. That ended the years in which
deep nets were first trained without labels; with the next year's large nets the rectifier became the
unit of choice.

A unit that never fires gets no gradient and stays dead. Units that leak a little, or learn how much to
leak, are an answer; softer rectifiers are another, of which the softplus, which this paper already
tries, does less well than the hard corner.
"""

from benchmarks.spec import Claim, Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Deep sparse rectifier neural networks",
    authors="X. Glorot, A. Bordes, Y. Bengio",
    year=2011,
    venue="AISTATS 2011, PMLR 15:315-323",
    url="https://proceedings.mlr.press/v15/glorot11a.html",
    confidence="verified",
)


def build(
    hidden=(1000, 1000, 1000),
    activation="relu",
    penalty=0.001,
    classes=10,
    input_shape=(28, 28, 1),
    scale=255.0,
):
    """Three hidden layers of rectifiers, tanh or softplus units. Weights start in the normalised range.

    The loss has `penalty` times the sum of all hidden activations' magnitudes.
    """
    from keras import Input, Sequential, layers

    net = Sequential([Input(input_shape), layers.Rescaling(1 / scale), layers.Flatten()])
    for units in hidden:
        net.add(layers.Dense(units, activation=activation, kernel_initializer="glorot_uniform"))
    net.add(layers.Dense(classes, kernel_initializer="glorot_uniform", name="output"))
    net.penalty = penalty
    return net


def activations(model, x, training):
    """The activations of each hidden layer [n, units], and the logits [n, classes]."""
    found = []
    for layer in model.layers:
        x = layer(x, training=training)
        if layer.trainable_variables:
            found.append(x)
    return found


def loss(model, batch, training):
    """Cross-entropy, and in training the net's penalty on hidden activations."""
    import keras
    from keras import ops

    from benchmarks.tasks.classification import cross_entropy

    *hidden, logits = (ops.cast(x, keras.config.floatx()) for x in activations(model, batch["x"], training))
    error = ops.mean(cross_entropy(batch["y"], logits))
    if not training:
        return error
    return error + model.penalty * sum(ops.mean(ops.sum(ops.abs(x), axis=-1)) for x in hidden)


def hidden_activity(model, batch):
    """Whether each unit of each hidden layer is active, float32 [n, units]: `layer1` and so on."""
    from keras import ops

    *hidden, _ = activations(model, batch["x"], False)
    return {f"layer{number}": ops.cast(layer > 0, "float32") for number, layer in enumerate(hidden, 1)}


def pictures(model, data, predict):
    """How often the units of each hidden layer are above zero."""
    import numpy as np

    from benchmarks.pictures import Axis, Curves, Series

    found = predict(hidden_activity, {"x": data.test["x"]})
    series = []
    for name, active in found.items():
        share = np.sort(100.0 * active.mean(axis=0, dtype="float64"))[::-1]
        of_units = 100.0 * np.arange(1.0, len(share) + 1) / len(share)
        series.append(Series(f"hidden layer {name.removeprefix('layer')}", of_units, share))
    caption = (
        "For how many of the test images each hidden unit is above zero, from the most active to the least; "
        "a rectifier is silent for all others."
    )
    return {
        "activity": Curves(
            series, Axis("units, the most active first", "%"), Axis("images that excite it", "%"), caption
        )
    }


SMALL = {"hidden": (100, 100, 100), "input_shape": (8, 8, 1), "scale": 16.0}
ON_DIGITS = (
    "section 4.1, recalled: three layers, batches of 10, a penalty of 0.001 on activations; size and passes "
    "are ours, the rate is ours and chosen on the validation split"
)
AS_PRINTED = (
    "section 4.1, quoted in accounts of it: three layers of 1,000 units, batches of 10, a penalty of 0.001 "
    "on activations; the rate, for which the paper searches among 0.1, 0.01, 0.001 and 0.0001, is ours, one "
    "for all, not searched"
)
NOT_SEARCHED = (
    "The paper chose the rate of each net, and when to stop, on a validation split; ours have one rate and "
    "50 passes, while their validation errors are lowest after 10 passes (rectifiers), 20 (tanh) and 50 "
    "(softplus)."
)
TRIED = (
    " By benchmarks.commands.tune, rectifiers in ten passes at rates of 0.005, 0.02 and 0.1 err on 2.05, "
    "1.86 and 2.45% of the validation split with the penalty, and on 2.10, 1.69 and 2.25% without it: part "
    "of the gap is the penalty. That the paper turns the sign of half of the rectifiers has not been tried."
)
#: Table 1, without pre-training: the test errors in percent.
TABLE_1 = {
    "mnist": {"": 1.43, "tanh": 1.57, "softplus": 1.77},
    "cifar10": {"": 50.86, "tanh": 52.62, "softplus": 53.20},
}

ENTRY = Entry(
    id="rectifier_2011",
    name="Deep sparse rectifier nets",
    family="feedforward",
    task="classification",
    idea="Hidden units that are zero below a threshold and linear above it.",
    paper=PAPER,
    build=build,
    loss=loss,
    pictures=pictures,
    variants={"tanh": "tanh units", "softplus": "softplus units, rectifiers without a corner"},
    parameters=(
        ParameterCount(trainable=2_797_010, where="784-1000-1000-1000-10, counted"),
        ParameterCount(
            trainable=5_085_010,
            where="3072-1000-1000-1000-10, counted",
            arguments={"input_shape": (32, 32, 3)},
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model=SMALL,
            optimizer={"name": "SGD", "learning_rate": 0.1},
            batch_size=10,
            epochs=20,
            evaluate_every=5,
            floor=("error", 7.0),
            source=ON_DIGITS,
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="tanh",
            model=SMALL | {"activation": "tanh"},
            optimizer={"name": "SGD", "learning_rate": 0.2},
            batch_size=10,
            epochs=20,
            evaluate_every=5,
            floor=("error", 8.5),
            source=ON_DIGITS,
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="softplus",
            model=SMALL | {"activation": "softplus"},
            optimizer={"name": "SGD", "learning_rate": 0.2},
            batch_size=10,
            epochs=20,
            evaluate_every=5,
            floor=("error", 11.0),
            source=ON_DIGITS,
            tries=6,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            model={"penalty": 0.001},
            optimizer={"name": "SGD", "learning_rate": 0.02},
            batch_size=10,
            epochs=50,
            evaluate_every=10,
            source=AS_PRINTED,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="tanh",
            model={"activation": "tanh", "penalty": 0.001},
            optimizer={"name": "SGD", "learning_rate": 0.02},
            batch_size=10,
            epochs=50,
            evaluate_every=10,
            source=AS_PRINTED,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="softplus",
            model={"activation": "softplus", "penalty": 0.001},
            optimizer={"name": "SGD", "learning_rate": 0.02},
            batch_size=10,
            epochs=50,
            evaluate_every=10,
            source=AS_PRINTED,
        ),
        Recipe(
            dataset="cifar10",
            tier="standard",
            model={"input_shape": (32, 32, 3)},
            optimizer={"name": "SGD", "learning_rate": 0.005},
            batch_size=10,
            epochs=50,
            evaluate_every=10,
            source=AS_PRINTED,
        ),
        Recipe(
            dataset="cifar10",
            tier="standard",
            variant="tanh",
            model={"input_shape": (32, 32, 3)} | {"activation": "tanh"},
            optimizer={"name": "SGD", "learning_rate": 0.005},
            batch_size=10,
            epochs=50,
            evaluate_every=10,
            source=AS_PRINTED,
        ),
        Recipe(
            dataset="cifar10",
            tier="standard",
            variant="softplus",
            model={"input_shape": (32, 32, 3)} | {"activation": "softplus"},
            optimizer={"name": "SGD", "learning_rate": 0.005},
            batch_size=10,
            epochs=50,
            evaluate_every=10,
            source=AS_PRINTED,
        ),
    ),
    claims=tuple(
        Claim(
            dataset=dataset,
            variant=variant,
            metric="error",
            value=error,
            unit="%",
            direction="lower",
            where="table 1, without pre-training",
            test_size=10_000 if dataset == "mnist" else 5_000,
            missed_because="not understood" if dataset == "mnist" else "",
            evidence=NOT_SEARCHED + ("" if variant else TRIED) if dataset == "mnist" else "",
        )
        for dataset, errors in TABLE_1.items()
        for variant, error in errors.items()
    ),
    deviations=(
        "Nets with pre-training by denoising autoencoders, the paper's other columns, are not run.",
        "The paper multiplies the outputs of half of its rectifiers by -1, so that they are balanced around "
        "0; here all of them are positive.",
        "The paper chose rates by a search; in the standard tier all nets of a data set have one.",
        "The paper keeps 5,000 photographs for validation and 5,000 for the test; here 5,000 are for "
        "validation, and the test split has its 10,000.",
        "NISTP and NORB are not in the suite, nor is the paper's text on sentiment.",
        "The pocket tier has layers of 100 units, and 8x8 digits.",
    ),
)
