"""The plain nets that LeNet-5 had to beat.

The 1998 paper that made convolutional networks famous compares them, on one new data set, with
everything that was in use: nearest neighbours, support vector machines, and fully connected nets
with one or two hidden layers. Its authors took 60,000 digits written by clerks and by school
children, centred them in 28 x 28 pixels, and MNIST was born.

A net with 300 hidden units has more parameters than there are training images, and still
generalises: the authors suppose that gradient descent itself keeps the effective number of
parameters small. What it cannot do is see: shuffle the pixels of all images in the same way, and
it learns just as well. That an image has neighbourhoods has to be put into the architecture.
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
    hidden=(300,),
    classes=10,
    input_shape=(28, 28, 1),
    scale=255.0,
    bound=3**0.5,
    power=0.5,
    distortion=None,
    deslanted=False,
    margin=0,
):
    """Scaled tanh units throughout (appendix A of the paper); one output per class, target +1 or -1.

    With `distortion`, the options of that layer, images are distorted in training; if they are `deslanted`,
    they are set upright. `margin` pixels are cut off all around.
    """
    import keras

    from benchmarks.layers.image.affine_distortion import RandomAffineDistortion
    from benchmarks.layers.image.deslanting import Deslanting
    from benchmarks.layers.units.scaled_tanh import FanInUniform, scaled_tanh

    layers = [
        keras.Input(input_shape),
        *([] if distortion is None else [RandomAffineDistortion(**distortion, name="distortion")]),
        *([Deslanting(name="deslanting")] if deslanted else []),
        *([keras.layers.Cropping2D(margin)] if margin else []),
        keras.layers.Rescaling(1.275 / scale, offset=-0.1),  # paper -0.1, ink 1.175 (section II.B)
        keras.layers.Flatten(),
    ]
    for units in (*hidden, classes):
        layers += [
            keras.layers.Dense(units, kernel_initializer=FanInUniform(bound, power)),
            keras.layers.Activation(scaled_tanh),
        ]
    return keras.Sequential(layers)


def loss(model, batch, training):
    """Half the squared error to targets of +1 for the class and -1 for the others (equation 8).

    Summed over the outputs.
    """
    from benchmarks.tasks.classification import signed_squared_error

    return signed_squared_error(model, batch, training)


def pictures(model, data, predict):
    """What 48 of the hidden units look for."""
    import math

    import numpy as np

    from benchmarks.pictures import filters

    kernel = np.asarray(next(layer for layer in model.layers if layer.trainable_variables).kernel.value)
    side = math.isqrt(len(kernel))
    return {
        "filters": filters(
            kernel[:, :48].T,
            (side, side),
            12,
            "Weights of 48 hidden units, each in its own range; grey is zero.",
        )
    }


#: Appendix A: weights are drawn from -2.4 / F to 2.4 / F, F being the number of inputs of their unit.
PRINTED_START = {"bound": 2.4, "power": 1.0}
#: The rate of each pass; the last one thereafter. For these nets the paper prints none: those of LeNet-5
#: (section III.B).
LENET5_RATES = 2 * (0.0005,) + 3 * (0.0002,) + 3 * (0.0001,) + 4 * (0.00005,) + (0.00001,)
#: Ours, chosen on the validation split.
MNIST_RATES = 5 * (0.0002,) + 3 * (0.0001,) + 3 * (0.00005,) + (0.00001,)
#: Ours, chosen on the validation split, of nets with more units than 300: for distorted images, and for
#: images as they are.
LONG_RATES = 9 * (0.0002,) + 5 * (0.0001,) + 5 * (0.00005,) + (0.00001,)
CAREFUL_RATES = 9 * (0.0001,) + 5 * (0.00005,) + 5 * (0.000025,) + (0.000005,)
DIGITS_RATES = 15 * (0.0005,) + (0.0001,)
OURS = "section III.C.5 and appendix C; rates and batches ours, chosen on the validation split"
STARTED = (
    "section III.C.5, appendices A and C; rates and batches ours, chosen on the validation split for nets "
    "that start with wider weights"
)
AS_THERE = "section III.C.5 and appendix C; rates and batches those of the images as they are"
LARGER = (
    "section III.C.5 and III.C.6, appendices A and C; batches those of the smaller nets; rates and passes "
    "ours, chosen on the validation split from six settings"
)
WIDE = (
    "rates and batches ours, chosen on the validation split; the start is that of Efficient BackProp (1998)"
)
DISTORTED = (
    f"{AS_THERE}; distorted after section III.B, strengths ours: half or 1.5 times as strong does as well"
)
LARGER_DISTORTED = (
    f"{LARGER} (500 and 150 units); distorted after section III.B, strengths ours: half or 1.5 times as "
    "strong does as well with 300 units"
)
DESLANTED = f"{AS_THERE}; cropped around the centre, ours, chosen on the validation split"
ONLINE = "section III.C.5 and appendix C, one example at a time; rates as for LeNet-5 (section III.B)"
#: Ours: at most two pixels up, down, left and right, factors of exp(0.1), a slant of 0.2. One of ten images
#: stays as it is: of the paper it is recalled that it adds 540,000 distorted ones to 60,000.
DISTORTION = {"shift": 2 / 28, "scaling": 0.1, "squeezing": 0.1, "shearing": 0.2, "undistorted": 0.1}
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
    id="mlp_mnist_1998",
    name="Fully connected nets of the 1998 MNIST table",
    family="feedforward",
    task="classification",
    idea="One or two hidden layers, trained by gradient descent.",
    paper=PAPER,
    build=build,
    loss=loss,
    pictures=pictures,
    variants={
        "300-100": "two hidden layers, of 300 and 100 units",
        "1000": "a hidden layer of 1,000 units",
        "500-150": "two hidden layers, of 500 and 150 units",
        "distorted": "trained on images that are shifted, scaled, squeezed and slanted at random",
        "300-100-distorted": "two hidden layers, trained on images distorted at random",
        "1000-distorted": "a hidden layer of 1,000 units, trained on images distorted at random",
        "500-150-distorted": "two hidden layers, of 500 and 150 units, trained on images distorted at random",
        "deslanted": "trained and tested on images that are set upright and cropped to 20x20 pixels",
        "wide-start": "first weights with a standard deviation of 1/sqrt(F)",
        "300-100-wide-start": "two hidden layers, first weights with a standard deviation of 1/sqrt(F)",
        "deslanted-wide-start": "deslanted images, first weights with a standard deviation of 1/sqrt(F)",
    },
    parameters=(
        ParameterCount(trainable=238_510, where="784-300-10, counted"),
        ParameterCount(
            trainable=266_610,
            where="784-300-100-10, counted",
            variant="300-100",
            arguments={"hidden": (300, 100)},
        ),
        ParameterCount(
            trainable=123_310,
            where="400-300-10, counted",
            variant="deslanted",
            arguments={"deslanted": True, "margin": 4},
        ),
        ParameterCount(
            trainable=795_010,
            published=795_000,
            where="figure 12, in thousands: 28x28-1000-10",
            variant="1000",
            arguments={"hidden": (1000,)},
        ),
        ParameterCount(
            trainable=469_160,
            published=469_000,
            where="figure 12, in thousands: 28x28-500-150-10",
            variant="500-150",
            arguments={"hidden": (500, 150)},
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model={"hidden": (300,), "input_shape": (8, 8, 1), "scale": 16.0},
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": DIGITS_RATES, "mu": 0.02, "samples": 500},
            batch_size=1,
            epochs=20,
            floor=("error", 8.0),
            source=OURS,
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="300-100",
            model={"hidden": (300, 100), "input_shape": (8, 8, 1), "scale": 16.0},
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": DIGITS_RATES, "mu": 0.02, "samples": 500},
            batch_size=1,
            epochs=20,
            floor=("error", 8.0),
            source=OURS,
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="deslanted",
            model={"hidden": (300,), "input_shape": (8, 8, 1), "scale": 16.0, "deslanted": True},
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": DIGITS_RATES, "mu": 0.02, "samples": 500},
            batch_size=1,
            epochs=20,
            floor=("error", 5.0),
            source=AS_THERE,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            model=PRINTED_START | {"hidden": (300,)},
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": MNIST_RATES, "mu": 0.02, "samples": 500},
            batch_size=10,
            epochs=12,
            train_on="train+validation",
            source=STARTED,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="300-100",
            model=PRINTED_START | {"hidden": (300, 100)},
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": MNIST_RATES, "mu": 0.02, "samples": 500},
            batch_size=10,
            epochs=12,
            train_on="train+validation",
            source=STARTED,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="distorted",
            model=PRINTED_START | {"hidden": (300,), "distortion": DISTORTION},
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": MNIST_RATES, "mu": 0.02, "samples": 500},
            batch_size=10,
            epochs=12,
            train_on="train+validation",
            source=DISTORTED,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="300-100-distorted",
            model=PRINTED_START | {"hidden": (300, 100), "distortion": DISTORTION},
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": MNIST_RATES, "mu": 0.02, "samples": 500},
            batch_size=10,
            epochs=12,
            train_on="train+validation",
            source=DISTORTED,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="1000",
            model=PRINTED_START | {"hidden": (1000,)},
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": CAREFUL_RATES, "mu": 0.02, "samples": 500},
            batch_size=10,
            epochs=20,
            train_on="train+validation",
            source=LARGER,
            tries=6,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="1000-distorted",
            model=PRINTED_START | {"hidden": (1000,), "distortion": DISTORTION},
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": LONG_RATES, "mu": 0.02, "samples": 500},
            batch_size=10,
            epochs=20,
            train_on="train+validation",
            source=LARGER_DISTORTED,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="500-150",
            model=PRINTED_START | {"hidden": (500, 150)},
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": CAREFUL_RATES, "mu": 0.02, "samples": 500},
            batch_size=10,
            epochs=20,
            train_on="train+validation",
            source=LARGER,
            tries=6,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="500-150-distorted",
            model=PRINTED_START | {"hidden": (500, 150), "distortion": DISTORTION},
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": LONG_RATES, "mu": 0.02, "samples": 500},
            batch_size=10,
            epochs=20,
            train_on="train+validation",
            source=LARGER_DISTORTED,
            tries=6,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="deslanted",
            model=PRINTED_START | {"hidden": (300,), "deslanted": True, "margin": 4},
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": MNIST_RATES, "mu": 0.02, "samples": 500},
            batch_size=10,
            epochs=12,
            train_on="train+validation",
            source=DESLANTED,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="wide-start",
            model={"hidden": (300,)},
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": MNIST_RATES, "mu": 0.02, "samples": 500},
            batch_size=10,
            epochs=12,
            train_on="train+validation",
            source=WIDE,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="300-100-wide-start",
            model={"hidden": (300, 100)},
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": MNIST_RATES, "mu": 0.02, "samples": 500},
            batch_size=10,
            epochs=12,
            train_on="train+validation",
            source=WIDE,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="deslanted-wide-start",
            model={"hidden": (300,), "deslanted": True, "margin": 4},
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": MNIST_RATES, "mu": 0.02, "samples": 500},
            batch_size=10,
            epochs=12,
            train_on="train+validation",
            source=WIDE,
        ),
        Recipe(
            dataset="mnist",
            tier="paper",
            model={"hidden": (300,)},
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": LENET5_RATES, "mu": 0.02, "samples": 500},
            batch_size=1,
            epochs=20,
            train_on="train+validation",
            source=ONLINE,
        ),
        Recipe(
            dataset="mnist",
            tier="paper",
            variant="300-100",
            model={"hidden": (300, 100)},
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": LENET5_RATES, "mu": 0.02, "samples": 500},
            batch_size=1,
            epochs=20,
            train_on="train+validation",
            source=ONLINE,
        ),
    ),
    claims=(
        Claim(value=4.7, where="figure 9 and section III.C.5, 300 hidden units", **PRINTED),
        Claim(variant="300-100", value=3.05, where="figure 9 and section III.C.6, 300-100", **PRINTED),
        Claim(
            variant="1000",
            value=4.5,
            where="figure 9 and section III.C.5, 1000 hidden units",
            missed_because="protocol unknown",
            evidence="The paper prints neither rates nor passes. Of the six settings tried on the validation "
            "split those with 20 passes do better than those with 12, and more may do better still.",
            **PRINTED,
        ),
        Claim(
            variant="1000-distorted",
            value=3.8,
            where="figure 9 and section III.C.5, 1000 hidden units, distorted images",
            **PRINTED,
        ),
        Claim(
            variant="500-150",
            value=2.95,
            where="figure 9, 500-150",
            **PRINTED,
        ),
        Claim(
            variant="500-150-distorted",
            value=2.45,
            where="figure 9, 500-150, distorted images",
            **PRINTED,
        ),
        Claim(
            variant="distorted",
            value=3.6,
            where="figure 9 and section III.C.5, 300 hidden units, distorted images",
            **PRINTED,
        ),
        Claim(
            variant="300-100-distorted",
            value=2.5,
            where="figure 9 and section III.C.6, 300-100, distorted images",
            **PRINTED,
        ),
        Claim(
            variant="deslanted",
            value=1.6,
            where="figure 9 and section III.C.5, 300 hidden units, deslanted images of 20x20 pixels",
            missed_because="protocol unknown",
            evidence="From the printed start deslanting brings little, at half and at twice the rates, too; "
            "from a wider one, in the variant deslanted-wide-start, it brings nearly all that the paper "
            "reports.",
            **PRINTED,
        ),
    ),
    deviations=(
        (
            "The weights of the pocket and paper tiers start with a standard deviation of 1/sqrt(F): from "
            "the printed bound of 2.4/F our runs diverged at the rates of the paper tier, and those on the "
            "8x8 digits learn more slowly. The variants with a wide start show what the start does on "
            "MNIST. From the printed one a net with two hidden layers can saturate in its first pass and "
            "learn nothing."
        ),
        (
            "The rates are ours, in the paper tier those of LeNet-5, and the targets of +1 and -1 are the "
            "usual ones for these units; the paper prints neither for these nets."
        ),
        "The examples are shuffled before every pass; the paper keeps one random order.",
        (
            "Distorted: each pass distorts the images anew and leaves one of ten as it is; the paper, it "
            "is recalled, adds 540,000 distorted ones to the 60,000."
        ),
        (
            "The paper names the transformations and prints no strengths: shifts up to two pixels, factors "
            "up to exp(0.1) and slants up to 0.2 are ours."
        ),
        (
            "Deslanted: in the images of MNIST grey pixels count in proportion, and the 20x20 pixels around "
            "the centre of mass are kept, which loses some ink; the paper does not say how it crops."
        ),
        "In the pocket tier deslanted digits are not cropped.",
        (
            "The standard tier sums the steps of ten examples, at no rate above 0.0002, in 12 passes, with "
            "more units than 300 in 20; the paper tier takes one example per step and 20 passes."
        ),
    ),
    history=(Fact("examples", 60_000, "images", "paper text, section III.A", "verified"),),
)
