"""A neural net drawn on the screen.

To find text in a picture, a small net looked at a window around every pixel and said: text, or not. A
picture has hundreds of thousands of windows, so it took a while, or a special chip. But the net of one
window is no different from that of the next. Lay a few hundred windows side by side, and what was a
vector times a matrix becomes a matrix times a matrix; and since a vector reads all weights for one
multiplication each, and a matrix reads them once for hundreds, a machine that computes faster than it
reads can at last compute.

Such machines stood under many desks in 2004: graphics cards. They could not be programmed in our sense;
one could only have them draw. So the two matrices were loaded as textures, the product was rendered as
a picture, and the threshold and the sigmoid function of a unit were a program for the colour of a
pixel. It was 20 times as fast as the processor. It was among the first neural nets on a graphics
processor (others are recalled, from 1998 on).

Training was left to the processor, and a card had little memory and not much precision. What remains is
the batch: how much a machine gains from many examples at a time is still the first thing to know of it.
That is what is run here: one net, one example at a time, and 8, 64, 512 of them.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="GPU implementation of neural networks",
    authors="K.-S. Oh, K. Jung",
    year=2004,
    venue="Pattern Recognition 37(6):1311-1314",
    url="https://doi.org/10.1016/j.patcog.2004.01.013",
    confidence="verified",
)


def build(hidden=(300,), classes=10, input_shape=(28, 28, 1), scale=255.0):
    """Logistic units, every layer one matrix product; the softmax is left to the loss."""
    from keras import Input, Sequential, layers

    parts = [Input(input_shape), layers.Rescaling(1.0 / scale), layers.Flatten()]
    for units in hidden:
        parts += [layers.Dense(units, "sigmoid")]
    return Sequential([*parts, layers.Dense(classes)])


def pictures(model, data, predict):
    """A layer as a product of three pictures, as the card drew it: inputs, weights, states."""
    import numpy as np

    from benchmarks.pictures import grid

    layer = next(layer for layer in model.layers if layer.trainable_variables)
    inputs = data.test["x"][:64].reshape(64, -1) / data.test["x"].max()
    weights, bias = (np.asarray(variable.value) for variable in layer.trainable_variables)
    states = 1 / (1 + np.exp(-(inputs @ weights + bias)))
    weights = 0.5 + 0.5 * weights / np.abs(weights).max()
    return {
        "inputs": grid(inputs.reshape(1, -1), inputs.shape, 1, "The texture of 64 test images, one a row."),
        "weights": grid(
            weights.reshape(1, -1),
            weights.shape,
            1,
            "The texture of the weights, one hidden unit a column; grey is zero.",
        ),
        "states": grid(
            states.reshape(1, -1),
            states.shape,
            1,
            "What is drawn: the states of the hidden units, one image a row.",
        ),
    }


DIGITS_NET = {"input_shape": (8, 8, 1), "scale": 16.0}

ENTRY = Entry(
    id="gpu_nn_oh_jung_2004",
    name="A neural net on a GPU",
    family="feedforward",
    task="classification",
    idea="Gather many inputs, so that a layer is one matrix product, and let a graphics card draw it.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={
        "batch-1": "1 example at a time",
        "batch-8": "8 examples at a time",
        "batch-64": "64 examples at a time",
        "batch-512": "512 examples at a time",
    },
    parameters=(
        ParameterCount(trainable=238_510, where="784-300-10, ours: the paper's sizes could not be looked up"),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="batch-1",
            model=DIGITS_NET,
            optimizer={"name": "SGD", "learning_rate": 0.1, "momentum": 0.0},
            batch_size=1,
            epochs=8,
            evaluate_every=2,
            floor=("error", 10.0),
            source="batch sizes ours; rates and passes chosen on the validation split",
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="batch-8",
            model=DIGITS_NET,
            optimizer={"name": "SGD", "learning_rate": 0.2, "momentum": 0.0},
            batch_size=8,
            epochs=16,
            evaluate_every=4,
            floor=("error", 10.0),
            source="batch sizes ours; rates and passes chosen on the validation split",
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="batch-64",
            model=DIGITS_NET,
            optimizer={"name": "SGD", "learning_rate": 0.1, "momentum": 0.9},
            batch_size=64,
            epochs=48,
            evaluate_every=12,
            floor=("error", 10.0),
            source="batch sizes ours; rates and passes chosen on the validation split",
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="batch-512",
            model=DIGITS_NET,
            optimizer={"name": "SGD", "learning_rate": 0.2, "momentum": 0.9},
            batch_size=512,
            epochs=240,
            evaluate_every=60,
            floor=("error", 10.0),
            source="batch sizes ours; rates and passes chosen on the validation split",
            tries=6,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="batch-1",
            optimizer={"name": "SGD", "learning_rate": 0.1, "momentum": 0.0},
            batch_size=1,
            epochs=2,
            source="batch sizes ours; rates and passes chosen on the validation split of the pocket tier",
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="batch-8",
            optimizer={"name": "SGD", "learning_rate": 0.2, "momentum": 0.0},
            batch_size=8,
            epochs=5,
            source="batch sizes ours; rates and passes chosen on the validation split of the pocket tier",
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="batch-64",
            optimizer={"name": "SGD", "learning_rate": 0.1, "momentum": 0.9},
            batch_size=64,
            epochs=10,
            evaluate_every=2,
            source="batch sizes ours; rates and passes chosen on the validation split of the pocket tier",
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="batch-512",
            optimizer={"name": "SGD", "learning_rate": 0.2, "momentum": 0.9},
            batch_size=512,
            epochs=20,
            evaluate_every=4,
            source="batch sizes ours; rates and passes chosen on the validation split of the pocket tier",
        ),
    ),
    claims=(
        Claim(
            dataset="text regions",
            metric="speedup",
            value=20.0,
            unit="x",
            direction="higher",
            where="abstract, graphics card against processor",
            confidence="verified",
            source="abstract of the paper",
            not_comparable=(
                "a ratio of the speeds of two machines of 2004: compare the throughputs of processors and "
                "GPUs in the report"
            ),
        ),
    ),
    deviations=(
        (
            "Only the idea is the paper's: our net reads digits, with 300 hidden units, since the "
            "paper's data are not public and its sizes were not available to us."
        ),
        (
            "The paper speeds up a trained net; here the whole learning step is timed, backpropagation "
            "of a softmax cross-entropy."
        ),
        (
            "The matrix product is the library's, on whatever machine runs it; the paper draws it with "
            "vertex and pixel shaders."
        ),
        (
            "Larger batches use larger rates and more passes, so that every recipe learns; compare the "
            "throughputs, not the errors."
        ),
    ),
    history=(Fact("hardware", "ATI RADEON 9700 PRO graphics card", "", "abstract of the paper", "verified"),),
)
