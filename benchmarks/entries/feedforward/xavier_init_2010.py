"""Why deep nets would not learn, and how much of it lay in the first random numbers.

By 2010 everybody knew that nets with many hidden layers could work: since 2006 they had been
trained layer by layer without labels first, and then as usual. Nobody could say why the usual way
alone went wrong. Glorot and Bengio did not propose another crutch. They watched: how large the
activations of each layer are, how large the gradients that come back to it, and how both change
while the net learns.

With sigmoid units they saw the last hidden layer driven to zero at once, where it is flat and lets
no gradient through. With tanh units and the weights of the time, drawn from plus to minus one over
the root of the number of inputs, the signal shrinks from layer to layer on its way up, and the
gradient on its way down. A line of algebra shows why, and what to do: a layer keeps the size of
what passes through if the variance of its weights is two over the sum of its inputs and outputs.
The change costs nothing. As "Xavier" or "Glorot" initialisation it became the default of most
libraries.

The algebra holds for units that are linear around zero. Rectifiers, which came a year later, pass
half of what they get, and need twice the variance; and nothing ensures that weights which start
well stay so. Later nets normalise the activations themselves.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Understanding the difficulty of training deep feedforward neural networks",
    authors="X. Glorot, Y. Bengio",
    year=2010,
    venue="AISTATS 2010, PMLR 9:249-256",
    url="https://proceedings.mlr.press/v9/glorot10a.html",
    confidence="verified",
)


def build(
    hidden=(1000, 1000, 1000, 1000, 1000),
    activation="tanh",
    normalized=True,
    classes=10,
    input_shape=(28, 28, 1),
    scale=255.0,
):
    """Five hidden layers. Weights start uniform, in the normalised range of equation 16, or in that of
    equation 1.

    Biases start at 0.
    """
    from keras import Input, Sequential, initializers, layers

    net = Sequential([Input(input_shape), layers.Rescaling(1 / scale), layers.Flatten()])
    for units in (*hidden, classes):
        net.add(
            layers.Dense(
                units,
                kernel_initializer=initializers.GlorotUniform()  # +- sqrt(6 / (inputs + outputs))
                if normalized
                else initializers.VarianceScaling(1 / 3, "fan_in", "uniform"),  # +- 1 / sqrt(inputs)
            )
        )
        net.add(layers.Activation(activation))
    net.pop()  # the loss takes logits
    return net


def activations(model, batch):
    """The activations of each hidden layer, float32 [n, units]: `layer1` and so on."""
    from keras import layers, ops

    x = batch["x"]
    found: dict[str, object] = {}
    for layer in model.layers:
        x = layer(x)
        if isinstance(layer, layers.Activation):
            found[f"layer{len(found) + 1}"] = ops.cast(x, "float32")
    return found


def pictures(model, data, predict):
    """How the activations of each hidden layer are spread after learning, as in figure 4."""
    import numpy as np

    from benchmarks.pictures import Axis, Curves, Series

    found = predict(activations, {"x": data.test["x"][:300]})
    lowest = min(0.0, *(np.floor(layer.min()) for layer in found.values()))
    edges = np.linspace(lowest, 1.0, 41)
    centres = (edges[:-1] + edges[1:]) / 2
    series = [
        Series(
            f"hidden layer {name.removeprefix('layer')}",
            centres,
            100.0 * np.histogram(layer, edges)[0] / layer.size,
        )
        for name, layer in found.items()
    ]
    caption = (
        "Activations of each hidden layer after learning, for up to 300 test images: where many lie at the "
        "ends, the units are saturated, and let little gradient through."
    )
    return {"activations": Curves(series, Axis("activation"), Axis("share of activations", "%"), caption)}


SMALL: dict[str, object] = {"hidden": (100, 100, 100, 100, 100), "input_shape": (8, 8, 1), "scale": 16.0}
PHOTOS: dict[str, object] = {"input_shape": (32, 32, 3)}
ON_DIGITS = (
    "section 2.3: batches of 10 and plain gradient descent; size and passes are ours, the rate is ours and "
    "chosen on the validation split"
)
AS_PRINTED = (
    "section 2.3: five layers of 1,000 units, batches of 10, plain gradient descent; the paper chose a rate "
    "for each arm and prints none; ours is one for all, not searched"
)
EPOCH = "Epoch AI (epoch.ai/data), notable models: Feedforward NN"

ENTRY = Entry(
    id="xavier_init_2010",
    name="Normalised (Xavier) initialisation",
    family="feedforward",
    task="classification",
    idea="Draw the first weights so that neither signals nor gradients shrink from layer to layer.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={
        "standard": "weights drawn within one over the root of the inputs",
        "softsign": "softsign units",
        "softsign-standard": "softsign units, weights drawn within one over the root of the inputs",
        "sigmoid": "sigmoid units, weights drawn within one over the root of the inputs: in few updates "
        "five such layers learn nothing, since the last one saturates",
    },
    parameters=(
        ParameterCount(trainable=4_799_010, where="784-1000-1000-1000-1000-1000-10, counted"),
        ParameterCount(
            trainable=7_087_010,
            where="3072-1000-1000-1000-1000-1000-10, counted",
            arguments=PHOTOS,
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model=SMALL,
            optimizer={"name": "SGD", "learning_rate": 0.2},
            batch_size=10,
            epochs=20,
            evaluate_every=5,
            floor=("error", 9.0),
            source=ON_DIGITS,
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="standard",
            model=SMALL | {"normalized": False},
            optimizer={"name": "SGD", "learning_rate": 0.2},
            batch_size=10,
            epochs=20,
            evaluate_every=5,
            floor=("error", 9.0),
            source=ON_DIGITS,
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="softsign-standard",
            model=SMALL | {"activation": "softsign", "normalized": False},
            optimizer={"name": "SGD", "learning_rate": 0.2},
            batch_size=10,
            epochs=20,
            evaluate_every=5,
            floor=("error", 9.0),
            source=ON_DIGITS,
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="sigmoid",
            model=SMALL | {"activation": "sigmoid", "normalized": False},
            optimizer={"name": "SGD", "learning_rate": 0.01},
            batch_size=10,
            epochs=20,
            evaluate_every=5,
            source=ON_DIGITS,
            tries=6,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            optimizer={"name": "SGD", "learning_rate": 0.02},
            batch_size=10,
            epochs=100,
            evaluate_every=10,
            shortened="500,000 of 5 million updates",
            source=AS_PRINTED,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="standard",
            model={"normalized": False},
            optimizer={"name": "SGD", "learning_rate": 0.02},
            batch_size=10,
            epochs=100,
            evaluate_every=10,
            shortened="500,000 of 5 million updates",
            source=AS_PRINTED,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="softsign",
            model={"activation": "softsign"},
            optimizer={"name": "SGD", "learning_rate": 0.02},
            batch_size=10,
            epochs=100,
            evaluate_every=10,
            shortened="500,000 of 5 million updates",
            source=AS_PRINTED,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="softsign-standard",
            model={"activation": "softsign", "normalized": False},
            optimizer={"name": "SGD", "learning_rate": 0.02},
            batch_size=10,
            epochs=100,
            evaluate_every=10,
            shortened="500,000 of 5 million updates",
            source=AS_PRINTED,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="sigmoid",
            model={"activation": "sigmoid", "normalized": False},
            optimizer={"name": "SGD", "learning_rate": 0.02},
            batch_size=10,
            epochs=100,
            evaluate_every=10,
            shortened="500,000 of 5 million updates",
            source=AS_PRINTED,
        ),
        Recipe(
            dataset="cifar10",
            tier="standard",
            model=PHOTOS,
            optimizer={"name": "SGD", "learning_rate": 0.005},
            batch_size=10,
            epochs=100,
            evaluate_every=10,
            shortened="450,000 of 5 million updates",
            source=AS_PRINTED,
        ),
        Recipe(
            dataset="cifar10",
            tier="standard",
            variant="standard",
            model=PHOTOS | {"normalized": False},
            optimizer={"name": "SGD", "learning_rate": 0.005},
            batch_size=10,
            epochs=100,
            evaluate_every=10,
            shortened="450,000 of 5 million updates",
            source=AS_PRINTED,
        ),
        Recipe(
            dataset="cifar10",
            tier="standard",
            variant="softsign",
            model=PHOTOS | {"activation": "softsign"},
            optimizer={"name": "SGD", "learning_rate": 0.005},
            batch_size=10,
            epochs=100,
            evaluate_every=10,
            shortened="450,000 of 5 million updates",
            source=AS_PRINTED,
        ),
        Recipe(
            dataset="cifar10",
            tier="standard",
            variant="softsign-standard",
            model=PHOTOS | {"activation": "softsign", "normalized": False},
            optimizer={"name": "SGD", "learning_rate": 0.005},
            batch_size=10,
            epochs=100,
            evaluate_every=10,
            shortened="450,000 of 5 million updates",
            source=AS_PRINTED,
        ),
        Recipe(
            dataset="cifar10",
            tier="standard",
            variant="sigmoid",
            model=PHOTOS | {"activation": "sigmoid", "normalized": False},
            optimizer={"name": "SGD", "learning_rate": 0.005},
            batch_size=10,
            epochs=100,
            evaluate_every=10,
            shortened="450,000 of 5 million updates",
            source=AS_PRINTED,
        ),
    ),
    claims=(
        Claim(
            dataset="mnist",
            metric="error",
            value=1.64,
            unit="%",
            direction="lower",
            where="table 1, 5 hidden layers",
            test_size=10_000,
            confidence="verified",
            source="paper text",
        ),
        Claim(
            dataset="mnist",
            variant="standard",
            metric="error",
            value=1.76,
            unit="%",
            direction="lower",
            where="table 1, 5 hidden layers",
            test_size=10_000,
            confidence="verified",
            source="paper text",
        ),
        Claim(
            dataset="mnist",
            variant="softsign",
            metric="error",
            value=1.72,
            unit="%",
            direction="lower",
            where="table 1, 5 hidden layers",
            test_size=10_000,
            confidence="verified",
            source="paper text",
        ),
        Claim(
            dataset="mnist",
            variant="softsign-standard",
            metric="error",
            value=1.64,
            unit="%",
            direction="lower",
            where="table 1, 5 hidden layers",
            test_size=10_000,
            confidence="verified",
            source="paper text",
        ),
        Claim(
            dataset="mnist",
            variant="sigmoid",
            metric="error",
            value=2.21,
            unit="%",
            direction="lower",
            where="table 1, 5 hidden layers",
            test_size=10_000,
            confidence="verified",
            source="paper text",
        ),
        Claim(
            dataset="cifar10",
            metric="error",
            value=52.92,
            unit="%",
            direction="lower",
            where="table 1, 5 hidden layers",
            test_size=10_000,
            confidence="verified",
            source="paper text",
        ),
        Claim(
            dataset="cifar10",
            variant="standard",
            metric="error",
            value=55.9,
            unit="%",
            direction="lower",
            where="table 1, 5 hidden layers",
            test_size=10_000,
            confidence="verified",
            source="paper text",
        ),
        Claim(
            dataset="cifar10",
            variant="softsign",
            metric="error",
            value=53.8,
            unit="%",
            direction="lower",
            where="table 1, 5 hidden layers",
            test_size=10_000,
            confidence="verified",
            source="paper text",
        ),
        Claim(
            dataset="cifar10",
            variant="softsign-standard",
            metric="error",
            value=55.78,
            unit="%",
            direction="lower",
            where="table 1, 5 hidden layers",
            test_size=10_000,
            confidence="verified",
            source="paper text",
        ),
        Claim(
            dataset="cifar10",
            variant="sigmoid",
            metric="error",
            value=57.28,
            unit="%",
            direction="lower",
            where="table 1, 5 hidden layers",
            test_size=10_000,
            confidence="verified",
            source="paper text",
        ),
        Claim(
            dataset="shapeset",
            metric="error",
            value={"": 15.60, "standard": 27.15}[""],
            unit="%",
            direction="lower",
            where="table 1, 5 hidden layers",
            confidence="verified",
            source="paper text",
            not_comparable="the suite has no drawn shapes of this kind",
        ),
        Claim(
            dataset="shapeset",
            variant="standard",
            metric="error",
            value={"": 15.60, "standard": 27.15}["standard"],
            unit="%",
            direction="lower",
            where="table 1, 5 hidden layers",
            confidence="verified",
            source="paper text",
            not_comparable="the suite has no drawn shapes of this kind",
        ),
        Claim(
            dataset="shapeset",
            metric="singular_value",
            value={"": 0.8, "standard": 0.5}[""],
            unit="",
            direction="equal",
            statistic="mean",
            where="section 4.2.2: mean singular value of a layer's Jacobian before training",
            confidence="verified",
            source="paper text",
            not_comparable="measures are taken after training; a test computes it for the first weights",
        ),
        Claim(
            dataset="shapeset",
            variant="standard",
            metric="singular_value",
            value={"": 0.8, "standard": 0.5}["standard"],
            unit="",
            direction="equal",
            statistic="mean",
            where="section 4.2.2: mean singular value of a layer's Jacobian before training",
            confidence="verified",
            source="paper text",
            not_comparable="measures are taken after training; a test computes it for the first weights",
        ),
    ),
    deviations=(
        "The standard tier makes a tenth of the paper's 5 million updates, with one learning rate for all; "
        "the paper chose a rate for each arm.",
        "The paper kept 10,000 of CIFAR-10's training images for validation, here it is 5,000.",
        "Pixels are between 0 and 1; the paper does not say how it scales them.",
        "The drawn shapes on which the paper watches activations and gradients, and its small ImageNet, are "
        "not in the suite.",
        "The pocket tier has layers of 100 units, and 8x8 digits.",
    ),
    history=(
        Fact("training_flop", 3.5e14, "FLOP", EPOCH, "verified"),
        Fact("parameters", 7_082_000, "parameters", f"{EPOCH}, which counts no biases", "verified"),
    ),
)
