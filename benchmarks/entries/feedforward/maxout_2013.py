"""A unit that learns the shape of its own bend.

In 2012 Hinton's group showed that a net is better for having half of its units struck out at random at
every step. What is left is one of an astronomical number of smaller nets that share their weights, and at
the end the whole net, with halved outputs, stands in for the average of them all. For a single layer that
average is exact; for a deep net nobody knew how good the stand-in was.

Goodfellow and his colleagues asked which unit would suit such training best. Theirs has no curve of its own
at all: it computes several linear functions of what it sees and passes on the largest. Two of them make a
rectifier or an absolute value, five come close to any convex curve, and the unit learns which one it needs.
Nothing in it is ever flat at zero, so that the gradient always has a way down; and since it is linear
almost everywhere, halving the outputs comes close to the true average. The name is a play on dropout.

Every unit costs as many filters as it has pieces, and once batch normalisation kept the inputs of
rectifiers in their range, few found them worth it. In its time the net read MNIST better than any other
that was told nothing of images and had not been trained before on the images alone.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Maxout networks",
    authors="I. J. Goodfellow, D. Warde-Farley, M. Mirza, A. Courville, Y. Bengio",
    year=2013,
    venue="Proceedings of the 30th International Conference on Machine Learning, JMLR W&CP 28",
    url="https://arxiv.org/abs/1302.4389",
    confidence="verified",
)


def build(
    hidden=(240, 240),
    pieces=5,
    rectified=False,
    norm=1.9365,
    spread=0.005,
    input_shape=(28, 28, 1),
    scale=255.0,
):
    """Layers of maxout units behind dropout.

    The weights of each linear function have a norm of at most `norm` and start between minus and plus
    `spread`. With `rectified` there are rectified units in the place of maxout units.
    """
    from keras import Input, Sequential, constraints, initializers, layers

    from benchmarks.layers.image.corruption import Corruption
    from benchmarks.layers.units.dropout import Dropout
    from benchmarks.layers.units.maxout import Maxout

    def start():
        return initializers.RandomUniform(-spread, spread)

    net = Sequential([Input(input_shape), layers.Rescaling(1 / scale), layers.Flatten()])
    net.add(Corruption("blankout", 0.2))  # pixels are dropped without making up for it, as the authors do
    for units in hidden:
        if rectified:
            net.add(layers.Dense(units, activation="relu", kernel_initializer=start()))
        else:
            net.add(Maxout(units, pieces, kernel_initializer=start()))
        net.add(Dropout(0.5))
    net.add(layers.Dense(10, kernel_initializer=start(), name="output"))
    for layer in net.layers:
        if layer.trainable_variables:
            layer.kernel.constraint = constraints.MaxNorm(norm, axis=0)
    return net


def pictures(model, data, predict):
    """The linear pieces of eight units of the first layer."""
    import numpy as np

    from benchmarks.pictures import filters

    layer = next(layer for layer in model.layers if layer.trainable_variables)
    pieces = getattr(layer, "pieces", 1)
    kernel = np.asarray(layer.kernel.value)
    caption = "The weights of eight units, a row for each unit, a column for each of its linear pieces."
    if pieces == 1:
        caption = "The weights of 40 rectified units, each in its own range; grey is zero."
        pieces = 5
    return {"filters": filters(kernel[:, : 8 * pieces].T, model.input_shape[1:3], pieces, caption)}


CODE = "the authors' mnist_pi.yaml and mnist_pi_continued.yaml, github lisa-lab/pylearn2"
#: The rate falls by 4 millionths a step, momentum rises from pass 1 to 250 of the authors' 500 steps.
MNIST_SGD = {
    "name": "RampedMomentum",
    "learning_rate": {
        "name": "ExponentialDecay",
        "initial_learning_rate": 0.1,
        "decay_steps": 1,
        "decay_rate": 1 / 1.000004,
    },
    "momentum": 0.5,
    "final_momentum": 0.7,
    "ramp_start": 500,
    "ramp_end": 125_000,
}
DIGITS_NET = {"hidden": (64, 64), "spread": 0.05, "input_shape": (8, 8, 1), "scale": 16.0}
OURS = "sizes, initial weights, rate, momentum and passes ours, the rate chosen on the validation split"

ENTRY = Entry(
    id="maxout_2013",
    name="Maxout network",
    family="feedforward",
    task="classification",
    idea="A unit passes on the largest of several linear functions of its input.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={"rectified": "as many rectified units in the place of maxout units"},
    parameters=(
        ParameterCount(
            trainable=1_233_610, where="784-240-240-10 with five pieces, counted from the authors' definition"
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model=DIGITS_NET,
            optimizer={"name": "SGD", "learning_rate": 0.1, "momentum": 0.7},
            batch_size=32,
            epochs=40,
            evaluate_every=10,
            floor=("error", 7.5),
            source=OURS,
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="rectified",
            model=DIGITS_NET | {"rectified": True},
            optimizer={"name": "SGD", "learning_rate": 0.05, "momentum": 0.7},
            batch_size=32,
            epochs=40,
            evaluate_every=10,
            floor=("error", 10.0),
            source=OURS,
            tries=6,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            optimizer=MNIST_SGD,
            batch_size=100,
            epochs=40,
            evaluate_every=10,
            train_on="train+validation",
            shortened="40 of some 240 passes",
            source=f"{CODE}; stopped after 40 passes",
        ),
        Recipe(
            dataset="mnist",
            tier="paper",
            optimizer=MNIST_SGD,
            batch_size=100,
            epochs=250,
            evaluate_every=50,
            train_on="train+validation",
            source=f"{CODE}; one stage of 250 passes in the place of two",
        ),
    ),
    claims=(
        Claim(
            dataset="mnist",
            metric="error",
            value=0.94,
            unit="%",
            direction="lower",
            where="section 5.1, table 1: permutation-invariant MNIST",
            test_size=10_000,
            confidence="verified",
            source="the authors' README, pylearn2/scripts/papers/maxout, github lisa-lab/pylearn2",
        ),
        Claim(
            dataset="mnist",
            metric="error",
            value=0.45,
            unit="%",
            direction="lower",
            where="section 5.1, table 2: convolutional maxout",
            test_size=10_000,
            confidence="verified",
            source="the authors' README, pylearn2/scripts/papers/maxout, github lisa-lab/pylearn2",
            not_comparable="the suite trains the net of fully connected layers alone",
        ),
        Claim(
            dataset="cifar10",
            metric="error",
            value=11.68,
            unit="%",
            direction="lower",
            where="section 5.2, table 3: without augmentation",
            test_size=10_000,
            confidence="verified",
            source="the authors' README, pylearn2/scripts/papers/maxout, github lisa-lab/pylearn2",
            not_comparable="the suite trains the net of fully connected layers alone",
        ),
        Claim(
            dataset="cifar10",
            metric="error",
            value=9.38,
            unit="%",
            direction="lower",
            where="section 5.2, table 3: with augmentation",
            test_size=10_000,
            confidence="verified",
            source="the authors' README, pylearn2/scripts/papers/maxout, github lisa-lab/pylearn2",
            not_comparable="the suite trains the net of fully connected layers alone",
        ),
    ),
    deviations=(
        (
            "The authors train on 50,000 images until the validation error has not fallen for 100 passes, "
            "and then on all 60,000 until the validation images cost as little as the training images did. "
            "Here there is one stage on all images; the file of the second stage begins at a rate that the "
            "first reaches after some 240 passes."
        ),
        "The standard tier stops after 40 passes, when the rate has hardly fallen.",
        (
            "The pocket tier has 64 units in each layer, wider initial weights, and a constant rate and "
            "momentum."
        ),
    ),
    history=(
        Fact(
            "examples",
            60_000,
            "images",
            "the authors' mnist_pi_continued.yaml, github lisa-lab/pylearn2",
            "verified",
        ),
    ),
)
