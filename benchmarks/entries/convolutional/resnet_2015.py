"""A hundred and fifty-two layers.

The nets that won ImageNet had 8 layers in 2012 and 22 in 2014, and nobody could train much deeper
ones. The authors show where it fails: a plain net of 34 layers does worse than one of 18 on the very
images that it is trained on. So the trouble is not overfitting but the search. Their answer is a
shortcut around every two or three layers, over which the input is carried unchanged; the layers
between learn only what has to be added to it. The shortcuts cost next to nothing, and with them 34
layers beat 18, and 152 beat 34. Six such nets together won the competition of 2015: for 3.57% of the
test images the class was not among the five most likely.

From 50 layers on, a block narrows its maps by a 1x1 convolution, looks at them with a 3x3, and widens
them again: such a bottleneck costs as much as two 3x3 convolutions and is one layer deeper. The net
ends with a mean over the whole image where its predecessors had fully connected layers: of its 25.6
million weights only 2 million are in the last layer. ResNet-50 became the yardstick against which
optimisers, accelerators and later architectures were measured for years.

It needs the normalisation of whole batches, and with it a large batch. And the shortcut is not quite
free of obstacles: what is carried passes a ReLU after every block, which the authors removed next.
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
    depth=50,
    plain=False,
    project=True,
    classes=1000,
    input_shape=(256, 256, 3),
    scales=(256, 480),
    pad=0,
    flip=True,
    blocks=None,
    width=64,
    decay=1e-4,
):
    """The nets of table 1; photographs are cropped to 224 pixels at `scales`. Without scales the images are small: see `imagenet_body`."""
    import keras

    from benchmarks.layers.bodies.residual import imagenet_body
    from benchmarks.layers.image.augmentation import MeanImage, RandomShiftAndFlip
    from benchmarks.layers.image.colour_noise import ColourNoise
    from benchmarks.layers.image.many_views import ManyViews, MeanOfViews

    inputs = keras.Input(input_shape)
    x = MeanImage(name="mean_image")(inputs)
    x = (
        ManyViews(224, 256, "ten", flip, scales)(ColourNoise()(x))
        if scales
        else RandomShiftAndFlip(pad, flip)(x)
    )
    x = imagenet_body(x, depth, plain, decay, project=project, small=not scales, blocks=blocks, width=width)
    logits = keras.layers.Dense(
        classes,
        kernel_initializer="he_normal",
        kernel_regularizer=keras.regularizers.L2(decay / 2),
        name="output",
    )(x)
    return keras.Model(inputs, MeanOfViews("ten")(logits) if scales else logits)


def pictures(model, data, predict):
    """What the blocks of a small net add to what they are given, for four test images."""
    from benchmarks.layers.bodies.residual import corrections_picture

    return corrections_picture(data, predict)


def recipe(tier, dataset, source, boundaries, variant="", model=None, **options):
    """A tenth of the rate from each of the boundaries on, in iterations."""
    rates = {
        "name": "PiecewiseConstantDecay",
        "boundaries": boundaries,
        "values": [0.1, 0.01, 0.001, 0.0001][: len(boundaries) + 1],
    }
    optimizer = {"name": "SGD", "momentum": 0.9, "learning_rate": rates}
    return Recipe(
        dataset,
        tier,
        source,
        variant,
        model={**NETS[variant], **(model or {})},
        optimizer=optimizer,
        **options,
    )


# Table 2 compares plain nets with nets of padded shortcuts, which add no parameters; the deeper ones have projections.
NETS = {"": {"depth": 50}, "bottleneck-101": {"depth": 101}, "bottleneck-152": {"depth": 152}}
NETS |= {f"residual-{depth}": {"depth": depth, "project": False} for depth in (18, 34)}
NETS |= {f"plain-{depth}": {"depth": depth, "project": False, "plain": True} for depth in (18, 34)}
KINDS = {
    "bottleneck": "bottlenecks",
    "residual": "blocks of two layers, padded shortcuts",
    "plain": "no shortcuts",
}
CIFAR = {"classes": 10, "input_shape": (32, 32, 3), "scales": None, "pad": 4}
DIGITS = {
    "classes": 10,
    "input_shape": (8, 8, 1),
    "scales": None,
    "pad": 1,
    "flip": False,
    "blocks": (1, 1, 1),
    "width": 8,
}
POCKET = {"epochs": 10, "batch_size": 64, "evaluate_every": 2}
STANDARD = {"epochs": 40, "batch_size": 128, "train_on": "train+validation", "evaluate_every": 4}
FULL = {
    "epochs": 120,
    "batch_size": 256,
    "train_on": "train+validation",
    "evaluate_every": 10,
    "task_options": {"top": 5, "batch_size": 50},
}
SHORT = "batches, rate, momentum and decay of section 4.2, a quarter of its 64,000 iterations"
LONG = "section 3.4: batches of 256, rate 0.1, momentum 0.9, decay 0.0001, 600,000 iterations; a tenth of the rate after 30, 60 and 90 passes is ours"
COUNTS = (
    *(("", 25_557_032), ("bottleneck-101", 44_549_160), ("bottleneck-152", 60_192_808)),
    *(("residual-18", 11_515_688), ("residual-34", 21_623_848), ("plain-34", 21_623_848)),
)
TABLE_3 = (("", 22.85, 6.71), ("bottleneck-101", 21.75, 6.05), ("bottleneck-152", 21.43, 5.71))
TABLE_2 = (("plain-18", 27.94), ("plain-34", 28.54), ("residual-18", 27.88), ("residual-34", 25.03))


def claim(metric, value, where, variant="", **options):
    return Claim(
        "imagenet",
        metric,
        value,
        "%",
        where,
        "lower",
        variant,
        confidence="verified",
        source="paper text",
        test_size=50_000,
        **options,
    )


ENTRY = Entry(
    id="resnet_2015",
    name="ResNet",
    family="convolutional",
    task="classification",
    idea="Layers learn a correction that is added to what they are given, and so a net may be as deep as one likes.",
    paper=PAPER,
    build=build,
    pictures=pictures,
    variants={name: f"{name.split('-')[1]} layers, {KINDS[name.split('-')[0]]}" for name in NETS if name},
    parameters=(
        *(ParameterCount(n, "counted from table 1", variant, NETS[variant]) for variant, n in COUNTS),
        *(
            ParameterCount(n, "counted from table 1", f"{d}, with projections", {"depth": d})
            for d, n in ((18, 11_689_512), (34, 21_797_672))
        ),
    ),
    recipes=(
        recipe(
            "pocket",
            "digits",
            "section 4.2 in kind, shortened",
            (120,),
            model=DIGITS,
            floor=("error", 12.0),
            **POCKET,
        ),
        *(
            recipe("standard", "cifar10", SHORT, (7_800, 11_700), name, CIFAR, **STANDARD)
            for name in ("", "residual-34", "plain-34")
        ),
        *(recipe("paper", "imagenet", LONG, (150_000, 300_000, 450_000), name, **FULL) for name in NETS),
    ),
    claims=(
        *(
            claim("error", value, "table 2, validation images, ten crops", variant)
            for variant, value in TABLE_2
        ),
        *(
            claim("error", value, "table 3, validation images, ten crops", variant)
            for variant, value, _ in TABLE_3
        ),
        *(
            claim("top5_error", value, "table 3, validation images, ten crops", variant)
            for variant, _, value in TABLE_3
        ),
        claim(
            "top5_error",
            4.49,
            "table 4, 152 layers",
            not_comparable="the net saw each image whole, at five scales; the suite crops it",
        ),
        claim(
            "top5_error",
            3.57,
            "table 5, six nets",
            not_comparable="the answers of six nets were averaged, for test images whose classes are secret",
        ),
    ),
    history=(
        Fact(
            "training_flop",
            1.041408e19,
            "FLOP",
            "Epoch AI (epoch.ai/data), notable models: ResNet-152",
            "verified",
        ),
        Fact(
            "hardware",
            "8 GPUs",
            "",
            "the authors' notes, github KaimingHe/deep-residual-networks",
            "verified",
        ),
    ),
    deviations=(
        "The rate falls after 30, 60 and 90 passes of 120; the paper lowers it where the error stops falling. Its sequel names the first two.",
        "Batch normalisation is over 256 images, with moving averages; the authors normalised 32 at a time and averaged after training.",
        "The mean image and the components of colour are taken from a sample of ImageNet, evenly spaced.",
        "Weight decay acts on the weights of convolutions and of the output layer, not on batch normalisation; the paper does not say.",
        "On CIFAR-10 the first convolution is 3x3 with stride 1, without pooling, since images have 32 pixels; the paper has other nets for it.",
        "The pocket tier has digits of 8x8, three bottlenecks of 8, 16 and 32 maps, shifts by one pixel, no mirroring, and 160 iterations.",
    ),
)
