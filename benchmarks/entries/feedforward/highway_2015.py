"""Layers that learn when to do nothing.

By 2015 everybody wanted deeper nets, and nobody could train very deep ones. Each layer transforms all that
it is given, so what the first layers saw has to survive every transformation on its way to the output, and
the error every one of them on its way back. Good first weights help for twenty layers or so; with more, a
plain net does worse even on the examples that it learns from.

In Lugano, where the LSTM had been invented against the same trouble in time, Srivastava and his colleagues
brought its remedy to depth. Every unit of a layer has a gate. Where the gate is open, the unit does what it
always did; where it is closed, its input passes unchanged. The gates start almost closed, so that a fresh net
of a hundred layers is nearly a wire, and plain gradient descent opens those that are of use. On MNIST, so the
paper shows, most of the fifty layers stay idle, and any one of them can be removed without harm; the early
ones cannot.

Half of the parameters are spent on gates. Months later residual nets left the gates out, always added what a
layer computes to what it was given, and won the contests for images. The question which of the two is needed
stayed open, and gated shortcuts returned where a net has to choose what to keep.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Training very deep networks",
    authors="R. K. Srivastava, K. Greff, J. Schmidhuber",
    year=2015,
    venue="NIPS 28, 2377-2385",
    url="https://arxiv.org/abs/1507.06228",
    confidence="verified",
)


def build(
    layers=50,
    units=50,
    plain=False,
    activation="relu",
    gate_bias=-2.0,
    classes=10,
    input_shape=(28, 28, 1),
    scale=255.0,
    maps=None,
    decay=1e-3,
):
    """The thin nets of section 3.1: a plain layer, `layers` - 1 highway or plain ones, and the output.

    With `maps` it is the net of section 3.2 instead: nine layers of so many maps, all but the first highway
    layers, and the output. Their details are those of the authors' definition.
    """
    from keras import Input, Sequential
    from keras.layers import Dense, Flatten, Rescaling

    from benchmarks.layers.bodies.highway import ThinStack, convolutional

    if maps:
        return Sequential(
            [Input(input_shape), Rescaling(1 / (scale + 1)), *convolutional(maps, gate_bias, decay, classes)]
        )
    start = {"relu": "he_normal", "tanh": "glorot_normal"}[activation]
    net = Sequential([Input(input_shape), Rescaling(1 / scale), Flatten()])
    net.add(Dense(units, activation, kernel_initializer=start))
    net.add(ThinStack(layers - 1, activation, not plain, gate_bias, name="stack"))
    net.add(Dense(classes, kernel_initializer="glorot_normal", name="output"))
    return net


def gates(model, batch):
    """What the stack of a fully connected net sees, float32 [n, units], and its gates [n, layers, units]."""
    from keras import ops

    x = batch["x"]
    for layer in model.layers[:-2]:
        x = layer(x)
    return {"seen": ops.cast(x, "float32"), "gates": ops.cast(model.get_layer("stack").gates(x), "float32")}


def without_each_layer(model, seen, labels):
    """The error in % if the gates of one highway layer are closed, for each of them in turn (figure 4)."""
    import numpy as np

    stack, output = model.get_layer("stack"), model.get_layer("output")
    act = np.tanh if stack.activation == "tanh" else lambda x: np.maximum(x, 0.0)
    kernels, biases, gate_kernels, gate_biases = (np.asarray(v.value) for v in stack.trainable_weights)

    def layer(x, number):
        gate = 0.5 + 0.5 * np.tanh(0.5 * (x @ gate_kernels[number] + gate_biases[number]))
        return gate * act(x @ kernels[number] + biases[number]) + (1.0 - gate) * x

    errors, x = [], seen
    for closed in range(stack.depth):
        y = x
        for number in range(closed + 1, stack.depth):
            y = layer(y, number)
        scores = y @ np.asarray(output.kernel.value) + np.asarray(output.bias.value)
        errors.append(100.0 * np.mean(scores.argmax(axis=1) != labels))
        x = layer(x, closed)
    return np.array(errors)


def pictures(model, data, predict):
    """The mean gates of all units, after figure 2, and what each layer is worth, after figure 4."""
    import numpy as np

    from benchmarks.pictures import Axis, Curves, Series, grid

    names = [layer.name for layer in model.layers]
    if "stack" not in names or not model.get_layer("stack").gated:
        return {}
    x, y = data.train["x"][:1000], data.train["y"][:1000]
    found = predict(gates, {"x": x})
    mean = found["gates"].mean(axis=0)
    depth, units = mean.shape
    number = np.arange(2.0, depth + 2)
    series = [
        Series(name, number, 100.0 * line.astype("float64"))
        for name, line in (
            ("most open unit", mean.max(axis=1)),
            ("mean of the units", mean.mean(axis=1)),
            ("least open unit", mean.min(axis=1)),
        )
    ]
    return {
        "gates": grid(
            mean.reshape(1, -1),
            (depth, units),
            1,
            "The transform gates, each its mean over training images: a row for each highway layer, from the "
            "first above, a column for each unit; white is open.",
        ),
        "layers": Curves(
            series,
            Axis("layer"),
            Axis("mean transform gate, open", "%"),
            "How far the transform gates of each layer are open, over training images.",
        ),
        "lesions": Curves(
            [Series("training error", number, without_each_layer(model, found["seen"], y).astype("float64"))],
            Axis("layer whose gates are closed"),
            Axis("error on training images", "%"),
            "The error if one layer is made to pass on its input unchanged, for each layer in turn.",
        ),
    }


SMALL = {"input_shape": (8, 8, 1), "scale": 16.0}
ON_DIGITS = (
    "section 3.1: thin nets, gradient descent with momentum and a rate that falls exponentially; the paper "
    "prints no numbers for these; batches, passes, momentum and decay are ours, set once for all arms; "
    "activation, rate and bias of the gates were chosen on the validation split, after three "
    "runs in another setting"
)
ON_MNIST = (
    "section 3.1, which prints no numbers for training; activation, bias of the gates, rate, momentum and "
    "decay are those of the pocket tier, batches and passes ours, not searched"
)
CODE = (
    "github flukeskywalker/highway-networks, mnist_network.prototxt and mnist_solver.prototxt: batches of "
    "100, rate 0.01, a tenth of it after 60,000 and a hundredth after 120,000 of 180,000 steps"
)
NESTEROV = {"name": "ScaledRates", "momentum": 0.9, "nesterov": True, "scales": (("bias", 2.0),)}
TABLE_1 = {
    "dataset": "mnist",
    "metric": "accuracy",
    "unit": "%",
    "direction": "higher",
    "of": 5,
    "confidence": "verified",
    "source": "paper text",
}
TABLE_2 = {
    "dataset": "cifar10",
    "metric": "accuracy",
    "unit": "%",
    "direction": "higher",
    "confidence": "verified",
    "source": "paper text",
    "not_comparable": "the suite runs the paper's convolutional nets on MNIST alone",
}

ENTRY = Entry(
    id="highway_2015",
    name="Highway network",
    family="feedforward",
    task="classification",
    idea="A gate on every unit decides how much of its input is transformed and how much passes unchanged.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={
        "plain-50": "50 plain layers of 71 units, which are as many parameters: so deep, the error hardly "
        "finds its way back, and some runs learn little",
        "highway-10": "10 layers",
        "plain-10": "10 plain layers of 71 units",
        "convolutional": "nine layers of 32 maps, eight of them highway layers, and the output",
        "convolutional-16": "the same with 16 maps",
    },
    parameters=(
        ParameterCount(
            trainable=289_660,
            where="section 3.1: about 5,000 a layer; 784-50, 49 layers of 50 with gates, 10, counted",
        ),
        ParameterCount(
            trainable=306_943,
            where="section 3.1: about 5,000 a layer; 784-71, 49 layers of 71, 10, counted",
            variant="plain-50",
            arguments={"units": 71, "plain": True},
        ),
        ParameterCount(
            trainable=151_690,
            where="table 1: 151K; counted from the authors' definition",
            variant="convolutional",
            arguments={"maps": 32},
            published=151e3,
        ),
        ParameterCount(
            trainable=38_986,
            where="table 1: 39K; the same with 16 maps",
            variant="convolutional-16",
            arguments={"maps": 16},
            published=39e3,
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model=SMALL | {"layers": 50, "activation": "tanh", "gate_bias": -4.0},
            optimizer={
                "name": "SGD",
                "learning_rate": {
                    "name": "ExponentialDecay",
                    "initial_learning_rate": 0.1,
                    "decay_steps": 33,  # a pass
                    "decay_rate": 0.95,
                },
                "momentum": 0.9,
            },
            batch_size=32,
            epochs=18,
            evaluate_every=6,
            floor=("error", 7.5),
            source=ON_DIGITS,
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="plain-50",
            model=SMALL | {"layers": 50, "units": 71, "plain": True, "activation": "tanh"},
            optimizer={
                "name": "SGD",
                "learning_rate": {
                    "name": "ExponentialDecay",
                    "initial_learning_rate": 0.003,
                    "decay_steps": 33,
                    "decay_rate": 0.95,
                },
                "momentum": 0.9,
            },
            batch_size=32,
            epochs=18,
            evaluate_every=6,
            source=ON_DIGITS,
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="highway-10",
            model=SMALL | {"layers": 10, "activation": "relu", "gate_bias": -2.0},
            optimizer={
                "name": "SGD",
                "learning_rate": {
                    "name": "ExponentialDecay",
                    "initial_learning_rate": 0.05,
                    "decay_steps": 33,
                    "decay_rate": 0.95,
                },
                "momentum": 0.9,
            },
            batch_size=32,
            epochs=18,
            evaluate_every=6,
            floor=("error", 8.0),
            source=ON_DIGITS,
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="plain-10",
            model=SMALL | {"layers": 10, "units": 71, "plain": True, "activation": "relu"},
            optimizer={
                "name": "SGD",
                "learning_rate": {
                    "name": "ExponentialDecay",
                    "initial_learning_rate": 0.03,
                    "decay_steps": 33,
                    "decay_rate": 0.95,
                },
                "momentum": 0.9,
            },
            batch_size=32,
            epochs=18,
            evaluate_every=6,
            floor=("error", 8.5),
            source=ON_DIGITS,
            tries=6,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            model={"layers": 50, "activation": "tanh", "gate_bias": -4.0},
            optimizer={
                "name": "SGD",
                "learning_rate": {
                    "name": "ExponentialDecay",
                    "initial_learning_rate": 0.1,
                    "decay_steps": 500,  # a pass
                    "decay_rate": 0.95,
                },
                "momentum": 0.9,
            },
            batch_size=100,
            epochs=40,
            evaluate_every=5,
            source=ON_MNIST,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="plain-50",
            model={"layers": 50, "units": 71, "plain": True, "activation": "tanh"},
            optimizer={
                "name": "SGD",
                "learning_rate": {
                    "name": "ExponentialDecay",
                    "initial_learning_rate": 0.003,
                    "decay_steps": 500,  # a pass
                    "decay_rate": 0.95,
                },
                "momentum": 0.9,
            },
            batch_size=100,
            epochs=40,
            evaluate_every=5,
            source=ON_MNIST,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="highway-10",
            model={"layers": 10, "activation": "relu", "gate_bias": -2.0},
            optimizer={
                "name": "SGD",
                "learning_rate": {
                    "name": "ExponentialDecay",
                    "initial_learning_rate": 0.05,
                    "decay_steps": 500,  # a pass
                    "decay_rate": 0.95,
                },
                "momentum": 0.9,
            },
            batch_size=100,
            epochs=40,
            evaluate_every=5,
            source=ON_MNIST,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="plain-10",
            model={"layers": 10, "units": 71, "plain": True, "activation": "relu"},
            optimizer={
                "name": "SGD",
                "learning_rate": {
                    "name": "ExponentialDecay",
                    "initial_learning_rate": 0.03,
                    "decay_steps": 500,  # a pass
                    "decay_rate": 0.95,
                },
                "momentum": 0.9,
            },
            batch_size=100,
            epochs=40,
            evaluate_every=5,
            source=ON_MNIST,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="convolutional",
            model={"maps": 32, "gate_bias": -1.0},
            optimizer=NESTEROV
            | {
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": (3_000, 6_000),  # 5 passes of 600 steps each
                    "values": (0.01, 0.001, 0.0001),
                }
            },
            batch_size=100,
            epochs=15,
            evaluate_every=5,
            train_on="train+validation",
            shortened="15 of 300 passes",
            source=f"{CODE}; a twentieth of the steps",
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="convolutional-16",
            model={"maps": 16, "gate_bias": -1.0},
            optimizer=NESTEROV
            | {
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": (3_000, 6_000),  # 5 passes of 600 steps each
                    "values": (0.01, 0.001, 0.0001),
                }
            },
            batch_size=100,
            epochs=15,
            evaluate_every=5,
            train_on="train+validation",
            shortened="15 of 300 passes",
            source=f"{CODE}; a twentieth of the steps",
        ),
        Recipe(
            dataset="mnist",
            tier="paper",
            variant="convolutional",
            model={"maps": 32, "gate_bias": -1.0},
            optimizer=NESTEROV
            | {
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": (60_000, 120_000),
                    "values": (0.01, 0.001, 0.0001),
                }
            },
            batch_size=100,
            epochs=300,
            evaluate_every=5,
            train_on="train+validation",
            source=CODE,
        ),
        Recipe(
            dataset="mnist",
            tier="paper",
            variant="convolutional-16",
            model={"maps": 16, "gate_bias": -1.0},
            optimizer=NESTEROV
            | {
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": (60_000, 120_000),
                    "values": (0.01, 0.001, 0.0001),
                }
            },
            batch_size=100,
            epochs=300,
            evaluate_every=5,
            train_on="train+validation",
            source=CODE,
        ),
    ),
    claims=(
        Claim(
            variant="convolutional",
            value=99.54,
            statistic="mean",
            spread=0.02,
            where="table 1, 10 layers, width 32, mean of five runs",
            **TABLE_1,
        ),
        Claim(
            variant="convolutional",
            value=99.55,
            statistic="best",
            test_size=10_000,
            where="table 1, 10 layers, width 32, best of five runs",
            **TABLE_1,
        ),
        Claim(
            variant="convolutional-16",
            value=99.4,
            statistic="mean",
            spread=0.03,
            where="table 1, 10 layers, width 16, mean of five runs",
            **TABLE_1,
        ),
        Claim(
            variant="convolutional-16",
            value=99.43,
            statistic="best",
            test_size=10_000,
            where="table 1, 10 layers, width 16, best of five runs",
            **TABLE_1,
        ),
        Claim(
            value=92.28, statistic="mean", of=5, spread=0.16, where="table 2, Highway B, 19 layers", **TABLE_2
        ),
        Claim(value=91.20, where="table 2, Highway C, 32 layers", **TABLE_2),
    ),
    deviations=(
        "The paper searches the thin nets' hyperparameters in 100 random runs for either kind, over rate, "
        "momentum, decay, activation and bias of the gates; here each arm has six settings of activation, "
        "rate and bias, on digits.",
        "Of the thin nets the paper prints training losses, mostly as curves, which no measure of the suite "
        "answers; here they are compared by their errors.",
        "In the convolutional nets the images are those of the suite, not the authors' copy; sizes, dropout, "
        "penalties and first weights follow their definition.",
        "The convolutional nets for CIFAR-10 and CIFAR-100 are not run.",
        "The pocket tier has 8x8 digits, 18 passes, and 594 steps.",
    ),
    history=(
        Fact(
            "hardware", "an NVIDIA GPU", "", "github flukeskywalker/highway-networks, README.md", "verified"
        ),
        Fact("examples", 60_000, "images", "the authors' mnist_solver.prototxt: MNIST", "computed"),
    ),
)
