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


def variant(depth, plain=False):
    """The residual net of 20 layers is the entry's own and has no name."""
    return "" if (depth, plain) == (20, False) else f"{'plain' if plain else 'residual'}-{depth}"


def recipe(tier, dataset, depth, plain, source, rates, model=None, **options):
    """`rates`: rate, iteration until which it holds, rate, iteration, ..., rate."""
    schedule = {"name": "PiecewiseConstantDecay", "boundaries": rates[1::2], "values": rates[::2]}
    optimizer = {"name": "SGD", "momentum": 0.9, "learning_rate": schedule}
    model = {"depth": depth, "plain": plain, **(model or {})}
    return Recipe(
        dataset=dataset,
        tier=tier,
        variant=variant(depth, plain),
        model=model,
        optimizer=optimizer,
        source=source,
        **options,
    )


DIGITS = {"input_shape": (8, 8, 1), "scale": 16.0, "widths": (8, 16, 32), "pad": 1, "flip": False}
POCKET = {"model": DIGITS, "rates": (0.1, 120, 0.01), "epochs": 10, "batch_size": 64, "evaluate_every": 2}
CIFAR = {"batch_size": 128, "train_on": "train+validation", "evaluate_every": 4}
SHORT = {**CIFAR, "shortened": "a quarter of the iterations"}
FULL = (0.1, 32_000, 0.01, 48_000, 0.001)
SECTION = "section 4.2: batches of 128, rate 0.1, a tenth after 32,000 and 48,000 iterations, 64,000 in all; momentum 0.9, decay 0.0001"
NETS = [(depth, plain) for depth in (20, 32, 44, 56, 110) for plain in (False, True)]
# depth, parameters as printed and as counted, and the printed error
TABLE_6 = (
    *(
        (20, 0.27e6, 269_722, 8.75),
        (32, 0.46e6, 464_154, 7.51),
        (44, 0.66e6, 658_586, 7.17),
        (56, 0.85e6, 853_018, 6.97),
    ),
    (110, 1.7e6, 1_727_962, 6.43),
)


def claim(dataset, value, where, **options):
    return Claim(
        dataset, "error", value, "%", where, "lower", confidence="verified", source="paper text", **options
    )


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
        variant(d, p): f"{d} layers {'without' if p else 'with'} shortcuts" for d, p in NETS if variant(d, p)
    },
    parameters=tuple(
        ParameterCount(n, "table 6, in millions", variant(d), {"depth": d}, published)
        for d, published, n, _ in TABLE_6
    ),
    recipes=(
        recipe(
            "pocket", "digits", 20, False, "section 4.2 in kind, shortened", **POCKET, floor=("error", 12.0)
        ),
        recipe("pocket", "digits", 20, True, "section 4.2 in kind, shortened", **POCKET),
        *(
            recipe(
                "standard",
                "cifar10",
                depth,
                plain,
                f"a quarter of {SECTION}",
                (0.1, 7_800, 0.01, 11_700, 0.001),
                epochs=40,
                **SHORT,
            )
            for depth in (20, 56)
            for plain in (False, True)
        ),
        *(
            recipe(
                "paper",
                "cifar10",
                d,
                p,
                SECTION,
                ((0.01, 400) if d == 110 else ()) + FULL,
                epochs=164,
                **CIFAR,
            )
            for d, p in NETS
        ),
    ),
    claims=(
        *(
            claim("cifar10", error, "table 6", variant=variant(d), test_size=10_000)
            for d, _, _, error in TABLE_6
            if d < 110
        ),
        claim(
            "cifar10",
            6.43,
            "table 6, best of five",
            variant=variant(110),
            statistic="best",
            of=5,
            test_size=10_000,
        ),
        claim(
            "cifar10",
            6.61,
            "table 6, mean of five runs",
            variant=variant(110),
            statistic="mean",
            of=5,
            spread=0.16,
        ),
        claim("cifar10", 7.93, "table 6, 1202 layers", not_comparable="the suite stops at 110 layers"),
    ),
    history=(
        Fact("hardware", "two GPUs", "", "paper text, section 4.2", "verified"),
        Fact("examples", 50_000, "images", "paper text, section 4.2", "verified"),
    ),
    deviations=(
        "Weight decay acts on the weights of convolutions and of the output layer, not on batch normalisation; the paper does not say.",
        "Pixels are divided by 255 after subtracting the mean image; the paper names no scale, and the first normalisation removes it.",
        "A pass is 390 batches in a new order, the last 80 images left out; 164 passes are 63,960 iterations.",
        "With 110 layers the rate of 0.01 lasts 400 iterations, the paper's estimate, instead of until the training error is below 80%.",
        "The standard tier shortens every phase of the schedule to a quarter (15,600 iterations).",
        "The pocket tier has digits of 8x8, half the filters, shifts by one pixel, no mirroring, and 160 iterations.",
    ),
)
