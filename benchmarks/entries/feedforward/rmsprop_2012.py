"""A line on a lecture's slide, never published, and one of the most used methods there are.

Gradients differ in size by many powers of ten, from layer to layer and from weight to weight, and one rate
cannot suit them all. Riedmiller and Braun drew the radical conclusion in 1993: look at the sign alone. Each
weight has a step of its own, which grows while the sign stays and is halved when it turns. Their Rprop was
quick and had hardly anything to tune, but it wanted the gradient over all examples. In a lecture of his
course on the net, Geoffrey Hinton showed what goes wrong with small batches: let a weight have a gradient
of +0.1 in nine of them and of -0.9 in the tenth. It should stay where it is. Rprop goes up nine times and
down once, by about as much, and wanders off.

What is needed, he said, is a sign that knows how large it is. Rprop divides the gradient by its own size,
and by another one each time. Divide by nearly the same number in neighbouring batches instead: by the root
of a running mean of the squared gradient. Then nine small steps and a large one nearly cancel, and a weight
whose gradients are always small still moves. Tijmen Tieleman had tried it, and it worked.

There was no theorem and no table. The mean starts at zero, so that the first steps are too long, and a rate
is still to be chosen. Adam, two years later, added momentum, mended the start and was published; but many
nets, those that learned to play Atari games among them, were trained with what is on the slide, or with a
form of it that subtracts the mean gradient.
"""

from benchmarks.spec import Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Lecture 6.5: rmsprop, divide the gradient by a running average of its recent magnitude",
    authors="T. Tieleman, G. Hinton",
    year=2012,
    venue="Coursera: Neural networks for machine learning",
    url="https://www.cs.toronto.edu/~tijmen/csc321/slides/lecture_slides_lec6.pdf",
    confidence="recalled",
)


def build(hidden=(300,), classes=10, input_shape=(28, 28, 1), scale=255.0):
    """Hidden layers of logistic units; the lecture names no net."""
    from keras import Input, Sequential, layers

    net = Sequential([Input(input_shape), layers.Rescaling(1 / scale), layers.Flatten()])
    for units in hidden:
        net.add(layers.Dense(units, activation="sigmoid"))
    net.add(layers.Dense(classes, name="output"))
    return net


SMALL = {"hidden": (50,), "input_shape": (8, 8, 1), "scale": 16.0}
ON_DIGITS = (
    "the lecture's constants: nine tenths of the mean square are kept; steps grow by 1.2, are halved, and "
    "stay between a millionth and 50. Net, batches and passes are ours, the same for all; the rate, or the "
    "first step, is ours and chosen on the validation split"
)
ON_MNIST = (
    "the lecture's constants; it names no net and no data. Net, batches, passes and rates are ours, not "
    "searched"
)

ENTRY = Entry(
    id="rmsprop_2012",
    name="RMSProp",
    family="feedforward",
    task="classification",
    idea="Divide the gradient by the root of a running mean of its square: a sign that can be averaged.",
    paper=PAPER,
    build=build,
    variants={
        "rprop": "Rprop as it was meant: the sign of the gradient over all examples, and steps that adapt",
        "rprop-mini-batches": "Rprop on small batches, the lecture's example of what cannot work",
    },
    parameters=(ParameterCount(trainable=238_510, where="784-300-10, counted; the size is ours"),),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model=SMALL,
            optimizer={"name": "RMSprop", "learning_rate": 0.01, "rho": 0.9, "epsilon": 1e-8},
            batch_size=10,
            epochs=40,
            evaluate_every=4,
            floor=("error", 8.0),
            source=ON_DIGITS,
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="rprop",
            model=SMALL,
            optimizer={
                "name": "Rprop",
                "first_step": 0.01,
                "increase": 1.2,
                "decrease": 0.5,
                "smallest": 1e-6,
                "largest": 50.0,
            },
            batch_size=1_078,  # all training examples
            epochs=40,
            evaluate_every=4,
            floor=("error", 12.0),
            source=ON_DIGITS,
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="rprop-mini-batches",
            model=SMALL,
            optimizer={
                "name": "Rprop",
                "first_step": 0.03,
                "increase": 1.2,
                "decrease": 0.5,
                "smallest": 1e-6,
                "largest": 50.0,
            },
            batch_size=10,
            epochs=40,
            evaluate_every=4,
            source=ON_DIGITS,
            tries=6,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            optimizer={"name": "RMSprop", "learning_rate": 0.001, "rho": 0.9, "epsilon": 1e-8},
            batch_size=100,
            epochs=50,
            evaluate_every=5,
            source=ON_MNIST,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="rprop",
            optimizer={
                "name": "Rprop",
                "first_step": 0.01,
                "increase": 1.2,
                "decrease": 0.5,
                "smallest": 1e-6,
                "largest": 50.0,
            },
            batch_size=50_000,  # all training examples
            epochs=50,
            evaluate_every=5,
            source=ON_MNIST,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="rprop-mini-batches",
            optimizer={
                "name": "Rprop",
                "first_step": 0.01,
                "increase": 1.2,
                "decrease": 0.5,
                "smallest": 1e-6,
                "largest": 50.0,
            },
            batch_size=100,
            epochs=50,
            evaluate_every=5,
            source=ON_MNIST,
        ),
    ),
    deviations=(
        "The lecture shows equations and no results, so that there is nothing to claim; net, data and "
        "passes are ours.",
        "All arms go through the examples equally often, so that Rprop on all examples takes fewer steps.",
        "Keras' RMSprop adds a small constant under the root; the lecture has none.",
        "Where one of two gradients is 0 their signs neither agree nor differ, and Rprop keeps its step; "
        "the lecture does not say.",
        "The pocket tier has 50 hidden units and 8x8 digits.",
    ),
)
