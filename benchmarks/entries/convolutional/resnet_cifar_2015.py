"""A net that can always do nothing.

By 2015 deeper had meant better for three years, and then it stopped. Stack more layers on a plain
net and it gets worse, not only on new images but on those that it is trained on, though the deeper
net could copy the shallower one and leave the remaining layers idle. Batch normalisation keeps the
signals and gradients of these nets at a healthy size, so the authors do not blame vanishing
gradients; the net exists, and gradient descent does not find it. Their remedy is to make idleness
the easy choice: a pair of layers computes a correction that is added to its own input, and to
change nothing it has only to output zero.

On CIFAR-10 they isolate the effect of depth: thin nets of 20 to 1202 layers, the same with and
without shortcuts, which cost no parameter. With them 110 layers beat 20; without them 56 lose to
20. The sister nets for ImageNet, of 18 to 152 layers, are an entry of their own; the shortcut has
been in almost every deep architecture since.

What it did not settle is why. Nor is depth free: 1202 layers fit the training images perfectly and
do worse on new ones than 110, and each layer waits for the one before it.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Deep residual learning for image recognition",
    authors="K. He, X. Zhang, S. Ren, J. Sun",
    year=2015,
    venue="CVPR 2016, 770-778; arXiv 2015",
    url="https://arxiv.org/abs/1512.03385",
    confidence="verified",
)


def build(
    depth=20,
    plain=False,
    classes=10,
    input_shape=(32, 32, 3),
    scale=255.0,
    widths=(16, 32, 64),
    pad=4,
    flip=True,
    decay=1e-4,
):
    """The nets of section 4.2."""
    import keras

    from benchmarks.layers.bodies.residual import cifar_body
    from benchmarks.layers.image.augmentation import MeanImage, RandomShiftAndFlip

    inputs = keras.Input(input_shape)
    x = keras.layers.Rescaling(1 / scale)(MeanImage(name="mean_image")(inputs))
    x = RandomShiftAndFlip(pad, flip)(x)
    x = cifar_body(x, depth, widths, plain, decay)
    outputs = keras.layers.Dense(
        classes, kernel_initializer="he_normal", kernel_regularizer=keras.regularizers.L2(decay / 2)
    )(x)
    return keras.Model(inputs, outputs)


def pictures(model, data, predict):
    """The filters of the first layer."""
    import numpy as np

    from benchmarks.pictures import filters

    kernel = np.asarray(
        next(layer for layer in model.layers if type(layer).__name__ == "Conv2D").kernel.value
    )
    height, width, channels, maps = kernel.shape
    caption = (
        "The filters of the first layer, one a column"
        + ("; from above for red, green and blue" if channels == 3 else "")
        + ". Grey is zero."
    )
    return {
        "filters": filters(
            kernel.transpose(2, 3, 0, 1).reshape(-1, height * width), (height, width), maps, caption
        )
    }


DIGITS_NET = {
    "depth": 20,
    "input_shape": (8, 8, 1),
    "scale": 16.0,
    "widths": (8, 16, 32),
    "pad": 1,
    "flip": False,
}
#: 0.1 for 120 of 160 steps.
DIGITS_SGD = {
    "name": "SGD",
    "momentum": 0.9,
    "learning_rate": {"name": "PiecewiseConstantDecay", "boundaries": (120,), "values": (0.1, 0.01)},
}
#: A quarter of the iterations of section 4.2.
QUARTER_SGD = {
    "name": "SGD",
    "momentum": 0.9,
    "learning_rate": {
        "name": "PiecewiseConstantDecay",
        "boundaries": (7_800, 11_700),
        "values": (0.1, 0.01, 0.001),
    },
}
#: Section 4.2: 0.1, a tenth of it after 32,000 iterations and a hundredth after 48,000.
SGD = {
    "name": "SGD",
    "momentum": 0.9,
    "learning_rate": {
        "name": "PiecewiseConstantDecay",
        "boundaries": (32_000, 48_000),
        "values": (0.1, 0.01, 0.001),
    },
}
#: Section 4.2: 110 layers begin with 0.01 for 400 iterations.
WARMED_UP_SGD = {
    "name": "SGD",
    "momentum": 0.9,
    "learning_rate": {
        "name": "PiecewiseConstantDecay",
        "boundaries": (400, 32_000, 48_000),
        "values": (0.01, 0.1, 0.01, 0.001),
    },
}
SECTION_4_2 = (
    "section 4.2: batches of 128, rate 0.1, a tenth after 32,000 and 48,000 iterations, 64,000 in all; "
    "momentum 0.9, decay 0.0001"
)
PRINTED = {
    "dataset": "cifar10",
    "metric": "error",
    "unit": "%",
    "direction": "lower",
    "confidence": "verified",
    "source": "paper text",
}

ENTRY = Entry(
    id="resnet_cifar_2015",
    name="Residual nets on CIFAR-10",
    family="convolutional",
    task="classification",
    idea="Layers learn a correction that is added to what they are given.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={
        "plain-20": "20 layers without shortcuts",
        "residual-32": "32 layers with shortcuts",
        "plain-32": "32 layers without shortcuts",
        "residual-44": "44 layers with shortcuts",
        "plain-44": "44 layers without shortcuts",
        "residual-56": "56 layers with shortcuts",
        "plain-56": "56 layers without shortcuts",
        "residual-110": "110 layers with shortcuts",
        "plain-110": "110 layers without shortcuts",
    },
    parameters=(
        ParameterCount(
            trainable=269_722, where="table 6, in millions", arguments={"depth": 20}, published=0.27e6
        ),
        ParameterCount(
            trainable=464_154,
            where="table 6, in millions",
            variant="residual-32",
            arguments={"depth": 32},
            published=0.46e6,
        ),
        ParameterCount(
            trainable=658_586,
            where="table 6, in millions",
            variant="residual-44",
            arguments={"depth": 44},
            published=0.66e6,
        ),
        ParameterCount(
            trainable=853_018,
            where="table 6, in millions",
            variant="residual-56",
            arguments={"depth": 56},
            published=0.85e6,
        ),
        ParameterCount(
            trainable=1_727_962,
            where="table 6, in millions",
            variant="residual-110",
            arguments={"depth": 110},
            published=1.7e6,
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model=DIGITS_NET | {"plain": False},
            optimizer=DIGITS_SGD,
            batch_size=64,
            epochs=10,
            evaluate_every=2,
            floor=("error", 12.0),
            source="after section 4.2, shortened",
            tries=6,
        ),
        Recipe(
            dataset="digits",
            tier="pocket",
            variant="plain-20",
            model=DIGITS_NET | {"plain": True},
            optimizer=DIGITS_SGD,
            batch_size=64,
            epochs=10,
            evaluate_every=2,
            source="after section 4.2, shortened",
            tries=6,
        ),
        *(
            Recipe(
                dataset="cifar10",
                tier="standard",
                variant=variant,
                model=model,
                optimizer=QUARTER_SGD,
                batch_size=128,
                epochs=40,
                evaluate_every=4,
                train_on="train+validation",
                shortened="a quarter of the iterations",
                source=f"a quarter of {SECTION_4_2}",
            )
            for variant, model in (
                ("", {"depth": 20, "plain": False}),
                ("plain-20", {"depth": 20, "plain": True}),
                ("residual-56", {"depth": 56, "plain": False}),
                ("plain-56", {"depth": 56, "plain": True}),
            )
        ),
        *(
            Recipe(
                dataset="cifar10",
                tier="paper",
                variant=variant,
                model=model,
                optimizer=SGD,
                batch_size=128,
                epochs=164,
                evaluate_every=4,
                train_on="train+validation",
                source=SECTION_4_2,
            )
            for variant, model in (
                ("", {"depth": 20, "plain": False}),
                ("plain-20", {"depth": 20, "plain": True}),
                ("residual-32", {"depth": 32, "plain": False}),
                ("plain-32", {"depth": 32, "plain": True}),
                ("residual-44", {"depth": 44, "plain": False}),
                ("plain-44", {"depth": 44, "plain": True}),
                ("residual-56", {"depth": 56, "plain": False}),
                ("plain-56", {"depth": 56, "plain": True}),
            )
        ),
        Recipe(
            dataset="cifar10",
            tier="paper",
            variant="residual-110",
            model={"depth": 110, "plain": False},
            optimizer=WARMED_UP_SGD,
            batch_size=128,
            epochs=164,
            evaluate_every=4,
            train_on="train+validation",
            source=SECTION_4_2,
        ),
        Recipe(
            dataset="cifar10",
            tier="paper",
            variant="plain-110",
            model={"depth": 110, "plain": True},
            optimizer=WARMED_UP_SGD,
            batch_size=128,
            epochs=164,
            evaluate_every=4,
            train_on="train+validation",
            source=SECTION_4_2,
        ),
    ),
    claims=(
        *(
            Claim(variant=variant, value=value, where="table 6", test_size=10_000, **PRINTED)
            for variant, value in (
                ("", 8.75),
                ("residual-32", 7.51),
                ("residual-44", 7.17),
                ("residual-56", 6.97),
            )
        ),
        Claim(
            variant="residual-110",
            value=6.43,
            where="table 6, best of five",
            statistic="best",
            of=5,
            test_size=10_000,
            **PRINTED,
        ),
        Claim(
            variant="residual-110",
            value=6.61,
            where="table 6, mean of five runs",
            statistic="mean",
            of=5,
            spread=0.16,
            **PRINTED,
        ),
        Claim(
            value=7.93,
            where="table 6, 1202 layers",
            not_comparable="the suite stops at 110 layers",
            **PRINTED,
        ),
    ),
    deviations=(
        (
            "Weight decay applies to the weights of convolutions and of the output layer, not to batch "
            "normalisation; the paper does not say."
        ),
        (
            "Pixels are divided by 255 after subtracting the mean image; the paper names no scale, and the "
            "first normalisation removes it."
        ),
        (
            "A pass is 390 shuffled batches, with the last 80 images left out; 164 passes are 63,960 "
            "iterations."
        ),
        (
            "With 110 layers the rate of 0.01 lasts 400 iterations, the paper's estimate, instead of "
            "until the training error falls below 80%."
        ),
        "The standard tier shortens every phase of the schedule to a quarter (15,600 iterations).",
        (
            "The pocket tier has 8x8 digits, half the filters, shifts by one pixel, no mirroring, and "
            "160 iterations."
        ),
    ),
    history=(
        Fact("hardware", "two GPUs", "", "paper text, section 4.2", "verified"),
        Fact("examples", 50_000, "images", "paper text, section 4.2", "verified"),
    ),
)
