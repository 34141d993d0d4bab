"""The net that read the cheques.

A fully connected net knows nothing of images: shuffle the pixels and it learns as well. LeNet-5
builds in what everybody knows about pictures. A unit looks at a small neighbourhood only; the same
small filter is used everywhere, because a stroke is a stroke wherever it is written; and between
filters the resolution is halved, because it matters that a corner is there, but not to the pixel
where. Sharing leaves 60,000 parameters for 340,908 connections, and all of them are learned
together, from the pixels to the decision: no feature is made by hand.

Much in it was forgotten and is run here as it was: each map of the third layer sees only some maps
of the second, which breaks the symmetry between them; subsampling has weights and a squashing
function of its own; the last hidden layer is drawn towards a small picture of the digit, and the
nearest picture wins; and each weight has a learning rate of its own, from second derivatives that
are propagated backwards like the first ones.

It could not be made much larger: sixty thousand tiny images took days. Support vector machines,
with little more error and no local minima, were preferred. What changed in 2012 was the size.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Gradient-based learning applied to document recognition",
    authors="Y. LeCun, L. Bottou, Y. Bengio, P. Haffner",
    year=1998,
    venue="Proceedings of the IEEE 86(11):2278-2324",
    url="https://doi.org/10.1109/5.726791",
    confidence="verified",
)


def build(
    rubbish=6.0,
    simplified=False,
    input_shape=(28, 28, 1),
    scale=255.0,
    zoom=1,
    bound=3**0.5,
    power=0.5,
    distortion=None,
):
    """Layers C1 to F6 and the output of section II.B; `simplified` is the form that courses show today.

    With `distortion`, the options of that layer, images are distorted in training.
    """
    from keras import Input, Sequential, layers

    from benchmarks.layers.convolution.sparse_convolution import SparseConvolution
    from benchmarks.layers.image.affine_distortion import RandomAffineDistortion
    from benchmarks.layers.resampling.enlargement import UpSampling2D
    from benchmarks.layers.resampling.max_pooling import MaxPooling2D
    from benchmarks.layers.resampling.subsampling import Subsampling
    from benchmarks.layers.units.rbf_output import EuclideanRBF
    from benchmarks.layers.units.scaled_tanh import FanInUniform, squashed

    image = [
        Input(input_shape),
        layers.Rescaling(1.275 / scale),
        *([UpSampling2D(zoom)] if zoom > 1 else []),
        layers.ZeroPadding2D((32 - zoom * input_shape[0]) // 2),
        *([] if distortion is None else [RandomAffineDistortion(**distortion, name="distortion")]),
        layers.Rescaling(1.0, offset=-0.1, name="input"),  # paper -0.1, ink 1.175
    ]
    if simplified:
        simple = [
            layers.Conv2D(6, 5, activation="relu", name="C1"),
            MaxPooling2D(name="S2"),
            layers.Conv2D(16, 5, activation="relu", name="C3"),
            MaxPooling2D(name="S4"),
            layers.Flatten(),
            layers.Dense(120, "relu", name="C5"),
            layers.Dense(84, "relu", name="F6"),
            layers.Dense(10, name="output"),
        ]
        return Sequential([*image, *simple])
    maps = [
        layers.Conv2D(6, 5, kernel_initializer=FanInUniform(bound, power), name="C1"),
        Subsampling(bound, power, name="S2"),
        SparseConvolution(bound=bound, power=power, name="C3"),
        Subsampling(bound, power, name="S4"),
        layers.Conv2D(120, 5, kernel_initializer=FanInUniform(bound, power), name="C5"),
    ]
    hidden = layers.Dense(84, kernel_initializer=FanInUniform(bound, power), name="F6")
    return Sequential(
        [*image, *squashed(maps), layers.Flatten(), *squashed([hidden]), EuclideanRBF(rubbish, name="output")]
    )


def loss(model, batch, training):
    """Equation 8 (or 9, with a rubbish class); cross-entropy in the simplified form."""
    from keras import ops

    from benchmarks.tasks.classification import cross_entropy

    outputs = ops.cast(model(batch["x"], training=training), "float32")
    if hasattr(model.layers[-1], "criterion"):
        return ops.mean(model.layers[-1].criterion(outputs, batch["y"]))
    return ops.mean(cross_entropy(batch["y"], outputs))


def states(model, batch):
    """The maps of C1 and S2 for some images, float [n,h,w,maps]."""
    x, outputs = batch["x"], {}
    for layer in model.layers:
        x = outputs[layer.name] = layer(x)
    return {name: outputs.get(f"{name}_state", outputs[name]) for name in ("C1", "S2")}


def pictures(model, data, predict):
    """The six filters of C1, and the maps of C1 and S2 for four test images."""
    import numpy as np

    from benchmarks.pictures import filters, grid

    kernel = np.asarray(model.get_layer("C1").kernel.value).reshape(25, 6).T
    drawn = {"filters": filters(kernel, (5, 5), 6, "The six 5x5 filters of C1; grey is zero.")}
    for name, maps in predict(states, {"x": data.test["x"][:4]}).items():
        tiles = ((maps - maps.min()) / np.ptp(maps)).transpose(0, 3, 1, 2).reshape(24, -1)
        drawn[name] = grid(tiles, maps.shape[1:3], 6, f"The six maps of {name} for four test images.")
    return drawn


DIGITS_NET = {"input_shape": (8, 8, 1), "scale": 16.0, "zoom": 3}
#: The rate of each pass; the last one thereafter. Printed in section III.B, as mu and the 500 samples are:
PRINTED_RATES = 2 * (0.0005,) + 3 * (0.0002,) + 3 * (0.0001,) + 4 * (0.00005,) + (0.00001,)
#: Ours, chosen on the validation split, for ten examples a step.
MNIST_RATES = 5 * (0.0001,) + 3 * (0.00005,) + 3 * (0.00002,) + (0.00001,)
DIGITS_RATES = 3 * (0.0002,) + MNIST_RATES
SGD = {"name": "SGD", "learning_rate": 0.02, "momentum": 0.9}
#: Ours: at most two of 32 pixels up, down, left and right, factors of exp(0.1), a slant of 0.2. One of ten
#: images stays as it is: of the paper it is recalled that it adds 540,000 distorted ones to 60,000.
DISTORTION = {"shift": 2 / 32, "scaling": 0.1, "squeezing": 0.1, "shearing": 0.2, "undistorted": 0.1}
OURS = "ours, chosen on the validation split"
AFTER_SECTION_III_B = "after section III.B, ten examples per step; rates chosen on the validation split"
DISTORTED = "after section III.B, rates and passes those of undistorted images; strengths of distortion ours"
PRINTED = {
    "dataset": "mnist",
    "metric": "error",
    "unit": "%",
    "direction": "lower",
    "test_size": 10_000,
    "confidence": "verified",
    "source": "paper text",
}

ENTRY = Entry(
    id="lenet5_1998",
    name="LeNet-5",
    family="convolutional",
    task="classification",
    idea="Small filters shared over the image, alternating with subsampling, all of it trained.",
    paper=PAPER,
    build=build,
    loss=loss,
    pictures=pictures,
    variants={
        "relu": "the form that courses show: C3 sees all maps, ReLU, max-pooling, softmax, momentum",
        "distorted": "trained on images that are shifted, scaled, squeezed and slanted at random",
    },
    parameters=(
        ParameterCount(trainable=60_000, where="section II.B", published=60_000),
        ParameterCount(trainable=61_706, where="counted", variant="relu", arguments={"simplified": True}),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model=DIGITS_NET,
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": DIGITS_RATES, "mu": 0.02, "samples": 500},
            batch_size=10,
            epochs=9,
            floor=("error", 8.0),
            source=AFTER_SECTION_III_B,
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="relu",
            model=DIGITS_NET | {"simplified": True},
            optimizer=SGD,
            batch_size=32,
            epochs=10,
            floor=("error", 9.2),
            source=OURS,
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="distorted",
            model=DIGITS_NET | {"distortion": DISTORTION},
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": DIGITS_RATES, "mu": 0.02, "samples": 500},
            batch_size=10,
            epochs=9,
            floor=("error", 4.0),
            source=DISTORTED,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": MNIST_RATES, "mu": 0.02, "samples": 500},
            batch_size=10,
            epochs=12,
            train_on="train+validation",
            source=AFTER_SECTION_III_B,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="relu",
            model={"simplified": True},
            optimizer=SGD,
            batch_size=64,
            epochs=10,
            train_on="train+validation",
            source=OURS,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="distorted",
            model={"distortion": DISTORTION},
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": MNIST_RATES, "mu": 0.02, "samples": 500},
            batch_size=10,
            epochs=12,
            train_on="train+validation",
            source=DISTORTED,
        ),
        Recipe(
            dataset="mnist",
            tier="paper",
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": PRINTED_RATES, "mu": 0.02, "samples": 500},
            batch_size=1,
            epochs=20,
            train_on="train+validation",
            source="section III.B",
        ),
    ),
    claims=(
        Claim(value=0.95, where="figure 9 and section III.B", **PRINTED),
        Claim(
            variant="distorted",
            value=0.8,
            where="figure 9 and section III.B, distorted images",
            **PRINTED,
        ),
    ),
    deviations=(
        (
            "Weights start with a standard deviation of 1/sqrt(F): from the printed bound of 2.4/F our runs "
            "diverged at the printed rates."
        ),
        (
            "The ten output codes are our own drawings of 7x12 pixels, since the paper shows its codes "
            "only as pictures (figure 3). 8x8 digits are enlarged three times."
        ),
        (
            "The loss is equation 9 with j = 6, chosen on the validation split; the paper gives no j, "
            "and does not say whether its figures come from equation 8 or 9."
        ),
        "The examples are shuffled before every pass; the paper keeps one random order.",
        (
            "Distorted: each pass distorts the images anew and leaves one of ten as it is; the paper, it "
            "is recalled, adds 540,000 distorted ones to the 60,000 and shows each twice."
        ),
        (
            "The paper names the transformations and prints no strengths: shifts up to two of 32 pixels, "
            "factors up to exp(0.1) and slants up to 0.2 are ours."
        ),
        "Curvatures are estimated on images that are not distorted.",
        (
            "The pocket and standard tiers sum the steps of ten examples, at lower rates, in 9 and 12 "
            "passes; the paper tier takes one example per step and 20 passes."
        ),
    ),
    history=(
        Fact(
            "training_flop",
            2810937600000.0,
            "FLOP",
            "Epoch AI (epoch.ai/data), notable models: LeNet-5",
            "verified",
        ),
        Fact("hours", 60, "h", "paper text: two to three days of processor time", "verified"),
        Fact(
            "hardware",
            "one 200 MHz processor of a Silicon Graphics Origin 2000",
            "",
            "paper text",
            "verified",
        ),
    ),
)
