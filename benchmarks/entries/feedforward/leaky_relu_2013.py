"""Let a little through: rectifiers in speech, and one that never quite closes.

In 2012 deep nets took over the acoustic models of speech recognisers: from a stretch of sound they tell
which piece of a phoneme it is. Their units were sigmoids, and many still began with weights from
unsupervised pre-training. Maas, Hannun and Ng put rectifiers in their place, in nets of two to four layers
of 2,048 units, with random first weights, plain gradient descent and 300 hours of telephone calls. The
recognisers made fewer word errors at every depth, and more layers helped more than they had helped before.

They ask what differs inside. Of a layer of rectifiers few are active for a given sound, and each unit is
active about as often as the others; tanh units share the work less evenly. And they try a change. A
rectifier that is silent for an input gets no gradient from it, and one that is silent for all inputs will
never learn again. So let a hundredth of the negative part through. Such leaky units begin to learn a little
sooner, and end where plain rectifiers end: being silent does no harm that one could see in these nets.

The small slope became a habit all the same, above all where nets learn against each other and gradients
must not die. Two years later others made the slope larger, drew it at random or let the net learn it, and
found gains that a hundredth had not brought.
"""

from benchmarks.spec import Claim, Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Rectifier nonlinearities improve neural network acoustic models",
    authors="A. L. Maas, A. Y. Hannun, A. Y. Ng",
    year=2013,
    venue="ICML 2013 workshop on deep learning for audio, speech and language processing",
    url="https://ai.stanford.edu/~amaas/papers/relu_hybrid_icml2013_final.pdf",
    confidence="recalled",
)


def build(
    hidden=(2048, 2048, 2048, 2048),
    units="leaky",
    slope=0.01,
    classes=10,
    input_shape=(28, 28, 1),
    scale=255.0,
):
    """Up to four hidden layers of "leaky" rectifiers, "rectifier" or "tanh" units.

    Weights start in the normalised range.
    """
    from keras import Input, Sequential, layers

    net = Sequential([Input(input_shape), layers.Rescaling(1 / scale), layers.Flatten()])
    for count in hidden:
        net.add(layers.Dense(count, kernel_initializer="glorot_uniform"))
        net.add(
            layers.LeakyReLU(negative_slope=slope)
            if units == "leaky"
            else layers.Activation({"rectifier": "relu", "tanh": "tanh"}[units])
        )
    net.add(layers.Dense(classes, kernel_initializer="glorot_uniform", name="output"))
    return net


def active(model, batch):
    """Whether each unit of the last hidden layer is above zero, float32 [n, units]."""
    from keras import ops

    x = batch["x"]
    for layer in model.layers[:-1]:
        x = layer(x)
    return {"active": ops.cast(x > 0, "float32")}


def pictures(model, data, predict):
    """How often the units of the last hidden layer are active, from the most active to the least."""
    import numpy as np

    from benchmarks.pictures import Axis, Curves, Series

    found = predict(active, {"x": data.test["x"]})["active"]
    share = np.sort(100.0 * found.mean(axis=0, dtype="float64"))[::-1]
    of_units = 100.0 * np.arange(1.0, len(share) + 1) / len(share)
    return {
        "activity": Curves(
            [Series("last hidden layer", of_units, share)],
            Axis("units, the most active first", "%"),
            Axis("test examples for which they are above zero", "%"),
            "For how many of the test examples each unit of the last hidden layer is above zero. A flat line "
            "is work shared evenly, and a low one a sparse code.",
        )
    }


ON_DIGITS = (
    "four hidden layers, stochastic gradient descent and no regularisation, as in the paper; units, batch, "
    "momentum and passes are ours, the rate is ours and chosen on the validation split"
)
AS_PRINTED = (
    "four hidden layers of 2,048 units, stochastic gradient descent and no regularisation, as in the paper; "
    "batch, momentum, rate and passes are ours, one for all units, not searched"
)
SMALL = {"hidden": (100, 100, 100, 100), "input_shape": (8, 8, 1), "scale": 16.0}

ENTRY = Entry(
    id="leaky_relu_2013",
    name="Leaky rectifiers",
    family="feedforward",
    task="classification",
    idea="A rectifier that lets a hundredth of negative values through, so that its gradient never dies.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={"rectifier": "rectifiers that close", "tanh": "tanh units"},
    parameters=(
        ParameterCount(
            trainable=14_217_226,
            where="784-2048-2048-2048-2048-10, counted; hidden layers as in the paper, ends ours",
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model=SMALL | {"units": "leaky", "slope": 0.01},
            optimizer={"name": "SGD", "learning_rate": 0.1, "momentum": 0.9},
            batch_size=32,
            epochs=20,
            evaluate_every=5,
            floor=("error", 12.5),
            source=ON_DIGITS,
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="rectifier",
            model=SMALL | {"units": "rectifier"},
            optimizer={"name": "SGD", "learning_rate": 0.05, "momentum": 0.9},
            batch_size=32,
            epochs=20,
            evaluate_every=5,
            floor=("error", 14.2),
            source=ON_DIGITS,
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="tanh",
            model=SMALL | {"units": "tanh"},
            optimizer={"name": "SGD", "learning_rate": 0.05, "momentum": 0.9},
            batch_size=32,
            epochs=20,
            evaluate_every=5,
            floor=("error", 7.0),
            source=ON_DIGITS,
            tries=6,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            model={"units": "leaky", "slope": 0.01},
            optimizer={"name": "SGD", "learning_rate": 0.02, "momentum": 0.9},
            batch_size=128,
            epochs=10,
            source=AS_PRINTED,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="rectifier",
            model={"units": "rectifier"},
            optimizer={"name": "SGD", "learning_rate": 0.02, "momentum": 0.9},
            batch_size=128,
            epochs=10,
            source=AS_PRINTED,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="tanh",
            model={"units": "tanh"},
            optimizer={"name": "SGD", "learning_rate": 0.02, "momentum": 0.9},
            batch_size=128,
            epochs=10,
            source=AS_PRINTED,
        ),
    ),
    claims=(
        Claim(
            dataset="switchboard",
            variant="rectifier",
            metric="word_error_reduction",
            value=2,
            unit="%",
            direction="higher",
            where="abstract: absolute, against sigmoidal units",
            confidence="verified",
            source="paper's abstract",
            not_comparable="Switchboard is licensed, and the suite recognises no words",
        ),
    ),
    deviations=(
        "The paper's 300 hours of telephone speech are licensed; the nets see digits.",
        "The paper's nets have two to four hidden layers, ours four, of 100 units in the pocket tier.",
        "Batches, rates and passes could not be looked up, and are ours.",
    ),
)
