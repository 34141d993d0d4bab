"""Steps of a known size, whatever the gradient's scale.

Plain gradient descent has one rate for all weights, and it must fit the steepest. AdaGrad divides each
weight's gradient by the root of the sum of its squares so far, so that rare features get long steps;
but the sum only grows, and learning fades. RMSProp, told in a lecture and never published, forgets
old squares. Momentum averages the gradients themselves. Kingma and Ba put these together: a running
mean of the gradient over the root of a running mean of its square.

Both means start at zero, and so are too small at first; Adam divides by what is missing. Then a step
is hardly ever longer than the rate, whatever the loss is multiplied by, and the ratio of the means is
a measure of how sure the direction is: near zero where gradients contradict each other, and the steps
shrink of themselves. The numbers that the paper suggests work so often that many never change them.

Not always: there are simple convex problems on which it does not converge, nets for images often
generalise better with plain momentum, and weight decay by a penalty is not what it seems under a
scaled gradient; AdamW takes it out again.
"""

from benchmarks.spec import Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Adam: a method for stochastic optimization",
    authors="D. P. Kingma, J. Ba",
    year=2014,
    venue="ICLR 2015; arXiv:1412.6980",
    url="https://arxiv.org/abs/1412.6980",
    confidence="verified",
)


def build(
    hidden=(1000, 1000),
    dropped=0.5,
    decay=0.0,
    classes=10,
    input_shape=(28, 28, 1),
    scale=255.0,
):
    """Two layers of rectifiers with dropout (section 6.2); without hidden layers, logistic regression (6.1).

    `decay` is the factor of half the sum of the squared weights that is added to the loss.
    """
    from keras import Input, Sequential, layers, regularizers

    from benchmarks.layers.units.dropout import Dropout

    penalty = regularizers.L2(decay / 2) if decay else None
    net = Sequential([Input(input_shape), layers.Rescaling(1 / scale), layers.Flatten()])
    for units in hidden:
        net.add(
            layers.Dense(units, activation="relu", kernel_initializer="he_normal", kernel_regularizer=penalty)
        )
        if dropped:
            net.add(Dropout(dropped))
    net.add(layers.Dense(classes, kernel_regularizer=penalty, name="output"))
    return net


ADAM = {"name": "Adam", "beta_1": 0.9, "beta_2": 0.999, "epsilon": 1e-8}  # algorithm 1
ADAGRAD = {"name": "Adagrad", "initial_accumulator_value": 0.0, "epsilon": 1e-8}
NESTEROV = {"name": "SGD", "momentum": 0.9, "nesterov": True}
RMSPROP = {"name": "RMSprop", "rho": 0.9, "epsilon": 1e-8}
SMALL = {"hidden": (100, 100), "dropped": 0.0, "input_shape": (8, 8, 1), "scale": 16.0}
LOGISTIC = {"hidden": (), "decay": 1e-4}
ON_DIGITS = (
    "section 6: batches of 128, all constants but the rate as printed or usual; size and passes are ours, "
    "the rate is ours and chosen on the validation split"
)
MLP = (
    "section 6.2: two layers of 1,000 rectifiers, dropout, batches of 128; Adam's rate is the default of "
    "algorithm 1; the paper searches the others and prints none, ours are usual ones, not searched"
)
REGRESSION = (
    "section 6.1: logistic regression, batches of 128, a rate that falls with the root of the step; the "
    "paper searches each rate and prints none; the rates and the decay are ours, not searched"
)

