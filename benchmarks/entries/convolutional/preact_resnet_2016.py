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
    """The nets of section 4.1 in the orders of figure 4.

    Up to 110 layers in pairs of convolutions, beyond that in bottlenecks.
    """
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


#: A quarter of the 64,000 iterations, but for the 400 of warming up.
QUARTER_SGD = {
    "name": "SGD",
    "momentum": 0.9,
    "learning_rate": {
        "name": "PiecewiseConstantDecay",
        "boundaries": [400, 7_800, 11_700],
        "values": [0.01, 0.1, 0.01, 0.001],
    },
}
#: The appendix: 0.01 for 400 iterations, 0.1, and a tenth of it after 32,000 and 48,000.
SGD = {
    "name": "SGD",
    "momentum": 0.9,
    "learning_rate": {
        "name": "PiecewiseConstantDecay",
        "boundaries": [400, 32_000, 48_000],
        "values": [0.01, 0.1, 0.01, 0.001],
    },
}
APPENDIX = (
    "appendix: batches of 128, rate 0.01 for 400 iterations, 0.1, a tenth after 32,000 and 48,000, 64,000 in "
    "all; momentum 0.9, decay 0.0001"
)
PRINTED = {
    "dataset": "cifar10",
    "metric": "error",
    "unit": "%",
    "direction": "lower",
    "statistic": "median",
    "of": 5,
    "confidence": "verified",
    "source": "paper text",
}

ENTRY = Entry(
    id="preact_resnet_2016",
    name="Residual net with pre-activation",
    family="convolutional",
    task="classification",
    idea="Nothing stands on the shortcut: normalisation and ReLU come before the weights.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={
        "original-110": "110 layers, original order",
        "bn-after-addition-110": "110 layers, batch normalisation after the addition",
        "relu-before-addition-110": "110 layers, ReLU before the addition",
        "relu-only-110": "110 layers, only ReLU before the weights",
        "preactivation-110": "110 layers, full pre-activation",
        "original-164": "164 layers, original order",
        "original-1001": "1001 layers, original order",
        "preactivation-1001": "1001 layers, full pre-activation",
    },
    parameters=(
        ParameterCount(
            trainable=1_703_258,
            where="table 4",
            arguments={"depth": 164, "order": "preactivation"},
            published=1.7e6,
        ),
        ParameterCount(
            trainable=1_727_962,
            where="table 4, the original net",
            variant="preactivation-110",
            arguments={"depth": 110, "order": "preactivation"},
            published=1.7e6,
        ),
        ParameterCount(
            trainable=10_327_706,
            where="table 4, which seems to leave out the parameters of batch normalisation",
            variant="preactivation-1001",
            arguments={"depth": 1001, "order": "preactivation"},
            published=10.2e6,
        ),
        ParameterCount(
            trainable=1_704_154,
            where="counted",
            variant="original-164",
            arguments={"depth": 164, "order": "original"},
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model={
                "depth": 14,
                "order": "preactivation",
                "input_shape": (8, 8, 1),
                "scale": 16.0,
                "widths": (8, 16, 32),
                "pad": 1,
                "flip": False,
            },
            optimizer={
                "name": "SGD",
                "momentum": 0.9,
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": [120],
                    "values": [0.1, 0.01],
                },
            },
            batch_size=64,
            epochs=10,
            evaluate_every=2,
            floor=("error", 12.0),
            source="after the appendix, shortened",
            tries=6,
        ),
        Recipe(
            dataset="cifar10",
            tier="standard",
            variant="original-110",
            model={"depth": 110, "order": "original"},
            optimizer=QUARTER_SGD,
            batch_size=128,
            epochs=40,
            evaluate_every=4,
            train_on="train+validation",
            shortened="a quarter of the iterations",
            source=f"a quarter of the {APPENDIX}",
        ),
        Recipe(
            dataset="cifar10",
            tier="standard",
            variant="preactivation-110",
            model={"depth": 110, "order": "preactivation"},
            optimizer=QUARTER_SGD,
            batch_size=128,
            epochs=40,
            evaluate_every=4,
            train_on="train+validation",
            shortened="a quarter of the iterations",
            source=f"a quarter of the {APPENDIX}",
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
                source=APPENDIX,
            )
            for variant, model in (
                ("original-110", {"depth": 110, "order": "original"}),
                ("bn-after-addition-110", {"depth": 110, "order": "bn-after-addition"}),
                ("relu-before-addition-110", {"depth": 110, "order": "relu-before-addition"}),
                ("relu-only-110", {"depth": 110, "order": "relu-only"}),
                ("preactivation-110", {"depth": 110, "order": "preactivation"}),
                ("original-164", {"depth": 164, "order": "original"}),
                ("", {"depth": 164, "order": "preactivation"}),
                ("original-1001", {"depth": 1001, "order": "original"}),
                ("preactivation-1001", {"depth": 1001, "order": "preactivation"}),
            )
        ),
    ),
    claims=(
        *(
            Claim(variant=variant, value=value, where=where, test_size=10_000, **PRINTED)
            for variant, value, where in (
                ("original-110", 6.61, "table 2, median of five runs"),
                ("bn-after-addition-110", 8.17, "table 2, median of five runs"),
                ("relu-before-addition-110", 7.84, "table 2, median of five runs"),
                ("relu-only-110", 6.71, "table 2, median of five runs"),
                ("preactivation-110", 6.37, "table 2, median of five runs"),
                ("original-164", 5.93, "table 2, median of five runs"),
                ("", 5.46, "table 2, median of five runs"),
                ("original-1001", 7.61, "table 3, median of five runs"),
            )
        ),
        Claim(
            variant="preactivation-1001",
            value=4.92,
            where="table 4, median of five runs (4.89 ± 0.14)",
            spread=0.14,
            **PRINTED,
        ),
    ),
    deviations=(
        (
            "Weight decay applies to the weights of convolutions and of the output layer, not to batch "
            "normalisation; the paper does not say."
        ),
        "Pixels are divided by 255 after subtracting the mean image; the paper names no scale.",
        (
            "A pass is 390 shuffled batches, with the last 80 images left out; 164 passes are 63,960 "
            "iterations."
        ),
        (
            "The nets for ImageNet (152 and 200 layers), those with a shortcut around each single "
            "layer, and those for CIFAR-100 are not included."
        ),
        (
            "The standard tier shortens the schedule to a quarter (15,600 iterations), except for the "
            "400 warm-up iterations."
        ),
        (
            "The pocket tier has 14 layers, 8x8 digits, half the filters, shifts by one pixel, no "
            "mirroring, no warm-up, and 160 iterations."
        ),
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
)
