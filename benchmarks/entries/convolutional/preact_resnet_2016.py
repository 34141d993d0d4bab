"""A thousand and one layers.

In the residual net of 2015 the shortcut is not quite clear: after every addition a ReLU cuts off
what is negative, on the carried signal too. The same authors ask what happens if nothing at all
stands on the shortcut. Then the signal of any layer is that of any earlier one plus a sum of
corrections, and backwards, the gradient at any layer holds that of the last one unchanged: a 1 plus
something, however many layers lie between. The mathematics is one line. They test it by obstruction:
gates, 1x1 convolutions, dropout, a factor of one half on the shortcut. Gates and convolutions make
the net more powerful, and all of them make it worse.

So they move normalisation and ReLU from behind the weights to before them. A net of 110 layers gains
little by that; one of 164, half a point; one of 1001, which had been worse than its shallower
sisters, becomes the best of them, without a new part, only by another order of the same parts.

Depth then stopped being the question. A thousand layers take ten times as long as a hundred for a
point and a half, and wider nets of fewer layers were soon as good and much faster.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Identity mappings in deep residual networks",
    authors="K. He, X. Zhang, S. Ren, J. Sun",
    year=2016,
    venue="ECCV 2016; arXiv 1603.05027",
    url="https://arxiv.org/abs/1603.05027",
    confidence="verified",
)


def build(
    depth=164,
    order="preactivation",
    classes=10,
    input_shape=(32, 32, 3),
    scale=255.0,
    widths=(16, 32, 64),
    pad=4,
    flip=True,
    decay=1e-4,
):
    """The nets of section 4.1 in the orders of figure 4: pairs of convolutions up to 110 layers, bottlenecks beyond."""
    import keras

    from benchmarks.layers.bodies.preactivation import body
    from benchmarks.layers.image.augmentation import MeanImage, RandomShiftAndFlip

    inputs = keras.Input(input_shape)
    x = keras.layers.Rescaling(1 / scale)(MeanImage(name="mean_image")(inputs))
    x = body(RandomShiftAndFlip(pad, flip)(x), depth, order, widths, decay)
    outputs = keras.layers.Dense(
        classes,
        kernel_initializer="he_normal",
        kernel_regularizer=keras.regularizers.L2(decay / 2),
        name="output",
    )(x)
    return keras.Model(inputs, outputs)


def pictures(model, data, predict):
    """What the units add to the carried signal, for four test images."""
    from benchmarks.layers.bodies.residual import corrections_picture

    return corrections_picture(data, predict)


def variant(depth, order):
    """The net of 164 layers with full pre-activation is the entry's own and has no name."""
    return "" if (depth, order) == (164, "preactivation") else f"{order}-{depth}"


def recipe(tier, dataset, depth, order, source, boundaries, model=None, **options):
    """A rate of 0.01 for 400 iterations (none in the pocket tier), then 0.1, and a tenth from each of the boundaries on."""
    rates = {
        "name": "PiecewiseConstantDecay",
        "boundaries": [400, *boundaries],
        "values": [0.01, 0.1, 0.01, 0.001],
    }
    if tier == "pocket":
        rates = {"name": "PiecewiseConstantDecay", "boundaries": boundaries, "values": [0.1, 0.01]}
    optimizer = {"name": "SGD", "momentum": 0.9, "learning_rate": rates}
    name = "" if tier == "pocket" else variant(depth, order)
    return Recipe(
        dataset,
        tier,
        source,
        name,
        model={"depth": depth, "order": order, **(model or {})},
        optimizer=optimizer,
        **options,
    )


