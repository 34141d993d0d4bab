"""Nothing is learned twice.

A residual net adds: what a layer found is mixed into one running sum, and a later layer that wants it
has to find it again in there. Here maps are laid beside each other instead of being added up. Within a
block, each layer sees the maps of all layers before it, and contributes a few of its own, often only
twelve. Nothing that was found is lost, and no layer needs weights merely to pass something on. So the
nets are deep and very thin: a hundred layers of which each is narrower than anything that was used
before, with as little error as residual nets of ten times as many weights. The gradient has a short
way: the classifier sees all layers of the last block.

Between blocks the maps are averaged down to half the resolution, and in the leaner form (BC) also mixed
down to half their number; there a 1x1 convolution picks from the hundreds of maps what each layer
needs. The weights show that layers do use maps from far back, and what comes out of a transition least.

Fewer weights are not less work. Maps that are kept have to be held, and copied again and again into
ever longer inputs. The memory grew with the square of the depth until the authors wrote an
implementation for that alone, and they came to recommend wider nets of fewer layers.
"""

from benchmarks.spec import Claim, Entry, Fact, Paper, ParameterCount, Recipe

PAPER = Paper(
    title="Densely connected convolutional networks",
    authors="G. Huang, Z. Liu, L. van der Maaten, K. Q. Weinberger",
    year=2016,
    venue="CVPR 2017; arXiv 1608.06993, 2016",
    url="https://arxiv.org/abs/1608.06993",
    confidence="verified",
)


def build(
    depth=40,
    growth=12,
    compact=False,
    dropout=0.0,
    blocks=None,
    classes=10,
    input_shape=(32, 32, 3),
    colours="cifar10",
    pad=4,
    flip=True,
    decay=1e-4,
):
    """Three blocks in `depth` layers; `compact` nets are the paper's BC.

    With no `pad` (None), the nets of table 1, which crop photographs.
    """
    import keras
    from keras import layers

    from benchmarks.layers.bodies import dense_blocks
    from benchmarks.layers.bodies.residual import convolution, weights
    from benchmarks.layers.image.augmentation import RandomShiftAndFlip
    from benchmarks.layers.image.colours import standardize
    from benchmarks.layers.image.crops import AreaCrop
    from benchmarks.layers.resampling.max_pooling import MaxPooling2D

    blocks = blocks or dense_blocks.equal(depth, compact)
    inputs = keras.Input(input_shape)
    if pad is None:
        x = standardize(AreaCrop(224, flip=flip)(inputs), colours)
        x = layers.ReLU()(convolution(x, 2 * growth, 7, 2, decay))
        x = MaxPooling2D(3, 2)(layers.ZeroPadding2D(1)(x))
    else:
        x = standardize(inputs, colours)
        x = RandomShiftAndFlip(pad, flip)(x) if pad or flip else x
        x = weights(x, 2 * growth if compact else 16, 3, 1, decay)
    x = dense_blocks.body(x, blocks, growth, compact, dropout, decay)
    outputs = layers.Dense(
        classes,
        kernel_initializer="he_normal",
        kernel_regularizer=keras.regularizers.L2(decay / 2),
        name="output",
    )(x)
    return keras.Model(inputs, outputs)


