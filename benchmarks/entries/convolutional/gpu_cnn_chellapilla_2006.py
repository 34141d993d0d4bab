"""Convolution without convolution.

By 2006 convolutional nets read documents better than anything else, and few people used them: the loops
over maps, rows, columns and filters were tedious to write and slow to run, slower than a fully connected
net, whose every layer is one product of matrices. That product had been tuned for decades, on every
machine.

The trick of this paper is to copy. Every patch that a filter is going to see is written out as a row of
a large matrix, pixels that lie in several patches several times over, and the filters are the columns of
another; then the whole layer, for all maps at once, is one matrix product, forwards and backwards. The
matrix is many times larger than the image, and yet the processor is faster, because it never waits for
scattered pixels: 2.4 to 3 times on the processor of a personal computer, 3.1 to 4.1 times on a graphics
card, which draws the product as if it were a picture. Libraries still do this, later under the name of
im2col, where nothing better is known for a shape.

The graphics card gained little over a processor that was used in the same way, and every operation had to
be disguised as drawing. Within a few years cards could be programmed without pretending.
"""

from benchmarks.spec import Claim, Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="High performance convolutional neural networks for document processing",
    authors="K. Chellapilla, S. Puri, P. Simard",
    year=2006,
    venue="Tenth International Workshop on Frontiers in Handwriting Recognition",
    url="https://inria.hal.science/inria-00112631",
    confidence="verified",
)


def build(unrolled=True, maps=(5, 50), hidden=100, input_shape=(28, 28, 1), scale=255.0, zoom=1):
    """29x29 pixels, two layers of 5x5 in steps of two, a full layer, ten outputs.

    The convolutions are unrolled, or left to Keras.
    """
    from keras import Input, Sequential, layers

    from benchmarks.layers.convolution.unrolled_convolution import UnrolledConvolution
    from benchmarks.layers.resampling.enlargement import UpSampling2D
    from benchmarks.layers.units.scaled_tanh import scaled_tanh

    convolution = UnrolledConvolution if unrolled else layers.Conv2D
    margin = 29 - zoom * input_shape[0]
    sides = (margin // 2, margin - margin // 2)
    parts = [
        layers.Rescaling(2.0 / scale),
        *([UpSampling2D(zoom)] if zoom > 1 else []),
        layers.ZeroPadding2D((sides, sides)),
        layers.Rescaling(1.0, offset=-1.0),  # paper -1, ink 1
    ]
    for number, count in enumerate(maps, 1):
        parts += [
            convolution(count, 5, strides=2, name=f"convolution_{number}"),
            layers.Activation(scaled_tanh),
        ]
    parts += [layers.Flatten(), layers.Dense(hidden), layers.Activation(scaled_tanh), layers.Dense(10)]
    return Sequential([Input(input_shape), *parts])


def patches(model, batch):
    """The image as the first layer sees it, and its patches as rows, float [n,169,25]."""
    from keras import ops

    from benchmarks.layers.convolution.unrolled_convolution import unroll

    x = batch["x"]
    for layer in model.layers:
        if layer.name == "convolution_1":
            break
        x = layer(x)
    rows = unroll(x, 5, 2)
    return {"image": x, "rows": ops.reshape(rows, (-1, rows.shape[1] * rows.shape[2], 25))}


def pictures(model, data, predict):
    """A digit and the matrix that it is unrolled into; the filters of the first layer."""
    import numpy as np

    from benchmarks.pictures import filters, grid

    unrolled = predict(patches, {"x": data.test["x"][:4]})
    image, rows = 0.5 - 0.5 * unrolled["image"], 0.5 - 0.5 * unrolled["rows"]
    kernel = np.asarray(model.get_layer("convolution_1").kernel.value)
    return {
        "images": grid(
            image.reshape(4, -1), image.shape[1:3], 4, "Four test digits in their field of 29x29."
        ),
        "unrolled": grid(
            rows.reshape(4, -1),
            rows.shape[1:],
            4,
            "The same digits unrolled: a row of 25 pixels for each of 169 patches.",
        ),
        "filters": filters(
            kernel.reshape(25, -1).T,
            (5, 5),
            kernel.shape[-1],
            "The 5x5 filters of the first layer; grey is zero.",
        ),
    }


DIGITS_NET = {"input_shape": (8, 8, 1), "scale": 16.0, "zoom": 3}
SGD = {"name": "SGD", "learning_rate": 0.02, "momentum": 0.9}
TWO_PROGRAMS = "a ratio of two programs' speeds on one machine: compare the throughputs of the two recipes"
TWO_MACHINES = (
    "a ratio of the speeds of two machines of 2006: compare the throughputs of processors and GPUs in the "
    "report"
)
PRINTED = {
    "dataset": "characters",
    "metric": "speedup",
    "unit": "x",
    "statistic": "bound",
    "confidence": "verified",
    "source": "abstract of the paper",
}

ENTRY = Entry(
    id="gpu_cnn_chellapilla_2006",
    name="Unrolled convolution on a GPU",
    family="convolutional",
    task="classification",
    idea="Write every patch out as a row, and a layer of filters is one product of matrices.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={"direct": "the same net with the convolutions of the library"},
    parameters=(
        ParameterCount(
            trainable=132_540,
            where="counted; layers of the group's nets of 2003, as recalled",
            confidence="recalled",
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model=DIGITS_NET | {"unrolled": True},
            optimizer=SGD,
            batch_size=32,
            epochs=6,
            evaluate_every=2,
            floor=("error", 10.0),
            source="ours, chosen on the validation split",
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="direct",
            model=DIGITS_NET | {"unrolled": False},
            optimizer=SGD,
            batch_size=32,
            epochs=6,
            evaluate_every=2,
            floor=("error", 10.0),
            source="ours, chosen on the validation split",
            tries=6,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            model={"unrolled": True},
            optimizer=SGD,
            batch_size=64,
            epochs=8,
            train_on="train+validation",
            source="as in the pocket tier, not searched on this data set",
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="direct",
            model={"unrolled": False},
            optimizer=SGD,
            batch_size=64,
            epochs=8,
            train_on="train+validation",
            source="as in the pocket tier, not searched on this data set",
        ),
    ),
    claims=(
        Claim(
            value=2.4,
            direction="higher",
            where="abstract, unrolled against direct on a processor, least",
            not_comparable=TWO_PROGRAMS,
            **PRINTED,
        ),
        Claim(
            value=3.0,
            direction="lower",
            where="abstract, unrolled against direct on a processor, most",
            not_comparable=TWO_PROGRAMS,
            **PRINTED,
        ),
        Claim(
            value=3.1,
            direction="higher",
            where="abstract, graphics card, least",
            not_comparable=TWO_MACHINES,
            **PRINTED,
        ),
        Claim(
            value=4.1,
            direction="lower",
            where="abstract, graphics card, most",
            not_comparable=TWO_MACHINES,
            **PRINTED,
        ),
    ),
    deviations=(
        (
            "Layer sizes are those of the group's net of 2003, as recalled; the sizes in the paper's "
            "own experiments could not be looked up."
        ),
        "The scaled tanh, Glorot and Bengio's initial weights, the rate and the momentum are ours.",
        (
            "Unrolling copies slices of the image and leaves the product to the library; the paper's loops "
            "and shaders are written by hand."
        ),
        (
            "The direct variant is the library's convolution, which is much better today than the loops "
            "that the paper was compared with."
        ),
        "Both variants run in the same kind of compiled program, the one for convolutions.",
    ),
)