ENTRY = Entry(
    id="adam_2014",
    name="Adam",
    family="feedforward",
    task="classification",
    idea="Step along a running mean of the gradient, divided by the root of a running mean of its square.",
    paper=PAPER,
    build=build,
    variants={
        "adagrad": "AdaGrad: divided by the root of the sum of all squared gradients",
        "nesterov": "gradient descent with Nesterov's momentum of 0.9",
        "rmsprop": "RMSProp: no mean of the gradient, only that of its square",
        "logistic": "logistic regression, a convex problem",
        "logistic-adagrad": "logistic regression by AdaGrad",
        "logistic-nesterov": "logistic regression by gradient descent with Nesterov's momentum of 0.9",
    },
    parameters=(
        ParameterCount(trainable=1_796_010, where="784-1000-1000-10, counted"),
        ParameterCount(
            trainable=7_850, where="784-10, counted", variant="logistic", arguments={"hidden": ()}
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model=SMALL,
            optimizer=ADAM | {"learning_rate": 0.01},
            batch_size=128,
            epochs=20,
            evaluate_every=5,
            floor=("error", 7.0),
            source=ON_DIGITS,
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="adagrad",
            model=SMALL,
            optimizer=ADAGRAD | {"learning_rate": 0.1},
            batch_size=128,
            epochs=20,
            evaluate_every=5,
            floor=("error", 6.0),
            source=ON_DIGITS,
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="nesterov",
            model=SMALL,
            optimizer=NESTEROV | {"learning_rate": 0.1},
            batch_size=128,
            epochs=20,
            evaluate_every=5,
            floor=("error", 7.0),
            source=ON_DIGITS,
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="rmsprop",
            model=SMALL,
            optimizer=RMSPROP | {"learning_rate": 0.01},
            batch_size=128,
            epochs=20,
            evaluate_every=5,
            floor=("error", 6.5),
            source=ON_DIGITS,
            tries=6,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            optimizer=ADAM | {"learning_rate": 0.001},
            batch_size=128,
            epochs=200,
            evaluate_every=10,
            source=MLP,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="adagrad",
            optimizer=ADAGRAD | {"learning_rate": 0.01},
            batch_size=128,
            epochs=200,
            evaluate_every=10,
            source=MLP,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="nesterov",
            optimizer=NESTEROV | {"learning_rate": 0.1},
            batch_size=128,
            epochs=200,
            evaluate_every=10,
            source=MLP,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="rmsprop",
            optimizer=RMSPROP | {"learning_rate": 0.001},
            batch_size=128,
            epochs=200,
            evaluate_every=10,
            source=MLP,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="logistic",
            model=LOGISTIC,
            optimizer=ADAM
            | {
                "learning_rate": {
                    "name": "InverseSquareRootWarmup",
                    "width": 1,
                    "warmup_steps": 1,
                    "factor": 0.01,  # in the first step; in the n-th, this over the root of n
                }
            },
            batch_size=128,
            epochs=45,
            evaluate_every=5,
            source=REGRESSION,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="logistic-adagrad",
            model=LOGISTIC,
            optimizer=ADAGRAD
            | {
                "learning_rate": {
                    "name": "InverseSquareRootWarmup",
                    "width": 1,
                    "warmup_steps": 1,
                    "factor": 0.05,  # in the first step; in the n-th, this over the root of n
                }
            },
            batch_size=128,
            epochs=45,
            evaluate_every=5,
            source=REGRESSION,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="logistic-nesterov",
            model=LOGISTIC,
            optimizer=NESTEROV
            | {
                "learning_rate": {
                    "name": "InverseSquareRootWarmup",
                    "width": 1,
                    "warmup_steps": 1,
                    "factor": 0.1,  # in the first step; in the n-th, this over the root of n
                }
            },
            batch_size=128,
            epochs=45,
            evaluate_every=5,
            source=REGRESSION,
        ),
    ),
    deviations=(
        "The paper prints training costs as curves, and no numbers, so that there is nothing to claim.",
        "Rates of the standard tier are not searched: it does not compare the optimisers at their best.",
        "AdaDelta, the quasi-Newton method SFO, movie reviews and CIFAR-10, which the paper also has, are "
        "not run.",
        "Lengths of training are read off the paper's figures from memory.",
        "First weights of the rectifiers have the variance of He et al. (2015); the paper does not say.",
        "The pocket tier has layers of 100 units without dropout, and 8x8 digits.",
    ),
)
