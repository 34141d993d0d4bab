"""A net that was given nothing but pixels.

Until then a reader of handwriting had two parts: a person designed what to measure in an image, and a
program learned to decide from the measurements. Here the images of 9,298 digits, cut from envelopes in
the post office of Buffalo, go into the net as they are, and everything is learned: the filters too. What
the authors put in instead of measurements is a shape. A unit sees 5x5 pixels, all units of a map use the
same 25 weights, so that a map marks where one thing was seen; a second layer of maps looks at eight maps
of the first. So 64,660 connections are left with 9,760 numbers to learn from 7,291 digits.

Each step between maps is two pixels wide, which halves the resolution: the layers for subsampling came a
year later. The maps share their weights but not their thresholds, one for every unit, a detail that
disappeared. Around the image, and around the maps, lies a margin of white paper.

It took three days on a workstation. One digit in twenty was read wrongly, some because they had been cut
out badly; with one in eight rejected, one in a hundred. And it could not find where a digit is, or
how large: that had to be done before.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Backpropagation applied to handwritten zip code recognition",
    authors="Y. LeCun, B. Boser, J. S. Denker, D. Henderson, R. E. Howard, W. Hubbard, L. D. Jackel",
    year=1989,
    venue="Neural Computation 1(4):541-551",
    url="https://doi.org/10.1162/neco.1989.1.4.541",
    confidence="verified",
)


def build(maps=12, hidden=30, input_shape=(16, 16, 1), scale=1.0, offset=0.0, zoom=1, bound=2.4, power=1.0):
    """H1 and H2, 5x5 in steps of two; H3; ten outputs. A map of H2 sees two thirds of the maps of H1."""
    from keras import Input, Sequential, layers

    from benchmarks.layers.convolution.sparse_convolution import SparseConvolution
    from benchmarks.layers.image.background import Background
    from benchmarks.layers.resampling.enlargement import UpSampling2D
    from benchmarks.layers.units.scaled_tanh import FanInUniform, scaled_tanh

    seen = [[(first + k) % maps for k in range(2 * maps // 3)] for first in range(maps)]
    parts = [layers.Rescaling(scale, offset)]
    if zoom > 1:
        parts.append(UpSampling2D(zoom))
    for name, sources in (("H1", [[0]] * maps), ("H2", seen)):
        parts += [
            Background(2, -1.0),
            SparseConvolution(sources, strides=2, untied=True, bound=bound, power=power, name=name),
            layers.Activation(scaled_tanh),
        ]
    parts.append(layers.Flatten())
    for name, units in (("H3", hidden), ("output", 10)):
        parts += [
            layers.Dense(units, kernel_initializer=FanInUniform(bound, power), name=name),
            layers.Activation(scaled_tanh),
        ]
    return Sequential([Input(input_shape), *parts])


def loss(model, batch, training):
    """Half the squared error to targets of +1 for the class and -1 for the others.

    Summed over the outputs.
    """
    from benchmarks.tasks.classification import signed_squared_error

    return signed_squared_error(model, batch, training)


def pictures(model, data, predict):
    """The filters of H1, and which test digits were taken for which."""
    import numpy as np

    from benchmarks.pictures import confusion, filters
    from benchmarks.tasks.classification import decide

    kernel = np.asarray(model.get_layer("H1").kernel.value)
    decisions = predict(decide, {"x": data.test["x"]})["decision"]
    caption = "What each test digit was taken for."
    return {
        "filters": filters(
            kernel.reshape(25, -1).T, (5, 5), kernel.shape[-1], "The 5x5 filters of H1; grey is zero."
        ),
        "confusion": confusion(data.test["y"], decisions, "0123456789", caption),
    }


OURS = (
    "online diagonal Newton steps as in the paper; rates, which it does not print, chosen on the validation "
    "split"
)
CIRCULAR = (
    "it is not known whether the printed mean has the factor 1/2 of the cost; that ours fits with it is all "
    "that speaks for it, so a verdict would judge its own assumption"
)
#: The rate of each pass: two of 0.0001, eight of 0.001, eight of 0.0005; the last one thereafter.
USPS_RATES = 2 * (0.0001,) + 8 * (0.001,) + 8 * (0.0005,) + (0.0002,)
#: Outputs are scored against -1 and +1, on the training digits too.
SCORES = {"targets": (-1.0, 1.0), "train": True}
PRINTED = {
    "direction": "lower",
    "confidence": "verified",
    "source": "figures of the paper as quoted in github karpathy/lecun1989-repro",
}

ENTRY = Entry(
    id="lecun_zip_1989",
    name="The zip code net",
    family="convolutional",
    task="classification",
    idea="Train small filters, shared over the image, from the pixels up.",
    paper=PAPER,
    build=build,
    loss=loss,
    pictures=pictures,
    parameters=(
        ParameterCount(
            trainable=9760, where="figures of the architecture", published=9760, confidence="verified"
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model={"input_shape": (8, 8, 1), "scale": 2 / 16, "offset": -1.0, "zoom": 2},
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": (0.0001, 0.0001, 0.0002), "mu": 0.02, "samples": 500},
            batch_size=10,
            epochs=8,
            task_options=SCORES,
            floor=("error", 12.0),
            source=f"{OURS}; ten digits a step",
            tries=6,
        ),
        Recipe(
            dataset="usps",
            tier="standard",
            rule="diagonal_levenberg_marquardt",
            rule_options={"rates": USPS_RATES, "mu": 0.02, "samples": 500},
            batch_size=1,
            epochs=23,
            train_on="train+validation",
            task_options=SCORES,
            source=f"{OURS}; 23 passes",
        ),
    ),
    claims=(
        Claim(
            dataset="usps",
            metric="error",
            value=5.0,
            unit="%",
            where="results: 102 of 2,007 test digits",
            test_size=2007,
            **PRINTED,
        ),
        Claim(
            dataset="usps",
            metric="half_mse",
            value=0.018,
            unit="",
            where="results, test digits: the mean squared error",
            not_comparable=CIRCULAR,
            **PRINTED,
        ),
        Claim(
            dataset="usps",
            metric="train_error",
            value=0.14,
            unit="%",
            where="results: 10 of 7,291 training digits",
            test_size=7291,
            missed_because="rule",
            evidence=(
                "A few of 7,291 digits make the difference; suspected, and not tested, are the falling "
                "rates and the new order in every pass, where the paper keeps one order and names no fall."
            ),
            **PRINTED,
        ),
        Claim(
            dataset="usps",
            metric="train_half_mse",
            value=0.0025,
            unit="",
            where="results, training digits: the mean squared error",
            not_comparable=CIRCULAR,
            **PRINTED,
        ),
    ),
    deviations=(
        (
            "The paper does not print which eight maps of H1 a map of H2 sees; here the maps lie on a "
            "circle and each sees eight neighbours."
        ),
        (
            "The rule is the stochastic diagonal Levenberg-Marquardt of 1998, with curvatures computed "
            "before each pass; the rule of 1989 is only outlined."
        ),
        (
            "Targets of +1 and -1, a margin of -1 around the maps, and a mean over digits and outputs are "
            "what re-implementations assume; that the mean has the factor 1/2 of the cost is ours."
        ),
        "The digits are shuffled before every pass; the paper keeps one order.",
        (
            "The pocket tier has 8x8 digits, enlarged twice, takes eight passes, and sums the steps of ten "
            "digits."
        ),
    ),
    history=(
        Fact(
            "training_flop",
            1496338054440.0,
            "FLOP",
            "Epoch AI (epoch.ai/data), notable models: Zip CNN",
            "verified",
        ),
        Fact(
            "examples",
            7291,
            "digits",
            "figures of the paper as quoted in github karpathy/lecun1989-repro",
            "verified",
        ),
        Fact("hours", 72, "h", "three days, as quoted in github karpathy/lecun1989-repro", "verified"),
        Fact(
            "hardware",
            "SUN-4/260 workstation",
            "",
            "as quoted in github karpathy/lecun1989-repro",
            "verified",
        ),
    ),
)