DIGITS = {"input_shape": (8, 8, 1), "scale": 16.0, "widths": (8, 16, 32), "pad": 1, "flip": False}
CIFAR = {"batch_size": 128, "train_on": "train+validation", "evaluate_every": 4}
SHORT = {**CIFAR, "shortened": "a quarter of the iterations"}
FULL = "appendix: batches of 128, rate 0.01 for 400 iterations, 0.1, a tenth after 32,000 and 48,000, 64,000 in all; momentum 0.9, decay 0.0001"
ORDERS = ("original", "bn-after-addition", "relu-before-addition", "relu-only", "preactivation")
NETS = [
    *((110, order) for order in ORDERS),
    *((depth, order) for depth in (164, 1001) for order in ("original", "preactivation")),
]
TABLE_2 = {110: (6.61, 8.17, 7.84, 6.71, 6.37), 164: (5.93, 6.50, 6.14, 5.91, 5.46)}
COUNTS = (
    (164, "preactivation", 1_703_258, 1.7e6, "table 4"),
    (110, "preactivation", 1_727_962, 1.7e6, "table 4, the original net"),
    (
        1001,
        "preactivation",
        10_327_706,
        10.2e6,
        "table 4, which seems to leave out the parameters of batch normalisation",
    ),
    (164, "original", 1_704_154, None, "counted"),
)


def claim(depth, order, value, where, **options):
    return Claim(
        *("cifar10", "error", value, "%", where, "lower", variant(depth, order)),
        confidence="verified",
        source="paper text",
        statistic="median",
        of=5,
        test_size=None if "spread" in options else 10_000,
        **options,
    )


ENTRY = Entry(
    id="preact_resnet_2016",
    name="Residual net with pre-activation",
    family="convolutional",
    task="classification",
    idea="Nothing stands on the shortcut: normalisation and ReLU come before the weights.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={variant(d, o): f"{d} layers, {o.replace('-', ' ')}" for d, o in NETS if variant(d, o)},
    parameters=tuple(
        ParameterCount(n, where, variant(d, o), {"depth": d, "order": o}, published)
        for d, o, n, published, where in COUNTS
    ),
    recipes=(
        recipe(
            *("pocket", "digits", 14, "preactivation", "the appendix in kind, shortened", [120], DIGITS),
            **{"epochs": 10, "batch_size": 64, "evaluate_every": 2, "floor": ("error", 12.0)},
        ),
        *(
            recipe(
                "standard",
                "cifar10",
                110,
                order,
                f"a quarter of the {FULL}",
                [7_800, 11_700],
                epochs=40,
                **SHORT,
            )
            for order in ("original", "preactivation")
        ),
        *(recipe("paper", "cifar10", d, o, FULL, [32_000, 48_000], epochs=164, **CIFAR) for d, o in NETS),
    ),
    claims=(
        *(
            claim(110, order, value, "table 2, median of five runs")
            for order, value in zip(ORDERS, TABLE_2[110], strict=True)
        ),
        *(
            claim(164, order, TABLE_2[164][place], "table 2, median of five runs")
            for place, order in ((0, "original"), (4, "preactivation"))
        ),
        claim(1001, "original", 7.61, "table 3, median of five runs"),
        claim(1001, "preactivation", 4.92, "table 4, median of five runs (4.89 ± 0.14)", spread=0.14),
    ),
    history=(
        Fact(
            "training_flop",
            2.974164e19,
            "FLOP",
            "Epoch AI (epoch.ai/data), notable models: ResNet-200, speculative",
            "verified",
        ),
        Fact("hardware", "2 GPUs (27 hours for 1001 layers on CIFAR-10)", "", "paper text", "verified"),
    ),
    deviations=(
        "Weight decay acts on the weights of convolutions and of the output layer, not on batch normalisation; the paper does not say.",
        "Pixels are divided by 255 after subtracting the mean image; the paper names no scale.",
        "A pass is 390 batches in a new order, the last 80 images left out; 164 passes are 63,960 iterations.",
        "The nets for ImageNet (152 and 200 layers) and with a shortcut around each single layer, and those for CIFAR-100, are not here.",
        "The standard tier shortens the schedule to a quarter (15,600 iterations), but for the 400 iterations of warming up.",
        "The pocket tier has 14 layers, digits of 8x8, half the filters, shifts by one pixel, no mirroring, no warming up, and 160 iterations.",
    ),
)
