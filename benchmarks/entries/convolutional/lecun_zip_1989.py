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
    how = {"strides": 2, "untied": True, "bound": bound, "power": power}
    image = [layers.Rescaling(scale, offset), *([UpSampling2D(zoom)] if zoom > 1 else [])]
    parts = [
        *(
            Background(2, -1.0),
            SparseConvolution([[0]] * maps, **how, name="H1"),
            layers.Activation(scaled_tanh),
        ),
        *(Background(2, -1.0), SparseConvolution(seen, **how, name="H2"), layers.Activation(scaled_tanh)),
        *(
            layers.Flatten(),
            layers.Dense(hidden, kernel_initializer=FanInUniform(bound, power), name="H3"),
            layers.Activation(scaled_tanh),
        ),
        *(
            layers.Dense(10, kernel_initializer=FanInUniform(bound, power), name="output"),
            layers.Activation(scaled_tanh),
        ),
    ]
    return Sequential([Input(input_shape), *image, *parts])


def loss(model, batch, training):
    """Half the squared error to targets of +1 for the class and -1 for the others, summed over the outputs."""
    from benchmarks.tasks.classification import signed_squared_error

    return signed_squared_error(model, batch, training)


def pictures(model, data, predict):
    """The filters of H1, and which test digits were taken for which."""
    import numpy as np

    from benchmarks.pictures import confusion, filters
    from benchmarks.tasks.classification import decide

    kernel = np.asarray(model.get_layer("H1").kernel.value)
    decisions = predict(decide, {"x": data.test["x"]})["decision"]
    caption = "Rows: test digits 0 to 9; columns: what they were taken for. Darkness is the root of the share of the row."
    return {
        "filters": filters(
            kernel.reshape(25, -1).T, (5, 5), kernel.shape[-1], "The 5x5 filters of H1; grey is zero."
        ),
        "confusion": confusion(data.test["y"], decisions, 10, caption),
    }


def recipe(dataset, tier, source, rates, **options):
    """By the rule of 1998, which grew out of the one used here; all digits of the training set, 500 for the curvatures."""
    how = {"rates": rates, "mu": 0.02, "samples": 500}
    scores = {"targets": (-1.0, 1.0), "train": True}
    return Recipe(
        dataset=dataset,
        tier=tier,
        source=source,
        rule="diagonal_levenberg_marquardt",
        rule_options=how,
        task_options=scores,
        **options,
    )


WARM = (0.0001, 0.0001, 0.0002)  # the last one thereafter
SESSION = (*(0.0001,) * 2, *(0.001,) * 8, *(0.0005,) * 8, 0.0002)
OURS = "online diagonal Newton steps as in the paper; rates, which it does not print, chosen on the validation split"
SMALL = {"input_shape": (8, 8, 1), "scale": 2 / 16, "offset": -1.0, "zoom": 2}
HALF = "the printed mean has the factor 1/2 of the cost, it seems, since ours comes to it when halved; our measure has not"
SEEN = {
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
    parameters=(ParameterCount(9760, "figures of the architecture", published=9760, confidence="verified"),),
    recipes=(
        recipe(
            "digits",
            "pocket",
            OURS + "; ten digits a step",
            WARM,
            batch_size=10,
            epochs=8,
            model=SMALL,
            floor=("error", 12.0),
        ),
        recipe(
            "usps",
            "standard",
            OURS + "; 23 passes",
            SESSION,
            batch_size=1,
            epochs=23,
            train_on="train+validation",
        ),
    ),
    claims=(
        Claim("usps", "error", 5.0, "%", "results: 102 of 2,007 test digits", test_size=2_007, **SEEN),
        Claim("usps", "mse", 0.018, "", "results, test digits", not_comparable=HALF, **SEEN),
        Claim(
            *("usps", "train_error", 0.14, "%", "results: 10 of 7,291 training digits"),
            test_size=7_291,
            missed_because="rule",
            evidence="A few of 7,291 digits make the difference; suspected, and not tested, are the falling rates and the new order in every "
            "pass, where the paper keeps one order and names no fall.",
            **SEEN,
        ),
        Claim("usps", "train_mse", 0.0025, "", "results, training digits", not_comparable=HALF, **SEEN),
    ),
    history=(
        Fact(
            "training_flop",
            1.49633805444e12,
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
    deviations=(
        "Which eight maps of H1 a map of H2 sees is not printed; here the maps lie on a circle and each sees eight neighbours.",
        "The rule is the stochastic diagonal Levenberg-Marquardt of 1998, with curvatures taken before each pass; that of 1989 is only outlined.",
        "Targets of +1 and -1, a margin of -1 around the maps, and a mean squared error over digits and outputs are what re-implementations assume.",
        "The digits come in a new order in every pass; the paper keeps one order.",
        "The pocket tier has digits of 8x8, enlarged twice, eight passes, and sums the steps of ten digits.",
    ),
)
