"""The floor: one weight for each pixel, and the largest sum wins.

Before one believes that a net has understood digits, one should know how far it gets without understanding
anything. The 1998 comparison of digit readers begins there: for each class a weighted sum of the pixels, no
hidden layer, 12% of the digits wrong. Such a classifier has a template for each class and looks how well it
fits; the weights can be found by gradient descent, or in one step by solving a linear system, as Gauss did
for the orbits of planets.

What it lacks can be put into its inputs. Upright digits leave less to be explained. Sums that tell one class
from one other have an easier task each, and are still linear when added up. The products of two inputs let
it see pairs, though only of forty principal components, since those of all pixels would be 300,000; and a
thousand Gaussian units, each of which answers near one typical digit, bring it below a net of 300 hidden
units by the paper's figures. Everything that is learned is still one linear system.

All these features are made by hand or by rules that do not know what they are for. That a net finds them
itself, and finds better ones, is what the rest of this catalogue is about.
"""

from benchmarks.spec import Claim, Entry, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Gradient-based learning applied to document recognition",
    authors="Y. LeCun, L. Bottou, Y. Bengio, P. Haffner",
    year=1998,
    venue="Proceedings of the IEEE 86(11):2278-2324",
    url="https://doi.org/10.1109/5.726791",
    confidence="verified",
)


def build(
    classes=10,
    input_shape=(28, 28, 1),
    scale=255.0,
    deslanted=False,
    margin=0,
    solved=False,
    pairwise=False,
    components=0,
    units=0,
    width=1.0,
):
    """A score for each class: a weighted sum of pixels, or of features that are made from them.

    The weights are learned by gradient descent through sigmoid units, as in the paper's other nets
    (appendix A: scaled tanh), or, if they are `solved`, by a linear system.
    """
    import keras

    from benchmarks.layers.image.deslanting import Deslanting
    from benchmarks.layers.models.linear_classifier import LinearClassifier
    from benchmarks.layers.units.scaled_tanh import FanInUniform, scaled_tanh

    if solved:
        return LinearClassifier(
            classes, input_shape, scale, deslanted, margin, pairwise, components, units, width
        )
    return keras.Sequential(
        [
            keras.Input(input_shape),
            *([Deslanting(name="deslanting")] if deslanted else []),
            *([keras.layers.Cropping2D(margin)] if margin else []),
            keras.layers.Rescaling(1.275 / scale, offset=-0.1),  # paper -0.1, ink 1.175 (section II.B)
            keras.layers.Flatten(),
            keras.layers.Dense(classes, kernel_initializer=FanInUniform(3**0.5, 0.5)),
            keras.layers.Activation(scaled_tanh),
        ]
    )


def loss(model, batch, training):
    """Half the squared error to targets of +1 for the class and -1 for the others (equation 8)."""
    from benchmarks.tasks.classification import signed_squared_error

    return signed_squared_error(model, batch, training)


def pictures(model, data, predict):
    """The weights of each class, where what is summed are pixels."""
    import math

    import keras
    import numpy as np

    from benchmarks.pictures import filters

    if data.test["x"].ndim < 4:
        return {}
    if isinstance(model, keras.Model):
        weights = np.asarray(model.layers[-2].kernel.value).T
    elif model.pairs or model.components or model.units:
        return {}
    else:
        weights = model.weights[:, 1:]
    side = math.isqrt(weights.shape[1])
    caption = "Weights of the ten sums, each in its own range; grey is zero."
    return {"filters": filters(weights, (side, side), 10, caption)}