def pictures(model, data, predict):
    """Figure 5: how much each layer uses each one before it, a block a tile."""
    import numpy as np

    from benchmarks.layers.bodies.dense_blocks import reuse
    from benchmarks.pictures import grid

    blocks = sorted(
        {
            int(layer.name[5 : layer.name.index("_")])
            for layer in model.layers
            if layer.name.startswith("block")
        }
    )
    tables = [reuse(model, number) for number in blocks]
    most = max(len(table) for table in tables)
    cell = max(1, 72 // most)
    tiles = [
        np.kron(
            np.pad(1.0 - np.nan_to_num(t), ((0, most - len(t)),) * 2, constant_values=1.0),
            np.ones((cell, cell)),
        )
        for t in tables
    ]
    caption = (
        "How much each layer (column) uses each source (row: the block's input, then its layers), dark for "
        "much; one block a picture."
    )
    return {"reuse": grid(np.stack(tiles).reshape(len(tiles), -1), tiles[0].shape, len(tiles), caption)}


#: Section 4.2: 0.1, a tenth of it after a half and after three quarters of 300 passes of 781 steps.
CIFAR_SGD = {
    "name": "SGD",
    "momentum": 0.9,
    "nesterov": True,
    "learning_rate": {
        "name": "PiecewiseConstantDecay",
        "boundaries": [117_150, 175_725],
        "values": [0.1, 0.01, 0.001],
    },
}
COMPACT_121 = {
    "depth": 121,
    "blocks": (6, 12, 24, 16),
    "growth": 32,
    "compact": True,
    "classes": 1000,
    "input_shape": (256, 256, 3),
    "colours": "imagenet",
    "pad": None,
}
SECTION_4_2 = (
    "section 4.2: 300 passes in batches of 64, rate 0.1, a tenth after a half and three quarters; "
    "Nesterov momentum 0.9, decay 0.0001"
)

ENTRY = Entry(
    id="densenet_2016",
    name="DenseNet",
    family="convolutional",
    task="classification",
    idea="Every layer sees the maps of all layers before it and adds a few of its own.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={
        "unaugmented": "40 layers; images neither shifted nor mirrored, but dropout of 0.2",
        "basic-100": "100 layers, 12 maps each",
        "compact-100": "BC, 100 layers, 12 maps each",
        "compact-190": "BC, 190 layers, 40 maps each",
        "compact-121": "BC, 121 layers, 32 maps each",
    },
    parameters=(
        ParameterCount(trainable=1_019_722, where="table 2", published=1e6),
        ParameterCount(
            trainable=6_979_642, where="table 2", variant="basic-100", arguments={"depth": 100}, published=7e6
        ),
        ParameterCount(
            trainable=769_162,
            where="table 2",
            variant="compact-100",
            arguments={"depth": 100, "compact": True},
            published=0.8e6,
        ),
        ParameterCount(
            trainable=25_624_430,
            where="table 2",
            variant="compact-190",
            arguments={"depth": 190, "growth": 40, "compact": True},
            published=25.6e6,
        ),
        ParameterCount(
            trainable=7_978_856, where="counted from table 1", variant="compact-121", arguments=COMPACT_121
        ),
    ),
    recipes=(
        Recipe(
            dataset="digits",
            tier="pocket",
            model={
                "depth": 13,
                "growth": 8,
                "input_shape": (8, 8, 1),
                "colours": "digits",
                "pad": 1,
                "flip": False,
            },
            optimizer={
                "name": "SGD",
                "momentum": 0.9,
                "nesterov": True,
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": [80, 128],  # 5 and 8 of 10 passes of 16 steps
                    "values": [0.1, 0.01, 0.001],
                },
            },
            batch_size=64,
            epochs=10,
            evaluate_every=2,
            floor=("error", 10.0),
            source="after section 4.2, shortened",
            tries=6,
        ),
        Recipe(
            dataset="cifar10",
            tier="standard",
            optimizer={
                "name": "SGD",
                "momentum": 0.9,
                "nesterov": True,
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": [15_620, 23_430],  # 20 and 30 of 40 passes of 781 steps
                    "values": [0.1, 0.01, 0.001],
                },
            },
            batch_size=64,
            epochs=40,
            evaluate_every=5,
            train_on="train+validation",
            shortened="40 of 300 passes",
            source=f"{SECTION_4_2}; 40 passes here",
        ),
        *(
            Recipe(
                dataset="cifar10",
                tier="paper",
                variant=variant,
                model=model,
                optimizer=CIFAR_SGD,
                batch_size=64,
                epochs=300,
                evaluate_every=5,
                train_on="train+validation",
                source=SECTION_4_2,
            )
            for variant, model in (
                ("", {}),
                ("unaugmented", {"dropout": 0.2, "pad": 0, "flip": False}),
                ("basic-100", {"depth": 100}),
                ("compact-100", {"depth": 100, "compact": True}),
                ("compact-190", {"depth": 190, "growth": 40, "compact": True}),
            )
        ),
        Recipe(
            dataset="imagenet",
            tier="paper",
            variant="compact-121",
            model=COMPACT_121,
            optimizer={
                "name": "SGD",
                "momentum": 0.9,
                "nesterov": True,
                "learning_rate": {
                    "name": "PiecewiseConstantDecay",
                    "boundaries": [150_120, 300_240],  # 30 and 60 of 90 passes of 5,004 steps
                    "values": [0.1, 0.01, 0.001],
                },
            },
            batch_size=256,
            epochs=90,
            evaluate_every=10,
            train_on="train+validation",
            task_options={"top": 5, "batch_size": 200},
            source="section 4.2: 90 passes in batches of 256, rate 0.1, a tenth after 30 and 60",
        ),
    ),
    claims=(
        *(
            Claim(
                dataset="cifar10",
                variant=variant,
                metric="error",
                value=value,
                unit="%",
                direction="lower",
                where=where,
                test_size=10_000,
                confidence="verified",
                source="table of github liuzhuang13/DenseNet",
            )
            for variant, value, where in (
                ("", 5.24, "table 2, C10+"),
                ("unaugmented", 7.0, "table 2, C10"),
                ("basic-100", 4.1, "table 2, C10+"),
                ("compact-100", 4.51, "table 2, C10+"),
                ("compact-190", 3.46, "table 2, C10+"),
            )
        ),
        Claim(
            dataset="imagenet",
            variant="compact-121",
            metric="error",
            value=25.02,
            unit="%",
            direction="lower",
            where="table 3, one crop",
            test_size=50_000,
            confidence="verified",
            source="paper text",
        ),
        Claim(
            dataset="imagenet",
            variant="compact-121",
            metric="top5_error",
            value=7.71,
            unit="%",
            direction="lower",
            where="table 3, one crop",
            test_size=50_000,
            confidence="verified",
            source="paper text",
        ),
    ),
    deviations=(
        (
            "Weight decay applies to the weights of convolutions and of the output layer, not to batch "
            "normalisation; the paper does not say."
        ),
        (
            "Photographs are cropped and mirrored as in the authors' code, but brightness, contrast, "
            "saturation and colour are not changed."
        ),
        "The standard tier trains for 40 passes instead of 300.",
        (
            "The pocket tier has 13 layers of 8 maps, 8x8 digits, shifts by one pixel, no mirroring, "
            "and 10 passes."
        ),
    ),
    history=(Fact("examples", 50_000, "images", "paper text: CIFAR-10", "verified"),),
)