#: The rate of each pass; the last one thereafter. The paper prints none for this net.
MNIST_RATES = 5 * (0.0002,) + 3 * (0.0001,) + 3 * (0.00005,) + (0.00001,)
DIGITS_RATES = 15 * (0.0005,) + (0.0001,)
GRADIENT = (
    "section III.C.1 and appendix C; rates and batches those of the fully connected nets with hidden units"
)
#: Least squares leave nothing to choose.
SOLVED = (
    "section III.C.1: learning by directly solving linear systems, one of the ways that gave similar results"
)
QUADRATIC = (
    "section III.C.3: the 820 products of pairs of the input pattern's projections on 40 principal "
    "components, and a constant"
)
RBF = (
    "section III.C.4: 1,000 Gaussian units in ten groups, k-means, pseudo-inverse; the width is ours, the "
    "best of 4, 5, 6 and 8 on the validation split"
)
DIGITS = "ours, for the smaller images: sizes set by hand"
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
    id="linear_classifier_1998",
    name="Linear classifiers of the 1998 MNIST table",
    family="classical",
    task="classification",
    idea="A weighted sum of the pixels for each class: the floor to beat.",
    paper=PAPER,
    build=build,
    loss=loss,
    pictures=pictures,
    variants={
        "deslanted": "trained and tested on images that are set upright and cropped to 20x20 pixels",
        "least-squares": "linear units, whose weights are solved for instead of learned step by step",
        "pairwise": "45 sums, each of which tells one class from one other",
        "quadratic": "sums of the products and squares of an image's 40 principal components",
        "rbf": "sums of 1,000 Gaussian units, each near one typical image",
    },
    parameters=(
        ParameterCount(trainable=7_850, where="784-10, counted"),
        ParameterCount(
            trainable=4_010,
            published=4_010,
            where="section III.C.1: 20x20-10",
            variant="deslanted",
            arguments={"deslanted": True, "margin": 4},
        ),
        ParameterCount(
            trainable=35_325,
            published=35_000,
            where="figure 12, in thousands",
            variant="pairwise",
            arguments={"solved": True, "pairwise": True},
        ),
        ParameterCount(
            trainable=39_570,
            published=40_000,
            where="figure 12, in thousands: components and weights",
            variant="quadratic",
            arguments={"solved": True, "components": 40},
        ),
        ParameterCount(
            trainable=794_010,
            published=794_000,
            where="figure 12, in thousands",
            variant="rbf",
            arguments={"solved": True, "units": 100},
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model={"input_shape": (8, 8, 1), "scale": 16.0},
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": DIGITS_RATES, "mu": 0.02, "samples": 500},
            batch_size=1,
            epochs=20,
            floor=("error", 12.0),
            source=GRADIENT,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="least-squares",
            rule="fit",
            model={"input_shape": (8, 8, 1), "scale": 16.0, "solved": True},
            floor=("error", 12.0),
            source=SOLVED,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="pairwise",
            rule="fit",
            model={"input_shape": (8, 8, 1), "scale": 16.0, "solved": True, "pairwise": True},
            floor=("error", 10.0),
            source=SOLVED,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="quadratic",
            rule="fit",
            model={"input_shape": (8, 8, 1), "scale": 16.0, "solved": True, "components": 20},
            floor=("error", 6.0),
            source=DIGITS,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="rbf",
            rule="fit",
            model={"input_shape": (8, 8, 1), "scale": 16.0, "solved": True, "units": 10, "width": 1.0},
            floor=("error", 8.0),
            source=DIGITS,
        ),
        Recipe(
            dataset="xor",
            tier="pocket",
            variant="least-squares",
            rule="fit",
            model={"classes": 2, "input_shape": (1, 2, 1), "scale": 1.0, "solved": True},
            source="ours, since the paper has no truth tables: nothing to choose",
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": MNIST_RATES, "mu": 0.02, "samples": 500},
            batch_size=10,
            epochs=12,
            train_on="train+validation",
            source=GRADIENT,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="deslanted",
            model={"deslanted": True, "margin": 4},
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": MNIST_RATES, "mu": 0.02, "samples": 500},
            batch_size=10,
            epochs=12,
            train_on="train+validation",
            source=GRADIENT,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="least-squares",
            rule="fit",
            model={"solved": True},
            train_on="train+validation",
            source=SOLVED,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="pairwise",
            rule="fit",
            model={"solved": True, "pairwise": True},
            train_on="train+validation",
            source=SOLVED,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="quadratic",
            rule="fit",
            model={"solved": True, "components": 40},
            train_on="train+validation",
            source=QUADRATIC,
        ),
        Recipe(
            dataset="mnist",
            tier="standard",
            variant="rbf",
            rule="fit",
            model={"solved": True, "units": 100, "width": 4.0},
            train_on="train+validation",
            source=RBF,
        ),
    ),
    claims=(
        Claim(value=12.0, where="figure 9 and section III.C.1, linear", **PRINTED),
        Claim(
            variant="deslanted",
            value=8.4,
            where="figure 9 and section III.C.1, linear, deslanted images",
            **PRINTED,
        ),
        Claim(
            variant="pairwise",
            value=7.6,
            where="figure 9 and section III.C.1, pairwise",
            **PRINTED,
        ),
        Claim(
            variant="quadratic",
            value=3.3,
            where="figure 9 and section III.C.3, 40 PCA + quadratic",
            **PRINTED,
        ),
        Claim(variant="rbf", value=3.6, where="figure 9 and section III.C.4, 1000 RBF + linear", **PRINTED),
    ),
    deviations=(
        "The paper says that sigmoid or linear units, learned or solved for, gave similar results, and not "
        "which gave the printed ones. Here the first two claims are asked of sigmoid units that learn, "
        "which do better on the validation split, and the others of linear ones that are solved for.",
        "Sums for pairs of classes count by their sign, as units that saturate would: of three ways this has "
        "the fewest errors on the validation split, before sums that are kept within -1 and 1, their "
        "targets, and sums as they are. The paper adds up outputs, and does not say whether they saturate.",
        "Deslanted: grey pixels count in proportion, and the 20x20 pixels around the centre of mass are "
        "kept.",
        "Gaussian units: k-means is scikit-learn's, over all examples of a class at once, where the paper's "
        "is adaptive; all units have one width, which the paper does not print.",
        "Exclusive or and the 8x8 digits are not in the paper: they are here to compare with other entries.",
    ),
)
